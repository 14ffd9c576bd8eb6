"""What a page can set, and the examples that the settings choose."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from math import ceil
from typing import Any, TypeGuard

import torch
from torch import Tensor

from course_torch.data.csv_file import Table, data_set_of, parse_table, text_of
from course_torch.data.data_set import DataSet
from course_torch.data.planar import CLASS_NAMES, FEATURES, NOISE, POINTS, SURFACES, features_of
from course_torch.data.split import Batch, Split, epoch_order
from course_torch.data.table import DataConfig
from course_torch.errors import ONE_OF, InputError, check_name, unexpected
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
    "output": ("sigmoid", "identity"),
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
RANGE = Text("{least} to {most}", "{least} 到 {most}")
FLAG = Text("true or false", "true 或 false")
SOME_OF = Text("a list of some of {choices}", "{choices} 中的一个或几个")
WIDTHS = Text("at most {n} widths from 1 to {most}", "最多 {n} 个宽度，每个 1 到 {most}")


@dataclass(frozen=True)
class Settings:
    """What a session trains. A change of any setting starts again at step 0.

    noise           None for the set's own
    features        the inputs of the network, by name
    hidden_layers   the width of each hidden layer; no hidden layer is logistic regression
    batch_size      None for the full batch
    precision       bits of the network's numbers

    The other names are those of NetworkConfig and DataConfig.
    """

    data: str = "planar"
    points: int = POINTS
    noise: float | None = None
    data_seed: int = 1
    features: tuple[str, ...] = ("x1", "x2")
    hidden_layers: tuple[int, ...] = (4,)
    hidden_activation: str = "tanh"
    slope: float = 0.01
    learn_slope: bool = False
    output: str = "sigmoid"
    initialization: str = "small"
    model_seed: int = 1
    optimizer: str = "gradient_descent"
    learning_rate: float = 1.2
    batch_size: int | None = None
    precision: int = 64

    def changed(self, changes: Mapping[str, object]) -> "Settings":
        """These settings with some changes, of JSON. Raises InputError for an unknown name and a forbidden value.

        A set whose labels are heights has the output identity. The set after it begins with the usual output.
        """
        changed = {name: checked(name, value) for name, value in changes.items()}
        usual = {"output": Settings.output} if self.data in SURFACES and "data" in changed else {}
        settings = replace(self, **(usual | changed))
        return replace(settings, output="identity") if settings.data in SURFACES else settings

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        return (len(self.features), *self.hidden_layers, 1)

    def model_config(self) -> NetworkConfig:
        """The network and its optimizer, as `--model.*` of train.py.

        NumPy's legacy generator draws W: its numbers are the same on every machine, and a page can draw them itself.
        """
        same = {field.name: getattr(self, field.name) for field in fields(NetworkConfig) if hasattr(self, field.name)}
        return NetworkConfig(**same, seed=self.model_seed, generator="numpy")

    def data_config(self) -> DataConfig:
        """The data, as `--data.*` of train.py."""
        if self.data == OWN_POINTS:
            return DataConfig(name=self.data, batch_size=self.batch_size, seed=self.data_seed)
        return DataConfig(
            name=self.data, batch_size=self.batch_size, seed=self.data_seed, points=self.points, noise=self.noise
        )


def checked(name: str, value: Any) -> Any:
    """The value of a setting in the type of its table. Raises InputError if it is not allowed."""
    check_name("settings", name, {field.name: field for field in fields(Settings)})
    if name in CHOICES:
        allowed, right = CHOICES[name], not isinstance(value, bool) and value in CHOICES[name]
        expected = ONE_OF.fill(names=", ".join(map(in_words, allowed)))
        value = allowed[allowed.index(value)] if right else value  # a page sends 0.0 as 0
    elif name in SEEDS:
        right, expected = type(value) is int and 0 <= value <= LARGEST_SEED, RANGE.fill(least=0, most=LARGEST_SEED)
    elif name == "learn_slope":
        right, expected = isinstance(value, bool), FLAG
    elif name == "features":
        right = isinstance(value, list) and value != [] and all(map([*FEATURES].__contains__, value))
        value = tuple(each for each in FEATURES if each in value) if right else value
        expected = SOME_OF.fill(choices=", ".join(FEATURES))
    else:
        right = isinstance(value, list) and len(value) <= MOST_LAYERS
        right = right and all(type(each) is int and 1 <= each <= WIDEST for each in value)
        value, expected = tuple(value) if right else value, WIDTHS.fill(n=MOST_LAYERS, most=WIDEST)
    if not right:
        raise unexpected(name, in_words(value), expected)
    return value


def described() -> list[dict[str, Any]]:
    """Every setting with its kind, its allowed values and its default, for the page."""
    kinds: dict[str, dict[str, Any]] = {
        **{name: {"kind": "choice", "choices": allowed} for name, allowed in CHOICES.items()},
        **{name: {"kind": "integer", "least": 0, "most": LARGEST_SEED} for name in SEEDS},
        "learn_slope": {"kind": "flag"},
        "features": {"kind": "subset", "choices": tuple(FEATURES)},
        "hidden_layers": {"kind": "widths", "most": MOST_LAYERS, "widest": WIDEST},
    }
    return [{"name": field.name, **kinds[field.name], "default": field.default} for field in fields(Settings)]


def in_words(value: object) -> str:
    """A value as it is written in a config; a long value is cut."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def is_number(value: object, most: float) -> TypeGuard[float]:
    """Whether a value of JSON is a number from -most to most. nan is not."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= most


MARGIN = 1.1
"""The plane is larger than the points by this factor."""


class Examples:
    """The data set of the settings. `table` holds the learner's own points. Raises InputError without them.

    points   x1, x2 and the label of each example of the training and the held-out part
    train, held_out   the same examples with the features of the settings
    """

    def __init__(self, settings: Settings, table: Table | None) -> None:
        self.size, self.seed = settings.batch_size, settings.data_seed
        self.dtype = torch.float64 if settings.precision == 64 else torch.float32
        self.data, self.features = load(settings, table), settings.features
        self.axes = table.columns[:2] if settings.data == OWN_POINTS and table and table.columns else ["x1", "x2"]
        self.square = settings.data != OWN_POINTS
        self.drawn = table.domain if settings.data == OWN_POINTS and table else None
        train, held_out = (self._points(self.data.splits[name]) for name in ("train", "test"))
        self.points = {"train": train, "held_out": held_out}
        self.train, self.held_out = map(self._batch, (train, held_out))

    def _points(self, split: Split) -> Tensor:
        return torch.cat([self.data.features(split.X, self.dtype), split.Y.to(self.dtype)], dim=1)

    def _batch(self, points: Tensor) -> Batch:
        return Batch(features_of(points[:, :2], self.features), points[:, 2:].contiguous(), float(len(points)))

    @property
    def labels(self) -> list[float]:
        """The smallest and the largest label."""
        Y = torch.cat([self.train.Y, self.held_out.Y])
        return [Y.min().item(), Y.max().item()]

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
        """x1 from, to, x2 from, to: all points with a margin, or the plane in which the points were drawn.

        The axes of a set of this package have the same scale.
        """
        if self.drawn is not None:
            return self.drawn
        points = torch.cat([*self.points.values()])[:, :2].double()
        middle, half = (points.amax(0) + points.amin(0)) / 2, MARGIN * (points.amax(0) - points.amin(0)) / 2
        half = half.amax().expand(2) if self.square else half
        half = torch.where(half > 0, half, 1.0)
        return torch.stack([middle - half, middle + half], dim=1).flatten().tolist()


def load(settings: Settings, table: Table | None) -> DataSet:
    """The data set of the settings. Raises InputError."""
    if settings.data != OWN_POINTS:
        return load_drawn(settings.data_config())
    if table is None:
        raise InputError(
            "data: found csv, expected a CSV file of points first", "data：得到 csv，应当先有点的 CSV 文件"
        )
    data = data_set_of(table, settings.data_seed, "points")
    return data if table.domain is None else replace(data, class_names=CLASS_NAMES)


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


def are_coordinates(value: object, n: int) -> TypeGuard[list[float]]:
    """Whether a value of JSON is a list of n numbers of the plane."""
    return isinstance(value, list) and len(value) == n and all(is_number(each, LARGEST_COORDINATE) for each in value)


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


ROWS = Text(
    "points: found {found}, expected at most {most} rows of x1, x2 and the label 0 or 1",
    "点：得到 {found}，应为最多 {most} 行 x1、x2 和标签 0 或 1",
)
DOMAIN = Text(
    "domain: found {found}, expected x1 from, to, x2 from, to", "范围：得到 {found}，应为 x1 从、到，x2 从、到"
)


def drawn_points(rows: object, domain: object) -> Table:
    """The points that a learner has drawn: x1, x2 and the label 0 or 1 a row, and the plane. Raises InputError."""
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise InputError(ROWS.fill(found=in_words(rows), most=MOST_ROWS))
    for row in rows:
        if not are_coordinates(row, 3) or row[2] not in (0, 1):
            raise InputError(ROWS.fill(found=in_words(row), most=MOST_ROWS))
    if not are_coordinates(domain, 4) or not (domain[0] < domain[1] and domain[2] < domain[3]):
        raise InputError(DOMAIN.fill(found=in_words(domain)))
    X = torch.tensor([row[:2] for row in rows], dtype=torch.float64)
    return Table(X, [str(int(row[2])) for row in rows], [], [*map(float, domain)])
