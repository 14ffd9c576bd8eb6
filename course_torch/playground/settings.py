"""What a page can set, and the examples that the settings choose."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from math import ceil
from typing import Any, NamedTuple

import torch
from torch import Tensor

from course_torch.data.csv_file import Table, data_set_of, parse_table, text_of
from course_torch.data.data_set import DataSet
from course_torch.data.planar import NOISE, POINTS
from course_torch.data.split import Split, epoch_order
from course_torch.data.table import DataConfig
from course_torch.errors import InputError, one_of
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.language import Text
from course_torch.network.config import NetworkConfig
from course_torch.network.optimizers import OPTIMIZERS
from course_torch.network.parameters import INITIALIZATIONS

OWN_POINTS = "csv"
CHOICES: dict[str, tuple[Any, ...]] = {
    "data": (*NOISE, OWN_POINTS),
    "points": (20, 50, 100, 200, POINTS, 1000),
    "noise": (None, 0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0),
    "hidden_activation": tuple(ACTIVATIONS),
    "slope": (0.01, 0.1, 0.3),
    "initialization": tuple(INITIALIZATIONS),
    "optimizer": tuple(OPTIMIZERS),
    "learning_rate": (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.6, 1.2, 3.0, 10.0, 30.0, 100.0),
    "batch_size": (None, 1, 4, 8, 16, 32, 64, 128),
    "precision": (64, 32),
}
"""Setting -> the values that it may have. 1.2 is the course's learning rate for the flower."""
SEEDS = ("data_seed", "model_seed")
LARGEST_SEED = 2**31 - 1
MOST_LAYERS, WIDEST = 6, 12
FOUND = Text("{name}: found {found}, expected {expected}", "{name}：得到 {found}，应为 {expected}")
ONE_OF = Text("one of {choices}", "{choices} 之一")
SEED = Text("0 to {most}", "0 到 {most}")
WIDTHS = Text("at most {n} widths from 1 to {most}", "最多 {n} 个宽度，每个 1 到 {most}")


@dataclass(frozen=True)
class Settings:
    """What a session trains. A change of any setting starts again at step 0.

    noise           None for the set's own
    hidden_layers   the width of each hidden layer; no hidden layer is logistic regression
    batch_size      None for the full batch
    precision       bits of the network's numbers

    The other names are those of NetworkConfig and DataConfig.
    """

    data: str = "planar"
    points: int = POINTS
    noise: float | None = None
    data_seed: int = 1
    hidden_layers: tuple[int, ...] = (4,)
    hidden_activation: str = "tanh"
    slope: float = 0.01
    learn_slope: bool = False
    initialization: str = "small"
    model_seed: int = 1
    optimizer: str = "gradient_descent"
    learning_rate: float = 1.2
    batch_size: int | None = None
    precision: int = 64

    def changed(self, changes: Mapping[str, object]) -> "Settings":
        """These settings with some changes, of JSON. Raises InputError for an unknown name and a forbidden value."""
        return replace(self, **{name: checked(name, value) for name, value in changes.items()})

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        return (2, *self.hidden_layers, 1)

    def model_config(self) -> NetworkConfig:
        """The network and its optimizer, as `--model.*` of train.py."""
        return NetworkConfig(
            layer_sizes=self.layer_sizes,
            hidden_activation=self.hidden_activation,
            initialization=self.initialization,
            slope=self.slope,
            learn_slope=self.learn_slope,
            optimizer=self.optimizer,
            learning_rate=self.learning_rate,
            seed=self.model_seed,
        )

    def data_config(self) -> DataConfig:
        """The data, as `--data.*` of train.py."""
        if self.data == OWN_POINTS:
            return DataConfig(name=self.data, batch_size=self.batch_size, seed=self.data_seed)
        return DataConfig(
            name=self.data, batch_size=self.batch_size, seed=self.data_seed, points=self.points, noise=self.noise
        )


def checked(name: str, value: Any) -> Any:
    """The value of a setting in the type of its table. Raises InputError if it is not allowed."""
    if name in CHOICES:
        allowed, right = CHOICES[name], not isinstance(value, bool) and value in CHOICES[name]
        expected = ONE_OF.fill(choices=", ".join(map(in_words, allowed)))
        value = allowed[allowed.index(value)] if right else value  # a page sends 0.0 as 0
    elif name in SEEDS:
        right, expected = type(value) is int and 0 <= value <= LARGEST_SEED, SEED.fill(most=LARGEST_SEED)
    elif name == "learn_slope":
        right, expected = isinstance(value, bool), Text("true or false", "true 或 false")
    elif name == "hidden_layers":
        right = isinstance(value, list) and len(value) <= MOST_LAYERS
        right = right and all(type(each) is int and 1 <= each <= WIDEST for each in value)
        value, expected = tuple(value) if right else value, WIDTHS.fill(n=MOST_LAYERS, most=WIDEST)
    else:
        raise InputError(f"settings: found '{name}', expected {one_of(field.name for field in fields(Settings))}")
    if not right:
        raise InputError(FOUND.fill(name=name, found=in_words(value), expected=expected))
    return value


def described() -> list[dict[str, Any]]:
    """Every setting with its kind, its allowed values and its default, for the page."""
    kinds: dict[str, dict[str, Any]] = {
        **{name: {"kind": "choice", "choices": allowed} for name, allowed in CHOICES.items()},
        **{name: {"kind": "integer", "least": 0, "most": LARGEST_SEED} for name in SEEDS},
        "learn_slope": {"kind": "flag"},
        "hidden_layers": {"kind": "widths", "most": MOST_LAYERS, "widest": WIDEST},
    }
    return [{"name": field.name, **kinds[field.name], "default": field.default} for field in fields(Settings)]


def in_words(value: object) -> str:
    """A value as it is written in a config; a long value is cut."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


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


MOST_ROWS = 2000
LARGEST_COORDINATE = 1e9
LINES = Text("points: found {n} lines, expected at most {most}", "点：有 {n} 行，最多 {most} 行")
TWO = Text(
    "points: found {features} features and {classes} classes, expected 2 features and 2 classes",
    "点：有 {features} 个特征和 {classes} 个类别，应为 2 个特征和 2 个类别",
)
NUMBERS = Text("points: found {found}, expected numbers up to {most}", "点：有 {found}，数最大为 {most}")


def own_points(content: bytes) -> Table:
    """The points of a CSV file: two features and one of two classes a row. Raises InputError."""
    text = text_of(content, "points")
    if text.count("\n") > MOST_ROWS + 1:
        raise InputError(LINES.fill(n=text.count("\n"), most=MOST_ROWS))
    table = parse_table(text, "points")
    data = data_set_of(table, 1, "points")
    if data.train.shape[1] != 2 or len(data.class_names) != 2:
        raise InputError(TWO.fill(features=data.train.shape[1], classes=len(data.class_names)))
    if table.X.abs().max() > LARGEST_COORDINATE:
        raise InputError(NUMBERS.fill(found=f"{table.X.abs().max():g}", most=f"{LARGEST_COORDINATE:g}"))
    return table
