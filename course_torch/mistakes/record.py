"""A mistake is one record: its words in both languages, its section of the notes, and the mistake itself as edits.

An edit replaces a piece of the reference text of a tensor (REFERENCE), as `dW = dZ.T @ A_prev / m` becomes
`dW = dZ.T @ A_prev`. The edited text computes the tensor that the diagnosis compares with, and it computes the fault
that a test or the playground injects. In the same way an edit of a function in the solutions of the exercises
(`solution.py`) computes the result that a learner's result is compared with, and makes the tests' wrong files.

The reference text is independent of the formulas of the package, which a reader may break in place. It uses the
course's symbols for what a context holds (`context.py`). i (m, 1) numbers the examples, n is the number of units of the
layer. The code of the exercises differs from function to function: `edits` and `in_code` make the same edit in several.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import CodeType
from typing import Any, Literal

import torch
from torch import Tensor

from course_torch.language import Text, joined
from course_torch.lessons import cited
from course_torch.places import place_of_call

Recognized = Literal["tensor", "factor", "pattern", "number", "start", "exception", "note", "nothing"]
"""Who recognizes a mistake. Except for "tensor" it is code of its own, and the edits only make the mistake in tests.

tensor      `compare` and `check`, by what the edits compute, of the tensor and of the functions
factor      `compare`, by the factor of the right tensor; `check`, by its edits of the functions too
pattern     both, by a pattern or a layout of the numbers
number      both, by a number that its sentence tells
start       `check`, by the initial parameters that a function returns (`wrong_start` in exercises/tasks/shared.py)
exception   `check`, by an exception, the form of a result or the text of the function (exercises/explain)
note        `check`, as a note on a right function (the notes in exercises/check, own_form.py in exercises/judge)
nothing     nobody: `compare` and `check` say it if no record fits
"""


@dataclass(frozen=True)
class Edit:
    """One way to make a mistake: `new` in place of the first `old` in the reference text of a tensor or a function.

    place   the kind of the tensor: dZ[L], dZ, dA, dW, db, dslope, or in the forward pass Z, A, L; or the name of a
            function of the exercises
    of      the names of the activations or outputs with which the mistake is possible; all if empty
    need    what the network must have besides: "square" W, two square W ("deep"), several outputs ("classes"), or
            "float64", because float32's rounding errors hide the mistake. Of a function: "numpy", if the edit is
            possible only there
    adds    the tensor of which the mistake adds a multiple. The diagnosis then recognizes any multiple
    limits  the smallest and the largest multiple
    slack   the largest deviation of the added tensor from a multiple, relative to its norm
    columns `new` for a solution whose examples are columns, if it is not `new` with the exchanges that the function's
            comments name (`solution.py`)
    value   what {value} stands for in the record's sentence
    """

    place: str
    old: str
    new: str
    of: str = ""
    need: str = ""
    adds: str = ""
    limits: tuple[float, float] = (float("-inf"), float("inf"))
    slack: float = 0.0
    columns: str = ""
    value: str = ""

    def possible_with(self, function: str, n: int) -> bool:
        """Whether the mistake is possible with this activation or output, and with n outputs."""
        return (not self.of or function in self.of.split()) and (self.need != "classes" or n > 1)


@dataclass(frozen=True)
class Mistake:
    """One known mistake.

    key        its unique name, which JSON and the table of grades print
    title      the key in both languages
    section    the section of the notes with the right formula
    sentence   what is wrong and what is right
    edits      the ways to make the mistake
    recognized who recognizes it
    together   whether all edits make one mistake, which exchanges two tensors
    place      the file and the line of the record
    """

    key: str
    title: Text
    section: str
    sentence: Text
    edits: tuple[Edit, ...] = ()
    recognized: Recognized = "tensor"
    together: bool = False
    place: str = field(default="", compare=False)


AND = Text(", and ", "；并且")


def sentence(causes: Iterable[Mistake]) -> Text:
    """The sentences of causes that occur together, each with its section of the notes."""
    return joined(AND, (cited(cause.sentence, cause.section) for cause in causes))


def mistake(
    key: str, title: str, section: str, en: str, zh: str, *edits: Edit, recognized: Recognized = "tensor"
) -> Mistake:
    """A record from its key, its Chinese title, its section, its sentence in both languages, and its edits."""
    return Mistake(key, Text(key, title), section, Text(en, zh), edits, recognized, place=place_of_call())


Place = str | tuple[str, Mapping[str, str]]
"""Where an edit goes: a tensor, a function, or a function with what it calls the tensors."""


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


def insert(function: str, line: str, statement: str) -> Edit:
    """An edit that inserts a statement before the line that begins like this."""
    return Edit(function, line, f"    {statement}\n{line}")


REFERENCE: dict[str, dict[str, str]] = {
    "Z": {"": "A_prev @ W.T + b"},
    "A": {
        "": "g(Z)",
        "sigmoid": "1 / (1 + exp(-Z))",
        "tanh": "(exp(Z) - exp(-Z)) / (exp(Z) + exp(-Z))",
        "relu": "where(Z > 0, Z, 0)",
        "leaky_relu": "where(Z > 0, Z, slope * Z)",
        "softmax": "exp(Z) / exp(Z).sum(dim=1, keepdim=True)",
    },
    "L": {
        "": "loss(A, Y)",
        "sigmoid": "-(Y * log_A + (1 - Y) * log_rest).sum(dim=1)",
        "softmax": "-(Y * log_A).sum(dim=1)",
        "identity": "((A - Y)**2).sum(dim=1) / 2",
    },
    "dZ[L]": {"": "(A - Y)"},
    "dZ": {
        "": "dA * g_prime(Z)",
        "sigmoid": "dA * A * (1 - A)",
        "tanh": "dA * (1 - A**2)",
        "relu": "dA * (Z > 0)",
        "leaky_relu": "dA * where(Z > 0, 1, slope)",
    },
    "dslope": {"": "(dA * Z.clamp(max=0)).sum() / m"},
    "dW": {"": "dZ.T @ A_prev / m"},
    "db": {"": "dZ.sum(dim=0, keepdim=True) / m"},
    "dA": {"": "dZ @ W"},
}
"""Tensor -> activation or output -> text. The text under "" holds for all."""
NAMES = (
    *("exp", "log", "sinh", "cosh", "sigmoid", "tanh", "relu", "softmax", "where", "einsum"),
    *("tensor", "float16"),
)
FUNCTIONS: dict[str, Any] = {name: getattr(torch, name) for name in NAMES}
"""What the texts call, apart from what a context holds and Python's own functions."""
IMPOSSIBLE = (RuntimeError, LookupError, NameError)
"""What an edited text raises where the mistake cannot be made: sizes do not fit, or a layer does not exist."""


