"""What the page can set."""

from dataclasses import dataclass, fields
from typing import Any

from course_torch.data.planar import FEATURES, NOISE, SURFACES
from course_torch.data.table import FLOWER, DataConfig
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.network.config import FLOWER_NETWORK, NetworkConfig
from course_torch.network.parameters import INITIALIZATIONS

OWN_POINTS = "csv"
CHOICES: dict[str, tuple[Any, ...]] = {
    "data": (*NOISE, OWN_POINTS),
    "noise": (None, 0.0),
    "hidden_activation": tuple(ACTIVATIONS),
    "slope": (0.01, 0.1, 0.3),
    "output": ("sigmoid", "identity"),
    "initialization": tuple(INITIALIZATIONS),
    "learning_rate": (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.6, 1.2, 3.0, 10.0, 30.0, 100.0),
    "batch_size": (None, 1, 4, 8, 16, 32, 64, 128),
}
"""Setting -> the values that it may have. 1.2 is the course's learning rate for the flower."""
OPTIONS = {"data": "data.name", "noise": "data.noise", "batch_size": "data.batch_size", "model_seed": "model.seed"}
"""Setting -> its option of `course-torch train` and `course-torch trace`, if that is not model.NAME."""
DATA_SEED = 1  # of the sets that the page carries, of the splits and of the order of mini-batches
LARGEST_SEED = 2**31 - 1
MOST_LAYERS, WIDEST = 6, 12


@dataclass(frozen=True)
class Settings:
    """What a session of the page trains. A change of any setting starts again at step 0.

    noise           None for the set's own
    features        the inputs of the network, by name
    hidden_layers   the width of each hidden layer; no hidden layer is logistic regression
    batch_size      None for the full batch

    The other names are those of NetworkConfig and DataConfig.
    """

    data: str = "planar"
    noise: float | None = None
    features: tuple[str, ...] = ("x1", "x2")
    hidden_layers: tuple[int, ...] = (4,)
    hidden_activation: str = "tanh"
    slope: float = 0.01
    learn_slope: bool = False
    output: str = "sigmoid"
    initialization: str = "small"
    model_seed: int = 1
    learning_rate: float = 1.2
    batch_size: int | None = None

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
        """The data, as `--data.*` of train.py. Raises InputError for a value out of range."""
        return DataConfig(name=self.data, batch_size=self.batch_size, seed=DATA_SEED, noise=self.noise)


def described() -> list[dict[str, Any]]:
    """Every setting with its kind, its allowed values and its default."""
    kinds: dict[str, dict[str, Any]] = {
        **{name: {"kind": "choice", "choices": values} for name, values in CHOICES.items()},
        "model_seed": {"kind": "integer", "least": 0, "most": LARGEST_SEED},
        "learn_slope": {"kind": "flag"},
        "features": {"kind": "subset", "choices": tuple(FEATURES)},
        "hidden_layers": {"kind": "widths", "most": MOST_LAYERS, "widest": WIDEST},
    }
    return [{"name": field.name, **kinds[field.name], "default": field.default} for field in fields(Settings)]


def offered() -> dict[str, Any]:
    """What one can set in the page, and the options of the commands that set the same."""
    of_network = {field.name: f"model.{field.name}" for field in fields(NetworkConfig)}
    options = {field.name: OPTIONS.get(field.name) or of_network.get(field.name) for field in fields(Settings)}
    return {
        "settings": described(),
        "noise_of": NOISE,
        "surfaces": [*SURFACES],
        "options": {name: [option, usual_of(option)] for name, option in options.items() if option},
    }


def usual_of(option: str) -> list[Any]:
    """The defaults of an option in `course-torch train` and in `course-torch trace`."""
    part, _, name = option.partition(".")
    configs = (DataConfig(), FLOWER) if part == "data" else (NetworkConfig(), FLOWER_NETWORK)
    return [getattr(config, name) for config in configs]
