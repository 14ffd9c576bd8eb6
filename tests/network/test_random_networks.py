"""1000 random networks and their rounding errors, against a reference written apart: columns in NumPy."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from course_torch import DeepNetwork, gradient_descent
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.outputs import OUTPUTS
from course_torch.network.gradient_descent import METHODS

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
        case "leaky_relu":
            return np.where(Z > 0, Z, slope * Z), np.where(Z > 0, 1.0, slope)
    Z_of_torch = torch.from_numpy(Z).requires_grad_()  # of an activation that was added
    A = ACTIVATIONS[name].module()(Z_of_torch)
    return A.detach().numpy(), torch.autograd.grad(A.sum(), Z_of_torch)[0].numpy()


def answers(output: str, Z: Array) -> Array:
    """ŷ from the logits."""
    if output == "sigmoid":
        return np.exp(-np.logaddexp(0, -Z))
    powers = np.exp(Z - Z.max(axis=0))
    return powers / powers.sum(axis=0) if output == "softmax" else Z


def column_gradients(network: Columns, X: Array, Y: Array) -> list[tuple[Array, Array, Array | None]]:
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
        for l, (dW, db, dslope) in enumerate(column_gradients(network, X, Y)):
            network.W[l] -= alpha * dW
            network.b[l] -= alpha * db
            if learn_slope and dslope is not None:
                network.slopes[l] -= alpha * dslope


TOLERANCE = 1e-10
TOGETHER = 50
"""The networks of one test."""


class Drawn(NamedTuple):
    """A random network with its examples. `Y` may be of any dtype that labels may have."""

    network: DeepNetwork
    X: Tensor
    Y: Tensor
    learn_slope: bool


def draw(seed: int) -> Drawn:
    """L from 1 to 8, m from 1 to 12, every activation and every output.

    In every tenth network |Z| may be in the hundreds, unless the answers are numbers.
    """
    numbers = np.random.default_rng(seed)
    generator = torch.Generator().manual_seed(seed)
    L, m = int(numbers.integers(1, 9)), int(numbers.integers(1, 13))
    output = str(numbers.choice(list(OUTPUTS)))
    sizes = [int(n) for n in numbers.integers(1, 7, L + 1)]
    sizes[-1] = max(sizes[-1], OUTPUTS[output].smallest_n_y)
    learn_slope = bool(numbers.integers(2))
    network = DeepNetwork(
        sizes,
        str(numbers.choice(list(ACTIVATIONS))),
        output,
        slope=float(numbers.uniform(-0.5, 0.8)),
        learn_slope=learn_slope,
        dtype=torch.float64,
        generator=generator,
    )
    with torch.no_grad():
        for layer in network.layers:
            layer.b.normal_(generator=generator)
    X = torch.randn(sizes[0], m, dtype=torch.float64, generator=generator).T  # not contiguous
    if seed % 10 == 0 and output != "identity":
        X = X * 300
    if seed % 3 == 0:
        X = X.contiguous()
    dtype = [torch.bool, torch.uint8, torch.int64, torch.float64, torch.float32][int(numbers.integers(5))]
    Y = network.output.labels(torch.rand(m, sizes[-1], dtype=torch.float64, generator=generator))
    if output == "identity":
        return Drawn(network, X, Y, learn_slope)
    return Drawn(network, X, Y.to(dtype), learn_slope)


def assert_near(what: str, all_found: Iterable[Tensor], right: Array) -> None:
    for found in all_found:
        difference = np.linalg.norm(found.detach().numpy().ravel() - right.ravel())
        assert difference <= TOLERANCE * max(1, np.linalg.norm(right)), f"{what}: {difference}"


def check(seed: int) -> None:
    network, X, Y, learn_slope = draw(seed)
    columns, x, y = in_columns(network), X.numpy().T, Y.numpy().T.astype(float)
    right = column_gradients(columns, x, y)
    network.cost(X, Y).backward()
    found = zip(network.layers, network.manual_gradients(X, Y), network.autograd_gradients(X, Y), right, strict=True)
    for l, (layer, manual, autograd, (dW, db, dslope)) in enumerate(found, start=1):
        assert_near(f"{seed}: dW[{l}]", (manual.dW, layer.W.grad, autograd.dW), dW)
        assert_near(f"{seed}: db[{l}]", (manual.db.T, layer.b.grad.T, autograd.db.T), db)
        if learn_slope and layer.slope is not None:
            assert_near(f"{seed}: dslope[{l}]", (manual.dslope, layer.slope.grad, autograd.dslope), dslope)
        else:
            assert (manual.dslope, autograd.dslope) == (None, None)
    alpha = 0.1 / (1 + max(np.abs(dW).max() for dW, _, _ in right))
    descend(columns, x, y, alpha, 3, learn_slope=learn_slope)
    costs = {}
    for method in (*METHODS, "auto"):
        trained = deepcopy(network)
        history = gradient_descent(trained, X, Y, learning_rate=alpha, iterations=3, record_every=1, method=method)
        costs[method] = history.costs
        for l, layer in enumerate(trained.layers):
            assert_near(f"{seed}: {method} W[{l + 1}]", (layer.W,), columns.W[l])
            assert_near(f"{seed}: {method} b[{l + 1}]", (layer.b.T,), columns.b[l])
            if layer.slope is not None:
                assert_near(f"{seed}: {method} slope[{l + 1}]", (layer.slope,), columns.slopes[l])
    for method, each in costs.items():
        assert each == pytest.approx(costs["plain"], rel=TOLERANCE), f"{seed}: {method} J"


@pytest.mark.sweep(2)
@pytest.mark.parametrize("first", range(0, 1000, TOGETHER))
def test_gradients_and_steps_of_random_networks_are_those_of_the_columns(first: int) -> None:
    """By hand, through `J.backward()`, by autograd, and by every method of descent. A failure names the seed."""
    for seed in range(first, first + TOGETHER):
        check(seed)


SUMS = 1000
"""Bound of the rounding errors of the sums over the examples, in ε of the change: 0.012 % in float32."""
LOGISTIC, LEAKY = [9, 1], [9, 4, 1]
MANY = [(60_000, 0.0005, LOGISTIC), (60_000, 0.01, LEAKY), (5000, 0.0005, LOGISTIC), (1_000_000, 1e-5, LEAKY)]
FEW = [(1500, 0.0005, LOGISTIC), (1500, 1e-5, LEAKY)]
"""(m, α, layer sizes). The products of gram have m · m numbers."""


def tensors_of(network: Columns) -> list[Array]:
    """W, b and slope of each layer."""
    return [*network.W, *network.b, *(slope for slope in network.slopes if slope is not None)]


def rounding_errors(
    m: int, alpha: float, layer_sizes: list[int], dtype: torch.dtype, method: str, *, iterations: int, roundings: int
) -> list[float]:
    """The error of each parameter after the iterations, divided by its bound.

    A parameter may be rounded `roundings` times, each time by ε/2 of itself. The sums may add SUMS ε of its change.
    """
    g = torch.Generator().manual_seed(0)
    network = DeepNetwork(layer_sizes, "leaky_relu", slope=0.3, learn_slope=True, dtype=dtype, generator=g)
    X = torch.randn(m, layer_sizes[0], dtype=dtype, generator=g)
    Y = (X[:, :1] > 0).to(dtype)
    exact = in_columns(deepcopy(network).double())
    before = [tensor.copy() for tensor in tensors_of(exact)]
    descend(exact, X.double().numpy().T, Y.double().numpy().T, alpha, iterations, learn_slope=True)
    gradient_descent(network, X, Y, learning_rate=alpha, iterations=iterations, method=method)
    eps, norm = torch.finfo(dtype).eps, np.linalg.norm
    return [
        norm(found - right) / (roundings * eps / 2 * norm(right) + SUMS * eps * norm(right - start))
        for found, right, start in zip(tensors_of(in_columns(network.double())), tensors_of(exact), before, strict=True)
    ]


@pytest.mark.sweep(5)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(
    ("method", "setting"), [(method, setting) for method in METHODS for setting in (FEW if method == "gram" else MANY)]
)
def test_a_step_loses_no_part_of_the_change(
    method: str, setting: tuple[int, float, list[int]], dtype: torch.dtype
) -> None:
    """Added to W one by one, the terms of dW are lost where they are below ε |W|: up to the whole change."""
    assert max(rounding_errors(*setting, dtype, method, iterations=1, roundings=1)) < 1


@pytest.mark.parametrize(("method", "roundings"), [("plain", 1000), ("fused", 1000), ("gram", 1)])
def test_many_small_steps_add_up(method: str, roundings: int) -> None:
    """plain and fused round W in every step. gram adds up C, which starts at 0, and rounds W once, at the end."""
    assert max(rounding_errors(1500, 1e-4, LOGISTIC, torch.float32, method, iterations=1000, roundings=roundings)) < 1
