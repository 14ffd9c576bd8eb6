"""A network with examples, and every tensor of its passes: the consistent input of the functions under judgement."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from course_torch.formulas.layers import BackwardStep, LayerCache
from course_torch.mistakes.context import ForwardPass
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.explanation import Remembered
from course_torch.verification.faults import shows_all
from course_torch.verification.reference import Tensors, by_autograd, in_order, rounding_errors, with_slope_1_at_zero


@dataclass(frozen=True, eq=False)
class Setting:
    """A float64 network with parameters of order 1 and examples X (m, n_x), Y (m, n_y)."""

    network: DeepNetwork
    X: Tensor
    Y: Tensor

    @property
    def m(self) -> int:
        return len(self.X)

    @property
    def L(self) -> int:
        return len(self.network.layers)

    @cached_property
    def caches(self) -> list[LayerCache]:
        """A[l-1], Z[l], A[l] of layers 1 to L."""
        with torch.no_grad():
            return self.network.caches(self.X)

    @cached_property
    def steps(self) -> list[BackwardStep]:
        """dZ[l], dW[l], db[l], dA[l-1] of layers 1 to L, by the formulas."""
        return self.network.backward_steps(self.X, self.Y, input_derivative=True)

    @cached_property
    def right(self) -> Tensors:
        """Every tensor of the backward pass, by autograd."""
        return by_autograd(self.network, self.X, self.Y)

    @cached_property
    def right_with_slope_1(self) -> Tensors:
        """Every tensor of the backward pass, with slope 1 of ReLU where Z is exactly 0."""
        return with_slope_1_at_zero(self.network, self.caches, self.Y)

    @cached_property
    def forward(self) -> ForwardPass:
        return ForwardPass.of(self.network, self.caches, self.Y)

    @cached_property
    def guesses(self) -> Remembered:
        """The hypotheses about each tensor of the backward pass, computed once."""
        return Remembered()

    def errors(self, eps: float) -> Tensors:
        """The standard rounding error of each entry, where ε is that of the learner's dtype; computed once."""
        if eps not in self._errors:
            self._errors[eps] = in_order(rounding_errors(self.network, self.caches, self.Y, self.steps, eps))
        return self._errors[eps]

    @cached_property
    def _errors(self) -> dict[float, Tensors]:
        return {}

    def once(self, make: Callable[["Setting"], Iterable[Any]]) -> list[Any]:
        """What a function such as `Task.calls` makes from this setting, computed once for all files and questions."""
        if make not in self._made:
            self._made[make] = list(make(self))
        return self._made[make]

    @cached_property
    def _made(self) -> dict[Callable[["Setting"], Iterable[Any]], list[Any]]:
        return {}

    def W(self, l: int) -> Tensor:
        return self.network.layers[l - 1].W.detach()

    def b(self, l: int) -> Tensor:
        return self.network.layers[l - 1].b.detach()

    @cached_property
    def parameters(self) -> dict[str, Tensor]:
        """W1, b1, … WL, bL, as the course names them."""
        return {
            f"{kind}{l}": tensor for l in range(1, self.L + 1) for kind, tensor in (("W", self.W(l)), ("b", self.b(l)))
        }

    @cached_property
    def cost(self) -> Tensor:
        """J of the network on the examples."""
        return self.network.output.cost(self.caches[-1].Z, self.Y)


def setting(
    layer_sizes: Sequence[int],
    hidden_activation: str,
    m: int,
    seed: int,
    *,
    labels: str = "both",
    zero_unit: bool = False,
) -> Setting:
    """Draw a network and m examples such that Z is of order 1, and positive and negative, in every hidden layer.

    labels      "both" classes in turn, or only "0" or only "1"
    zero_unit   whether Z of the first unit of layer 1 is exactly 0 in every example
    """
    generator = torch.Generator().manual_seed(seed)
    while True:
        drawn = draw(layer_sizes, hidden_activation, m, generator, labels, zero_unit)
        if m == 1 or shows_all(drawn.network, drawn.X):
            return drawn


def smallest_setting(layer_sizes: Sequence[int], hidden_activation: str) -> Setting:
    """3 examples, with numbers of one decimal."""
    drawn = setting(layer_sizes, hidden_activation, 3, seed=3)
    with torch.no_grad():
        for parameter in drawn.network.parameters():
            parameter.copy_(one_decimal(parameter))
    return Setting(drawn.network, one_decimal(drawn.X), drawn.Y)


def one_decimal(tensor: Tensor) -> Tensor:
    """Round to one decimal, away from 0."""
    return ((10 * tensor.abs()).ceil() / 10).copysign(tensor)


def draw(
    layer_sizes: Sequence[int], hidden_activation: str, m: int, generator: torch.Generator, labels: str, zero_unit: bool
) -> Setting:
    """Draw a network and examples."""
    network = DeepNetwork(layer_sizes, hidden_activation, dtype=torch.float64, generator=generator)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.normal_(std=parameter.shape[1] ** -0.5, generator=generator)
        if zero_unit:
            network.layers[0].W[0], network.layers[0].b[0, 0] = 0, 0
    X = torch.randn(m, layer_sizes[0], dtype=torch.float64, generator=generator)
    Y = (
        (torch.arange(m) % 2 == 0).double()
        if labels == "both"
        else torch.full((m,), float(labels), dtype=torch.float64)
    )
    Y = Y.reshape(-1, 1)[torch.randperm(m, generator=generator)]
    return Setting(network, X, Y)
