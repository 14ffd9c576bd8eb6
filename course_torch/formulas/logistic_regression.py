"""One step of gradient descent for logistic regression: with two loops, with one loop, without loops (notes 1.5, 1.6).

The three functions compute the same numbers. w is a column (n_x, 1), as in the course. A network of one layer has
W = wᵀ, and `course_torch.network` computes the same gradient for it.
"""

from collections.abc import Sequence
from math import exp, log
from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor

from course_torch.formulas.activations import sigmoid
from course_torch.formulas.average import average
from course_torch.formulas.costs import cost, cross_entropy_derivative, sigmoid_cross_entropy


class ScalarStep(NamedTuple):
    """Cost, gradients and updated parameters as Python floats. w and dw have one number for each feature."""

    J: float
    dw: list[float]
    db: float
    w: list[float]
    b: float


class Step(NamedTuple):
    """Cost, gradients and updated parameters. Shapes: J (), w and dw (n_x, 1), b and db (1, 1)."""

    J: Tensor
    dw: Tensor
    db: Tensor
    w: Tensor
    b: Tensor


def step_with_two_loops(
    X: Sequence[Sequence[float]], Y: Sequence[float], w: Sequence[float], b: float, alpha: float
) -> ScalarStep:
    """dw_j = (1/m) Σ_i x_j dz, db = (1/m) Σ_i dz: one step as the pseudo-code of notes 1.5, with two loops.

    Row X[i] is example i. The outer loop runs over the m examples, the inner loops over the features. The sigmoid and
    the logarithms are written as in the notes, so log(1 - a) fails for z above 37 and exp(-z) for z below -709.
    """
    m, n_x = len(X), len(w)
    J, dw, db = 0.0, [0.0] * n_x, 0.0
    for i in range(m):
        z = b
        for j in range(n_x):
            z += w[j] * X[i][j]
        a = 1 / (1 + exp(-z))
        J += -(Y[i] * log(a) + (1 - Y[i]) * log(1 - a))
        dz = a - Y[i]
        for j in range(n_x):
            dw[j] += X[i][j] * dz  # the gradients of all examples add up
        db += dz
    J, dw, db = average(J, m), [average(dw_j, m) for dw_j in dw], average(db, m)
    return ScalarStep(J, dw, db, [w[j] - alpha * dw[j] for j in range(n_x)], b - alpha * db)


def step_with_one_loop(
    X: Float[Tensor, "m n_x"], Y: Float[Tensor, "m 1"], w: Float[Tensor, "n_x 1"], b: Float[Tensor, "1 1"], alpha: float
) -> Step:
    """dw = (1/m) Σ_i x(i) dz(i), db = (1/m) Σ_i dz(i): one step without the loop over features (notes 1.6)."""
    m = len(X)
    J, dw, db = 0 * w.sum(), 0 * w, 0 * b
    for i in range(m):
        x, y = X[i : i + 1], Y[i : i + 1]  # rows (1, n_x) and (1, 1), not vectors of rank 1 (notes 1.7)
        z = x @ w + b
        J = J + sigmoid_cross_entropy(z, y).sum()
        dz = sigmoid(z) - y
        dw = dw + x.T * dz
        db = db + dz
    J, dw, db = average(J, m), average(dw, m), average(db, m)
    return Step(J, dw, db, w - alpha * dw, b - alpha * db)


def step_without_loops(
    X: Float[Tensor, "m n_x"], Y: Float[Tensor, "m 1"], w: Float[Tensor, "n_x 1"], b: Float[Tensor, "1 1"], alpha: float
) -> Step:
    """Z = X w + b, dZ = A - Y, dw = (1/m) Xᵀ dZ, db = (1/m) Σ_i dZ: no loop (notes 1.6).

    The course's columns: Z = wᵀ X + b.
    """
    m = len(X)
    Z = X @ w + b
    dZ = cross_entropy_derivative(sigmoid(Z), Y)
    dw = average(X.T @ dZ, m)
    db = average(dZ.sum(dim=0, keepdim=True), m)
    return Step(cost(sigmoid_cross_entropy(Z, Y), m), dw, db, w - alpha * dw, b - alpha * db)
