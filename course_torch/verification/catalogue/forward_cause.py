"""A cause of a wrong tensor in the forward pass: one known mistake, in words and as the tensor that it makes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from course_torch.language import Text

ForwardPlace = Literal["Z", "A", "L"]
ABSENT = torch.empty(0)


@dataclass(frozen=True)
class ForwardStep:
    """What a formula of the forward pass is given, in float64. Only the arguments of its own formula are used.

    name   of the activation or of the output
    g      its function without the formula under test, if such a reference exists
    """

    name: str = ""
    g: Callable[..., Tensor] = torch.clone
    A_prev: Tensor = ABSENT
    W: Tensor = ABSENT
    b: Tensor = ABSENT
    Z: Tensor = ABSENT
    Y: Tensor = ABSENT
    slope: Tensor | None = None

    @property
    def A(self) -> Tensor:
        return self.g(self.Z)


Make = Callable[[ForwardStep], Iterator[Tensor]]


@dataclass(frozen=True)
class ForwardCause:
    """One known mistake of the forward pass: key, sentence and section as in Cause."""

    key: str
    sentence: Text
    section: str
    place: ForwardPlace
    suspects: Make


def makes(
    causes: list[ForwardCause], place: ForwardPlace, key: str, section: str, en: str, zh: str
) -> Callable[[Make], Make]:
    """Enter a cause into `causes`. The decorated function becomes its `suspects`."""

    def enter(suspects: Make) -> Make:
        causes.append(ForwardCause(key, Text(en, zh), section, place, suspects))
        return suspects

    return enter
