"""The formulas of the package in words: a docstring's first line as formula and prose, and the source lines.

`formula_text.json` has the prose of every formula in both languages. A formula without Chinese keeps its English.
"""

import inspect
import json
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from textwrap import dedent
from types import CodeType
from typing import NamedTuple

import course_torch
from course_torch import formulas
from course_torch.tracing.record import Source

PACKAGE = Path(course_torch.__file__).parent
SYMBOL = re.compile(r"(?:^|, )([\w'/]+(?:\(Z\))?) = ")
"""The left side of an equation."""
CHINESE: dict[str, str] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
"""English prose of a formula -> the same in Chinese."""


class FormulaText(NamedTuple):
    """The formula, such as "dZ = dA * g'(Z)", and the English sentences that explain it."""

    formula: str
    prose: str

    @property
    def symbols(self) -> list[str]:
        """The left sides of the formula's equations: the names of the results, in order."""
        return SYMBOL.findall(self.formula)


def formula_text(function: Callable) -> FormulaText:
    """Split the first line of a function's docstring at its first colon."""
    first_line = (inspect.getdoc(function) or "").partition("\n")[0]
    formula, _, prose = first_line.partition(": ")
    return FormulaText(formula, prose)


def code_of(function: Callable) -> CodeType:
    """The code object of a function, below decorators such as checks of its shapes."""
    return inspect.unwrap(function).__code__


MODULES = [import_module(f"{formulas.__name__}.{module.name}") for module in iter_modules(formulas.__path__)]
FORMULAS: Mapping[CodeType, Callable] = {
    code_of(function): function
    for module in MODULES
    for function in vars(module).values()
    if inspect.isfunction(function) and function.__module__ == module.__name__
}
"""Code object -> function, for the functions that the modules define themselves, without methods and lambdas."""


def source_id(code: CodeType) -> str:
    """Such as "layers.linear": the module and the function."""
    return f"{Path(code.co_filename).stem}.{code.co_name}"


def source_of(code: CodeType) -> Source:
    """Read a function of the package."""
    lines, first_line = inspect.getsourcelines(code)
    formula, prose = formula_text(FORMULAS[code]) if code in FORMULAS else (None, "")
    return Source(
        function=code.co_name,
        file=Path(code.co_filename).relative_to(PACKAGE).as_posix(),
        first_line=first_line,
        text=dedent("".join(lines)).rstrip("\n"),
        formula=formula,
        prose=None if formula is None else {"en": prose, "zh": CHINESE.get(prose, prose)},
    )
