"""J with a hand-written derivative: `J.backward()` runs the course's formulas.

Everything that uses autograd works unchanged: optimizers, gradient clipping, gradient accumulation, mixed precision,
DDP's averaging hooks, torch.compile, the transforms of torch.func and dual numbers.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import InputError
from course_torch.formulas.activation import Activation
from course_torch.formulas.average import average
from course_torch.formulas.layers import LayerCache, linear
from course_torch.formulas.output import Output
from course_torch.network.parameters import LayerTensors
from course_torch.network.propagation import Layer, backward_propagation, forward_propagation

NO_DERIVATIVE_BY_Y = "Y: cost has no derivative by the labels; use autograd_cost, or Y.detach()"


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
    bridge = TransformedCost if transforms_active() else NetworkCost
    try:
        return bridge.apply(X, Y, m, hidden_activation, output, *parameters)
    except RuntimeError:
        check_recordable(X, Y, layers)
        raise


def check_recordable(X: Tensor, Y: Tensor, layers: Sequence[Layer]) -> None:
    """Reject tensors of torch's inference mode, which autograd cannot save. Raises InputError."""
    named = {"X": X, "Y": Y}
    for l, layer in enumerate(layers, start=1):
        named |= {f"W[{l}]": layer.W, f"b[{l}]": layer.b}
    for name, tensor in named.items():
        if tensor.is_inference():
            raise InputError(
                f"{name}: found a tensor made in torch.inference_mode, which autograd cannot save; "
                "make it outside, pass its clone(), or compute J under torch.no_grad",
                f"{name}：是在 torch.inference_mode 里生成的张量，autograd 不能保存；请在外面生成，或传入它的 "
                "clone()，或在 torch.no_grad 下计算 J",
            )


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
    # Autograd's bookkeeping (docs/average.md): 1/m enters at dZ[L] instead of dW and db, because a sum over many
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


def forward_derivative(
    Y: Num[Tensor, "m n_y"],
    layers: Sequence[Layer],
    caches: Sequence[LayerCache],
    X_dot: Float[Tensor, "m n_x"],
    layers_dot: Sequence[Layer],
    hidden_activation: Activation,
    output: Output,
    *,
    m: float,
) -> Float[Tensor, ""]:
    """Ż = Ȧ_prev Wᵀ + A_prev Ẇᵀ + ḃ and Ȧ = g'(Z) * Ż for l = 1 … L; J̇ = (1/m) Σ dZ[L] * Ż[L].

    A dot marks the derivative along the direction (X_dot, layers_dot). A slope adds dg/dslope times its direction to Ȧ.
    The backward pass finds the derivatives by all parameters at once, this pass finds one number.
    """
    A_dot = X_dot
    for layer, cache, dot in zip(layers[:-1], caches[:-1], layers_dot[:-1], strict=True):
        Z_dot = A_dot @ layer.W.T + linear(cache.A_prev, dot.W, dot.b)
        A_dot = hidden_activation.derivative(cache.Z, cache.A, layer.slope) * Z_dot
        if dot.slope is not None and hidden_activation.slope_derivative is not None:
            A_dot = A_dot + hidden_activation.slope_derivative(cache.Z) * dot.slope
    Z_dot = A_dot @ layers[-1].W.T + linear(caches[-1].A_prev, layers_dot[-1].W, layers_dot[-1].b)
    return average((output.derivative(caches[-1].A, Y) * Z_dot).sum(), m)


class TransformedCost(torch.autograd.Function):
    """NetworkCost in the form that torch.func needs. Its forward pass saves no caches, so both derivatives repeat it.

    vmap runs the same formulas on batched tensors, for example for the gradient of each example.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(
        X: Tensor, Y: Tensor, m: float | None, hidden_activation: Activation, output: Output, *parameters: Tensor | None
    ) -> Tensor:
        return output.cost(forward_propagation(X, as_layers(parameters), hidden_activation, output)[-1].Z, Y, m)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        X, Y, m, hidden_activation, output_layer, *parameters = inputs
        ctx.save_for_backward(X, Y, *parameters)
        ctx.save_for_forward(X, Y, *parameters)
        ctx.set_materialize_grads(False)  # jvp gets None instead of zeros
        keep_settings(ctx, X, m, hidden_activation, output_layer)

    @staticmethod
    def backward(ctx: Any, dJ: Tensor) -> tuple[Tensor | None, ...]:
        X, Y, *parameters = ctx.saved_tensors
        return gradients(ctx, dJ, X, Y, parameters)

    @staticmethod
    def jvp(ctx: Any, *directions: Tensor | None) -> Tensor:
        """J̇ along the directions of the arguments of `forward`. None is 0. Raises InputError for a direction of Y."""
        if directions[1] is not None:
            raise InputError(NO_DERIVATIVE_BY_Y)
        X, Y, *parameters = ctx.saved_tensors
        layers = as_layers(parameters)
        X_dot = torch.zeros_like(X) if directions[0] is None else directions[0]
        parameters_dot = [
            torch.zeros_like(tensor) if direction is None and tensor is not None else direction
            for direction, tensor in zip(directions[5:], parameters, strict=True)
        ]
        return forward_derivative(
            Y,
            layers,
            forward_propagation(X, layers, ctx.hidden_activation, ctx.output),
            X_dot,
            as_layers(parameters_dot),
            ctx.hidden_activation,
            ctx.output,
            m=X.shape[0] if ctx.m is None else ctx.m,
        )


def in_transform() -> bool:
    """Return whether a transform of torch.func is active. torch has no public function."""
    return torch._C._are_functorch_transforms_active()


def transforms_active() -> bool:
    """Return whether a transform of torch.func or a level of dual numbers is active.

    Raises InputError for forward mode inside forward mode: torch then takes the second derivative of every
    autograd.Function for 0.
    """
    if torch.compiler.is_compiling():  # it cannot trace the question
        return False
    if not in_transform():
        return torch.autograd.forward_ad._current_level >= 0
    levels = torch._C._functorch.get_interpreter_stack()
    if sum(level.key() == torch._C._functorch.TransformType.Jvp for level in levels) > 1:
        raise InputError(
            "cost: forward mode inside forward mode (jvp, jacfwd) gives 0 in torch; differentiate one of the two "
            "in reverse mode (jacrev, torch.func.hessian), or use autograd_cost",
            "cost：torch 里正向模式嵌套正向模式（jvp、jacfwd）得到 0；请用反向模式求其中一个导数（jacrev、"
            "torch.func.hessian），或用 autograd_cost",
        )
    return True
