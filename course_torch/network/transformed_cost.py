"""The bridge for the transforms of torch.func (grad, vmap, jacrev, jvp, hessian, …) and for dual numbers."""

from typing import Any

import torch
from torch import Tensor

from course_torch.errors import InputError
from course_torch.formulas.activation import Activation
from course_torch.formulas.output import Output
from course_torch.network.autograd_bridge import NO_DERIVATIVE_BY_Y, as_layers, gradients, keep_settings
from course_torch.network.forward_mode import forward_derivative
from course_torch.network.propagation import forward_propagation


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
            "in reverse mode (jacrev, torch.func.hessian), or use autograd_cost"
        )
    return True
