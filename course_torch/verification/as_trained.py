"""Get the gradients that training uses: from `.grad` after `J.backward()`, or from one step of gradient descent."""

from functools import partial
from typing import NamedTuple

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import InputError
from course_torch.mistakes.context import Kind, TensorName
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.gradient_descent import METHODS, gradient_descent
from course_torch.verification.backward_tensors import Tensors, trainable_copy
from course_torch.verification.break_off import BreakOff, Raised, tried

BACKWARD = "backward"
TRAINING_METHODS = (BACKWARD, *METHODS)
"""How training may compute its gradients: by `J.backward()`, or by a method of `gradient_descent`."""
KINDS: tuple[Kind, ...] = ("dW", "db", "dslope")


class TrainedGradients(NamedTuple):
    """Gradients, and the standard error that measuring them adds to each entry. `errors` is empty for J.backward()."""

    tensors: Tensors
    errors: Tensors


def as_trained(
    network: DeepNetwork, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"], method: str = BACKWARD
) -> TrainedGradients:
    """dW, db and learned dslope of every layer as training computes them. `J.backward()` also gives dA[0].

    The network does not change: a copy is trained.
    """
    copy = trainable_copy(network)
    if method != BACKWARD:
        return as_subtracted(copy, X, Y, method)
    X = X.detach().clone().requires_grad_()
    with torch.enable_grad():
        copy.cost(X, Y).backward()
    assert X.grad is not None
    return TrainedGradients(parameter_gradients(copy) | {TensorName("dA", 0): len(X) * X.grad}, {})


def trained_or_broken(
    network: DeepNetwork, X: Tensor, Y: Tensor, method: str
) -> tuple[TrainedGradients, BreakOff | None]:
    """The gradients of training, or what training raises although the formulas run."""
    trained = tried(partial(as_trained, network, X, Y, method), InputError)
    if isinstance(trained, Raised):
        called = "J.backward()" if method == BACKWARD else f"gradient_descent(method={method!r})"
        return TrainedGradients({}, {}), BreakOff(None, called, str(trained), "")
    return trained, None


def as_subtracted(network: DeepNetwork, X: Tensor, Y: Tensor, method: str) -> TrainedGradients:
    """dW = (W_before - W_after) / α of one step of gradient descent, and the same for db and dslope.

    W_after is rounded, so the quotient has an error of ε |W| / α.
    """
    before = {name: parameter.detach().clone() for name, parameter in parameters(network).items()}
    alpha = step_size(network, X, Y)
    gradient_descent(network, X, Y, learning_rate=alpha, iterations=1, method=method)
    after = {name: parameter.detach() for name, parameter in parameters(network).items()}
    eps = torch.finfo(X.dtype).eps / alpha
    return TrainedGradients(
        {name: (before[name] - after[name]) / alpha for name in before},
        {name: eps * torch.maximum(before[name].abs(), after[name].abs()).cpu().double() for name in before},
    )


def step_size(network: DeepNetwork, X: Tensor, Y: Tensor) -> float:
    """Choose α so that updates are as large as the parameters: small updates would be lost in the rounding of W."""
    gradients = [gradient for layer in network.autograd_gradients(X, Y) for gradient in layer if gradient is not None]
    W_norm, dW_norm = (
        torch.cat([each.detach().flatten() for each in tensors]).double().norm().item()
        for tensors in (parameters(network).values(), gradients)
    )
    return W_norm / dW_norm if W_norm > 0 and dW_norm > 0 else 1.0


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
