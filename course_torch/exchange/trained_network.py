"""Load a trained network from its checkpoint, with the meaning of its inputs and outputs."""

from pathlib import Path
from typing import NamedTuple

from torch import Tensor

from course_torch.data.data_set import Quantity
from course_torch.exchange.checkpoint_file import read_checkpoint
from course_torch.exchange.contents import PREFIX
from course_torch.network.config import NetworkConfig
from course_torch.network.deep_network import DeepNetwork


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
    """Load the network of a checkpoint. Raises InputError if the file is no valid checkpoint."""
    checkpoint = read_checkpoint(path)
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
