"""The same edit at several places, and the code of one formula in the functions of the exercises."""

from collections.abc import Mapping

from course_torch.mistakes.record import Edit

Place = str | tuple[str, Mapping[str, str]]
"""The place of an edit, or a function of the exercises with its names of the tensors."""


def edits(old: str, new: str, *places: Place, columns: str = "", need: str = "", value: str = "") -> list[Edit]:
    """The same edit at several places. A name in braces, such as {A}, is written as the function writes it."""
    made = []
    for place in places:
        at, names = (place, {}) if isinstance(place, str) else place  # without names the braces are code
        old_there, new_there, in_columns = (text.format(**names) if names else text for text in (old, new, columns))
        made.append(Edit(at, old_there, new_there, need=need, columns=in_columns, value=value))
    return made


def with_A(*functions: tuple[str, str]) -> list[Place]:
    """The functions with their name of A."""
    return [(function, {"A": A}) for function, A in functions]


CODE: dict[str, tuple[str, list[Place]]] = {
    "dZ[L]": (
        "{A} - Y",
        with_A(("output_gradient", "A"), ("output_gradient", "AL"), ("propagate", "A"), ("backward_propagation", "A2")),
    ),
    "dW": (
        "{dZ}.T @ {A}",
        [
            ("linear_backward", {"dZ": "dZ", "A": "A_prev"}),
            ("backward_propagation", {"dZ": "dZ2", "A": "A1"}),
            ("backward_propagation", {"dZ": "dZ1", "A": "X"}),
        ],
    ),
    "db": (", keepdims=True) / m", ["linear_backward", "backward_propagation"]),
    "dA": ("dZ @ W", ["linear_backward"]),
    "dw": ("X.T @ dZ", ["weight_gradient", "propagate"]),
    "number db": ("np.sum(dZ) / m", ["bias_gradient", "propagate"]),
}
"""Tensor -> its code in the functions of the exercises, and these functions. {A} of dW is the name of A_prev."""


def in_code(tensor: str, new: str, columns: str = "", *, only: str = "") -> list[Edit]:
    """Edits that replace the code of a tensor in every function of the exercises, or only in some."""
    old, places = CODE[tensor]
    chosen = [place for place in places if not only or (place if isinstance(place, str) else place[0]) in only.split()]
    return edits(old, new, *chosen, columns=columns)


def at_start(statement: str, *places: str, columns: str = "", value: str = "") -> list[Edit]:
    """Edits that put a statement before the others. For examples as columns it may be another statement."""
    new, in_columns = (f"):\n    {text}\n" if text else "" for text in (statement, columns))
    return edits("):\n", new, *places, columns=in_columns, value=value)


def insert(function: str, line: str, statement: str, need: str = "") -> Edit:
    """An edit that inserts a statement before the line that begins like this."""
    return Edit(function, line, f"    {statement}\n{line}", need=need)
