"""What computes J and the gradients of a step: the formulas or a learner's file. A mistake is in `mistakes.py`."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from course_torch.errors import InputError
from course_torch.exercises.own_pass import OwnPass
from course_torch.formulas.average import average
from course_torch.formulas.layers import LayerGradients
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import backward_propagation
from course_torch.playground.examples import Batch

Pass = Callable[[DeepNetwork, Batch], tuple[Tensor, Sequence[LayerGradients]]]
"""Computes J and the gradients of layers 1 to L. Raises StoppedError if that is impossible."""


class StoppedError(Exception):
    """The training cannot go on. `reason` is a word for the page: shapes, diverged, mine."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@torch.no_grad()
def by_formulas(network: DeepNetwork, batch: Batch) -> tuple[Tensor, list[LayerGradients]]:
    """The hand-written passes in the order of operations of `J.backward()`: 1/m enters at dZ[L] (NetworkCost).

    The steps are then those of train.py bit for bit, and autograd's engine, which takes half of the time, is left out.
    """
    X, Y, m = batch
    caches = network.caches(X)
    J = network.output.cost(caches[-1].Z, Y, m)
    steps = backward_propagation(
        Y, network.layers, caches, network.hidden_activation, network.output, m=1, dJ=average(torch.ones_like(J), m)
    )
    return J, [step.gradients for step in steps]


def by_own_pass(own_pass: OwnPass, network: DeepNetwork, batch: Batch) -> tuple[Tensor, list[LayerGradients]]:
    """J and the gradients of the learner's file. Raises StoppedError if it fails."""
    try:
        return own_pass(network, batch.X, batch.Y)
    except InputError as error:
        raise StoppedError("mine", str(error)) from error
