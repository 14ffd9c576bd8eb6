"""Gradient descent by autograd, for networks of any hidden activation."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.formulas.activations import sigmoid
from course_torch.mistakes.context import TensorName

ALPHA = 0.3
"""The learning rate of the calls. Its square differs from it, and so does its double."""

Tensors = dict[str, Tensor]
Activation = Callable[[Tensor], Tensor]


class Trained(NamedTuple):
    """The parameters after all iterations, and J before each update."""

    parameters: Tensors
    costs: list[Tensor]


def gradients(setting: Setting) -> Tensors:
    """dW1, db1, … dWL, dbL."""
    return {
        f"d{kind}{l}": setting.right[TensorName("dW" if kind == "W" else "db", l)]
        for l in range(1, setting.L + 1)
        for kind in ("W", "b")
    }


def descended(parameters: Tensors, grads: Tensors, learning_rate: float) -> Tensors:
    """W[l] - α dW[l] and b[l] - α db[l]."""
    return {name: value - learning_rate * grads[f"d{name}"] for name, value in parameters.items()}


def cost_and_gradients(
    X: Tensor, Y: Tensor, parameters: Mapping[str, Tensor], hidden: Activation
) -> tuple[Tensor, Tensors]:
    """J and its gradients by autograd, where `hidden` is the activation of the hidden layers."""
    leaves = {name: value.clone().requires_grad_() for name, value in parameters.items()}
    L = len(leaves) // 2
    with torch.enable_grad():
        A, Z = X, X
        for l in range(1, L + 1):
            Z = A @ leaves[f"W{l}"].T + leaves[f"b{l}"]
            A = hidden(Z) if l < L else sigmoid(Z)
        J = torch.nn.functional.binary_cross_entropy_with_logits(Z, Y, reduction="sum") / len(Y)
    grads = torch.autograd.grad(J, list(leaves.values()))
    return J.detach(), {f"d{name}": gradient for name, gradient in zip(leaves, grads, strict=True)}


def trained(
    X: Tensor, Y: Tensor, parameters: Tensors, learning_rate: float, iterations: int, hidden: Activation
) -> Trained:
    """Gradient descent."""
    costs = []
    for _ in range(iterations):
        J, grads = cost_and_gradients(X, Y, parameters, hidden)
        costs.append(J)
        parameters = descended(parameters, grads, learning_rate)
    return Trained(parameters, costs)
