"""The functions of the package in the record: their lines, their formula, and its prose in two languages."""

import inspect
from pathlib import Path
from textwrap import dedent
from types import CodeType

from course_torch.language import Text
from course_torch.tracing.chinese import PROSE
from course_torch.tracing.formula_text import formula_text
from course_torch.tracing.record import Source
from course_torch.tracing.recorder import FORMULAS, PACKAGE


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
        prose=None if formula is None else Text(prose, PROSE[source_id(code)]),
    )
