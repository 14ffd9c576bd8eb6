"""Read a checkpoint of train.py without running code that the file may contain, and load its network."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from course_torch.data.data_set import Quantity
from course_torch.errors import InputError, check_name, unreadable
from course_torch.language import Text
from course_torch.network.config import NetworkConfig
from course_torch.network.deep_network import DeepNetwork

PREFIX = "network."  # of a parameter in a checkpoint: the attribute of the LightningModule that holds the network
CONTENTS = ("state_dict", "hyper_parameters", "global_step", "loops", "CourseData")
"""The entries of a checkpoint that every use of it reads."""
NO_CHECKPOINT = Text("{path}: not a checkpoint of train.py ({reason})", "{path}：不是 train.py 的检查点（{reason}）")
INVALID = Text("{path}: not a valid checkpoint of train.py ({error})", "{path}：不是有效的 train.py 检查点（{error}）")
CODE = Text("it contains code, which was not run", "它含有代码，代码没有运行")
DAMAGED = Text("the file is damaged or of another kind", "文件已损坏，或是别的文件")


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Load a checkpoint of train.py onto the CPU.

    Only tensors and plain values are loaded. A file that contains code is rejected, and the code does not run. Raises
    InputError if the file contains code, is missing, is damaged or is no checkpoint.
    """
    if not path.is_file():
        raise InputError(
            f"{path}: no such file, expected a checkpoint, as in lightning_logs/version_0/checkpoints",
            f"{path}：没有这个文件，应为检查点，例如 lightning_logs/version_0/checkpoints 里的文件",
        )
    try:
        checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    except PermissionError as error:
        raise unreadable(path, error) from error
    except Exception as error:  # torch has no exception type for damaged files: any may occur
        named = "GLOBAL" in str(error) or "unrecognized function" in str(error)  # the file names a function or class
        raise InputError(NO_CHECKPOINT.fill(path=path, reason=CODE if named else DAMAGED)) from error
    missing = [key for key in CONTENTS if not isinstance(checkpoint, dict) or key not in checkpoint]
    if missing:
        raise InputError(
            f"{path}: not a checkpoint of train.py (it has no {', '.join(missing)})",
            f"{path}：不是 train.py 的检查点（没有 {'、'.join(missing)}）",
        )
    return checkpoint


def check_shapes(tensors: Mapping[str, Tensor], expected: Mapping[str, tuple[int, ...]]) -> None:
    """Reject tensors that lack an expected name, or have another name or shape. Raises InputError."""
    for name in tensors:
        check_name("state_dict", name, expected)
    for name, shape in expected.items():
        if name not in tensors:
            raise InputError(f"state_dict has no {name!r}", f"state_dict 里没有 {name!r}")
        if tuple(tensors[name].shape) != shape:
            raise InputError(
                f"state_dict['{name}']: found shape {tuple(tensors[name].shape)}, expected {shape}",
                f"state_dict['{name}']：形状是 {tuple(tensors[name].shape)}，应为 {shape}",
            )


CHECKPOINTS = ("best.ckpt", "last.ckpt")  # Names of a run's checkpoints. A run without validation has no best.ckpt.


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
        raise InputError(
            f"{run}: found no {' and no '.join(map(str, paths))}, expected a checkpoint or a run folder",
            f"{run}：既没有 {'，也没有 '.join(map(str, paths))}，应为检查点或一次训练的文件夹",
        )
    return found


def load_trained(path: Path) -> Trained:
    """Load the network of a checkpoint, or of the folder of a run. Raises InputError for no valid checkpoint."""
    file = checkpoint_of(path) if path.is_dir() else path
    checkpoint = read_checkpoint(file)
    parameters = {name.removeprefix(PREFIX): tensor for name, tensor in checkpoint["state_dict"].items()}
    about = checkpoint["CourseData"]
    try:
        picture_shape, quantity, mean = about["picture_shape"], about["quantity"], about["mean"]
        network = NetworkConfig(**checkpoint["hyper_parameters"]).network()
        check_shapes(parameters, {name: tuple(each.shape) for name, each in network.state_dict().items()})
    except (InputError, KeyError, TypeError) as error:  # an option or an entry of another version
        said = error.text if isinstance(error, InputError) else error
        raise InputError(INVALID.fill(path=file, error=said)) from error
    network = network.to(next(iter(parameters.values())).dtype)
    network.load_state_dict(parameters)
    return Trained(
        network,
        picture_shape and tuple(picture_shape),
        tuple(about["class_names"]),
        quantity and Quantity(**quantity),
        None if mean is None else mean.contiguous(),
    )
