"""Hypotheses about a wrong tensor: mistakes of its own step, and of earlier steps whose tensors were not handed in."""

from collections.abc import Iterator, Set
from dataclasses import dataclass

from torch import Tensor

from course_torch.formulas.average import average
from course_torch.verification.catalogue import causes_of
from course_torch.verification.catalogue.cause import Cause
from course_torch.verification.names import Kind, TensorName
from course_torch.verification.suspects import Step


@dataclass(frozen=True)
class Hypothesis:
    """What a mistake would have computed.

    cause    the mistake; None for the right tensor, to which only a factor may have been applied
    tensor   the tensor that the mistake makes instead of the right tensor, or a tensor of which it adds a multiple
    origin   the step in which the mistake was made
    added    whether a multiple of `tensor` is added to the right tensor
    """

    cause: Cause | None
    tensor: Tensor
    origin: Step
    added: bool = False


def hypotheses(step: Step, given: Set[TensorName]) -> Iterator[Hypothesis]:
    """Yield all hypotheses about the tensor of this step.

    `given` are the names of the tensors that were handed in. If the tensor before this one was not handed in, a mistake
    in that tensor is possible too: this step passes it on.
    """
    yield Hypothesis(None, step.reference, step)
    for cause in causes_of(step.place):
        for tensor in cause.suspects(step) if cause.suspects else ():
            yield Hypothesis(cause, tensor, step)
        for tensor in cause.terms(step) if cause.terms else ():
            yield Hypothesis(cause, tensor, step, added=True)
    before = tensor_before(step)
    if before is not None and before.name not in given:
        for each in hypotheses(before, given):
            if each.tensor.shape == before.reference.shape:
                yield Hypothesis(each.cause, handed_on(each.tensor, step), each.origin, each.added)


def tensor_before(step: Step) -> Step | None:
    """The step whose tensor this step starts from: dZ for dW and db, dA for dZ and dslope. None for dZ[L] and dA."""
    kind, l = step.name
    if kind in ("dW", "db"):
        return Step(TensorName("dZ", l), step.right, step.forward)
    if kind in ("dZ", "dslope") and l < step.L:
        return Step(TensorName("dA", l), step.right, step.forward)
    return None


def handed_on(tensor: Tensor, step: Step) -> Tensor:
    """Apply this step, without a mistake, to another dZ or dA."""
    kind = step.name.kind
    if kind == "dW":
        return average(tensor.T @ step.A_prev, step.m)
    if kind == "db":
        return average(tensor.sum(dim=0, keepdim=True), step.m)
    if kind == "dZ":
        return tensor * step.derivative
    by_slope = step.forward.hidden_activation.slope_derivative
    assert by_slope is not None
    return average((tensor * by_slope(step.Z)).sum(), step.m)


def made_from(name: TensorName) -> list[TensorName]:
    """The tensors of the same layer that are computed from this dZ or dA."""
    kinds: tuple[Kind, ...] = ("dW", "db") if name.kind == "dZ" else ("dslope", "dZ", "dW", "db")
    return [TensorName(kind, name.layer) for kind in kinds]
