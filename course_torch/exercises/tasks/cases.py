"""A network with examples, and every tensor of its passes: the consistent input of the functions under judgement."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from math import inf
from typing import Any, NamedTuple

import torch
from torch import Tensor

from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import TensorName
from course_torch.verification.networks.parameters import trainable_copy
from course_torch.verification.networks.right_pass import RightPass


def course_parameters(network: DeepNetwork) -> dict[str, Tensor]:
    """W1, b1, … WL, bL, as the course names them."""
    layers = enumerate(network.layers, start=1)
    return {f"{kind}{l}": getattr(layer, kind).detach() for l, layer in layers for kind in ("W", "b")}


class TestCase(RightPass):
    """A float64 network with parameters of order 1 and examples X (m, n_x), Y (m, n_y), and its two passes."""

    __test__ = False  # for pytest: the class holds no tests
    learning_rate, print_cost = 1.2, False  # arguments that some editions of nn_model require

    @property
    def m(self) -> int:
        return len(self.X)

    @property
    def L(self) -> int:
        return len(self.network.layers)

    @cached_property
    def calls(self) -> dict[object, list[Any]]:
        """`Task.calls` -> the calls that it makes in this test case, for all files and questions."""
        return {}

    @cached_property
    def parameters(self) -> dict[str, Tensor]:
        """W1, b1, … WL, bL."""
        return course_parameters(self.network)

    @cached_property
    def cost(self) -> Tensor:
        """J of the network on the examples."""
        return self.network.output.cost(self.caches[-1].Z, self.Y)

    def with_parameters(self, parameters: Mapping[str, Tensor]) -> "TestCase":
        """The same examples in a network with these W1, b1, … WL, bL."""
        network = trainable_copy(self.network)
        for name, parameter in course_parameters(network).items():
            parameter.copy_(parameters[name])
        return replace(self, network=network)

    def descent(self, rate: float, iterations: int, *, slope_1: bool = False) -> list["TestCase"]:
        """This test case, and the test case after each iteration of gradient descent, W - α dW and b - α db.

        slope_1   whether ReLU has slope 1, not 0, where Z is exactly 0
        """
        cases = [self]
        for _ in range(iterations):
            last = cases[-1]
            right = last.right_with_slope_1 if slope_1 else last.right
            grads = {f"{kind[1:]}{l}": tensor for (kind, l), tensor in right.items()}
            new = {name: parameter - rate * grads[name] for name, parameter in last.parameters.items()}
            cases.append(last.with_parameters(new))
        return cases


SEEN = 0.3
"""The smallest fraction of positive Z, and of negative Z, in a hidden layer."""
LARGE = 10
"""What Z and dZ of the last hidden layer reach in a test case of large and small numbers."""
TRIES = 20
"""Draws at most until they reach it: with the activations of the chapters nine of ten do, with another perhaps none."""


class Sizes(NamedTuple):
    """What a test case is drawn from: a row in the table of a chapter.

    labels        "both" classes in turn, or only "0" or only "1"
    zero_unit     whether Z of the first unit of layer 1 is exactly 0 in every example
    largest_Z     the parameters of the output are scaled down until no |Z| of the output exceeds it
    spread        makes numbers large and small (`spread_out`); largest |Z| of the output is then `largest_Z`. Unless 0
    one_decimal   whether the numbers are rounded to one decimal
    """

    layer_sizes: list[int]
    m: int
    labels: str = "both"
    zero_unit: bool = False
    largest_Z: float = inf
    spread: float = 0
    one_decimal: bool = False


def drawn_case(sizes: Sizes, hidden_activation: str, seed: int) -> TestCase:
    """Draw a network and m examples such that Z is of order 1, and positive and negative, in every hidden layer."""
    generator = torch.Generator().manual_seed(seed)
    for _ in range(TRIES):
        case = drawn_once(sizes, hidden_activation, generator)
        while sizes.m > 1 and not shows_all(case.network, case.X):
            case = drawn_once(sizes, hidden_activation, generator)
        if not sizes.spread or is_large(case):
            break
    with torch.no_grad():
        for parameter in case.network.parameters() if sizes.one_decimal else ():
            parameter.copy_(one_decimal(parameter))
    return TestCase(case.network, one_decimal(case.X), case.Y) if sizes.one_decimal else case


def spread_out(network: DeepNetwork, X: Tensor, times: float) -> None:
    """Make the columns of A[L-1] in turn this many times larger and smaller, and those of W[L] the other way round.

    Then some Z, A, dZ and dW are large, and others are small. With ReLU the output is as before.
    """
    *before, output = network.layers
    factors = torch.tensor([times, 1 / times], dtype=X.dtype).repeat(len(output.W.T))[: len(output.W.T)]
    output.W.div_(factors)
    for columns in (before[-1].W.T, before[-1].b) if before else (X,):
        columns.mul_(factors)


@torch.no_grad()
def shows_all(network: DeepNetwork, X: Tensor) -> bool:
    """Whether Z of every hidden layer lies on both sides of 0, so that a wrong derivative shows."""
    positive = [(cache.Z > 0).double().sum().item() / cache.Z.numel() for cache in network.caches(X)[:-1]]
    return all(SEEN <= part <= 1 - SEEN for part in positive)


def is_large(case: TestCase) -> bool:
    """Whether Z and dZ of the last hidden layer reach LARGE: then a cap shows. A network of one layer has no such Z."""
    l = case.L - 1
    return l == 0 or bool(min(case.caches[l - 1].Z.max(), case.right[TensorName("dZ", l)].abs().max()) >= LARGE)


def drawn_once(sizes: Sizes, hidden_activation: str, generator: torch.Generator) -> TestCase:
    """Draw a network and examples."""
    network = DeepNetwork(sizes.layer_sizes, hidden_activation, dtype=torch.float64, generator=generator)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.normal_(std=parameter.shape[1] ** -0.5, generator=generator)
        if sizes.zero_unit:
            network.layers[0].W[0], network.layers[0].b[0, 0] = 0, 0
    X = torch.randn(sizes.m, sizes.layer_sizes[0], dtype=torch.float64, generator=generator)
    in_turn = (torch.arange(sizes.m) % 2 == 0).double()
    Y = in_turn if sizes.labels == "both" else torch.full((sizes.m,), float(sizes.labels), dtype=torch.float64)
    with torch.no_grad():
        if sizes.spread:
            spread_out(network, X, sizes.spread)
        scale = sizes.largest_Z / network.caches(X)[-1].Z.abs().max().item()
        for parameter in network.layers[-1].parameters():
            parameter.mul_(scale if sizes.spread else min(1.0, scale))
    return TestCase(network, X, Y.reshape(-1, 1)[torch.randperm(sizes.m, generator=generator)])


def one_decimal(tensor: Tensor) -> Tensor:
    """Round to one decimal, away from 0."""
    return ((10 * tensor.abs()).ceil() / 10).copysign(tensor)
