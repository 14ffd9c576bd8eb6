"""What a finished run tells: cost and accuracy of each part, the learning curve, the mislabelled pictures."""

import csv
from pathlib import Path
from typing import NamedTuple

import torch

from course_torch.data.data_set import DataSet, Part, features
from course_torch.experiments.mislabelled import draw_mislabelled
from course_torch.formulas.average import average
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.predictions import correct
from course_torch.reports.figures.learning_curve import learning_curve


class Result(NamedTuple):
    """Cost J and the fraction of examples labelled right."""

    cost: float
    accuracy: float


@torch.no_grad()
def evaluate(network: DeepNetwork, part: Part, scale: int) -> Result:
    """Cost and accuracy of the network on a part."""
    X = features(part.X, scale, network.layers[0].W.dtype)
    caches = network.caches(X)
    right = correct(caches[-1].A, part.Y, network.output)
    return Result(network.cost_of(caches, part.Y).item(), average(right.double().sum(), len(X)).item())


def write_learning_curve(folder: Path) -> None:
    """learning_curve.png from the run's metrics.csv."""
    with (folder / "metrics.csv").open() as file:
        rows = list(csv.DictReader(file))
    curves = {
        key: [(int(row["step"]), float(row[key])) for row in rows if row.get(key)]
        for key in ("train/cost", "validation/cost")
    }
    if curves["train/cost"]:
        figure = learning_curve(curves["train/cost"], curves["validation/cost"], "Cost during training")
        figure.savefig(folder / "learning_curve.png", dpi=100)


def write_mislabelled(folder: Path, network: DeepNetwork, data: DataSet) -> None:
    """mislabelled.png, where the examples are pictures."""
    if data.picture_shape is not None:
        draw_mislabelled(network, data).savefig(folder / "mislabelled.png", dpi=100)
