"""The points of a page: those of its data sets, and what the page says of the user's own."""

from typing import Any

import torch
from torch import Tensor

from course_torch.data.planar import NOISE
from course_torch.data.split import Split
from course_torch.language import Text
from course_torch.playground.settings import CHOICES, Settings

MARGIN = 1.1  # the plane is larger than the points by this factor


def points_of(settings: Settings) -> dict[str, Any]:
    """x1, x2 and the label of each example of both splits, the plane in which they lie, and how they are named.

    domain   x1 from, to, x2 from, to: all points with a margin. Both axes have the same scale.
    """
    data = settings.data_config().load()

    def points(split: Split) -> Tensor:
        return torch.cat([data.features(split.X, torch.float64), split.Y.double()], dim=1)

    train, held_out = points(data.train), points(data.splits["test"])
    every = torch.cat([train, held_out])
    low, high = every.amin(0), every.amax(0)
    middle, half = (low + high)[:2] / 2, MARGIN * (high - low)[:2].amax() / 2
    return {
        "train": train.tolist(),
        "held_out": held_out.tolist(),
        "domain": torch.stack([middle - half, middle + half], dim=1).flatten().tolist(),
        "labels": [low[2].item(), high[2].item()],
        "class_names": data.class_names,
        "axes": ["x1", "x2"],
    }


def sets() -> dict[str, Any]:
    """Name of a set -> its points with each noise."""
    return {
        data: [(noise, points_of(Settings(data=data, noise=noise))) for noise in CHOICES["noise"]] for data in NOISE
    }


MOST_ROWS = 2000
LARGEST_COORDINATE = 1e9
LINES = Text("{name}: found {n} lines, expected at most {most}", "{name}：有 {n} 行，最多 {most} 行")
TWO = Text(
    "{name}: found {features} features and {classes} classes, expected 2 features and 2 classes",
    "{name}：有 {features} 个特征和 {classes} 个类别，应为 2 个特征和 2 个类别",
)
NUMBERS = Text("{name}: found {found}, expected numbers up to {most}", "{name}：有 {found}，数最大为 {most}")
