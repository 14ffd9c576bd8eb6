"""Load a trained network from its checkpoint, with the meaning of its inputs and outputs."""

from pathlib import Path
from typing import NamedTuple

from torch import Tensor

from course_torch.data.data_set import Quantity
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
    """Load the network of a checkpoint. Raises InputError if the file is no valid checkpoint."""
    checkpoint = read_checkpoint(path)
    module = NetworkModule(**checkpoint["hyper_parameters"])
    module.on_load_checkpoint(checkpoint)
    module.load_state_dict(checkpoint["state_dict"])
    about = checkpoint[CourseData.__qualname__]
    # Older checkpoints have no quantity, and no mean because they did not centre the features.
    picture_shape, quantity, mean = about["picture_shape"], about.get("quantity"), about.get("mean")
    return Trained(
        module.network,
        picture_shape and tuple(picture_shape),
        tuple(about["class_names"]),
        quantity and Quantity(quantity["name"], quantity["shift"], quantity["scale"]),
        None if mean is None else mean.contiguous(),
    )
