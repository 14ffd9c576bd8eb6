"""Break the real backward pass on purpose, inside a context.

The context replaces functions of `formulas.layers`, the derivative of the network's output, and g' of its hidden
activation. `backward_steps` and `J.backward()` call the same functions, so both make the same mistake.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from unittest.mock import patch

import torch
from torch import Tensor

from course_torch.formulas import layers
from course_torch.formulas.activation import Activation
from course_torch.formulas.layers import LayerCache
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.backward_tensors import Tensors
from course_torch.verification.breakable import Breakable, Call, Wrong
from course_torch.verification.names import Kind


@contextmanager
def broken(network: DeepNetwork, X: Tensor, Y: Tensor, wrong: Mapping[Breakable, Wrong]) -> Iterator[Call]:
    """Inside this context the network's backward passes use the wrong functions. The Call records their tensors."""
    with torch.no_grad():
        call = Call(network, network.caches(X), Y)
    replacements = Replacements(call, wrong)
    with ExitStack() as patches:
        for name in replacements.real:
            patches.enter_context(patch.object(layers, name, getattr(replacements, name)))
        # A copy of the network would copy a bound method with its object, and record in the copy.
        output = replace(network.output, derivative=lambda A, Y: replacements.output_derivative(A, Y))
        patches.enter_context(patch.object(network, "output", output))
        yield call


class Replacements:
    """A replacement of every function that a backward pass calls. It calls the real or the wrong function.

    real   name of a function in `formulas.layers` -> the real function
    """

    def __init__(self, call: Call, wrong: Mapping[Breakable, Wrong]) -> None:
        self.call, self.wrong = call, wrong
        names = ("linear_backward", "linear_backward_input", "activation_backward", "slope_gradient")
        self.real: dict[str, Callable] = {name: getattr(layers, name) for name in names}
        self.real_output_derivative = call.network.output.derivative

    def output_derivative(self, A: Tensor, Y: Tensor) -> Tensor:
        """In place of `network.output.derivative`, the first function that a backward pass calls."""
        self.call.l = self.call.L
        return self._kept("dZ", self.call.L, "dZ[L]", self.real_output_derivative(A, Y))

    def linear_backward(self, dZ: Tensor, A_prev: Tensor, m: float) -> tuple[Tensor, Tensor]:
        self.call.dZ = dZ
        dW, db = self.real["linear_backward"](dZ, A_prev, m)
        self.call.dW = dW
        self.call.dW = self._kept("dW", self.call.l, "dW", dW)
        return self.call.dW, self._kept("db", self.call.l, "db", db)

    def linear_backward_input(self, dZ: Tensor, W: Tensor) -> Tensor:
        return self._kept("dA", self.call.l - 1, "dA", self.real["linear_backward_input"](dZ, W))

    def activation_backward(
        self, dA: Tensor, cache: LayerCache, activation: Activation, slope: Tensor | None = None
    ) -> Tensor:
        call, wrong = self.call, self.wrong
        call.l, call.dA = call.l - 1, dA
        if "g'" in wrong:
            call.right = activation.derivative(cache.Z, cache.A, slope)
            activation = replace(activation.by_product(), derivative_by=lambda *_: wrong["g'"](call))
        return self._kept("dZ", call.l, "dZ", self.real["activation_backward"](dA, cache, activation, slope))

    def slope_gradient(self, dA: Tensor, Z: Tensor, activation: Activation, m: float) -> Tensor:
        return self._kept("dslope", self.call.l, "dslope", self.real["slope_gradient"](dA, Z, activation, m))

    def _kept(self, kind: Kind, l: int, part: Breakable, right: Tensor) -> Tensor:
        """Record and return the tensor that the wrong function of this part computes, or else the right tensor."""
        self.call.right = right
        return self.call.keep(kind, l, self.wrong[part](self.call) if part in self.wrong else right)


def broken_tensors(network: DeepNetwork, X: Tensor, Y: Tensor, wrong: Mapping[Breakable, Wrong]) -> Tensors:
    """Return the tensors that the broken backward pass computes.

    A wrong shape may stop the pass. Then the result holds the tensors computed before.
    """
    with broken(network, X, Y, wrong) as call:
        try:
            network.backward_steps(X, Y, input_derivative=True)
        except (RuntimeError, TypeError):  # jaxtyping raises TypeError for a wrong shape
            if not call.made:
                raise
    return dict(call.made)
