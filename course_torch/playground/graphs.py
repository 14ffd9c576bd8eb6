"""The graphs of a page that trains by itself: the passes of each network that it allows, with the mistakes that fit."""

import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from unittest.mock import patch

from torch import Tensor

from course_torch.exchange.graph import Graph, InputNumber, step_graph
from course_torch.mistakes.context import BackwardContext, ForwardPass
from course_torch.network.deep_network import DeepNetwork
from course_torch.playground.mistakes import fitting
from course_torch.playground.settings import Settings
from course_torch.verification.faults import Fault, broken


def passes_graph(settings: Settings) -> Graph:
    """The passes of the network of these settings, for every width of its hidden layers."""
    mistakes = {fault.name: partial(mistaken, fault) for fault in fitting(settings)}
    return step_graph(settings.model_config().network(), mistakes)


@contextmanager
def mistaken(fault: Fault, network: DeepNetwork, X: Tensor, Y: Tensor, m: InputNumber) -> Iterator[None]:
    """Inside this context the backward pass makes the mistake, with m as an input and g' by its formula.

    The operations of autograd take sizes.
    """
    with ExitStack() as patches:
        patches.enter_context(warnings.catch_warnings(action="ignore"))  # torch.tensor(1 / m) copies a tensor here
        patches.enter_context(patch.object(BackwardContext, "m", m))
        patches.enter_context(patch.object(ForwardPass, "derivative", by_formula))
        patches.enter_context(broken(network, X, Y, fault.wrong))
        yield


def by_formula(forward: ForwardPass, l: int, Z: Tensor | None = None) -> Tensor:
    """g' of hidden layer l at its own Z or at another. Raises IndexError for the output layer."""
    if l == len(forward.caches):
        raise IndexError(l)
    cache, slope, g = forward.caches[l - 1], forward.slopes[l - 1], forward.hidden_activation
    return g.derivative(cache.Z, cache.A, slope) if Z is None else g.derivative(Z, g.value(Z, slope), slope)
