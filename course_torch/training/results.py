"""The pictures that a finished run leaves: its learning curve and what it gets wrong."""

import csv
from pathlib import Path

from course_torch.data.data_set import DataSet
from course_torch.experiments.mislabelled import draw_mislabelled
from course_torch.network.deep_network import DeepNetwork
from course_torch.reports.figures.learning_curve import learning_curve


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
