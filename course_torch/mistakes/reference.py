"""The right formula of every tensor as text, the pristine original that the edits of mistakes change.

The text is independent of the formulas of the package, which a reader may break in place. It uses the course's symbols
for what a context holds (`context.py`). i (m, 1) numbers the examples, n is the number of units of the layer.
"""

from collections.abc import Iterator
from functools import cache
from types import CodeType
from typing import Any

import torch
from torch import Tensor

from course_torch.mistakes.record import Edit, Mistake

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


def edited(edit: Edit, function: str = "") -> str:
    """The reference text with the mistake."""
    return text_of(edit.place, edit.old, function).replace(edit.old, edit.new, 1)


@cache
def compiled(text: str) -> CodeType:
    """The text as code."""
    return compile(text, text, "eval")


def evaluated(text: str, context: Any) -> Tensor:
    """The tensor that the text computes from what the context holds. Raises one of IMPOSSIBLE."""
    return eval(compiled(text), FUNCTIONS, context)


def tensors_of(mistake: Mistake, place: str, context: Any) -> Iterator[tuple[Edit, Tensor]]:
    """Yield what the mistake computes in place of the tensor, or a tensor of which it adds a multiple, with its edit.

    An edit that names `other` is tried with each other layer.
    """
    for edit in mistake.edits_of(place):
        if context.allows(edit):
            text = edit.adds or edited(edit, context.function)
            for tensor in variants(text, context):
                yield edit, tensor


def variants(text: str, context: Any) -> Iterator[Tensor]:
    """Yield what the text computes, for each other layer if the text names `other`."""
    for there in context.with_others() if "other." in text else (context,):
        try:
            tensor = evaluated(text, there).to(there.Z.dtype)  # a mask holds True and False
        except IMPOSSIBLE:
            continue
        yield tensor
