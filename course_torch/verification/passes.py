"""The passes of a network on examples: the right ones, and what `J.backward()` leaves for training."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.formulas.layers import BackwardStep, LayerCache, LayerGradients
from course_torch.mistakes.context import ForwardPass
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import Kind, TensorName, Tensors, backward_propagation, in_order
from course_torch.verification.autograd import by_autograd
from course_torch.verification.copies import trainable_copy
from course_torch.verification.rounding import product_eps, standard_errors


@dataclass(frozen=True, eq=False)
class RightPass:
    """A network with examples X (m, n_x), Y (m, n_y). Its tensors are computed when they are asked for, and once."""

    network: DeepNetwork
    X: Tensor
    Y: Tensor

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

    @cached_property
    def _errors(self) -> dict[float, Tensors]:
        return {}


def step_of(tensors: Tensors, l: int) -> BackwardStep:
    """The tensors of layer l as the backward step that computes them."""
    dZ, dW, db, dA_prev = (tensors[TensorName(*name)] for name in (("dZ", l), ("dW", l), ("db", l), ("dA", l - 1)))
    return BackwardStep(dZ, LayerGradients(dW, db, tensors.get(TensorName("dslope", l))), dA_prev)


KINDS: tuple[Kind, ...] = ("dW", "db", "dslope")


def as_trained(network: DeepNetwork, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"]) -> tuple[Tensors, float]:
    """dW, db, learned dslope and dA[0] that `J.backward()` leaves in a copy of the network, and J."""
    copy = trainable_copy(network)
    X = X.detach().clone().requires_grad_()
    with torch.enable_grad():
        J = copy.cost(X, Y)
        J.backward()
    assert X.grad is not None
    return parameter_gradients(copy) | {TensorName("dA", 0): len(X) * X.grad}, J.item()


def parameters(network: DeepNetwork) -> dict[TensorName, Tensor]:
    """Name of the gradient -> parameter, for all learned parameters."""
    return {
        TensorName(kind, l): parameter
        for l, layer in enumerate(network.layers, start=1)
        for kind, parameter in zip(KINDS, layer.learned(), strict=False)
    }


def parameter_gradients(network: DeepNetwork) -> Tensors:
    """Name -> `.grad`, for all learned parameters that have a gradient."""
    named = parameters(network).items()
    return {name: parameter.grad for name, parameter in named if parameter.grad is not None}


def named_gradients(gradients: Sequence[LayerGradients]) -> Tensors:
    """Name -> gradient, from layer L to layer 1."""
    return {
        TensorName(kind, l): tensor
        for l, layer in reversed(list(enumerate(gradients, start=1)))
        for kind, tensor in zip(KINDS, layer, strict=False)
        if tensor is not None
    }
