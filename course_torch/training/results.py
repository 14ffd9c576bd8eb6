"""What a finished run tells: cost and accuracy of each part, the learning curve, the mislabelled pictures."""

import csv
from pathlib import Path
from typing import NamedTuple

import torch

from course_torch.data.data_set import DataSet, Part, features, rows_to_pictures
from course_torch.formulas.average import average
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.predictions import correct, labels
from course_torch.reports.figures.learning_curve import learning_curve
from course_torch.reports.figures.mislabelled import mislabelled_pictures


class Result(NamedTuple):
    """Cost J and the fraction of examples labelled right."""

    cost: float
    accuracy: float


@torch.no_grad()
def evaluate(network: DeepNetwork, part: Part, scale: int) -> Result:
    """Cost and accuracy of the network on a part."""
    X = features(part.X, scale, network.layers[0].W.dtype)
    right = correct(network(X), part.Y, network.output)
    return Result(network.cost(X, part.Y).item(), average(right.double().sum(), len(X)).item())


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


@torch.no_grad()
def write_mislabelled(folder: Path, network: DeepNetwork, data: DataSet) -> None:
    """mislabelled.png: pictures of the test part (of the training part where there is none) with wrong labels."""
    if data.picture_shape is None:
        return
    name, part = ("test", data.test) if data.test is not None else ("train", data.train)
    A = network(features(part.X, data.scale, network.layers[0].W.dtype))
    wrong = ~correct(A, part.Y, network.output)
    A, X, Y = A[wrong], part.X[wrong], part.Y[wrong]
    figure = mislabelled_pictures(
        rows_to_pictures(X, data.picture_shape),
        predicted=class_of(labels(A, network.output), data),
        true=class_of(Y, data),
        confidence=A.amax(dim=1) if A.shape[1] > 1 else torch.maximum(A, 1 - A)[:, 0],
        title=f"{int(wrong.sum())} of {len(part.X)} pictures mislabelled ({name} part)",
    )
    figure.savefig(folder / "mislabelled.png", dpi=100)


def class_of(Y: torch.Tensor, data: DataSet) -> list[str]:
    """The class names that the rows of Y stand for."""
    indices = Y[:, 0] if Y.shape[1] == 1 else Y.argmax(dim=1)
    return [data.class_names[i] for i in indices.tolist()]
