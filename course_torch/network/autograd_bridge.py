"""The bridge from autograd to the hand-written backward pass: `J.backward()` runs the course's formulas.

Everything that uses autograd works unchanged: optimizers, gradient clipping, gradient accumulation, mixed precision,
DDP's averaging hooks and torch.compile.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

import torch
from torch import Tensor

from course_torch.errors import InputError
from course_torch.formulas.activation import Activation
from course_torch.formulas.average import average
from course_torch.formulas.layers import LayerCache
from course_torch.formulas.output import Output
from course_torch.network.parameters import LayerTensors
from course_torch.network.propagation import backward_propagation, forward_propagation

NO_DERIVATIVE_BY_Y = "Y: cost has no derivative by the labels; use autograd_cost, or Y.detach()"


class Autocast(NamedTuple):
    """The state of autocast on a type of device: the arguments of `torch.autocast`."""

    device_type: str
    dtype: torch.dtype
    enabled: bool


class NetworkCost(torch.autograd.Function):
    """(X, Y, m, g, output, W[1], b[1], slope[1], W[2], …) -> J. backward gives dW, db, dslope and (1/m) dA[0] for X.

    J is differentiable any number of times: under `create_graph=True` the backward pass is itself recorded.
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
        keep_settings(ctx, X, m, hidden_activation, output)
        return output.cost(caches[-1].Z, Y, m)

    @staticmethod
    def backward(ctx: Any, dJ: Tensor) -> tuple[Tensor | None, ...]:
        X, Y, *saved = ctx.saved_tensors
        L = len(saved) // 5
        parameters, Z, A = saved[: 3 * L], saved[3 * L : 4 * L], saved[4 * L :]
        if torch.is_grad_enabled():  # create_graph=True, but autograd does not know how the caches depend on X and W
            return gradients(ctx, dJ, X, Y, parameters)
        caches = [LayerCache(*cache) for cache in zip([X, *A[:-1]], Z, A, strict=True)]
        return gradients(ctx, dJ, X, Y, parameters, caches)


def keep_settings(ctx: Any, X: Tensor, m: float | None, hidden_activation: Activation, output: Output) -> None:
    """Keep what both derivatives need besides tensors."""
    ctx.m, ctx.hidden_activation, ctx.output = m, hidden_activation, output
    ctx.autocast = autocast_state(X.device.type)


def gradients(
    ctx: Any,
    dJ: Tensor,
    X: Tensor,
    Y: Tensor,
    parameters: Sequence[Tensor | None],
    caches: Sequence[LayerCache] | None = None,
) -> tuple[Tensor | None, ...]:
    """Run the hand-written backward pass: the derivatives by the arguments of NetworkCost.

    Without caches the forward pass is repeated. Raises InputError if the derivative by Y is wanted.
    """
    if ctx.needs_input_grad[1]:
        raise InputError(NO_DERIVATIVE_BY_Y)
    layers = as_layers(parameters)
    # Autograd's bookkeeping (docs/backprop.md): 1/m enters at dZ[L] instead of dW and db, because a sum over many
    # examples in half precision could overflow before its division.
    with autocast_of_forward(ctx.autocast):
        steps = backward_propagation(
            Y,
            layers,
            forward_propagation(X, layers, ctx.hidden_activation, ctx.output) if caches is None else caches,
            ctx.hidden_activation,
            ctx.output,
            m=1,
            dJ=average(dJ, X.shape[0] if ctx.m is None else ctx.m),
            input_derivative=ctx.needs_input_grad[0],
        )
    return steps[0].dA_prev, None, None, None, None, *(gradient for step in steps for gradient in step.gradients)


def autocast_state(device_type: str) -> Autocast:
    """Return the state of autocast at this moment. The device meta, which computes shapes alone, has no autocast."""
    if device_type == "meta":
        return Autocast(device_type, torch.get_default_dtype(), False)
    return Autocast(device_type, torch.get_autocast_dtype(device_type), torch.is_autocast_enabled(device_type))


def autocast_of_forward(state: Autocast) -> AbstractContextManager:
    """Restore the autocast state of the forward pass, so that both passes use the same precision.

    Autograd runs backward outside autocast. Entering autocast is slow, so re-enter it only if the state changed.
    """
    return nullcontext() if state == autocast_state(state.device_type) else torch.autocast(*state)


def as_layers(parameters: Sequence[Any]) -> list[LayerTensors]:
    """[W[1], b[1], slope[1], W[2], …] -> the LayerTensors of layers 1 to L."""
    return [LayerTensors(*parameters[i : i + 3]) for i in range(0, len(parameters), 3)]
