"""The loss of an example, the cost of a batch, and their derivative dZ = A - Y (notes 1.2, 1.5, 2.5).

All of them start from the logits Z of the output layer, not from A: A = sigmoid(Z) rounds to exactly 1 from Z = 17
(float32) or 37 (float64), and log(1 - A) is then infinite, while log(sigmoid(-Z)) is still right.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float, Num
from torch import Tensor
from torch.nn.functional import logsigmoid

from course_torch.formulas.activations import sigmoid
from course_torch.formulas.average import average


def sigmoid_cross_entropy(Z: Float[Tensor, "m n_y"], Y: Num[Tensor, "m n_y"]) -> Float[Tensor, " m"]:
    """L = -Σ (Y log A + (1 - Y) log(1 - A)) of each example, A = sigmoid(Z), summed over its outputs (notes 1.2).

    For y = 1 the loss is -log(A) and pushes A towards 1; for y = 0 it is -log(1 - A) and pushes A towards 0.
    With 1 - A = sigmoid(-Z) both logarithms come from the logits; written out, L = Σ softplus(Z) - Y Z.
    """
    log_A, log_one_minus_A = logsigmoid(Z), logsigmoid(-Z)
    return -(Y * log_A + (1 - Y) * log_one_minus_A).sum(dim=1)


def softmax(Z: Float[Tensor, "m n_y"]) -> Float[Tensor, "m n_y"]:
    """A_j = exp(Z_j) / Σ_k exp(Z_k): the probabilities of n_y classes, which add up to 1 in each row."""
    return torch.softmax(Z, dim=1)


def softmax_cross_entropy(Z: Float[Tensor, "m n_y"], Y: Num[Tensor, "m n_y"]) -> Float[Tensor, " m"]:
    """L = -Σ_j Y_j log A_j of each example, A = softmax(Z), with log A = Z - logsumexp(Z); rows of Y add up to 1."""
    return -(Y * torch.log_softmax(Z, dim=1)).sum(dim=1)


def cross_entropy_derivative(A: Float[Tensor, "m n_y"], Y: Num[Tensor, "m n_y"]) -> Float[Tensor, "m n_y"]:
    """dZ = A - Y: the derivative of an example's loss by its logits, for both outputs (notes 1.5).

    Sigmoid: dA = -Y/A + (1 - Y)/(1 - A) and g'(Z) = A (1 - A), so
    dZ = dA * g'(Z) = -Y (1 - A) + (1 - Y) A = A - Y.
    Softmax: L = Σ_j Y_j (logsumexp(Z) - Z_j), so dL/dZ_k = A_k Σ_j Y_j - Y_k = A_k - Y_k, as Σ_j Y_j = 1.
    It holds for these pairs of output and loss only: the squared error has dZ = (A - Y) A (1 - A).
    """
    return A - Y


def cost(losses: Float[Tensor, " m"], m: float) -> Float[Tensor, ""]:
    """J = (1/m) Σ_i L_i (notes 1.2)."""
    return average(losses.sum(), m)


class Output(NamedTuple):
    """What the last layer does with its logits: `value(Z)` is A, `losses(Z, Y)` the loss of each example."""

    value: Callable[[Tensor], Tensor]
    losses: Callable[[Tensor, Tensor], Tensor]


OUTPUTS = {
    "sigmoid": Output(sigmoid, sigmoid_cross_entropy),
    "softmax": Output(softmax, softmax_cross_entropy),
}
