"""The settings of a session: their names, allowed values and defaults, and the configs that they mean."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from course_torch.data.config import DataConfig
from course_torch.data.planar import NOISE, POINTS
from course_torch.errors import InputError, one_of
from course_torch.formulas.activations import ACTIVATIONS
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
        expected = one_of(map(in_words, allowed))
        value = allowed[allowed.index(value)] if right else value  # a page sends 0.0 as 0
    elif name in SEEDS:
        right, expected = type(value) is int and 0 <= value <= LARGEST_SEED, f"0 to {LARGEST_SEED}"
    elif name == "learn_slope":
        right, expected = isinstance(value, bool), "true or false"
    elif name == "hidden_layers":
        right = isinstance(value, list) and len(value) <= MOST_LAYERS
        right = right and all(type(each) is int and 1 <= each <= WIDEST for each in value)
        value, expected = tuple(value) if right else value, f"at most {MOST_LAYERS} widths from 1 to {WIDEST}"
    else:
        raise InputError(f"settings: found '{name}', expected {one_of(field.name for field in fields(Settings))}")
    if not right:
        raise InputError(f"{name}: found {in_words(value)}, expected {expected}")
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
