"""The activation functions g(Z) with their derivatives g'(Z) (notes 2.3 and 2.4).

Each function applies to every entry of its argument, so the result has the shape of the argument. The backward step of
every activation is dZ = dA * g'(Z) (`layers.activation_backward`). Other packages take g and g' from the table at the
end, as an `Activation`. The table also names the operations of torch that training uses in place of these formulas,
because they save a pass over the memory.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn


def sigmoid(Z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """A = 1 / (1 + exp(-Z)): a number in (0, 1). At the output layer it is the probability that y = 1 (notes 1.2)."""
    return torch.sigmoid(Z)


def sigmoid_derivative(Z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """g'(Z) = sigmoid(Z) sigmoid(-Z): the derivative of sigmoid. It is accurate even if A has rounded to 1."""
    return sigmoid(Z) * sigmoid(-Z)


def sigmoid_derivative_from_A(A: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """g'(Z) = A (1 - A): the derivative of sigmoid from A = g(Z). It is at most 1/4, and near 0 where |Z| is large."""
    return A * (1 - A)


def tanh(Z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """A = (exp(Z) - exp(-Z)) / (exp(Z) + exp(-Z)): a number in (-1, 1)."""
    return torch.tanh(Z)


def tanh_derivative(Z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """g'(Z) = 1 / cosh²(Z): the derivative of tanh. It is accurate even if A has rounded to 1 or -1."""
    return 1 / torch.cosh(Z) ** 2


def tanh_derivative_from_A(A: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """g'(Z) = 1 - A²: the derivative of tanh from A = g(Z). It is 1 at Z = 0, and near 0 where |Z| is large."""
    return 1 - A * A


def relu(Z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """A = max(0, Z): negative numbers become 0. A nan stays a nan, so that a diverging network is visible."""
    return torch.relu(Z)


def relu_derivative(Z: Float[Tensor, "*shape"], at_zero: Literal[0, 1] = 0) -> Float[Tensor, "*shape"]:
    """g'(Z) = [Z > 0]: 1 where Z > 0, 0 where Z < 0, `at_zero` where Z = 0 (notes 2.4 allow 0 and 1)."""
    active = Z >= 0 if at_zero == 1 else Z > 0
    return active.to(Z.dtype)


def leaky_relu(Z: Float[Tensor, "*shape"], slope: Float[Tensor, ""]) -> Float[Tensor, "*shape"]:
    """A = Z if Z > 0 else slope · Z: in the course the slope is 0.01 or a learned parameter."""
    return torch.where(Z > 0, Z, slope * Z)


def leaky_relu_derivative(Z: Float[Tensor, "*shape"], slope: Float[Tensor, ""]) -> Float[Tensor, "*shape"]:
    """g'(Z) = 1 if Z > 0 else slope: the derivative of leaky ReLU. At Z = 0 it is the slope."""
    return torch.where(Z > 0, 1, slope.to(Z.dtype))


def leaky_relu_slope_derivative(Z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """dg/dslope = min(0, Z): the derivative of A by the slope."""
    return Z.clamp(max=0)


def identity(Z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """A = Z: a network of such layers computes no more than a single linear layer (notes 2.3)."""
    return Z


def identity_derivative(Z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """g'(Z) = 1: A changes exactly as Z does."""
    return torch.ones_like(Z)


@dataclass(frozen=True)
class Fused:
    """torch's own operations for an activation, which save a pass over the memory. A test holds them equal to g and g'.

    backward       dZ = dA * g' as f(dA, …) with the arguments of `derivative_by`, for training
    value_out      g as f(…, out=A), with the arguments of `function`
    backward_out   dZ = dA * g' as f(dA, …, grad_input=dZ), with the arguments of `derivative_by`

    None selects g or g' itself.
    """

    backward: Callable[..., Tensor] | None = None
    value_out: Callable[..., object] | None = None
    backward_out: Callable[..., object] | None = None


@dataclass(frozen=True)
class Activation:
    """An activation function g and its derivative g'. The object holds everything that depends on the choice of g.

    name              the name in configs and on the command line
    function          g(Z), or g(Z, slope) if the activation has a slope
    derivative_by     g', as a function of Z or of A (see `argument`), and of the slope if the activation has a slope
    argument          "Z" or "A": the argument of `derivative_by`, whichever is cheaper
    slope_derivative  dg/dslope as a function of Z; None for an activation without a slope
    kink              whether g' jumps at Z = 0, where notes 2.4 allow either value
    module            makes torch's own module of g, with the slope as its only parameter `weight`: the reference that
                      judges `function`. None if torch has none
    fused             torch's own operations
    """

    name: str
    function: Callable[..., Tensor]
    derivative_by: Callable[..., Tensor]
    argument: Literal["Z", "A"]
    module: Callable[[], nn.Module] | None
    slope_derivative: Callable[[Tensor], Tensor] | None = None
    kink: bool = False
    fused: Fused = Fused()

    def value(self, Z: Float[Tensor, "*shape"], slope: Float[Tensor, ""] | None = None) -> Float[Tensor, "*shape"]:
        """A = g(Z). An activation without a slope ignores `slope`."""
        return self.function(*self.with_slope(Z, slope))

    def derivative(
        self, Z: Float[Tensor, "*shape"], A: Float[Tensor, "*shape"], slope: Float[Tensor, ""] | None = None
    ) -> Float[Tensor, "*shape"]:
        """g'(Z), where A = g(Z)."""
        return self.derivative_by(*self.with_slope(Z if self.argument == "Z" else A, slope))

    def backward(
        self,
        dA: Float[Tensor, "*shape"],
        Z: Float[Tensor, "*shape"],
        A: Float[Tensor, "*shape"],
        slope: Float[Tensor, ""] | None = None,
    ) -> Float[Tensor, "*shape"]:
        """dZ = dA * g'(Z), where A = g(Z)."""
        if self.fused.backward is None:
            return dA * self.derivative(Z, A, slope)
        return self.fused.backward(dA, *self.with_slope(Z if self.argument == "Z" else A, slope))

    def by_product(self) -> "Activation":
        """The same activation, which computes dA * g'(Z) by g' itself."""
        return replace(self, fused=replace(self.fused, backward=None))

    def write_value(self, Z: Tensor, slope: Tensor | None, A: Tensor) -> None:
        """Write g(Z) into A."""
        if self.fused.value_out is None:
            A.copy_(self.value(Z, slope))
        else:
            self.fused.value_out(*self.with_slope(Z, slope), out=A)

    def turn_into_dZ(self, dA: Tensor, Z: Tensor, A: Tensor, slope: Tensor | None) -> None:
        """Overwrite dA with dZ = dA * g'(Z)."""
        if self.fused.backward_out is None:
            dA.mul_(self.derivative(Z, A, slope))
        else:
            argument = Z if self.argument == "Z" else A
            self.fused.backward_out(dA, *self.with_slope(argument, slope), grad_input=dA)

    def with_slope(self, argument: Tensor, slope: Tensor | None) -> tuple[Tensor | None, ...]:
        """The arguments of g and g': the slope is left out if the activation has none."""
        return (argument,) if self.slope_derivative is None else (argument, slope)


aten = torch.ops.aten
"""torch's own operations. `relu` has none of its own: `threshold_backward` with threshold 0 is dA * [Z > 0]."""

ACTIVATIONS = {
    activation.name: activation
    for activation in (
        Activation(
            name="sigmoid",
            function=sigmoid,
            derivative_by=sigmoid_derivative_from_A,
            argument="A",
            module=nn.Sigmoid,
            fused=Fused(value_out=torch.sigmoid, backward_out=aten.sigmoid_backward.grad_input),
        ),
        Activation(
            name="tanh",
            function=tanh,
            derivative_by=tanh_derivative_from_A,
            argument="A",
            module=nn.Tanh,
            fused=Fused(value_out=torch.tanh, backward_out=aten.tanh_backward.grad_input),
        ),
        Activation(
            name="relu",
            function=relu,
            derivative_by=relu_derivative,
            argument="Z",
            module=nn.ReLU,
            kink=True,
            fused=Fused(
                backward=partial(aten.threshold_backward.default, threshold=0),
                value_out=partial(torch.clamp_min, min=0),
                backward_out=partial(aten.threshold_backward.grad_input, threshold=0),
            ),
        ),
        Activation(
            name="leaky_relu",
            function=leaky_relu,
            derivative_by=leaky_relu_derivative,
            argument="Z",
            module=nn.PReLU,  # its weight is the slope
            slope_derivative=leaky_relu_slope_derivative,
            kink=True,
            fused=Fused(value_out=lambda Z, slope, out: torch.where(Z > 0, Z, slope * Z, out=out)),
        ),
        Activation(
            name="identity", function=identity, derivative_by=identity_derivative, argument="Z", module=nn.Identity
        ),
    )
}
"""Name -> activation."""
