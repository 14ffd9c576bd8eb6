"""A cause: one known mistake, in words, and as the tensor that it makes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from typing import Any, Literal

from torch import Tensor

from course_torch.verification.suspects import Step

Make = Callable[[Step], Iterator[Tensor]]
Place = Literal["dZ[L]", "dZ", "dA", "dW", "db", "dslope"]
"""A kind of tensor; dZ[L] of the output layer is told apart from dZ of the hidden layers."""


@dataclass(frozen=True)
class Cause:
    """One known mistake.

    key        its short name
    sentence   what is wrong and what is right
    section    the section of the notes that has the right formula
    places     the kinds of tensors in which it occurs
    suspects   yields the tensors that the mistake makes in place of the right one
    terms      yields the tensors of which the mistake adds a multiple, between `limits`, to the right one
    slack      by how much, relative to its size, an added term may differ from such a multiple
    """

    key: str
    sentence: str
    section: str
    places: tuple[Place, ...] = ()
    suspects: Make | None = None
    terms: Make | None = None
    limits: tuple[float, float] = (-inf, inf)
    slack: float = 0.0


def replaces(causes: list[Cause], key: str, sentence: str, section: str, *places: Place) -> Callable[[Make], Make]:
    """Enter the decorated function into `causes`: it makes the tensors that stand in place of the right one."""

    def enter(suspects: Make) -> Make:
        causes.append(Cause(key, sentence, section, places, suspects=suspects))
        return suspects

    return enter


def adds(
    causes: list[Cause], key: str, sentence: str, section: str, *places: Place, **conditions: Any
) -> Callable[[Make], Make]:
    """Enter the decorated function into `causes`: it makes the tensors of which a multiple is added.

    `conditions` are `limits` and `slack` of Cause.
    """

    def enter(terms: Make) -> Make:
        causes.append(Cause(key, sentence, section, places, terms=terms, **conditions))
        return terms

    return enter
