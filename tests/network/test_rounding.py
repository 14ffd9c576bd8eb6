"""Rounding errors of gradient descent, relative to the change of each parameter."""

from copy import deepcopy

import numpy as np
import pytest
import torch

from course_torch import DeepNetwork, gradient_descent
from course_torch.network.gradient_descent import METHODS
from tests.network.references import Array, Columns, descend, in_columns

SUMS = 1000
"""Bound of the rounding errors of the sums over the examples, in ε of the change: 0.012 % in float32."""
LOGISTIC, LEAKY = [9, 1], [9, 4, 1]
MANY = [(60_000, 0.0005, LOGISTIC), (60_000, 0.01, LEAKY), (5000, 0.0005, LOGISTIC), (1_000_000, 1e-5, LEAKY)]
FEW = [(1500, 0.0005, LOGISTIC), (1500, 1e-5, LEAKY)]
"""(m, α, layer sizes). The products of gram have m · m numbers."""


def tensors(network: Columns) -> list[Array]:
    """W, b and slope of each layer."""
    return [*network.W, *network.b, *(slope for slope in network.slopes if slope is not None)]


def errors(
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
    before = [tensor.copy() for tensor in tensors(exact)]
    descend(exact, X.double().numpy().T, Y.double().numpy().T, alpha, iterations, learn_slope=True)
    gradient_descent(network, X, Y, learning_rate=alpha, iterations=iterations, method=method)
    eps, norm = torch.finfo(dtype).eps, np.linalg.norm
    return [
        norm(found - right) / (roundings * eps / 2 * norm(right) + SUMS * eps * norm(right - start))
        for found, right, start in zip(tensors(in_columns(network.double())), tensors(exact), before, strict=True)
    ]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(
    ("method", "setting"), [(method, setting) for method in METHODS for setting in (FEW if method == "gram" else MANY)]
)
def test_a_step_loses_no_part_of_the_change(
    method: str, setting: tuple[int, float, list[int]], dtype: torch.dtype
) -> None:
    """Added to W one by one, the terms of dW are lost where they are below ε |W|: up to the whole change."""
    assert max(errors(*setting, dtype, method, iterations=1, roundings=1)) < 1


@pytest.mark.parametrize(("method", "roundings"), [("plain", 1000), ("fused", 1000), ("gram", 1)])
def test_many_small_steps_add_up(method: str, roundings: int) -> None:
    """plain and fused round W in every step. gram adds up C, which starts at 0, and rounds W once, at the end."""
    assert max(errors(1500, 1e-4, LOGISTIC, torch.float32, method, iterations=1000, roundings=roundings)) < 1
