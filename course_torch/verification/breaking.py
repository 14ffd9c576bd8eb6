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


@contextmanager
def broken(network: DeepNetwork, X: Tensor, Y: Tensor, wrong: Mapping[Breakable, Wrong]) -> Iterator[Call]:
    """Inside this context the network's backward passes use the wrong functions. The Call records their tensors."""
    with torch.no_grad():
        call = Call(network, network.caches(X), Y)
    output = replace(network.output, derivative=output_derivative(call, wrong))
    with ExitStack() as patches:
        for name, function in replacements(call, wrong).items():
            patches.enter_context(patch.object(layers, name, function))
        patches.enter_context(patch.object(network, "output", output))
        yield call


def output_derivative(call: Call, wrong: Mapping[Breakable, Wrong]) -> Callable[[Tensor, Tensor], Tensor]:
    """Return a replacement of `network.output.derivative`, the first function that a backward pass calls."""
    real = call.network.output.derivative

    def derivative(A: Tensor, Y: Tensor) -> Tensor:
        call.l, call.right = call.L, real(A, Y)
        return call.keep("dZ", call.L, wrong["dZ[L]"](call) if "dZ[L]" in wrong else call.right)

    return derivative


def replacements(call: Call, wrong: Mapping[Breakable, Wrong]) -> dict[str, Callable]:
    """Name of a function in `formulas.layers` -> its replacement."""
    real_linear, real_input = layers.linear_backward, layers.linear_backward_input
    real_activation, real_slope = layers.activation_backward, layers.slope_gradient

    def linear_backward(dZ: Tensor, A_prev: Tensor, m: float) -> tuple[Tensor, Tensor]:
        call.dZ = dZ
        dW, db = real_linear(dZ, A_prev, m)
        call.dW = call.right = dW
        if "dW" in wrong:
            call.dW = wrong["dW"](call)
        call.keep("dW", call.l, call.dW)
        call.right = db
        return call.dW, call.keep("db", call.l, wrong["db"](call) if "db" in wrong else db)

    def linear_backward_input(dZ: Tensor, W: Tensor) -> Tensor:
        call.right = real_input(dZ, W)
        return call.keep("dA", call.l - 1, wrong["dA"](call) if "dA" in wrong else call.right)

    def activation_backward(
        dA: Tensor, cache: LayerCache, activation: Activation, slope: Tensor | None = None
    ) -> Tensor:
        call.l, call.dA = call.l - 1, dA
        if "g'" in wrong:
            call.right = activation.derivative(cache.Z, cache.A, slope)
            activation = replace(activation, derivative_by=lambda *_: wrong["g'"](call))
        call.right = real_activation(dA, cache, activation, slope)
        return call.keep("dZ", call.l, wrong["dZ"](call) if "dZ" in wrong else call.right)

    def slope_gradient(dA: Tensor, Z: Tensor, activation: Activation, m: float) -> Tensor:
        call.right = real_slope(dA, Z, activation, m)
        return call.keep("dslope", call.l, wrong["dslope"](call) if "dslope" in wrong else call.right)

    return {
        "linear_backward": linear_backward,
        "linear_backward_input": linear_backward_input,
        "activation_backward": activation_backward,
        "slope_gradient": slope_gradient,
    }


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
