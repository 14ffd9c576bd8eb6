"""Arithmetic written out: the solution of a question shows the numbers that it multiplies and adds up."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lessons.values import VALUE, printed

SUM, PRODUCT, NUMBER = range(3)
"""How strongly the last operation binds."""


def operation(write: Callable[["Written", "Written"], "Written"]) -> Callable[..., Any]:
    """The method of an operator. An array applies it to its entries."""

    def method(number: "Written", other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else write(number, written(other))

    return method


class Written:
    """A number or an operation of numbers as text. NumPy computes with arrays of them as with arrays of numbers."""

    def __init__(self, text: str, binds: int = NUMBER) -> None:
        self.text, self.binds = text, binds

    def __str__(self) -> str:
        return self.text

    def inside(self, binds: int) -> str:
        """The text as part of an operation that binds so strongly: a sum and a negative number are in brackets."""
        return f"({self.text})" if self.binds < binds or self.text.startswith("−") else self.text

    __add__ = operation(lambda a, b: Written(f"{a} + {b.inside(SUM)}", SUM))
    __sub__ = operation(lambda a, b: Written(f"{a} − {b.inside(PRODUCT)}", SUM))
    __mul__ = operation(lambda a, b: Written(rf"{a.inside(PRODUCT)} \cdot {b.inside(PRODUCT)}", PRODUCT))
    __truediv__ = operation(lambda a, b: Written(rf"\frac{{{a}}}{{{b}}}", PRODUCT))
    __pow__ = operation(lambda a, b: Written(f"{a.inside(NUMBER)}^{{{b}}}"))
    __radd__ = operation(lambda a, b: b + a)
    __rsub__ = operation(lambda a, b: b - a)
    __rmul__ = operation(lambda a, b: b * a)
    __rtruediv__ = operation(lambda a, b: b / a)


def written(value: Any) -> Written:
    return value if isinstance(value, Written) else Written(printed(value, "g"))


def arrays(given: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers and matrices of a question as texts with which an expression computes."""
    as_text, numbers = np.frompyfunc(written, 1, 1), (int, float, list)
    return {name: as_text(np.array(value, dtype=object)) for name, value in given.items() if isinstance(value, numbers)}


def in_tex(value: Any) -> str:
    """A text, or a list or matrix of texts, in a formula."""
    rows = np.atleast_2d(np.array(value, dtype=object))
    if rows.size == 1:
        return str(rows[0, 0])
    lines = [" & ".join(map(str, row)) for row in rows]
    end = r" \\[0.4em] " if "frac" in lines[0] else r" \\ "  # fractions would touch those of the next row
    return rf"\begin{{bmatrix}}{end.join(lines)}\end{{bmatrix}}"


def filled(text: str, values: Mapping[str, Any]) -> str:
    """Put what an expression computes in the place of \\value{expression}: a given matrix, or arithmetic with it."""
    names = arrays(values)
    return VALUE.sub(lambda found: in_tex(eval(found[1], {}, names)), text)
