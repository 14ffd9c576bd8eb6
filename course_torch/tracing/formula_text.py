"""The formula and the prose of a function: the two halves of its docstring's first line, "FORMULA: prose"."""

import inspect
import re
from collections.abc import Callable
from types import CodeType, ModuleType
from typing import NamedTuple

SYMBOL = re.compile(r"(?:^|, )([\w'/]+(?:\(Z\))?) = ")
"""The left side of an equation."""


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


def functions_of(module: ModuleType) -> dict[CodeType, Callable]:
    """Code object -> function, for the functions that a module defines itself, without methods and lambdas."""
    own = [each for each in vars(module).values() if inspect.isfunction(each) and each.__module__ == module.__name__]
    return {code_of(each): each for each in own}


def code_of(function: Callable) -> CodeType:
    """The code object of a function, below decorators such as checks of its shapes."""
    return inspect.unwrap(function).__code__
