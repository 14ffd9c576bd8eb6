"""Load a trained network from its checkpoint, with the meaning of its inputs and outputs."""

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
    """The network on the CPU, and the meaning of its inputs and outputs, as in the DataSet of the training.

    mean is the training mean, which is subtracted from the features; None if the network takes uncentred features.
    """

    network: DeepNetwork
    picture_shape: tuple[int, int, int] | None
    class_names: tuple[str, ...]
    quantity: Quantity | None
    mean: Tensor | None


def load_trained(path: Path) -> Trained:
    """Load the network of a checkpoint. Raises InputError if the file is no checkpoint or its entries do not match."""
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
        raise InputError(f"{path}: not a valid checkpoint of train.py ({reason})") from error


def check_sizes(layer_sizes: Any, state_dict: dict[str, Tensor]) -> None:
    """Reject parameters that do not have these sizes, before memory is allocated. Raises InputError."""
    weights = [tensor for name, tensor in state_dict.items() if name.endswith(".W")]
    found = [weights[0].shape[1], *(W.shape[0] for W in weights)] if weights else []
    if list(layer_sizes) != found:
        raise InputError(f"its layer_sizes are {list(layer_sizes)}, but its parameters have the sizes {found}")
