"""Load a trained network from its checkpoint, with the meaning of its inputs and outputs."""

from pathlib import Path
from typing import NamedTuple

from torch import Tensor

from course_torch.data.data_set import Quantity
from course_torch.errors import InputError
from course_torch.exchange.checkpoint_file import read_checkpoint
from course_torch.exchange.rules import PREFIX
from course_torch.network.config import NetworkConfig
from course_torch.network.deep_network import DeepNetwork

CHECKPOINTS = ("best.ckpt", "last.ckpt")
"""Names of a run's checkpoints. A run without validation has no best.ckpt."""


class Trained(NamedTuple):
    """The network on the CPU, and the meaning of its inputs and outputs, as in the DataSet of the training.

    mean is the training mean, which is subtracted from the features; None if the network takes uncentred features.
    """

    network: DeepNetwork
    picture_shape: tuple[int, int, int] | None
    class_names: tuple[str, ...]
    quantity: Quantity | None
    mean: Tensor | None


def checkpoint_of(run: Path) -> Path:
    """The checkpoint with the best parameters of a run, or the last one. Raises InputError if there is neither."""
    paths = [run / "checkpoints" / name for name in CHECKPOINTS]
    if (found := next((each for each in paths if each.is_file()), None)) is None:
        raise InputError(f"{run}: found no {' and no '.join(map(str, paths))}, expected a checkpoint or a run folder")
    return found


def load_trained(path: Path) -> Trained:
    """Load the network of a checkpoint, or of the folder of a run. Raises InputError for no valid checkpoint."""
    checkpoint = read_checkpoint(checkpoint_of(path) if path.is_dir() else path)
    parameters = {name.removeprefix(PREFIX): tensor for name, tensor in checkpoint["state_dict"].items()}
    network = NetworkConfig(**checkpoint["hyper_parameters"]).network().to(next(iter(parameters.values())).dtype)
    network.load_state_dict(parameters)
    about = checkpoint["CourseData"]
    # Older checkpoints have no quantity, and no mean because they did not centre the features.
    picture_shape, quantity, mean = about["picture_shape"], about.get("quantity"), about.get("mean")
    return Trained(
        network,
        picture_shape and tuple(picture_shape),
        tuple(about["class_names"]),
        quantity and Quantity(quantity["name"], quantity["shift"], quantity["scale"]),
        None if mean is None else mean.contiguous(),
    )
