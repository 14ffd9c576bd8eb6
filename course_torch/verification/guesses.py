"""All hypotheses about one tensor. Those that cannot explain a tensor are left out by one product with all of them."""

from collections.abc import Iterable, Set
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from torch import Size, Tensor

from course_torch.mistakes.context import BackwardContext, TensorName
from course_torch.verification.difference import SAFETY
from course_torch.verification.hypotheses import Hypothesis, hypotheses
from course_torch.verification.matching import SAMPLE
from course_torch.verification.vectors import vector_of

ROUNDED = 1e-12
"""Far more than the rounding errors of ‖x‖² - (u·x)², relative to ‖x‖²."""


class Guesses:
    """The hypotheses about a tensor, in their order."""

    def __init__(self, hypotheses: Iterable[Hypothesis]) -> None:
        self.all = list(hypotheses)

    @cached_property
    def directions(self) -> dict[Size, tuple[list[int], NDArray[np.float64]]]:
        """Shape -> the numbers of the guessed tensors of this shape, and their first entries as unit vectors u."""
        numbers: dict[Size, list[int]] = {}
        for number, guess in enumerate(self.all):
            numbers.setdefault(guess.tensor.shape, []).append(number)
        return {shape: (each, self._unit_vectors(each)) for shape, each in numbers.items() if shape.numel()}

    def _unit_vectors(self, numbers: list[int]) -> NDArray[np.float64]:
        rows = np.stack([vector_of(self.all[number].tensor)[:SAMPLE] for number in numbers])
        with np.errstate(all="ignore"):  # zeros and infinities have no direction: nan, to which nothing is near
            rows /= np.abs(rows).max(axis=1, keepdims=True)
            return rows / np.sqrt((rows * rows).sum(axis=1, keepdims=True))

    def about(self, tensor: Tensor, error: float) -> list[Hypothesis]:
        """The hypotheses that may explain this tensor, whose rounding errors have this norm.

        They are all terms, and the guessed tensors of which the tensor may be a multiple: its first entries x lie at
        most SAFETY · error beside the line of u, where ‖x‖² - (u·x)² is the square of the distance.
        """
        numbers, directions = self.directions.get(tensor.shape, ([], np.empty((0, 0))))
        x = vector_of(tensor)[:SAMPLE] if numbers else np.empty(0)
        with np.errstate(all="ignore"):
            squares = x @ x - (directions @ x) ** 2
            near = squares <= (SAFETY * error) ** 2 + ROUNDED * (x @ x)
        possible = {number for number, is_near in zip(numbers, near, strict=True) if is_near}
        return [guess for number, guess in enumerate(self.all) if guess.adds or number in possible]


def guesses_of(step: BackwardContext, given: Set[TensorName]) -> Guesses:
    """All hypotheses about the tensor of this step. `given` are the names of the tensors that were handed in."""
    return Guesses(hypotheses(step, given))


class Remembered:
    """In place of `guesses_of` where many passes are diagnosed beside the same right tensors: compute guesses once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, TensorName, frozenset[TensorName]], Guesses] = {}

    def __call__(self, step: BackwardContext, given: Set[TensorName]) -> Guesses:
        key = id(step.tensors), step.name, frozenset(given)  # the guesses hold `tensors`, so no other object has its id
        if key not in self._known:
            self._known[key] = guesses_of(step, given)
        return self._known[key]
