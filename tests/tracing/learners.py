"""Learners' gradients for a trace, and what the record says of the first wrong one."""

from collections.abc import Callable, Sequence

from torch import Tensor

from course_torch import DeepNetwork, LayerGradients
from course_torch.tracing.own_pass import OwnGradients
from course_torch.tracing.record import FirstWrong, Trace

Change = Callable[[int, LayerGradients], LayerGradients]


def learner(change: Change = lambda l, each: each, factor: float = 1.0) -> OwnGradients:
    """A learner whose gradients of layer l are changed and whose J is multiplied."""

    def own(network: DeepNetwork, X: Tensor, Y: Tensor) -> tuple[Tensor, Sequence[LayerGradients]]:
        gradients = network.manual_gradients(X, Y)
        return factor * network.cost(X, Y), [change(l, each) for l, each in enumerate(gradients, start=1)]

    return own


def first_wrong(record: Trace) -> FirstWrong:
    assert record.own is not None
    assert record.own.first_wrong is not None
    return record.own.first_wrong
