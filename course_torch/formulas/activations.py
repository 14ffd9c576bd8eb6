"""The activation functions g(Z) with their derivatives g'(Z) (notes 2.3 and 2.4).

Each function applies to every entry of Z on its own, so any shape goes in and the same shape comes out. The backward
step of all of them is dZ = dA * g'(Z).
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from course_torch.formulas.average import average


def sigmoid(Z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """A = 1 / (1 + exp(-Z)), in (0, 1): the probability that y = 1 at the output layer (notes 1.2)."""
    return torch.sigmoid(Z)


def sigmoid_derivative(A: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """g'(Z) = A (1 - A) for A = sigmoid(Z): at most 1/4, and 0 on both sides far from Z = 0."""
    return A * (1 - A)


def sigmoid_derivative_from_Z(Z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """The same from Z: sigmoid(Z) sigmoid(-Z), as 1 - A = sigmoid(-Z); still right where A has rounded to 1."""
    return sigmoid(Z) * sigmoid(-Z)


def tanh(Z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """A = (exp(Z) - exp(-Z)) / (exp(Z) + exp(-Z)), in (-1, 1)."""
    return torch.tanh(Z)


def tanh_derivative(A: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """g'(Z) = 1 - A² for A = tanh(Z): 1 at Z = 0, and 0 on both sides far from it."""
    return 1 - A * A


def tanh_derivative_from_Z(Z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """The same from Z: 1 / cosh²(Z), still right where A has rounded to 1 or -1."""
    return 1 / torch.cosh(Z) ** 2


def relu(Z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """A = max(0, Z). A nan stays nan, so that a diverging network shows."""
    return torch.relu(Z)


def relu_derivative(Z: Float[Tensor, "*shape"], at_zero: Literal[0, 1] = 0) -> Float[Tensor, "*shape"]:
    """g'(Z) = 1 where Z > 0, 0 where Z < 0, `at_zero` where Z = 0: notes 2.4 allow 0 and 1, autograd has 0."""
    active = Z >= 0 if at_zero == 1 else Z > 0
    return active.to(Z.dtype)


def leaky_relu(Z: Float[Tensor, "*shape"], slope: Float[Tensor, ""]) -> Float[Tensor, "*shape"]:
    """A = Z where Z > 0, and slope · Z elsewhere; the course's slope is 0.01, or a parameter that is learned."""
    return torch.where(Z > 0, Z, slope * Z)


def leaky_relu_derivative(Z: Float[Tensor, "*shape"], slope: Float[Tensor, ""]) -> Float[Tensor, "*shape"]:
    """g'(Z) = 1 where Z > 0, and the slope elsewhere."""
    return torch.where(Z > 0, torch.ones_like(Z), slope.to(Z.dtype))


def leaky_relu_slope_gradient(dA: Float[Tensor, "m n_l"], Z: Float[Tensor, "m n_l"], m: float) -> Float[Tensor, ""]:
    """dslope = (1/m) Σ dA * min(0, Z): the derivative of the cost J by the slope that a layer's units share."""
    return average((dA * Z.clamp(max=0)).sum(), m)


def identity(Z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """A = Z: a network of such layers is no more than one linear layer (notes 2.3)."""
    return Z


def identity_derivative(Z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """g'(Z) = 1."""
    return torch.ones_like(Z)


class Activation(NamedTuple):
    """A pair: `value(Z, slope)` is g(Z), `derivative(Z, A, slope)` is g'(Z) from whichever of Z and A is cheaper."""

    value: Callable[..., Tensor]
    derivative: Callable[..., Tensor]


ACTIVATIONS = {
    "sigmoid": Activation(lambda Z, slope: sigmoid(Z), lambda Z, A, slope: sigmoid_derivative(A)),
    "tanh": Activation(lambda Z, slope: tanh(Z), lambda Z, A, slope: tanh_derivative(A)),
    "relu": Activation(lambda Z, slope: relu(Z), lambda Z, A, slope: relu_derivative(Z)),
    "leaky_relu": Activation(leaky_relu, lambda Z, A, slope: leaky_relu_derivative(Z, slope)),
    "identity": Activation(lambda Z, slope: identity(Z), lambda Z, A, slope: identity_derivative(Z)),
}
"""Name -> pair. Only the leaky ReLU has a slope; the others are handed None."""
