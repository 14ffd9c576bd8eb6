"""The trainings behind the figures: paths of gradient descent on J(w, b), cost curves, and trained networks."""

from dataclasses import replace
from functools import cache
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from course_torch.data.data_set import DataSet
from course_torch.data.planar import flower_points
from course_torch.data.table import load_data_set
from course_torch.formulas.costs import cost, sigmoid_cross_entropy
from course_torch.formulas.logistic_regression import step_without_loops
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.gradient_descent import gradient_descent

RECORD_EVERY = 25
DEEP_SIZES = [12288, 40, 20, 10, 1]
Curves = dict[str, list[list[float]]]
START = (-1.0, 3.0)
LEARNING_RATES = {"α = 0.2: too small": 0.2, "α = 2: right": 2.0, "α = 20: too large": 20.0}
"""Start and learning rates of the paths of `logistic_surface`."""


class Surface(NamedTuple):
    """J (n_w, n_b) over the grid of w (n_w) and b (n_b), and the path (steps, 2) of (w, b) for each learning rate."""

    w: Tensor
    b: Tensor
    J: Tensor
    paths: dict[str, Tensor]


def logistic_surface(steps: int = 20) -> Surface:
    """Compute J and the paths of logistic regression on one feature.

    The classes of the six examples overlap, so that J has a minimum inside the grid.
    """
    X = torch.tensor([[-2.0], [-1.0], [0.5], [-0.5], [1.0], [2.0]], dtype=torch.float64)
    Y = torch.tensor([[0.0], [0.0], [0.0], [1.0], [1.0], [1.0]], dtype=torch.float64)
    w, b = torch.linspace(-2, 10, 60, dtype=torch.float64), torch.linspace(-6, 4, 60, dtype=torch.float64)
    rows = [torch.stack([cost(sigmoid_cross_entropy(X * w_i + b_j, Y), len(X)) for b_j in b]) for w_i in w]
    return Surface(w, b, torch.stack(rows), {name: path(X, Y, rate, steps) for name, rate in LEARNING_RATES.items()})


def path(
    X: Float[Tensor, "m 1"], Y: Float[Tensor, "m 1"], learning_rate: float, steps: int
) -> Float[Tensor, "points 2"]:
    """Return (w, b) before the first step and after each step."""
    w, b = (torch.tensor([[value]], dtype=X.dtype) for value in START)
    points = [(w.item(), b.item())]
    for _ in range(steps):
        step = step_without_loops(X, Y, w, b, learning_rate)
        w, b = step.w, step.b
        points.append((w.item(), b.item()))
    return torch.tensor(points, dtype=X.dtype)


def cost_curves_of_learning_rates() -> Curves:
    """Train logistic regression on the pictures, 50 updates: learning rate too small, right, too large (notes 1.3)."""
    data = load_data_set("pictures")
    X, Y = data.features(data.train.X, torch.float32), data.train.Y
    return {
        f"α = {rate}: {judged}": [costs_of(DeepNetwork([X.shape[1], 1], initialization="zeros"), X, Y, rate, 50)]
        for rate, judged in ((0.001, "too small"), (0.05, "right"), (0.3, "too large"))
    }


def cost_curves_of_centering() -> Curves:
    """The default network on the pictures, with the training mean left in the features and without it."""
    data = load_data_set("pictures")
    curves: Curves = {}
    for label, centered in (("pixels / 255", False), ("pixels / 255 - mean", True)):
        X = replace(data, centered=centered).features(data.train.X, torch.float32)
        curves[label] = [costs_of(DeepNetwork(DEEP_SIZES, generator=seeded(1)), X, data.train.Y, 0.02, 1000)]
    return curves


def cost_curves_of_hidden_activations() -> Curves:
    """Train a network on the flower with four hidden activations and five seeds each (notes 2.3)."""
    X, Y = flower_points(seed=1)

    def costs(activation: str, seed: int) -> list[float]:
        network = DeepNetwork([2, 8, 8, 1], activation, dtype=torch.float64, generator=seeded(seed))
        return costs_of(network, X, Y, 0.5, 2000, RECORD_EVERY)

    return {name: [costs(name, seed) for seed in range(1, 6)] for name in ("sigmoid", "tanh", "relu", "leaky_relu")}


def costs_of(
    network: DeepNetwork, X: Tensor, Y: Tensor, learning_rate: float, iterations: int, record_every: int = 1
) -> list[float]:
    """Train a network by gradient descent. Returns the recorded costs."""
    history = gradient_descent(
        network, X, Y, learning_rate=learning_rate, iterations=iterations, record_every=record_every
    )
    return history.costs


@cache
def flower_network() -> tuple[DeepNetwork, Tensor, Tensor]:
    """Train the course's shallow network on the flower for 5000 steps. Returns network, X and Y (notes 2.5)."""
    X, Y = flower_points(seed=1)
    network = DeepNetwork([2, 4, 1], "tanh", initialization="small", dtype=torch.float64, generator=seeded(1))
    costs_of(network, X, Y, 1.2, 5000, 5000)
    return network, X, Y


@cache
def logistic_network() -> tuple[DeepNetwork, DataSet]:
    """Train logistic regression on the pictures, from zeros (notes 1.2)."""
    return pictures_network([12288, 1], "zeros", learning_rate=0.01, iterations=1000)


@cache
def deep_network() -> tuple[DeepNetwork, DataSet]:
    """Train the default network on the pictures, to near its lowest validation cost (notes 3.2)."""
    return pictures_network(DEEP_SIZES, "lecun", learning_rate=0.02, iterations=400)


def pictures_network(
    layer_sizes: list[int], initialization: str, *, learning_rate: float, iterations: int
) -> tuple[DeepNetwork, DataSet]:
    """Train a network by full-batch descent on the training split of the pictures. Returns network and data set."""
    data = load_data_set("pictures")
    network = DeepNetwork(layer_sizes, initialization=initialization, generator=seeded(1))
    costs_of(network, data.features(data.train.X, torch.float32), data.train.Y, learning_rate, iterations, iterations)
    return network, data


def seeded(seed: int) -> torch.Generator:
    """Return a generator with this seed."""
    return torch.Generator().manual_seed(seed)
