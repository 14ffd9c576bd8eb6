"""The class Activation: g(Z), g'(Z), and everything that other packages need to know about an activation."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from jaxtyping import Float
from torch import Tensor, nn


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
    onnx              the ONNX operator that computes g from Z and, if the activation has a slope, from the slope
    module            makes torch's own module of g, with the slope as its only parameter `weight`: the reference that
                      judges `function`, and the module of nn.Sequential. None if torch has none
    fused             torch's own operations
    """

    name: str
    function: Callable[..., Tensor]
    derivative_by: Callable[..., Tensor]
    argument: Literal["Z", "A"]
    onnx: str
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
