"""The course's programming assignments (edition of 2017-18, weeks 2 to 4): what they print, and a rerun in float64."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import torch

from course_torch.data.data_set import DataSet
from course_torch.language import Text
from course_torch.network.deep_network import DeepNetwork, evaluate
from course_torch.network.gradient_descent import gradient_descent

SIX_DECIMALS = Text("6 decimals", "6 位小数")
COST = Text("cost at {iteration}", "第 {iteration} 次迭代的成本")
ACCURACIES = {
    "train_accuracy": Text("train accuracy", "训练集准确率"),
    "test_accuracy": Text("test accuracy", "测试集准确率"),
}
"""Field of a run -> its name."""
LEARNING_RATES = (0.01, 0.001, 0.0001)
HIDDEN_SIZES = (1, 2, 3, 4, 5, 20, 50)


@dataclass(frozen=True)
class Published:
    """An experiment of the course with its printed costs and accuracies (fractions); the defaults are for the cats."""

    name: Text
    layer_sizes: tuple[int, ...]
    initialization: str  # a name in INITIALIZATIONS
    learning_rate: float
    iterations: int
    costs: tuple[float, ...]
    train_accuracy: float
    test_accuracy: float | None
    agrees: Callable[[int, float, float], bool]  # of iteration, measured cost and printed cost
    agreement: Text  # the criterion in words
    data: str = "cats"
    hidden_activation: str = "relu"
    seed: int = 1  # of NumPy's legacy generator, which draws W layer by layer
    record_every: int = 100
    accuracy_tolerance: float = 1e-12  # the largest allowed difference


def six_decimals(iteration: int, measured: float, printed: float) -> bool:
    return f"{measured:.6f}" == f"{printed:.6f}"


def all_digits(iteration: int, measured: float, printed: float) -> bool:
    return abs(measured - printed) <= 1e-9 * printed


def six_decimals_until_7000(iteration: int, measured: float, printed: float) -> bool:
    return six_decimals(iteration, measured, printed) if iteration <= 7000 else abs(measured - printed) <= 2e-4


# fmt: off
CATS_LOGISTIC = Published(
    name=Text("cats, logistic regression", "猫，Logistic 回归"), layer_sizes=(12288, 1), initialization="zeros",
    learning_rate=0.005, iterations=2000,
    costs=(
        *(0.693147, 0.584508, 0.466949, 0.376007, 0.331463, 0.303273, 0.27988, 0.260042, 0.242941, 0.228004),
        *(0.21482, 0.203078, 0.192544, 0.183033, 0.174399, 0.166521, 0.159305, 0.152667, 0.146542, 0.140872),
    ),
    train_accuracy=0.9904306220095694, test_accuracy=0.7, agrees=six_decimals, agreement=SIX_DECIMALS,
)
PLANAR_SHALLOW = Published(
    name=Text("flower, 2-4-1", "花形数据，2-4-1"), data="planar", layer_sizes=(2, 4, 1), hidden_activation="tanh",
    initialization="small", seed=2, learning_rate=1.2, iterations=10_000, record_every=1000,
    costs=(*(0.693048, 0.288083, 0.254385, 0.233864, 0.226792), *(0.222644, 0.219731, 0.217504, 0.219472, 0.218562)),
    train_accuracy=0.905, test_accuracy=None, agrees=six_decimals_until_7000,
    agreement=Text(
        "6 decimals; after 7000, sensitive to rounding: costs within 2e-4, accuracy within 1 example",
        "6 位小数；7000 次以后受舍入影响：成本相差至多 2e-4，准确率相差至多 1 个样本",
    ),
    # Processors round differently. From 8000 on, the costs differ by 1e-4, and the class of one example may differ.
    accuracy_tolerance=1 / 400 + 1e-12,
)
CATS_TWO_LAYER = Published(
    name=Text("cats, two layers", "猫，两层"), layer_sizes=(12288, 7, 1), initialization="small", learning_rate=0.0075,
    iterations=2500,
    costs=(
        *(0.6930497356599888, 0.6464320953428849, 0.6325140647912677, 0.6015024920354665, 0.5601966311605748),
        *(0.5158304772764729, 0.4754901313943325, 0.43391631512257495, 0.4007977536203889, 0.3580705011323798),
        *(0.3394281538366413, 0.3052753636196264, 0.2749137728213016, 0.24681768210614832, 0.1985073503746612),
        *(0.17448318112556635, 0.17080762978095823, 0.11306524562164749, 0.09629426845937161, 0.08342617959726865),
        *(0.07439078704319083, 0.0663074813226793, 0.05919329501038169, 0.05336140348560554, 0.04855478562877018),
    ),
    train_accuracy=1.0, test_accuracy=0.72, agrees=all_digits, agreement=Text("1e-9 relative", "相对误差 1e-9"),
)
CATS_FIVE_LAYER = Published(
    name=Text("cats, five layers", "猫，五层"), layer_sizes=(12288, 20, 7, 5, 1), initialization="lecun",
    learning_rate=0.0075, iterations=2500,
    costs=(
        *(0.771749, 0.672053, 0.648263, 0.611507, 0.567047, 0.540138, 0.52793, 0.465477, 0.369126, 0.391747),
        *(0.315187, 0.2727, 0.237419, 0.199601, 0.189263, 0.161189, 0.148214, 0.137775, 0.12974, 0.121225),
        *(0.113821, 0.107839, 0.102855, 0.100897, 0.092878),
    ),
    train_accuracy=0.9856459330143541, test_accuracy=0.8, agrees=six_decimals, agreement=SIX_DECIMALS,
)
# fmt: on

EXPERIMENTS = (CATS_LOGISTIC, PLANAR_SHALLOW, CATS_TWO_LAYER, CATS_FIVE_LAYER)


class Run(NamedTuple):
    """Costs before iterations 0, record_every, …, and accuracies as fractions (None without a test split)."""

    costs: list[float]
    train_accuracy: float
    test_accuracy: float | None


class Figure(NamedTuple):
    """A printed number, the measured number, and whether they agree."""

    name: Text
    published: float
    measured: float
    agrees: bool


@dataclass(frozen=True)
class Reproduction:
    """A rerun of an experiment, compared with the numbers that the assignment prints."""

    published: Published
    run: Run

    @property
    def figures(self) -> list[Figure]:
        printed, every = self.published, self.published.record_every
        figures = [
            Figure(COST.fill(iteration=every * i), cost, measured, printed.agrees(every * i, measured, cost))
            for i, (cost, measured) in enumerate(zip(printed.costs, self.run.costs, strict=True))
        ]
        for name, text in ACCURACIES.items():
            expected, measured = getattr(printed, name), getattr(self.run, name)
            if expected is not None:
                agrees = abs(measured - expected) <= printed.accuracy_tolerance
                figures.append(Figure(text, expected, measured, agrees))
        return figures

    @property
    def agrees(self) -> bool:
        return all(figure.agrees for figure in self.figures)


def reproduce(published: Published, data: DataSet) -> Reproduction:
    return Reproduction(published, run(published, data))


def run(published: Published, data: DataSet) -> Run:
    """Train from the course's initial parameters and measure the accuracies."""
    start: dict[str, Any] = {
        "initialization": published.initialization,
        "generator": np.random.RandomState(published.seed),
    }
    network = DeepNetwork(published.layer_sizes, published.hidden_activation, dtype=torch.float64, **start)
    X, Y = data.features(data.train.X, torch.float64), data.train.Y
    options: dict[str, Any] = {"iterations": published.iterations, "record_every": published.record_every}
    history = gradient_descent(network, X, Y, learning_rate=published.learning_rate, **options)
    train, test = (
        None if split is None else evaluate(network, data.batches(split, torch.float64)).score
        for split in (data.train, data.test)
    )
    assert train is not None
    return Run(history.costs, train, test)


def learning_rate_sweep(data: DataSet) -> dict[float, Run]:
    """Train logistic regression on the cats with the course's three learning rates, 1500 iterations each."""
    return {rate: run(replace(CATS_LOGISTIC, learning_rate=rate, iterations=1500), data) for rate in LEARNING_RATES}


def hidden_size_sweep(data: DataSet) -> dict[int, Run]:
    """Train on the flower with the course's seven hidden sizes, 5000 iterations each."""
    return {
        size: run(replace(PLANAR_SHALLOW, layer_sizes=(2, size, 1), iterations=5000), data) for size in HIDDEN_SIZES
    }
