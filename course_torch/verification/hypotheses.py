"""What may have made a wrong tensor: the suspects of its own step, and of steps whose tensors were not handed in."""

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
    """A tensor that a cause puts in place of the right one, or a tensor of which the cause adds a multiple.

    Without a cause the tensor is the right one, which a factor may have spoilt. `origin` is the step of the mistake.
    """

    cause: Cause | None
    tensor: Tensor
    origin: Step
    added: bool = False


def hypotheses(step: Step, given: Set[TensorName]) -> Iterator[Hypothesis]:
    """All hypotheses on the tensor of this step.

    `given` are the names of the tensors that were handed in. Where the tensor before this one is not among them, its
    mistakes come into question as well, as this step hands them on.
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
    """The step that makes dZ for dW and db, or dA for dZ and dslope. None for dZ[L] and for dA."""
    kind, l = step.name
    if kind in ("dW", "db"):
        return Step(TensorName("dZ", l), step.right, step.forward)
    if kind in ("dZ", "dslope") and l < step.L:
        return Step(TensorName("dA", l), step.right, step.forward)
    return None


def handed_on(tensor: Tensor, step: Step) -> Tensor:
    """What the right step makes of another dZ or dA."""
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
    """The tensors of the same layer that dZ or dA is handed on to."""
    kinds: tuple[Kind, ...] = ("dW", "db") if name.kind == "dZ" else ("dslope", "dZ", "dW", "db")
    return [TensorName(kind, name.layer) for kind in kinds]