def text_of(place: str, old: str = "", function: str = "") -> str:
    """The reference text of a tensor that contains `old`: that of the function, or the one that holds for all."""
    for text in (REFERENCE[place].get(function), REFERENCE[place][""]):
        if text is not None and old in text:
            return text
    raise ValueError(f"{old!r} is not in the reference text of {place} {function}".rstrip())


def edited_text(edit: Edit, function: str = "") -> str:
    """The reference text with the mistake."""
    return text_of(edit.place, edit.old, function).replace(edit.old, edit.new, 1)


@cache
def code_of(text: str) -> CodeType:
    """The text as code."""
    return compile(text, text, "eval")


def evaluate(text: str, context: Any) -> Tensor:
    """The tensor that the text computes from what the context holds. Raises one of IMPOSSIBLE."""
    return eval(code_of(text), FUNCTIONS, context)


def tensors_of(mistake: Mistake, place: str, context: Any) -> Iterator[tuple[Edit, Tensor]]:
    """Yield what the mistake computes in place of the tensor, or a tensor of which it adds a multiple, with its edit.

    An edit that names `other` is tried with each other layer.
    """
    for edit in mistake.edits if mistake.recognized == "tensor" else ():
        if edit.place == place and context.allows(edit):
            text = edit.adds or edited_text(edit, context.function)
            for tensor in variants(text, context):
                yield edit, tensor


def variants(text: str, context: Any) -> Iterator[Tensor]:
    """Yield what the text computes, for each other layer if the text names `other`."""
    for there in context.with_others() if "other." in text else (context,):
        try:
            tensor = evaluate(text, there).to(there.Z.dtype)  # a mask holds True and False
        except IMPOSSIBLE:
            continue
        yield tensor
