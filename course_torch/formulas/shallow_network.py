"""A network with one hidden layer of tanh units, as the course derives it (notes 2.1, 2.2 and 2.5).

The forward pass is written node by node for one example, then layer by layer for all examples. The six equations of
the backward pass are written for one example (left column of the lecture's slide) and vectorised over m examples (right
column). `course_torch.network` does the same for any number of layers.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from course_torch.formulas.activations import sigmoid, tanh, tanh_derivative_from_A
from course_torch.formulas.average import average
from course_torch.formulas.layers import linear


class Parameters(NamedTuple):
    """W1 (n_1, n_x), b1 (1, n_1), W2 (n_y, n_1), b2 (1, n_y)."""

    W1: Tensor
    b1: Tensor
    W2: Tensor
    b2: Tensor


class Forward(NamedTuple):
    """Z1, A1 (m, n_1) and Z2, A2 (m, n_y). For one example m = 1."""

    Z1: Tensor
    A1: Tensor
    Z2: Tensor
    A2: Tensor


class Gradients(NamedTuple):
    """dZ2 (m, n_y), dW2 (n_y, n_1), db2 (1, n_y), dZ1 (m, n_1), dW1 (n_1, n_x), db1 (1, n_1)."""

    dZ2: Tensor
    dW2: Tensor
    db2: Tensor
    dZ1: Tensor
    dW1: Tensor
    db1: Tensor


def node_by_node(
    a_prev: Float[Tensor, "1 n_in"], W: Float[Tensor, "n_out n_in"], b: Float[Tensor, "1 n_out"]
) -> Float[Tensor, "1 n_out"]:
    """z_j = w_jᵀ a_prev + b_j: computed node by node. Row j of W contains the weights of node j (notes 2.1)."""
    return torch.stack([(W[j] * a_prev[0]).sum() + b[0, j] for j in range(len(W))]).reshape(1, -1)


def forward_one_example(x: Float[Tensor, "1 n_x"], parameters: Parameters) -> Forward:
    """z_j = w_jᵀ a_prev + b_j, a_j = g(z_j): both layers for one example, node by node (notes 2.1)."""
    z1 = node_by_node(x, parameters.W1, parameters.b1)
    a1 = tanh(z1)
    z2 = node_by_node(a1, parameters.W2, parameters.b2)
    return Forward(z1, a1, z2, sigmoid(z2))


def forward(X: Float[Tensor, "m n_x"], parameters: Parameters) -> Forward:
    """Z1 = X W1ᵀ + b1, A1 = tanh(Z1), Z2 = A1 W2ᵀ + b2, A2 = sigmoid(Z2): row i belongs to example i (notes 2.2)."""
    Z1 = linear(X, parameters.W1, parameters.b1)
    A1 = tanh(Z1)
    Z2 = linear(A1, parameters.W2, parameters.b2)
    return Forward(Z1, A1, Z2, sigmoid(Z2))


def backward_one_example(
    x: Float[Tensor, "1 n_x"], y: Float[Tensor, "1 n_y"], values: Forward, parameters: Parameters
) -> Gradients:
    """dz2 = a2 - y, dW2 = dz2ᵀ a1, db2 = dz2, dz1 = dz2 W2 * g'(z1), dW1 = dz1ᵀ x, db1 = dz1: for one example.

    Notes 2.5, left. The course's columns: dW2 = dz2 a1ᵀ, dz1 = (W2ᵀ dz2) * g'(z1), dW1 = dz1 xᵀ.
    """
    dz2 = values.A2 - y
    dz1 = dz2 @ parameters.W2 * tanh_derivative_from_A(values.A1)
    return Gradients(dz2, dz2.T @ values.A1, dz2, dz1, dz1.T @ x, dz1)


def backward(
    X: Float[Tensor, "m n_x"], Y: Float[Tensor, "m n_y"], values: Forward, parameters: Parameters
) -> Gradients:
    """dZ2 = A2 - Y, dZ1 = dZ2 W2 * g'(Z1), dW = (1/m) dZᵀ A_prev, db = (1/m) Σ_i dZ: m examples (notes 2.5, right)."""
    m = len(X)
    dZ2 = values.A2 - Y
    dW2 = average(dZ2.T @ values.A1, m)
    db2 = average(dZ2.sum(dim=0, keepdim=True), m)
    dZ1 = dZ2 @ parameters.W2 * tanh_derivative_from_A(values.A1)
    dW1 = average(dZ1.T @ X, m)
    db1 = average(dZ1.sum(dim=0, keepdim=True), m)
    return Gradients(dZ2, dW2, db2, dZ1, dW1, db1)
