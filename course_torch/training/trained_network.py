"""A trained network from its checkpoint, with what its inputs and outputs stand for."""

from pathlib import Path
from typing import Any, NamedTuple

from torch import Tensor

from course_torch.data.data_set import Quantity
from course_torch.errors import InputError
from course_torch.network.deep_network import DeepNetwork
from course_torch.training.checkpoints import read_checkpoint
from course_torch.training.data_module import CourseData
from course_torch.training.module import NetworkModule


class Trained(NamedTuple):
    """The network on the CPU, and what its inputs and outputs mean, as in the DataSet of its training.

    mean is what a row's features are centred by: the training mean, or None for a network that takes them as they are.
    """

    network: DeepNetwork
    picture_shape: tuple[int, int, int] | None
    class_names: tuple[str, ...]
    quantity: Quantity | None
    mean: Tensor | None


def load_trained(path: Path) -> Trained:
    """Raises InputError for a file that is no checkpoint, or that does not hold together."""
    checkpoint = read_checkpoint(path)
    try:
        check_sizes(checkpoint["hyper_parameters"]["layer_sizes"], checkpoint["state_dict"])
        module = NetworkModule(**checkpoint["hyper_parameters"])
        module.on_load_checkpoint(checkpoint)
        module.load_state_dict(checkpoint["state_dict"])
        about = checkpoint[CourseData.__qualname__]
        picture_shape, class_names = about["picture_shape"], tuple(about["class_names"])
        expected = max(2, module.network.layer_sizes[-1])
        if module.network.output.probabilities is not None and len(class_names) != expected:
            raise InputError(f"found {len(class_names)} class names, expected {expected}")
        saved = about.get("quantity")  # absent in older checkpoints
        quantity = Quantity(str(saved["name"]), float(saved["shift"]), float(saved["scale"])) if saved else None
        mean = about.get("mean")  # absent in older checkpoints, which did not centre
        if mean is not None and mean.shape != (1, module.network.layer_sizes[0]):
            raise InputError(f"found a mean of {tuple(mean.shape)}, expected {(1, module.network.layer_sizes[0])}")
        return Trained(module.network, picture_shape and tuple(picture_shape), class_names, quantity, mean)
    except (
        InputError,
        KeyError,
        TypeError,
        ValueError,
        RuntimeError,
        AttributeError,
        IndexError,
        StopIteration,
    ) as error:
        reason = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        raise InputError(f"{path}: not a checkpoint that holds together ({reason})") from error


def check_sizes(layer_sizes: Any, state_dict: dict[str, Tensor]) -> None:
    """Refuse parameters of other sizes before room is made for them. Raises InputError."""
    weights = [tensor for name, tensor in state_dict.items() if name.endswith(".W")]
    found = [weights[0].shape[1], *(W.shape[0] for W in weights)] if weights else []
    if list(layer_sizes) != found:
        raise InputError(f"its layer_sizes are {list(layer_sizes)}, its parameters are of {found}")
