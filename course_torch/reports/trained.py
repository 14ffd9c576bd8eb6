"""The small trainings behind the figures of the gallery. No other room needs them."""

from functools import cache
from typing import Any, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from course_torch.data.data_set import DataSet
from course_torch.data.table import load_data_set
from course_torch.formulas.costs import cost, sigmoid_cross_entropy
from course_torch.formulas.logistic_regression import step_without_loops
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.gradient_descent import gradient_descent

DEEP_SIZES = [12288, 40, 20, 10, 1]
START, LEARNING_RATES = (-1.0, 3.0), (0.2, 2.0, 20.0)
"""Start and learning rates of the paths of `logistic_surface`."""


class Surface(NamedTuple):
    """J (n_w, n_b) over the grid of w (n_w) and b (n_b), and the path (steps, 2) of (w, b) for each learning rate."""

    w: Tensor
    b: Tensor
    J: Tensor
    paths: dict[float, Tensor]


def logistic_surface(steps: int = 20) -> Surface:
    """J and the paths of logistic regression. Its six examples overlap, so J has a minimum inside the grid."""
    X = torch.tensor([[-2.0], [-1.0], [0.5], [-0.5], [1.0], [2.0]], dtype=torch.float64)
    Y = torch.tensor([[0.0], [0.0], [0.0], [1.0], [1.0], [1.0]], dtype=torch.float64)
    w, b = torch.linspace(-2, 10, 60, dtype=torch.float64), torch.linspace(-6, 4, 60, dtype=torch.float64)
    rows = [torch.stack([cost(sigmoid_cross_entropy(X * w_i + b_j, Y), len(X)) for b_j in b]) for w_i in w]
    return Surface(w, b, torch.stack(rows), {rate: path(X, Y, rate, steps) for rate in LEARNING_RATES})


def path(X: Float[Tensor, "m 1"], Y: Float[Tensor, "m 1"], rate: float, steps: int) -> Float[Tensor, "points 2"]:
    """Return (w, b) before the first step and after each step."""
    w, b = (torch.tensor([[value]], dtype=X.dtype) for value in START)
    points = [(w.item(), b.item())]
    for _ in range(steps):
        step = step_without_loops(X, Y, w, b, rate)
        w, b = step.w, step.b
        points.append((w.item(), b.item()))
    return torch.tensor(points, dtype=X.dtype)


@cache
def deep_network() -> tuple[DeepNetwork, DataSet]:
    """Train the default network on the pictures, to near its lowest validation cost."""
    return pictures_network(tuple(DEEP_SIZES), "lecun", learning_rate=0.02, iterations=400)


def pictures_network(
    layer_sizes: tuple[int, ...], initialization: str, *, learning_rate: float, iterations: int
) -> tuple[DeepNetwork, DataSet]:
    """Train a network by full-batch descent on the training split of the pictures. Returns network and data set."""
    data = load_data_set("pictures")
    network = DeepNetwork(layer_sizes, initialization=initialization, generator=seeded(1))
    costs_of(network, data.features(data.train.X, torch.float32), data.train.Y, learning_rate, iterations, iterations)
    return network, data


def costs_of(
    network: DeepNetwork, X: Tensor, Y: Tensor, learning_rate: float, iterations: int, record_every: int = 1
) -> list[float]:
    options: dict[str, Any] = {"iterations": iterations, "record_every": record_every}
    return gradient_descent(network, X, Y, learning_rate=learning_rate, **options).costs


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)
