"""The examples of a session: training part, held-out part, the batch of each step, and the plane around them."""

from functools import lru_cache
from math import ceil
from typing import NamedTuple

import torch
from torch import Tensor

from course_torch.data.config import DataConfig
from course_torch.data.csv_file import Table, data_set_of
from course_torch.data.data_set import DataSet
from course_torch.data.sampling import epoch_order
from course_torch.data.split import Split
from course_torch.errors import InputError
from course_torch.playground.settings import OWN_POINTS, Settings

MARGIN = 1.1
"""The plane is larger than the points by this factor."""


class Batch(NamedTuple):
    """X (m, 2) and Y (m, 1) in the network's dtype, and m."""

    X: Tensor
    Y: Tensor
    m: float

    @property
    def rows(self) -> list[list[float]]:
        """x1, x2 and the label of each example."""
        return torch.cat([self.X, self.Y], dim=1).tolist()


class Examples:
    """The data set of the settings. `table` holds the learner's own points. Raises InputError without them."""

    def __init__(self, settings: Settings, table: Table | None) -> None:
        self.size, self.seed = settings.batch_size, settings.data_seed
        self.dtype = torch.float64 if settings.precision == 64 else torch.float32
        self.data = load(settings, table)
        self.axes = table.columns[:2] if settings.data == OWN_POINTS and table and table.columns else ["x1", "x2"]
        self.square = settings.data != OWN_POINTS
        self.train, self.held_out = (self._whole(self.data.splits[name]) for name in ("train", "test"))

    def _whole(self, split: Split) -> Batch:
        return Batch(self.data.features(split.X, self.dtype), split.Y.to(self.dtype), float(split.m))

    @property
    def batches(self) -> int:
        """The number of batches in an epoch."""
        return 1 if self.size is None else ceil(len(self.train.X) / self.size)

    def batch(self, step: int) -> Batch:
        """The examples of a step: those of train.py with the same settings."""
        if self.size is None:
            return self.train
        epoch, number = divmod(step, self.batches)
        rows = order_of(len(self.train.X), self.seed, epoch)[number * self.size : (number + 1) * self.size]
        return Batch(self.train.X[rows], self.train.Y[rows], float(len(rows)))

    @property
    def domain(self) -> list[float]:
        """x1 from, to, x2 from, to: all points with a margin. The axes of a drawn set have the same scale."""
        X = torch.cat([self.train.X, self.held_out.X]).double()
        middle, half = (X.amax(0) + X.amin(0)) / 2, MARGIN * (X.amax(0) - X.amin(0)) / 2
        half = half.amax().expand(2) if self.square else half
        half = torch.where(half > 0, half, 1.0)
        return torch.stack([middle - half, middle + half], dim=1).flatten().tolist()


def load(settings: Settings, table: Table | None) -> DataSet:
    """The data set of the settings. Raises InputError."""
    if settings.data != OWN_POINTS:
        return load_drawn(settings.data_config())
    if table is None:
        raise InputError("data: found csv, expected a CSV file of points first")
    return data_set_of(table, settings.data_seed, "points")


@lru_cache(maxsize=16)
def load_drawn(config: DataConfig) -> DataSet:
    """The data set of a config; the settings of the network change more often than those of the data."""
    return config.load()


@lru_cache(maxsize=16)
def order_of(examples: int, seed: int, epoch: int) -> Tensor:
    """The order of an epoch, of which every step uses a part."""
    return epoch_order(examples, seed, epoch)
