"""What each known mistake would have computed instead of a tensor of the backward pass."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from torch import Size, Tensor

from course_torch.mistakes import BACKWARD
from course_torch.mistakes.context import BackwardContext, Kind, TensorName
from course_torch.mistakes.record import Edit, Mistake, tensors_of
from course_torch.verification.difference import SAFETY, vector_of
from course_torch.verification.explain.match import SAMPLE


@dataclass(frozen=True)
class Hypothesis:
    """What a mistake would have computed.

    cause    the mistake; None for the right tensor, to which only a factor may have been applied
    tensor   the tensor that the mistake makes instead of the right tensor, or a tensor of which it adds a multiple
    origin   the step in which the mistake was made
    adds     the edit that adds a multiple of `tensor` to the right tensor; None if `tensor` replaces it
    """

    cause: Mistake | None
    tensor: Tensor
    origin: BackwardContext
    adds: Edit | None = None


def made_by_mistakes(step: BackwardContext, given: Set[TensorName]) -> Iterator[Hypothesis]:
    """Yield all hypotheses about the tensor of this step.

    `given` are the names of the tensors that were handed in. If the tensor before this one was not handed in, a mistake
    in that tensor is possible too: this step passes it on.
    """
    yield Hypothesis(None, step.right, step)
    for mistake in BACKWARD:
        for edit, tensor in tensors_of(mistake, step.place, step):
            yield Hypothesis(mistake, tensor, step, edit if edit.adds else None)
    before = tensor_before(step)
    if before is not None and before.name not in given:
        for each in made_by_mistakes(before, given):
            if each.tensor.shape == before.right.shape:
                yield Hypothesis(each.cause, step.handed_on(each.tensor), each.origin, each.adds)


def tensor_before(step: BackwardContext) -> BackwardContext | None:
    """The step whose tensor this step starts from. None for dZ[L] and dA."""
    if step.place in ("dZ[L]", "dA"):
        return None
    return BackwardContext(step.before, step.tensors, step.forward)


def made_from(name: TensorName) -> list[TensorName]:
    """The tensors of the same layer that are computed from this dZ or dA."""
    kinds: tuple[Kind, ...] = ("dW", "db") if name.kind == "dZ" else ("dslope", "dZ", "dW", "db")
    return [TensorName(kind, name.layer) for kind in kinds]


ROUNDED = 1e-12
"""Far more than the rounding errors of ‖x‖² - (u·x)², relative to ‖x‖²."""


class Hypotheses:
    """All hypotheses about the tensor of a step. `given` are the names of the tensors that were handed in."""

    def __init__(self, step: BackwardContext, given: Set[TensorName]) -> None:
        self.all = list(made_by_mistakes(step, given))

    @cached_property
    def directions(self) -> dict[Size, tuple[list[int], NDArray[np.float64]]]:
        """Shape -> the numbers of the hypotheses of this shape, and their tensors' first entries as unit vectors u."""
        numbers: dict[Size, list[int]] = {}
        for number, hypothesis in enumerate(self.all):
            numbers.setdefault(hypothesis.tensor.shape, []).append(number)
        return {shape: (each, self._unit_vectors(each)) for shape, each in numbers.items() if shape.numel()}

    def _unit_vectors(self, numbers: list[int]) -> NDArray[np.float64]:
        rows = np.stack([vector_of(self.all[number].tensor)[:SAMPLE] for number in numbers])
        with np.errstate(all="ignore"):  # zeros and infinities have no direction: nan, to which nothing is near
            rows /= np.abs(rows).max(axis=1, keepdims=True)
            return rows / np.sqrt((rows * rows).sum(axis=1, keepdims=True))

    def about(self, tensor: Tensor, error: float) -> list[Hypothesis]:
        """The hypotheses that may explain this tensor, whose rounding errors have this norm.

        They are all terms, and the tensors of which this one may be a multiple: its first entries x lie at most
        SAFETY · error beside the line of u, where ‖x‖² - (u·x)² is the square of the distance.
        """
        numbers, directions = self.directions.get(tensor.shape, ([], np.empty((0, 0))))
        x = vector_of(tensor)[:SAMPLE] if numbers else np.empty(0)
        with np.errstate(all="ignore"):
            squares = x @ x - (directions @ x) ** 2
            near = squares <= np.square(SAFETY * error) + ROUNDED * (x @ x)
        possible = {number for number, is_near in zip(numbers, near, strict=True) if is_near}
        return [each for number, each in enumerate(self.all) if each.adds or number in possible]


def remembered(step: BackwardContext, given: Set[TensorName]) -> Hypotheses:
    """The hypotheses, made once for a forward pass and its right tensors, beside which many passes may be diagnosed."""
    key = id(step.tensors), step.name, frozenset(given)  # the hypotheses hold `tensors`, so no other object has its id
    known = step.forward.remembered
    if key not in known:
        known[key] = Hypotheses(step, given)
    return known[key]
