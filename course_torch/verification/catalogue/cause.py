"""A cause: one known mistake, in words and as the tensor that it makes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from typing import Any, Literal

from torch import Tensor

from course_torch.language import Text
from course_torch.verification.suspects import Step

Make = Callable[[Step], Iterator[Tensor]]
Place = Literal["dZ[L]", "dZ", "dA", "dW", "db", "dslope"]
"""A kind of tensor. dZ[L] of the output layer is a kind of its own, apart from dZ of the hidden layers."""


@dataclass(frozen=True)
class Cause:
    """One known mistake.

    key        its short name
    sentence   what is wrong and what is right, in English and in Chinese
    section    the section of the notes with the right formula
    places     the kinds of tensors in which the mistake occurs
    suspects   yields the tensors that the mistake computes instead of the right tensor
    terms      yields tensors; the mistake adds a multiple of one of them to the right tensor
    limits     the smallest and the largest factor of such a multiple
    slack      the largest deviation of the added term from such a multiple, relative to its norm
    """

    key: str
    sentence: Text
    section: str
    places: tuple[Place, ...] = ()
    suspects: Make | None = None
    terms: Make | None = None
    limits: tuple[float, float] = (-inf, inf)
    slack: float = 0.0


def replaces(causes: list[Cause], key: str, sentence: Text, section: str, *places: Place) -> Callable[[Make], Make]:
    """Enter a cause into `causes`. The decorated function becomes its `suspects`."""

    def enter(suspects: Make) -> Make:
        causes.append(Cause(key, sentence, section, places, suspects=suspects))
        return suspects

    return enter


def adds(
    causes: list[Cause], key: str, sentence: Text, section: str, *places: Place, **conditions: Any
) -> Callable[[Make], Make]:
    """Enter a cause into `causes`. The decorated function becomes its `terms`.

    `conditions` are `limits` and `slack` of Cause.
    """

    def enter(terms: Make) -> Make:
        causes.append(Cause(key, sentence, section, places, terms=terms, **conditions))
        return terms

    return enter
