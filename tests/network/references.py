"""References written apart from the package: the course's column formulas in NumPy, and the cost in mpmath."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import mpmath
import numpy as np
from numpy.typing import NDArray

from course_torch import DeepNetwork

Array = NDArray[np.float64]


@dataclass
class Columns:
    """A network in the course's layout: W[l - 1] and b[l - 1], a column, belong to layer l. A slope may be None."""

    W: list[Array]
    b: list[Array]
    slopes: list[Array | None]
    activation: str
    output: str


def in_columns(network: DeepNetwork) -> Columns:
    return Columns(
        [layer.W.detach().numpy().copy() for layer in network.layers],
        [layer.b.detach().numpy().T.copy() for layer in network.layers],
        [None if layer.slope is None else layer.slope.detach().numpy().copy() for layer in network.layers],
        network.hidden_activation.name,
        network.output.name,
    )


def g(name: str, Z: Array, slope: Array | None) -> tuple[Array, Array]:
    """g(Z) and g'(Z)."""
    match name:
        case "sigmoid":
            A = np.exp(-np.logaddexp(0, -Z))
            return A, A * (1 - A)
        case "tanh":
            return np.tanh(Z), 1 - np.tanh(Z) ** 2
        case "identity":
            return Z, np.ones_like(Z)
        case "relu":
            return np.maximum(Z, 0), (Z > 0) * 1.0
    return np.where(Z > 0, Z, slope * Z), np.where(Z > 0, 1.0, slope)


def answers(output: str, Z: Array) -> Array:
    """ŷ from the logits."""
    if output == "sigmoid":
        return np.exp(-np.logaddexp(0, -Z))
    powers = np.exp(Z - Z.max(axis=0))
    return powers / powers.sum(axis=0) if output == "softmax" else Z


def gradients(network: Columns, X: Array, Y: Array) -> list[tuple[Array, Array, Array | None]]:
    """(dW, db, dslope) of layers 1 to L. X (n_x, m) and Y (n_y, m) have examples as columns."""
    L, m = len(network.W), X.shape[1]
    A, g_prime, Z_all = [X], [], []
    for l in range(1, L + 1):
        Z = network.W[l - 1] @ A[-1] + network.b[l - 1]
        Z_all.append(Z)
        if l < L:
            value, derivative = g(network.activation, Z, network.slopes[l - 1])
            A.append(value)
            g_prime.append(derivative)
    dZ, dslope = answers(network.output, Z_all[-1]) - Y, None
    found: list[tuple[Array, Array, Array | None]] = []
    for l in range(L, 0, -1):
        found.append((dZ @ A[l - 1].T / m, dZ.sum(axis=1, keepdims=True) / m, dslope))
        if l > 1:
            dA = network.W[l - 1].T @ dZ
            dslope = (
                np.asarray((dA * np.minimum(Z_all[l - 2], 0)).sum() / m) if network.slopes[l - 2] is not None else None
            )
            dZ = dA * g_prime[l - 2]
    return found[::-1]


def descend(network: Columns, X: Array, Y: Array, alpha: float, iterations: int, *, learn_slope: bool) -> None:
    """W -= α dW, b -= α db and, if it is learned, slope -= α dslope."""
    for _ in range(iterations):
        for l, (dW, db, dslope) in enumerate(gradients(network, X, Y)):
            network.W[l] -= alpha * dW
            network.b[l] -= alpha * db
            if learn_slope and dslope is not None:
                network.slopes[l] -= alpha * dslope


def precise_cost(network: Columns, X: Array, Y: Array) -> Any:
    """J in mpmath, from the definition: log(ŷ), not a stable form. The caller sets the digits."""
    total = mpmath.mpf(0)
    for x, y in zip(X.T, Y.T, strict=True):
        a: Sequence[Any] = [mpmath.mpf(float(each)) for each in x]
        for l, (W, b, slope) in enumerate(zip(network.W, network.b, network.slopes, strict=True), start=1):
            z = [mpmath.fdot(W_j, a) + b_j for W_j, b_j in zip(mp_rows(W), mp_rows(b.T)[0], strict=True)]
            a = z if l == len(network.W) else [precise_g(network.activation, each, slope) for each in z]
        total += precise_loss(network.output, a, [mpmath.mpf(float(each)) for each in y])
    return total / X.shape[1]


def mp_rows(matrix: Array) -> list[list[Any]]:
    return [[each if isinstance(each, mpmath.mpf) else mpmath.mpf(float(each)) for each in row] for row in matrix]


def precise_g(name: str, z: Any, slope: Array | None) -> Any:
    match name:
        case "sigmoid":
            return 1 / (1 + mpmath.exp(-z))
        case "tanh":
            return mpmath.tanh(z)
        case "identity":
            return z
    return z if z > 0 else z * (0 if slope is None else mpmath.mpf(float(slope)))


def precise_loss(output: str, z: Sequence[Any], y: Sequence[Any]) -> Any:
    if output == "identity":
        return sum((a - b) ** 2 for a, b in zip(z, y, strict=True)) / 2
    if output == "softmax":
        return mpmath.log(sum(map(mpmath.exp, z))) - sum(a * b for a, b in zip(z, y, strict=True))
    return sum(mpmath.log(1 + mpmath.exp(-a if b else a)) for a, b in zip(z, y, strict=True))


def precise_dW(network: Columns, X: Array, Y: Array, l: int, j: int, k: int) -> float:
    """dJ/dW[l][j, k] by a central difference with 60 digits, whose error is far below 1e-16."""
    nudge = mpmath.mpf(10) ** -20
    costs = []
    for sign in (1, -1):
        W = network.W[l - 1].astype(object)
        W[j, k] = mpmath.mpf(float(W[j, k])) + sign * nudge
        costs.append(precise_cost(replace(network, W=[*network.W[: l - 1], W, *network.W[l:]]), X, Y))
    return float((costs[0] - costs[1]) / (2 * nudge))
