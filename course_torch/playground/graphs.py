"""The graphs of a page that trains by itself: the passes of each network that it allows, with the mistakes that fit."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from unittest.mock import patch

import torch
from torch import Tensor

from course_torch.data.planar import FEATURES
from course_torch.exchange.graph import EXAMPLES, Graph, InputNumber, Mistake, Recorder, step_graph
from course_torch.formulas import outputs
from course_torch.formulas.activation import Activation
from course_torch.formulas.average import average
from course_torch.formulas.layers import BackwardStep, LayerCache
from course_torch.formulas.output import Output
from course_torch.mistakes.context import BackwardContext, ForwardPass
from course_torch.network.deep_network import DeepNetwork
from course_torch.playground.mistakes import classic, fits
from course_torch.playground.settings import MOST_ROWS, WIDEST, Settings
from course_torch.verification import reference
from course_torch.verification.faults import Fault, broken
from course_torch.verification.reference import depth, in_order, rounding_errors

MOST_TERMS = MOST_ROWS * WIDEST
"""No sum of the page has more terms."""


def passes_graph(settings: Settings) -> Graph:
    """The passes of the network of these settings, for every width of its hidden layers, and their rounding errors."""
    return step_graph(settings.model_config().network(), mistakes_of(settings), errors)


def mistakes_of(settings: Settings) -> dict[str, Mistake]:
    """The classic mistakes of the network."""
    return {fault.name: partial(mistaken, fault) for fault in classic() if fits(fault, settings)}


def errors(
    network: DeepNetwork, caches: Sequence[LayerCache], steps: Sequence[BackwardStep], Y: Tensor, m: InputNumber
) -> dict[str, Tensor]:
    """The rounding errors of the backward pass, such as "error dW[1]". Every sum counts as a sum of MOST_TERMS."""
    with patch.object(reference, "depth", lambda terms: depth(MOST_TERMS)):
        made = rounding_errors(network, caches, Y, steps, torch.finfo(torch.float64).eps, m)
    return {f"error {name}": tensor for name, tensor in in_order(made).items()}


@torch.no_grad()
def score_graph(output: Output) -> Graph:
    """The mean score from A, Y and m."""
    A, Y, m = torch.rand(EXAMPLES, 1).double(), torch.arange(EXAMPLES).double().reshape(-1, 1), InputNumber(EXAMPLES)

    def by_m(total: Tensor, number: float) -> Tensor:
        return average(total, m if number == EXAMPLES else number)

    with Recorder({"A": A, "Y": Y, "m": m.tensor}) as recorder, patch.object(outputs, "average", by_m):
        return recorder.graph({"score": average(output.scores(A, Y, Y).sum(), m)})


def features_graph() -> Graph:
    """Every feature from x1 and x2."""
    points = {"x1": torch.ones(EXAMPLES, 1), "x2": torch.ones(EXAMPLES, 1)}
    with Recorder(points) as recorder:
        return recorder.graph({name: feature(*points.values()) for name, feature in FEATURES.items()})


@torch.no_grad()
def derivative_graph(g: Activation) -> Graph:
    """g'(Z) from Z and, for a leaky activation, the slope."""
    Z, slope = torch.ones(EXAMPLES, 1), torch.tensor(0.5)
    with Recorder({"Z": Z, "slope": slope}) as recorder:
        return recorder.graph({"derivative": g.derivative(Z, g.value(Z, slope), slope)})


@contextmanager
def mistaken(fault: Fault, network: DeepNetwork, X: Tensor, Y: Tensor, m: InputNumber) -> Iterator[None]:
    """Inside this context the backward pass makes the mistake, with m as an input and g' by its formula.

    The operations of autograd take sizes.
    """
    with ExitStack() as patches:
        patches.enter_context(warnings.catch_warnings(action="ignore"))  # torch.tensor(1 / m) copies a tensor here
        # A mistake that changes nothing here, because a unit is dead or b is 0, is recorded all the same.
        patches.enter_context(patch.object(torch, "allclose", lambda *tensors, **options: False))
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
