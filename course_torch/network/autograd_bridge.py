"""J with a hand-written derivative: `J.backward()` runs the course's formulas.

Everything that uses `.grad` works unchanged: optimizers, gradient clipping, gradient accumulation, mixed precision,
DDP's averaging hooks and torch.compile. For the transforms of torch.func there is `DeepNetwork.autograd_cost`.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import InputError
from course_torch.formulas.activations import Activation
from course_torch.formulas.average import average
from course_torch.formulas.layers import LayerCache
from course_torch.formulas.outputs import Output
from course_torch.network.parameters import LayerTensors
from course_torch.network.propagation import Layer, backward_propagation, forward_propagation

NO_DERIVATIVE_BY_Y = "Y: cost has no derivative by the labels; use autograd_cost, or Y.detach()"
NO_SECOND_DERIVATIVE = "create_graph: cost has no second derivative; use autograd_cost"


def network_cost(
    X: Float[Tensor, "m n_x"],
    Y: Num[Tensor, "m n_y"],
    layers: Sequence[Layer],
    hidden_activation: Activation,
    output: Output,
    m: float | None,
) -> Float[Tensor, ""]:
    """J = (1/m) Σ L: the cost, whose backward pass is hand-written. m is len(X) if it is None."""
    parameters = [tensor for layer in layers for tensor in (layer.W, layer.b, layer.slope)]
    return NetworkCost.apply(X, Y, m, hidden_activation, output, *parameters)


class Autocast(NamedTuple):
    """The state of autocast on a type of device: the arguments of `torch.autocast`."""

    device_type: str
    dtype: torch.dtype
    enabled: bool


class NetworkCost(torch.autograd.Function):
    """(X, Y, m, g, output, W[1], b[1], slope[1], W[2], …) -> J. backward gives dW, db, dslope and (1/m) dA[0] for X.

    J is differentiable once: for Hessians there is `DeepNetwork.autograd_cost`.
    """

    @staticmethod
    def forward(
        ctx: Any,
        X: Tensor,
        Y: Tensor,
        m: float | None,
        hidden_activation: Activation,
        output: Output,
        *parameters: Tensor | None,
    ) -> Tensor:
        caches = forward_propagation(X, as_layers(parameters), hidden_activation, output)
        ctx.save_for_backward(X, Y, *parameters, *(cache.Z for cache in caches), *(cache.A for cache in caches))
        ctx.m, ctx.hidden_activation, ctx.output = m, hidden_activation, output
        ctx.autocast = autocast_state(X.device.type)
        return output.cost(caches[-1].Z, Y, m)

    @staticmethod
    def backward(ctx: Any, dJ: Tensor) -> tuple[Tensor | None, ...]:
        """Run the hand-written backward pass. Raises InputError if a derivative by Y or of second order is wanted."""
        if ctx.needs_input_grad[1]:
            raise InputError(NO_DERIVATIVE_BY_Y)
        if torch.is_grad_enabled():
            raise InputError(NO_SECOND_DERIVATIVE)
        X, Y, *saved = ctx.saved_tensors
        L = len(saved) // 5
        layers, Z, A = as_layers(saved[: 3 * L]), saved[3 * L : 4 * L], saved[4 * L :]
        # Autograd's bookkeeping (docs/average.md): 1/m enters at dZ[L] instead of dW and db, because a sum over many
        # examples in half precision could overflow before its division.
        with autocast_of_forward(ctx.autocast):
            steps = backward_propagation(
                Y,
                layers,
                [LayerCache(*cache) for cache in zip([X, *A[:-1]], Z, A, strict=True)],
                ctx.hidden_activation,
                ctx.output,
                m=1,
                dJ=average(dJ, X.shape[0] if ctx.m is None else ctx.m),
                input_derivative=ctx.needs_input_grad[0],
            )
        return steps[0].dA_prev, None, None, None, None, *(gradient for step in steps for gradient in step.gradients)


def autocast_state(device_type: str) -> Autocast:
    """Return the state of autocast at this moment."""
    return Autocast(device_type, torch.get_autocast_dtype(device_type), torch.is_autocast_enabled(device_type))


def autocast_of_forward(state: Autocast) -> AbstractContextManager:
    """Restore the autocast state of the forward pass, so that both passes use the same precision.

    Autograd runs backward outside autocast. Entering autocast is slow, so re-enter it only if the state changed.
    """
    return nullcontext() if state == autocast_state(state.device_type) else torch.autocast(*state)


def as_layers(parameters: Sequence[Any]) -> list[LayerTensors]:
    """[W[1], b[1], slope[1], W[2], …] -> the LayerTensors of layers 1 to L."""
    return [LayerTensors(*parameters[i : i + 3]) for i in range(0, len(parameters), 3)]
