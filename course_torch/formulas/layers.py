"""One layer: the linear step and the block with its activation, forward and backward (notes 2.2, 2.5, 3.2).

Rows are examples. The course stacks examples as columns; its formulas are the transposes of these:

    here                          the course's columns
    Z = A_prev Wᵀ + b             Z = W A_prev + b
    dW = (1/m) dZᵀ A_prev         dW = (1/m) dZ A_prevᵀ
    db = (1/m) Σ_i dZ  (rows)     db = (1/m) Σ_i dZ  (columns)
    dA_prev = dZ W                dA_prev = Wᵀ dZ

W has the same shape (n_out, n_in) in both. dZ and dA are derivatives of each example's loss L. dW and db are
derivatives of the cost J, the mean over the examples, so only dW, db and dslope contain 1/m (docs/average.md).
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
    """Z = A_prev Wᵀ + b: row i contains the n_out weighted sums of example i. b is added to every row (notes 1.7)."""
    return torch.addmm(b, A_prev, W.T)


def linear_backward(
    dZ: Float[Tensor, "m n_out"], A_prev: Float[Tensor, "m n_in"], m: float
) -> tuple[Float[Tensor, "n_out n_in"], Float[Tensor, "1 n_out"]]:
    """dW = (1/m) dZᵀ A_prev, db = (1/m) Σ_i dZ: the derivatives of the cost J by W and b."""
    dW = average(dZ.T @ A_prev, m)
    db = average(dZ.sum(dim=0, keepdim=True), m)
    return dW, db


def linear_backward_input(dZ: Float[Tensor, "m n_out"], W: Float[Tensor, "n_out n_in"]) -> Float[Tensor, "m n_in"]:
    """dA_prev = dZ W: the derivative of each example's loss by the layer's input."""
    return dZ @ W


class LayerCache(NamedTuple):
    """Tensors of a block's forward step that its backward step needs (notes 3.2)."""

    A_prev: Tensor  # (m, n_in)
    Z: Tensor  # (m, n_out)
    A: Tensor  # (m, n_out)


class LayerGradients(NamedTuple):
    """Derivatives of the cost J by the parameters of a layer; `dslope` is None unless the layer learns a slope."""

    dW: Tensor  # (n_out, n_in)
    db: Tensor  # (1, n_out)
    dslope: Tensor | None = None  # ()

    def to(self, dtype: torch.dtype) -> "LayerGradients":
        """Round to another dtype."""
        dslope = None if self.dslope is None else self.dslope.to(dtype)
        return LayerGradients(self.dW.to(dtype), self.db.to(dtype), dslope)


class BackwardStep(NamedTuple):
    """Tensors that the backward pass computes at a layer; `dA_prev` is None if it was not requested."""

    dZ: Tensor  # (m, n_out)
    gradients: LayerGradients
    dA_prev: Tensor | None  # (m, n_in)

    def to(self, dtype: torch.dtype) -> "BackwardStep":
        """Round to another dtype."""
        dA_prev = None if self.dA_prev is None else self.dA_prev.to(dtype)
        return BackwardStep(self.dZ.to(dtype), self.gradients.to(dtype), dA_prev)


def block(
    A_prev: Float[Tensor, "m n_in"],
    W: Float[Tensor, "n_out n_in"],
    b: Float[Tensor, "1 n_out"],
    activation: Activation,
    slope: Float[Tensor, ""] | None = None,
) -> LayerCache:
    """Z = A_prev Wᵀ + b, A = g(Z): the forward step of a block, which keeps A_prev, Z and A (notes 3.2)."""
    Z = linear(A_prev, W, b)
    return LayerCache(A_prev, Z, activation.value(Z, slope))


def block_backward(
    dA: Float[Tensor, "m n_out"],
    cache: LayerCache,
    W: Float[Tensor, "n_out n_in"],
    activation: Activation,
    m: float,
    slope: Float[Tensor, ""] | None = None,
    *,
    input_derivative: bool = True,
) -> BackwardStep:
    """dZ = dA * g'(Z), dW = (1/m) dZᵀ A_prev, db = (1/m) Σ_i dZ, dA_prev = dZ W: the backward step (notes 3.2).

    dslope follows from dA if the slope is learned.
    """
    dZ = activation_backward(dA, cache, activation, slope)
    learned = slope is not None and slope.requires_grad
    dslope = slope_gradient(dA, cache.Z, activation, m) if learned else None
    return linear_step(dZ, cache.A_prev, W, m, dslope, input_derivative=input_derivative)


def linear_step(
    dZ: Float[Tensor, "m n_out"],
    A_prev: Float[Tensor, "m n_in"],
    W: Float[Tensor, "n_out n_in"],
    m: float,
    dslope: Float[Tensor, ""] | None = None,
    *,
    input_derivative: bool = True,
) -> BackwardStep:
    """dW = (1/m) dZᵀ A_prev, db = (1/m) Σ_i dZ, dA_prev = dZ W: all that follows from dZ.

    The output layer needs only this step, because the loss gives dZ[L] directly.
    """
    dW, db = linear_backward(dZ, A_prev, m)
    dA_prev = linear_backward_input(dZ, W) if input_derivative else None
    return BackwardStep(dZ, LayerGradients(dW, db, dslope), dA_prev)


def activation_backward(
    dA: Float[Tensor, "m n_out"], cache: LayerCache, activation: Activation, slope: Float[Tensor, ""] | None = None
) -> Float[Tensor, "m n_out"]:
    """dZ = dA * g'(Z): the chain rule through the activation (notes 2.4)."""
    return activation.backward(dA, cache.Z, cache.A, slope)


def slope_gradient(
    dA: Float[Tensor, "m n_l"], Z: Float[Tensor, "m n_l"], activation: Activation, m: float
) -> Float[Tensor, ""]:
    """dslope = (1/m) Σ dA * dg/dslope: the derivative of the cost J by the slope that all units of a layer share."""
    assert activation.slope_derivative is not None
    return average((dA * activation.slope_derivative(Z)).sum(), m)
