"""The loss of an example, the cost of a batch, and the derivative dZ of the loss (notes 1.2, 1.5, 2.5).

The losses take the logits Z of the output layer, not A. A = sigmoid(Z) rounds to exactly 1 from Z = 17 (float32) or
37 (float64). log(1 - A) is then infinite, while log(sigmoid(-Z)) is still accurate.
"""

import torch
from jaxtyping import Float, Num
from torch import Tensor
from torch.nn.functional import logsigmoid

from course_torch.formulas.average import average


def sigmoid_cross_entropy(Z: Float[Tensor, "m n_y"], Y: Num[Tensor, "m n_y"]) -> Float[Tensor, " m"]:
    """L = -Σ (Y log A + (1 - Y) log(1 - A)): the loss of each example, summed over its outputs. A = sigmoid(Z).

    For y = 1 the loss is -log(A) and pushes A towards 1. For y = 0 the loss is -log(1 - A) and pushes A towards 0
    (notes 1.2). As 1 - A = sigmoid(-Z), both logarithms come from the logits. Written out, L = Σ softplus(Z) - Y Z.
    """
    log_A, log_one_minus_A = logsigmoid(Z), logsigmoid(-Z)
    return -(Y * log_A + (1 - Y) * log_one_minus_A).sum(dim=1)


def softmax(Z: Float[Tensor, "m n_y"]) -> Float[Tensor, "m n_y"]:
    """A_j = exp(Z_j) / Σ_k exp(Z_k): the probabilities of n_y classes. Each row adds up to 1."""
    return torch.softmax(Z, dim=1)


def softmax_cross_entropy(Z: Float[Tensor, "m n_y"], Y: Num[Tensor, "m n_y"]) -> Float[Tensor, " m"]:
    """L = -Σ_j Y_j log A_j: the loss of each example, from log A = Z - logsumexp(Z). Each row of Y adds up to 1."""
    return -(Y * torch.log_softmax(Z, dim=1)).sum(dim=1)


def cross_entropy_derivative(A: Float[Tensor, "m n_y"], Y: Num[Tensor, "m n_y"]) -> Float[Tensor, "m n_y"]:
    """dZ = A - Y: the derivative of each example's cross-entropy by its logits (notes 1.5).

    Sigmoid: dA = -Y/A + (1 - Y)/(1 - A) and g'(Z) = A (1 - A), so
    dZ = dA * g'(Z) = -Y (1 - A) + (1 - Y) A = A - Y.
    Softmax: L = Σ_j Y_j (logsumexp(Z) - Z_j), so dL/dZ_k = A_k Σ_j Y_j - Y_k = A_k - Y_k, as Σ_j Y_j = 1.
    The formula needs the cross-entropy: squared error on a sigmoid has dZ = (A - Y) A (1 - A).

    A is close to 1 for an example of label 1 that the network has learned well. Then A - Y loses digits: all of them
    from Z = 17 (float32) or 37 (float64). What is lost is smaller than the rounding error of A.
    `sigmoid_cross_entropy_derivative_from_Z` keeps all digits.
    """
    return (A - Y).to(A.dtype)


def sigmoid_cross_entropy_derivative_from_Z(
    Z: Float[Tensor, "m n_y"], Y: Num[Tensor, "m n_y"]
) -> Float[Tensor, "m n_y"]:
    """dZ = (1 - Y) sigmoid(Z) - Y sigmoid(-Z): A - Y from the logits, accurate even if A has rounded to Y."""
    return (1 - Y) * torch.sigmoid(Z) - Y * torch.sigmoid(-Z)


def squared_error(Z: Float[Tensor, "m n_y"], Y: Num[Tensor, "m n_y"]) -> Float[Tensor, " m"]:
    """L = ½ Σ (A - Y)²: the loss for labels that are real numbers, such as prices (notes 1.2). A = Z."""
    return ((Z - Y) ** 2).sum(dim=1) / 2


def squared_error_derivative(A: Float[Tensor, "m n_y"], Y: Num[Tensor, "m n_y"]) -> Float[Tensor, "m n_y"]:
    """dZ = A - Y: the derivative of each example's squared error by Z, because g'(Z) = 1.

    The ½ of the loss cancels the 2 of the square. Real labels may have more digits than A. dZ has
    the dtype of A, as the matrix products that follow expect.
    """
    return (A - Y).to(A.dtype)


def cost(losses: Float[Tensor, " m"], m: float) -> Float[Tensor, ""]:
    """J = (1/m) Σ_i L_i: the cost is the mean of the losses of all examples (notes 1.2).

    Losses in half precision are added up in float32, because their sum may exceed 65504, the largest number of float16.
    """
    wide = torch.float32 if losses.dtype in (torch.float16, torch.bfloat16) else losses.dtype
    return average(losses.sum(dtype=wide), m).to(losses.dtype)
