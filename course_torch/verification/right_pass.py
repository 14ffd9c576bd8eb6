"""The right forward and backward pass of a network on examples, with their rounding errors."""

from dataclasses import dataclass, field
from functools import cached_property

import torch
from torch import Tensor

from course_torch.formulas.layers import LayerCache
from course_torch.mistakes.context import ForwardPass
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import Tensors, backward_propagation, in_order
from course_torch.verification.autograd import by_autograd
from course_torch.verification.named_tensors import step_of
from course_torch.verification.rounding import product_eps, standard_errors


@dataclass(frozen=True, eq=False)
class RightPass:
    """A network with examples X (m, n_x), Y (m, n_y). Its tensors are computed when they are asked for, and once."""

    network: DeepNetwork
    X: Tensor
    Y: Tensor
    _errors: dict[float, Tensors] = field(default_factory=dict, init=False)

    @cached_property
    def caches(self) -> list[LayerCache]:
        """A[l-1], Z[l], A[l] of layers 1 to L."""
        with torch.no_grad():
            return self.network.caches(self.X)

    @cached_property
    def right(self) -> Tensors:
        """Every tensor of the backward pass, by autograd."""
        return by_autograd(self.network, self.X, self.Y)

    @cached_property
    def right_with_slope_1(self) -> Tensors:
        """The hand-written backward pass with g'(0) = g'(0+), which notes 2.4 allow as well as g'(0) = g'(0-)."""
        network, tiny = self.network, torch.finfo(self.caches[0].Z.dtype).tiny
        above = [cache._replace(Z=torch.where(cache.Z == 0, tiny, cache.Z)) for cache in self.caches]
        g, m = network.hidden_activation, len(self.Y)
        with torch.no_grad():
            steps = backward_propagation(self.Y, network.layers, above, g, network.output, m=m, input_derivative=True)
        return in_order(steps)

    @cached_property
    def forward(self) -> ForwardPass:
        return ForwardPass.of(self.network, self.caches, self.Y)

    def errors(self, eps: float | None = None) -> Tensors:
        """The standard rounding error of each entry: with this ε, or with that of the network's matrix products."""
        eps = product_eps(self.X) if eps is None else eps
        if eps not in self._errors:
            steps = [step_of(self.right, l) for l in range(1, len(self.caches) + 1)]
            self._errors[eps] = standard_errors(self.network, self.caches, self.Y, steps, eps)
        return self._errors[eps]
