"""Hypotheses about a wrong tensor: mistakes of its own step, and of earlier steps whose tensors were not handed in."""

from collections.abc import Iterator, Set
from dataclasses import dataclass

from torch import Tensor

from course_torch.formulas.average import average
from course_torch.mistakes import BACKWARD
from course_torch.mistakes.context import BackwardContext, Kind, TensorName
from course_torch.mistakes.record import Edit, Mistake
from course_torch.mistakes.reference import tensors_of


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


def hypotheses(step: BackwardContext, given: Set[TensorName]) -> Iterator[Hypothesis]:
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
        for each in hypotheses(before, given):
            if each.tensor.shape == before.right.shape:
                yield Hypothesis(each.cause, handed_on(each.tensor, step), each.origin, each.adds)


def tensor_before(step: BackwardContext) -> BackwardContext | None:
    """The step whose tensor this step starts from: dZ for dW and db, dA for dZ and dslope. None for dZ[L] and dA."""
    kind, l = step.name
    if kind in ("dW", "db"):
        return BackwardContext(TensorName("dZ", l), step.tensors, step.forward)
    if kind in ("dZ", "dslope") and l < step.L:
        return BackwardContext(TensorName("dA", l), step.tensors, step.forward)
    return None


def handed_on(tensor: Tensor, step: BackwardContext) -> Tensor:
    """Apply this step, without a mistake, to another dZ or dA."""
    kind = step.name.kind
    if kind == "dW":
        return average(tensor.T @ step.A_prev, step.m)
    if kind == "db":
        return average(tensor.sum(dim=0, keepdim=True), step.m)
    if kind == "dZ":
        return tensor * step.g_prime(step.Z)
    by_slope = step.forward.hidden_activation.slope_derivative
    assert by_slope is not None
    return average((tensor * by_slope(step.Z)).sum(), step.m)


def made_from(name: TensorName) -> list[TensorName]:
    """The tensors of the same layer that are computed from this dZ or dA."""
    kinds: tuple[Kind, ...] = ("dW", "db") if name.kind == "dZ" else ("dslope", "dZ", "dW", "db")
    return [TensorName(kind, name.layer) for kind in kinds]
