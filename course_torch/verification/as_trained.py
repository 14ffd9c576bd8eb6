"""Get the gradients that training uses: from `.grad` after `J.backward()`, or from one step of gradient descent."""

from functools import partial
from typing import NamedTuple

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import InputError
from course_torch.language import NOTHING, Text
from course_torch.mistakes.context import Kind, TensorName
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.gradient_descent import METHODS, gradient_descent
from course_torch.verification.backward_tensors import Tensors, trainable_copy
from course_torch.verification.break_off import BreakOff, Raised, tried

BACKWARD = "backward"
TRAINING_METHODS = (BACKWARD, *METHODS)
"""How training may compute its gradients: by `J.backward()`, or by a method of `gradient_descent`."""
KINDS: tuple[Kind, ...] = ("dW", "db", "dslope")
UPDATES = 3
"""How many updates of a loop are judged."""
UPDATE = Text(", in update {n} with α = {alpha}", "，在 α = {alpha} 的第 {n} 次更新中")


class TrainedGradients(NamedTuple):
    """What training computes at a network: J, and the gradients of one update.

    network   before the update
    tensors   the gradients
    errors    the standard error that measuring them adds to each entry. `errors` is empty for J.backward()
    J         as training computes or records it
    slack     the relative error of J
    update    which update it is, and its α
    """

    network: DeepNetwork
    tensors: Tensors
    errors: Tensors
    J: float
    slack: float
    update: Text = NOTHING


def as_trained(
    network: DeepNetwork, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"], method: str = BACKWARD
) -> list[TrainedGradients]:
    """J, dW, db and learned dslope of every layer as training computes them. `J.backward()` also gives dA[0].

    The network does not change: copies are trained. Three updates of a loop of gradient descent are judged:

    - a first update that is as large as the parameters, so that no digit of a gradient is lost in W
    - the third of three smaller updates, which depends on what the loop keeps, such as Z in the Gram form
    - a first update that changes only half of the digits of W, in which a careless sum into W loses terms
    """
    eps = torch.finfo(X.dtype).eps
    if method != BACKWARD:
        alpha = step_size(network, X, Y)
        settings = ((alpha, 0), (eps ** (1 / 8) * alpha, 2), (eps ** (1 / 2) * alpha, 0))
        return [as_subtracted(network, X, Y, method, *setting) for setting in settings]
    copy = trainable_copy(network)
    X = X.detach().clone().requires_grad_()
    with torch.enable_grad():
        J = copy.cost(X, Y)
        J.backward()
    assert X.grad is not None
    tensors = parameter_gradients(copy) | {TensorName("dA", 0): len(X) * X.grad}
    return [TrainedGradients(network, tensors, {}, J.item(), eps)]


def trained_or_broken(
    network: DeepNetwork, X: Tensor, Y: Tensor, method: str
) -> tuple[list[TrainedGradients], BreakOff | None]:
    """The gradients of training, or what training raises although the formulas run."""
    trained = tried(partial(as_trained, network, X, Y, method), InputError)
    if isinstance(trained, Raised):
        called = "J.backward()" if method == BACKWARD else f"gradient_descent(method={method!r})"
        return [], BreakOff(None, called, str(trained), "")
    return trained, None


def as_subtracted(
    network: DeepNetwork, X: Tensor, Y: Tensor, method: str, alpha: float, updates: int
) -> TrainedGradients:
    """dW = (W_before - W_after) / α of the update that follows `updates` updates, and the same for db and dslope.

    W_after is rounded, so the quotient has an error of ε |W| / α. A loop may add up Z in another order than the
    network. Where terms cancel, many digits of J and of later gradients depend on this order: half of them may differ.
    """
    eps = torch.finfo(X.dtype).eps
    before, after = trainable_copy(network), trainable_copy(network)
    descend = partial(gradient_descent, X=X, Y=Y, learning_rate=alpha, record_every=max(1, updates), method=method)
    if updates > 0:
        descend(before, iterations=updates)
    J = descend(after, iterations=updates + 1).costs[-1]
    W, W_after = ({name: W.detach() for name, W in parameters(trained).items()} for trained in (before, after))
    tensors = {name: (W[name] - W_after[name]) / alpha for name in W}
    errors = {name: eps / alpha * torch.maximum(W[name].abs(), W_after[name].abs()).cpu().double() for name in W}
    if updates > 0:
        errors = {name: error + eps**0.5 * tensors[name].abs().cpu().double() for name, error in errors.items()}
    update = UPDATE.fill(n=updates + 1, alpha=f"{alpha:.1e}")
    return TrainedGradients(before if updates > 0 else network, tensors, errors, J, eps**0.5, update)


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
