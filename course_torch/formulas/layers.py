"""One layer: its linear part, its block with the activation, forward and backward (notes 2.2, 2.5, 3.2).

Rows are examples. The course stacks examples as columns; its formulas are the transposes of these:

    here                          the course's columns
    Z = A_prev Wᵀ + b             Z = W A_prev + b
    dW = (1/m) dZᵀ A_prev         dW = (1/m) dZ A_prevᵀ
    db = (1/m) Σ_i dZ  (rows)     db = (1/m) Σ_i dZ  (columns)
    dA_prev = dZ W                dA_prev = Wᵀ dZ

W has the same shape (n_out, n_in) in both. dZ and dA are derivatives of each example's loss L; dW and db are
derivatives of the cost J, the mean over the examples: that is where the 1/m belongs, and only there.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from course_torch.formulas.activations import Activation
from course_torch.formulas.average import average


def linear(
    A_prev: Float[Tensor, "m n_in"], W: Float[Tensor, "n_out n_in"], b: Float[Tensor, "1 n_out"]
) -> Float[Tensor, "m n_out"]:
    """Z = A_prev Wᵀ + b: row i holds the n_out weighted sums of example i; b is added to every row (notes 1.7)."""
    return torch.addmm(b, A_prev, W.T)


def linear_backward(
    dZ: Float[Tensor, "m n_out"], A_prev: Float[Tensor, "m n_in"], m: float
) -> tuple[Float[Tensor, "n_out n_in"], Float[Tensor, "1 n_out"]]:
    """dW = (1/m) dZᵀ A_prev and db = (1/m) Σ_i dZ, the derivatives of the cost J by W and b."""
    dW = average(dZ.T @ A_prev, m)
    db = average(dZ.sum(dim=0, keepdim=True), m)
    return dW, db


def linear_backward_input(dZ: Float[Tensor, "m n_out"], W: Float[Tensor, "n_out n_in"]) -> Float[Tensor, "m n_in"]:
    """dA_prev = dZ W, the derivative of each example's loss by the layer's input."""
    return dZ @ W


class LayerCache(NamedTuple):
    """What a block's forward step keeps for its backward step (notes 3.2)."""

    A_prev: Tensor  # (m, n_in)
    Z: Tensor  # (m, n_out)
    A: Tensor  # (m, n_out)


def block(
    A_prev: Float[Tensor, "m n_in"],
    W: Float[Tensor, "n_out n_in"],
    b: Float[Tensor, "1 n_out"],
    activation: Activation,
    slope: Float[Tensor, ""] | None = None,
) -> LayerCache:
    """A = g(Z) with Z = A_prev Wᵀ + b, kept together with the input."""
    Z = linear(A_prev, W, b)
    return LayerCache(A_prev, Z, activation.value(Z, slope))


def block_backward(
    dA: Float[Tensor, "m n_out"],
    cache: LayerCache,
    activation: Activation,
    slope: Float[Tensor, ""] | None = None,
) -> Float[Tensor, "m n_out"]:
    """dZ = dA * g'(Z), from which `linear_backward` and `linear_backward_input` go on."""
    return dA * activation.derivative(cache.Z, cache.A, slope)
