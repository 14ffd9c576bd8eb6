"""Rerun the course's experiments in float64, from the course's initial parameters."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch

from course_torch.data.data_set import DataSet
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.evaluation import evaluate
from course_torch.network.gradient_descent import gradient_descent
from course_torch.published.experiments import CATS_LOGISTIC, PLANAR_SHALLOW, Published

LEARNING_RATES = (0.01, 0.001, 0.0001)
HIDDEN_SIZES = (1, 2, 3, 4, 5, 20, 50)


class Run(NamedTuple):
    """Costs before iterations 0, record_every, …, and accuracies as fractions (None without a test split)."""

    costs: list[float]
    train_accuracy: float
    test_accuracy: float | None


class Figure(NamedTuple):
    """A printed number, the measured number, and whether they agree."""

    name: str
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
        """All printed numbers: the costs, then the accuracies."""
        printed, every = self.published, self.published.record_every
        figures = [
            Figure(f"cost at {every * i}", cost, measured, printed.agrees(every * i, measured, cost))
            for i, (cost, measured) in enumerate(zip(printed.costs, self.run.costs, strict=True))
        ]
        for name in ("train_accuracy", "test_accuracy"):
            expected, measured = getattr(printed, name), getattr(self.run, name)
            if expected is not None:
                agrees = abs(measured - expected) <= printed.accuracy_tolerance
                figures.append(Figure(name.replace("_", " "), expected, measured, agrees))
        return figures

    @property
    def agrees(self) -> bool:
        """Whether all printed numbers are reproduced."""
        return all(figure.agrees for figure in self.figures)


def reproduce(published: Published, data: DataSet) -> Reproduction:
    """Rerun an experiment on its data set."""
    return Reproduction(published, run(published, data))


def run(published: Published, data: DataSet) -> Run:
    """Train from the course's initial parameters and measure the accuracies."""
    network = DeepNetwork(
        published.layer_sizes,
        published.hidden_activation,
        initialization=published.initialization,
        dtype=torch.float64,
        generator=np.random.RandomState(published.seed),
    )
    history = gradient_descent(
        network,
        data.features(data.train.X, torch.float64),
        data.train.Y,
        learning_rate=published.learning_rate,
        iterations=published.iterations,
        record_every=published.record_every,
    )
    train, test = (
        None if split is None else evaluate(network, data.batches(split, torch.float64)).score
        for split in (data.train, data.test)
    )
    assert train is not None
    return Run(history.costs, train, test)


def learning_rate_sweep(data: DataSet) -> dict[float, Run]:
    """Train logistic regression on the cats with the course's three learning rates, 1500 iterations each."""
    return {
        learning_rate: run(replace(CATS_LOGISTIC, learning_rate=learning_rate, iterations=1500), data)
        for learning_rate in LEARNING_RATES
    }


def hidden_size_sweep(data: DataSet) -> dict[int, Run]:
    """Train on the flower with the course's seven hidden sizes, 5000 iterations each."""
    return {
        size: run(replace(PLANAR_SHALLOW, layer_sizes=(2, size, 1), iterations=5000), data) for size in HIDDEN_SIZES
    }
