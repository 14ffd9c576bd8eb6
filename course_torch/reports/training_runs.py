"""Train the networks for the figures by `gradient_descent`."""

from dataclasses import replace
from functools import cache

import torch
from torch import Tensor

from course_torch.data.data_set import DataSet
from course_torch.data.planar import flower_points
from course_torch.data.table import load_data_set
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.gradient_descent import gradient_descent

RECORD_EVERY = 25
DEEP_SIZES = [12288, 40, 20, 10, 1]
Curves = dict[str, list[list[float]]]


def cost_curves_of_learning_rates() -> Curves:
    """Train logistic regression on the pictures, 50 updates: learning rate too small, right, too large (notes 1.3)."""
    data = load_data_set("pictures")
    X = data.features(data.train.X, torch.float32)
    curves: Curves = {}
    for learning_rate, judged in ((0.001, "too small"), (0.05, "right"), (0.3, "too large")):
        network = DeepNetwork([X.shape[1], 1], initialization="zeros")
        history = gradient_descent(network, X, data.train.Y, learning_rate=learning_rate, iterations=50, record_every=1)
        curves[f"α = {learning_rate}: {judged}"] = [history.costs]
    return curves


def cost_curves_of_centering() -> Curves:
    """The default network on the pictures, with the training mean left in the features and without it."""
    data = load_data_set("pictures")
    curves: Curves = {}
    for label, centered in (("pixels / 255", False), ("pixels / 255 - mean", True)):
        X = replace(data, centered=centered).features(data.train.X, torch.float32)
        network = DeepNetwork(DEEP_SIZES, generator=seeded(1))
        history = gradient_descent(network, X, data.train.Y, learning_rate=0.02, iterations=1000, record_every=1)
        curves[label] = [history.costs]
    return curves


def cost_curves_of_hidden_activations() -> Curves:
    """Train a network on the flower with four hidden activations and five seeds each (notes 2.3)."""
    X, Y = flower_points(seed=1)
    curves: Curves = {}
    for activation in ("sigmoid", "tanh", "relu", "leaky_relu"):
        curves[activation] = []
        for seed in range(1, 6):
            network = DeepNetwork([2, 8, 8, 1], activation, dtype=torch.float64, generator=seeded(seed))
            history = gradient_descent(network, X, Y, learning_rate=0.5, iterations=2000, record_every=RECORD_EVERY)
            curves[activation].append(history.costs)
    return curves


@cache
def flower_network() -> tuple[DeepNetwork, Tensor, Tensor]:
    """Train the course's shallow network on the flower for 5000 steps. Returns network, X and Y (notes 2.5)."""
    X, Y = flower_points(seed=1)
    network = DeepNetwork([2, 4, 1], "tanh", initialization="small", dtype=torch.float64, generator=seeded(1))
    gradient_descent(network, X, Y, learning_rate=1.2, iterations=5000, record_every=5000)
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
    X = data.features(data.train.X, torch.float32)
    gradient_descent(
        network, X, data.train.Y, learning_rate=learning_rate, iterations=iterations, record_every=iterations
    )
    return network, data


def seeded(seed: int) -> torch.Generator:
    """Return a generator with this seed."""
    return torch.Generator().manual_seed(seed)
