"""The figures that `course-torch figures` draws, in the order of the notes, and the small trainings behind them."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import torch
from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor

from course_torch.data.data_set import DataSet, rows_to_pictures
from course_torch.data.table import load_data_set
from course_torch.formulas.computation_graph import course_graph
from course_torch.formulas.costs import cost, sigmoid_cross_entropy
from course_torch.formulas.logistic_regression import step_without_loops
from course_torch.language import Language, Text
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.gradient_descent import gradient_descent
from course_torch.reports.figures import curves, diagrams, functions, pictures
from course_torch.reports.figures.drawing import in_chinese

DEEP_SIZES = [12288, 40, 20, 10, 1]
START, LEARNING_RATES = (-1.0, 3.0), (0.2, 2.0, 20.0)
"""Start and learning rates of the paths of `logistic_surface`."""
DEFAULT_NETWORK = (DEEP_SIZES, 850, "relu", "sigmoid")  # layer sizes, m, hidden activation, output
JUDGED = Text("too small", "太小"), Text("right", "合适"), Text("too large", "太大")
RATE = Text("α = {rate:g}: {judged}", "α = {rate:g}：{judged}")
WEIGHTS = Text("Logistic regression: weights w (y = 1: {name})", "Logistic 回归：权重 w（y = 1：{name}）")
PIXELS, MINUS_MEAN = Text("pixels / 255", "像素 / 255"), Text("pixels / 255 - mean", "像素 / 255 - 平均值")
CENTERED = Text(
    "12288-40-20-10-1 network on the pictures: training cost, α = 0.02",
    "图片上的 12288-40-20-10-1 网络：训练集的成本，α = 0.02",
)
Draw = Callable[[Language], Figure]


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


def pictures_network(
    layer_sizes: tuple[int, ...], initialization: str, *, learning_rate: float, iterations: int
) -> tuple[DeepNetwork, DataSet]:
    """Train a network by full-batch descent on the training split of the pictures. Returns network and data set."""
    data = load_data_set("pictures")
    network = DeepNetwork(layer_sizes, initialization=initialization, generator=seeded(1))
    costs_of(network, data.features(data.train.X, torch.float32), data.train.Y, learning_rate, iterations)
    return network, data


def costs_of(network: DeepNetwork, X: Tensor, Y: Tensor, rate: float, iterations: int) -> list[float]:
    return gradient_descent(network, X, Y, learning_rate=rate, iterations=iterations, record_every=1).costs


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


class Entry(NamedTuple):
    """A figure: the section of the notes with a line that says what it shows, and the function that draws it."""

    line: Text
    draw: Callable[..., Figure]


GALLERY: dict[str, Entry] = {}  # Name -> figure. `shows` adds the functions below.


def shows(english: str, chinese: str) -> Callable[[Draw], Draw]:
    """Add a function to the gallery. Its texts are drawn in fonts that have the characters of the language."""

    def add(draw: Draw) -> Draw:
        def drawn(language: Language = "en") -> Figure:
            with in_chinese(chinese if language == "zh" else ""):
                return draw(language)

        GALLERY[draw.__name__] = Entry(Text(english, chinese), drawn)
        return draw

    return add


@shows("1.1 a picture, its channels and its row of 12288 numbers", "1.1 一张图片、它的通道，以及 12288 个数的一行")
def picture_as_row(language: Language) -> Figure:
    data = load_data_set("pictures")
    assert data.picture_shape is not None
    return pictures.picture_as_row(rows_to_pictures(data.train.X[:1], data.picture_shape)[0], language)


@shows("1.2 the sigmoid, and the loss for y = 1 and for y = 0", "1.2 sigmoid，以及 y = 1 和 y = 0 时的损失")
def sigmoid_and_loss(language: Language) -> Figure:
    return functions.sigmoid_and_loss(language)


@shows("1.2 the weights of logistic regression as a picture", "1.2 把 Logistic 回归的权重画成图片")
def logistic_weights(language: Language) -> Figure:
    network, data = pictures_network((12288, 1), "zeros", learning_rate=0.01, iterations=1000)
    assert data.picture_shape is not None
    title = WEIGHTS.fill(name=named(data, language).class_names[1]).say(language)
    return pictures.weights_as_picture(network.layers[0].W[0], data.picture_shape, title, language)


@shows("1.3 J(w, b) as a surface, and paths of three learning rates", "1.3 J(w, b) 的曲面，以及三个学习速率的路径")
def cost_surface(language: Language) -> Figure:
    w, b, J, paths = logistic_surface()
    judged = zip(paths.items(), JUDGED, strict=True)
    named = {RATE.fill(rate=rate, judged=verdict).say(language): path for (rate, path), verdict in judged}
    return functions.cost_surface(w, b, J, named, language)


@shows("1.3 the default network's cost, features centred and not", "1.3 默认网络的成本：特征减去平均值与不减")
def centering(language: Language) -> Figure:
    data = load_data_set("pictures")
    runs = {}
    for label, centered in ((PIXELS, False), (MINUS_MEAN, True)):
        X = replace(data, centered=centered).features(data.train.X, torch.float32)
        network = DeepNetwork(DEEP_SIZES, generator=seeded(1))
        runs[label.say(language)] = costs_of(network, X, data.train.Y, 0.02, 1000)
    return curves.cost_curves(runs, CENTERED.say(language), language)


@shows("1.4 J = 3(a + bc): value and derivative of each node", "1.4 J = 3(a + bc)：每个节点的值和导数")
def computation_graph(language: Language) -> Figure:
    graph = course_graph()
    list(graph.forward())
    list(graph.backward())
    return diagrams.computation_graph(graph, language)


@shows("1.7 labels of rank 1 give a table instead of a column", "1.7 秩为 1 的标签得到一张表，而不是一列")
def broadcasting(language: Language) -> Figure:
    predicted = torch.tensor([[1], [1], [0], [1], [0], [0]], dtype=torch.bool)
    return diagrams.broadcasting_mistake(predicted, torch.tensor([1, 1, 0, 0, 0, 1], dtype=torch.bool), language)


@shows("2.3 the activation functions above their derivatives", "2.3 激活函数，下面是它们的导数")
def activations(language: Language) -> Figure:
    return functions.activations_and_derivatives(0.1, language)


@shows("3.1 the shapes from X to ŷ", "3.1 从 X 到 ŷ 的形状")
def network_shapes(language: Language) -> Figure:
    return diagrams.network_shapes(*DEFAULT_NETWORK, language)


@shows("3.2 the blocks forward and backward with caches and shapes", "3.2 正向和反向的块，以及缓存和形状")
def blocks(language: Language) -> Figure:
    return diagrams.blocks_with_caches(*DEFAULT_NETWORK, language)


@shows("3.2 the pictures that the default network mislabels", "3.2 默认网络判断错误的图片")
def mislabelled(language: Language) -> Figure:
    """After a training to near its lowest validation cost."""
    network, data = pictures_network(tuple(DEEP_SIZES), "lecun", learning_rate=0.02, iterations=400)
    return pictures.draw_mislabelled(network, named(data, language), language)


def named(data: DataSet, language: Language) -> DataSet:
    """The pictures with the names of their classes in a language."""
    return replace(data, class_names=("非动物", "动物")) if language == "zh" else data
