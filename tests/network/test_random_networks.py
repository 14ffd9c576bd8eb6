"""2000 random networks: the formulas, J.backward() and each descent against references written apart, at 1e-10."""

import importlib.util
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from typing import Any, NamedTuple

import mpmath
import numpy as np
import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork, gradient_descent
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.outputs import OUTPUTS
from course_torch.network.gradient_descent import METHODS
from tests.network import references

TOLERANCE = 1e-10
BATCH = 100
"""The networks of one test."""


class Drawn(NamedTuple):
    """A random network with its examples. `Y` may be of any dtype that labels may have."""

    network: DeepNetwork
    X: Tensor
    Y: Tensor
    learn_slope: bool


def draw(seed: int) -> Drawn:
    """L from 1 to 8, m from 1 to 12, every activation and output.

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


def assert_near(what: str, found: Tensor, right: np.ndarray) -> None:
    difference = np.linalg.norm(found.detach().numpy().ravel() - np.asarray(right).ravel())
    assert difference <= TOLERANCE * max(1, np.linalg.norm(right)), f"{what}: {difference}"


def check(seed: int) -> None:
    network, X, Y, learn_slope = draw(seed)
    columns, x, y = references.in_columns(network), X.numpy().T, Y.numpy().T.astype(float)
    right = references.gradients(columns, x, y)
    network.cost(X, Y).backward()
    for l, (layer, manual, (dW, db, dslope)) in enumerate(
        zip(network.layers, network.manual_gradients(X, Y), right, strict=True), start=1
    ):
        for name, by_hand, trained, reference in (
            ("dW", manual.dW, layer.W.grad, dW),
            ("db", manual.db.T, layer.b.grad.T, db),
            ("dslope", manual.dslope, layer.slope.grad if learn_slope and layer.slope is not None else None, dslope),
        ):
            if by_hand is not None:
                assert_near(f"{seed}: manual {name}[{l}]", by_hand, reference)
                assert_near(f"{seed}: trained {name}[{l}]", trained, reference)
    alpha = 0.1 / (1 + max(np.abs(dW).max() for dW, _, _ in right))
    references.descend(columns, x, y, alpha, 3, learn_slope=learn_slope)
    for method in METHODS:
        trained = deepcopy(network)
        gradient_descent(trained, X, Y, learning_rate=alpha, iterations=3, method=method)
        for l, layer in enumerate(trained.layers):
            assert_near(f"{seed}: {method} W[{l + 1}]", layer.W, columns.W[l])
            assert_near(f"{seed}: {method} b[{l + 1}]", layer.b.T, columns.b[l])
            if layer.slope is not None:
                assert_near(f"{seed}: {method} slope[{l + 1}]", layer.slope, columns.slopes[l])


def test_a_hundred_random_networks() -> None:
    for seed in range(BATCH):
        check(seed)


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(1, 20))
def test_the_other_random_networks(batch: int) -> None:
    for seed in range(BATCH * batch, BATCH * (batch + 1)):
        check(seed)


@pytest.mark.parametrize("seed", range(2, 42, 2))
def test_small_networks_against_sixty_digits(seed: int) -> None:
    """One entry of each dW by mpmath, from the cost as the course writes it."""
    network, X, Y, _ = draw(seed)
    manual = network.manual_gradients(X, Y)
    columns, x, y = references.in_columns(network), X.numpy().T, Y.numpy().T.astype(float)
    with mpmath.workdps(60):
        for l, (dW, _, _) in enumerate(manual, start=1):
            place = (l * seed) % dW.shape[0], (l + seed) % dW.shape[1]
            exact = references.precise_dW(columns, x, y, l, *place)
            assert dW[place].item() == pytest.approx(exact, rel=TOLERANCE, abs=TOLERANCE)


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="install jax to judge the formulas by jax.grad")
def test_random_networks_against_jax() -> None:
    import jax
    from jax import numpy as jnp

    jax.config.update("jax_enable_x64", True)
    for seed in range(1, 200, 2):
        network, X, Y, _ = draw(seed)
        if network.hidden_activation.name in ("tanh", "sigmoid") and network.output.name == "sigmoid":
            g = {"tanh": jnp.tanh, "sigmoid": jax.nn.sigmoid}[network.hidden_activation.name]
            J = partial(jax_cost, jnp, g, X.numpy(), Y.numpy().astype(float))
            right = jax.grad(J)([(layer.W.detach().numpy(), layer.b.detach().numpy()) for layer in network.layers])
            for manual, (dW, db) in zip(network.manual_gradients(X, Y), right, strict=True):
                assert_near(f"{seed}: dW", manual.dW, np.asarray(dW))
                assert_near(f"{seed}: db", manual.db, np.asarray(db))


def jax_cost(jnp: Any, g: Callable, X: np.ndarray, Y: np.ndarray, parameters: list[Any]) -> Any:
    """J of a network with sigmoid output."""
    *hidden, (W, b) = parameters
    A = X
    for W_l, b_l in hidden:
        A = g(A @ W_l.T + b_l)
    Z = A @ W.T + b
    return (jnp.logaddexp(0, Z) - Y * Z).sum() / len(X)
