"""The figures that `course-torch figures` draws, in the order of the notes, with the small trainings behind them."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import torch
from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor

from course_torch.data.data_set import DataSet, rows_to_pictures
from course_torch.data.planar import flower_points
from course_torch.data.table import load_data_set
from course_torch.formulas.computation_graph import course_graph
from course_torch.formulas.costs import cost, sigmoid_cross_entropy
from course_torch.formulas.logistic_regression import step_without_loops
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.gradient_descent import gradient_descent
from course_torch.published.vectorization import time_steps
from course_torch.reports.figures import curves, diagrams, functions, pictures

RECORD_EVERY = 25
DEEP_SIZES = [12288, 40, 20, 10, 1]
DEFAULT_NETWORK = (DEEP_SIZES, 850, "relu", "sigmoid")  # layer sizes, m, hidden activation, output
VECTORIZATION_SIZE = {"m": 1000, "n_x": 1000}
START = (-1.0, 3.0)
LEARNING_RATES = {"α = 0.2: too small": 0.2, "α = 2: right": 2.0, "α = 20: too large": 20.0}
"""Start and learning rates of the paths of `logistic_surface`."""


class Entry(NamedTuple):
    """A figure: the section of the notes with a line that says what it shows, and the function that draws it."""

    line: str
    draw: Callable[[], Figure]


GALLERY: dict[str, Entry] = {}  # Name -> figure. `shows` adds the functions below.


def shows(line: str) -> Callable[[Callable[[], Figure]], Callable[[], Figure]]:
    def add(draw: Callable[[], Figure]) -> Callable[[], Figure]:
        GALLERY[draw.__name__] = Entry(line, draw)
        return draw

    return add


@shows("1.1 a picture, its channels and its row of 12288 numbers")
def picture_as_row() -> Figure:
    data = load_data_set("pictures")
    assert data.picture_shape is not None
    return pictures.picture_as_row(rows_to_pictures(data.train.X[:1], data.picture_shape)[0])


@shows("1.2 the sigmoid, and the loss for y = 1 and for y = 0")
def sigmoid_and_loss() -> Figure:
    return functions.sigmoid_and_loss()


@shows("1.2 the weights of logistic regression as a picture")
def logistic_weights() -> Figure:
    network, data = pictures_network((12288, 1), "zeros", learning_rate=0.01, iterations=1000)
    assert data.picture_shape is not None
    title = f"Logistic regression: weights w (y = 1: {data.class_names[1]})"
    return pictures.weights_as_picture(network.layers[0].W[0], data.picture_shape, title)


class Surface(NamedTuple):
    """J (n_w, n_b) over the grid of w (n_w) and b (n_b), and the path (steps, 2) of (w, b) for each learning rate."""

    w: Tensor
    b: Tensor
    J: Tensor
    paths: dict[str, Tensor]


def logistic_surface(steps: int = 20) -> Surface:
    """J and the paths of logistic regression. Its six examples overlap, so J has a minimum inside the grid."""
    X = torch.tensor([[-2.0], [-1.0], [0.5], [-0.5], [1.0], [2.0]], dtype=torch.float64)
    Y = torch.tensor([[0.0], [0.0], [0.0], [1.0], [1.0], [1.0]], dtype=torch.float64)
    w, b = torch.linspace(-2, 10, 60, dtype=torch.float64), torch.linspace(-6, 4, 60, dtype=torch.float64)
    rows = [torch.stack([cost(sigmoid_cross_entropy(X * w_i + b_j, Y), len(X)) for b_j in b]) for w_i in w]
    return Surface(w, b, torch.stack(rows), {name: path(X, Y, rate, steps) for name, rate in LEARNING_RATES.items()})


def path(X: Float[Tensor, "m 1"], Y: Float[Tensor, "m 1"], rate: float, steps: int) -> Float[Tensor, "points 2"]:
    """Return (w, b) before the first step and after each step."""
    w, b = (torch.tensor([[value]], dtype=X.dtype) for value in START)
    points = [(w.item(), b.item())]
    for _ in range(steps):
        step = step_without_loops(X, Y, w, b, rate)
        w, b = step.w, step.b
        points.append((w.item(), b.item()))
    return torch.tensor(points, dtype=X.dtype)


@shows("1.3 J(w, b) as a surface, and paths of three learning rates")
def cost_surface() -> Figure:
    return functions.cost_surface(*logistic_surface())


@shows("1.3 logistic regression with three learning rates")
def learning_rates() -> Figure:
    data = load_data_set("pictures")
    X, Y = data.features(data.train.X, torch.float32), data.train.Y
    runs = {
        f"α = {rate}: {judged}": [costs_of(DeepNetwork([X.shape[1], 1], initialization="zeros"), X, Y, rate, 50)]
        for rate, judged in ((0.001, "too small"), (0.05, "right"), (0.3, "too large"))
    }
    return curves.cost_curves(runs, 1, "Logistic regression on the pictures: three learning rates")


@shows("1.3 the default network's cost, features centred and not")
def centering() -> Figure:
    data = load_data_set("pictures")
    runs = {}
    for label, centered in (("pixels / 255", False), ("pixels / 255 - mean", True)):
        X = replace(data, centered=centered).features(data.train.X, torch.float32)
        runs[label] = [costs_of(DeepNetwork(DEEP_SIZES, generator=seeded(1)), X, data.train.Y, 0.02, 1000)]
    return curves.cost_curves(runs, 1, "12288-40-20-10-1 network on the pictures: training cost, α = 0.02")


@shows("1.4 the slope of a³ at three points, by a nudge of 0.001")
def slopes() -> Figure:
    return functions.slopes_by_nudge(lambda a: a**3, [2.0, 1.0, 3.0], "a³")


@shows("1.4 J = 3(a + bc): value and derivative of each node")
def computation_graph() -> Figure:
    graph = course_graph()
    list(graph.forward())
    list(graph.backward())
    return diagrams.computation_graph(graph)


@shows("1.6 the time of a step with two loops, one loop and no loop")
def vectorization() -> Figure:
    return curves.vectorization_times(time_steps(**VECTORIZATION_SIZE), **VECTORIZATION_SIZE)


@shows("1.7 labels of rank 1 give a table instead of a column")
def broadcasting() -> Figure:
    predicted = torch.tensor([[1], [1], [0], [1], [0], [0]], dtype=torch.bool)
    return diagrams.broadcasting_mistake(predicted, torch.tensor([1, 1, 0, 0, 0, 1], dtype=torch.bool))


@shows("2.3 the activation functions above their derivatives")
def activations() -> Figure:
    return functions.activations_and_derivatives(slope=0.1)


@shows("2.3 the cost of a network with four hidden activations")
def hidden_activations() -> Figure:
    X, Y = flower_points(seed=1)

    def costs(activation: str, seed: int) -> list[float]:
        network = DeepNetwork([2, 8, 8, 1], activation, dtype=torch.float64, generator=seeded(seed))
        return costs_of(network, X, Y, 0.5, 2000, RECORD_EVERY)

    runs = {name: [costs(name, seed) for seed in range(1, 6)] for name in ("sigmoid", "tanh", "relu", "leaky_relu")}
    return curves.cost_curves(runs, RECORD_EVERY, "2-8-8-1 network on the flower: four hidden activations")


@shows("2.5 the decision boundary of the 2-4-1 network on the flower")
def decision_boundary() -> Figure:
    X, Y = flower_points(seed=1)
    network = DeepNetwork([2, 4, 1], "tanh", initialization="small", dtype=torch.float64, generator=seeded(1))
    costs_of(network, X, Y, 1.2, 5000, 5000)
    return functions.decision_boundary(X, Y, network, ("red", "blue"), "2-4-1 network on the flower, 5000 steps")


@shows("3.1 the shapes from X to ŷ")
def network_shapes() -> Figure:
    return diagrams.network_shapes(*DEFAULT_NETWORK)


@shows("3.2 the blocks forward and backward with caches and shapes")
def blocks() -> Figure:
    return diagrams.blocks_with_caches(*DEFAULT_NETWORK)


@cache
def deep_network() -> tuple[DeepNetwork, DataSet]:
    """Train the default network on the pictures, to near its lowest validation cost."""
    return pictures_network(tuple(DEEP_SIZES), "lecun", learning_rate=0.02, iterations=400)


@shows("3.2 the pictures that the default network mislabels")
def mislabelled() -> Figure:
    return pictures.draw_mislabelled(*deep_network())


@shows("3.2 what in a picture speaks for its class, and dA[0]")
def pixels_that_matter() -> Figure:
    """The six test pictures of which the deep network is most sure, three a class."""
    network, data = deep_network()
    assert data.picture_shape is not None
    assert data.test is not None
    X = data.features(data.test.X, torch.float32)
    with torch.no_grad():
        yhat = network(X)[:, 0]
    chosen = torch.cat([yhat.topk(3).indices, yhat.topk(3, largest=False).indices])
    X, yhat, shown = X[chosen], yhat[chosen], rows_to_pictures(data.test.X[chosen], data.picture_shape)
    labels = (yhat > 0.5).long()
    dA_0 = network.backward_steps(X, labels.reshape(-1, 1), input_derivative=True)[0].dA_prev
    assert dA_0 is not None
    evidence = [pictures.evidence(network, *row) for row in zip(X.split(1), shown, labels.tolist(), strict=True)]
    sure = torch.where(labels == 1, yhat, 1 - yhat).tolist()
    titles = [f"said {data.class_names[label]}\n({p:.0%})" for label, p in zip(labels.tolist(), sure, strict=True)]
    return pictures.pixels_that_matter(shown, dA_0, evidence, titles)


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
