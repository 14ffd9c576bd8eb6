"""Mistakes in the forward pass, each made by a code in the place of a formula."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.costs import sigmoid_cross_entropy
from course_torch.formulas.layers import LayerCache, block
from course_torch.formulas.outputs import Output
from tests.conftest import MakeProblem, Problem

DTYPES = (torch.float64, torch.float32, torch.bfloat16)


def two_terms(Z: Tensor, Y: Tensor, ones: float, zeros: float) -> Tensor:
    A = 1 / (1 + (-Z).exp())
    return -(ones * Y * A.log() + zeros * (1 - Y) * (1 - A).log()).sum(dim=1)


def noise(tensor: Tensor) -> Tensor:
    """The same random numbers for each tensor of this shape."""
    return torch.randn(tensor.shape, generator=torch.Generator().manual_seed(0), dtype=tensor.dtype)


NAMES = {
    **vars(torch),
    **{"log": math.log, "two_terms": two_terms, "noise": noise},
    **{"softplus": torch.nn.functional.softplus, "right_loss": sigmoid_cross_entropy},
}
"""What a code may name, such as the functions of torch."""
ARGUMENTS = {
    "linear": "A, W, b",
    "block": "Z, g",
    "input": "X",
    "cache": "cache",
    "cost": "losses, m",
    "Output.cost": "J",
    "output": "Z",
    "loss": "Z, Y",
}
"""Place -> the arguments of its code. Any other place is a hidden activation, a function of Z and slope."""


def by_code(code: str, arguments: str) -> Callable:
    return eval(f"lambda {arguments}: {code}", NAMES)


def of_linear(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = by_code(code, "A, W, b")

    def linear(A_prev: Tensor, W: Tensor, b: Tensor) -> object:
        """Z = A_prev Wᵀ + b: the linear step."""
        return wrong(A_prev, W, b)

    for module in ("formulas.layers", "network.propagation"):
        monkeypatch.setattr(f"course_torch.{module}.linear", linear)


def with_mistake(place: str, code: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> Problem:
    """A problem whose network, or whose package, makes this mistake. `loss softmax` is a place of this output."""
    where, _, output = place.partition(" ")
    wrong = by_code(code, ARGUMENTS.get(where, "Z, slope=None"))
    if where in ("output", "loss"):
        network, X, Y = make_problem([4, 6, 3], 11, output=output)
        network.output = replace(network.output, **{{"output": "value", "loss": "losses"}[where]: wrong})
        return network, X, Y
    if where in ("cost", "Output.cost"):
        right = Output.cost
        if where == "cost":
            for module in ("formulas.outputs", "verification.networks.calls.forward"):
                monkeypatch.setattr(f"course_torch.{module}.cost", wrong)
        else:
            monkeypatch.setattr(Output, "cost", lambda self, Z, Y, m=None: wrong(right(self, Z, Y, m)))
        return make_problem([4, 6, 1], 12)
    network, X, Y = make_problem([4, 6, 6, 1], hidden_activation=where if where in ACTIVATIONS else "tanh")
    caches = DeepNetwork.caches
    if where == "linear":
        of_linear(code, monkeypatch)
    elif where == "block":

        def wrong_block(A_prev: Tensor, *arguments: object) -> LayerCache:
            return LayerCache(A_prev, *wrong(block(A_prev, *arguments).Z, torch.tanh))

        monkeypatch.setattr("course_torch.network.propagation.block", wrong_block)
    elif where == "input":
        monkeypatch.setattr(DeepNetwork, "caches", lambda self, X: caches(self, wrong(X)))
    elif where == "cache":

        def wrong_caches(self: DeepNetwork, X: Tensor) -> list[LayerCache]:
            first, second, *others = caches(self, X)
            return [first, second._replace(A_prev=wrong(first)), *others]

        monkeypatch.setattr(DeepNetwork, "caches", wrong_caches)
    else:
        network.hidden_activation = replace(network.hidden_activation, function=wrong)
    return network, X, Y
