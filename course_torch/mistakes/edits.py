"""The same edit at several places, and the places of one formula in the functions of the exercises."""

from collections.abc import Mapping

from course_torch.mistakes.record import Edit

Place = str | tuple[str, Mapping[str, str]]
"""The place of an edit, or a function of the exercises with its names of the tensors."""


def edits(old: str, new: str, *places: Place, columns: str = "", need: str = "", value: str = "") -> list[Edit]:
    """The same edit at several places. A name in braces, such as {A}, is written as the function writes it."""
    made = []
    for place in places:
        at, names = (place, {}) if isinstance(place, str) else place
        old_there, new_there, in_columns = (with_names(text, names) for text in (old, new, columns))
        made.append(Edit(at, old_there, new_there, need=need, columns=in_columns, value=value))
    return made


def with_names(text: str, names: Mapping[str, str]) -> str:
    """The text with a function's names of the tensors. Without names its braces are code."""
    return text.format(**names) if names else text


def named(*functions: tuple[str, str]) -> list[Place]:
    """The functions with their name of A."""
    return [(function, {"A": A}) for function, A in functions]


def first(statement: str, *places: str, columns: str = "", value: str = "") -> list[Edit]:
    """Edits that put a statement before the others. For examples as columns it may be another statement."""
    new, in_columns = (f"):\n    {text}\n" if text else "" for text in (statement, columns))
    return edits("):\n", new, *places, columns=in_columns, value=value)


PRODUCTS = (
    ("linear_backward", {"dZ": "dZ", "A": "A_prev"}),
    ("backward_propagation", {"dZ": "dZ2", "A": "A1"}),
    ("backward_propagation", {"dZ": "dZ1", "A": "X"}),
)
"""The functions of the exercises that compute dW, and their names of dZ and A_prev."""
AT_OUTPUT = named(
    ("output_gradient", "A"), ("output_gradient", "AL"), ("propagate", "A"), ("backward_propagation", "A2")
)
"""The functions of the exercises that compute dZ[L], and their name of A."""


def in_dW(rows: str, columns: str = "", *functions: str) -> list[Edit]:
    """Edits of the product in dW in functions of the exercises. {dZ} and {A} are the names of dZ and A_prev."""
    places = [place for place in PRODUCTS if not functions or place[0] in functions]
    return edits("{dZ}.T @ {A}", rows, *places, columns=columns)


def in_dw(rows: str, columns: str = "") -> list[Edit]:
    """Edits of the product in dw in functions of chapter logistic."""
    return edits("X.T @ dZ", rows, "weight_gradient", "propagate", columns=columns)


def in_dA(rows: str, columns: str = "") -> list[Edit]:
    """Edits of dA_prev in linear_backward."""
    return edits("dZ @ W", rows, "linear_backward", columns=columns)


def in_number_db(old: str, new: str) -> list[Edit]:
    """Edits of the number db in functions of chapter logistic."""
    return edits(old, new, "bias_gradient", "propagate")


def in_db(old: str, new: str) -> list[Edit]:
    """Edits of db in functions of the exercises."""
    return edits(old, new, "linear_backward", "backward_propagation")


def insert(function: str, line: str, statement: str, need: str = "") -> Edit:
    """An edit that inserts a statement before the line that begins like this."""
    return Edit(function, line, f"    {statement}\n{line}", need=need)


def in_output_dZ(new: str, *functions: str) -> list[Edit]:
    """Edits that replace all of A - Y in functions of the exercises. {A} is the name of A."""
    return edits("{A} - Y", new, *(place for place in AT_OUTPUT if not functions or place[0] in functions))
