"""Read a checkpoint of train.py without running code that the file may contain, and load its network."""

from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

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
RECORD = Text(
    "record {name}: found other bytes than its checksum allows, the file is damaged",
    "记录 {name}：字节与校验和不符，文件已损坏",
)


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Load a checkpoint of train.py onto the CPU, and check its bytes and its contents.

    Only tensors and plain values are loaded. A file that contains code is rejected, and the code does not run. Raises
    InputError if the file contains code, is missing, is damaged or is no valid checkpoint.
    """
    if not path.is_file():
        raise InputError(
            f"{path}: no such file, expected a checkpoint, as in lightning_logs/version_0/checkpoints",
            f"{path}：没有这个文件，应为检查点，例如 lightning_logs/version_0/checkpoints 里的文件",
        )
    try:
        check_archive(path)
        checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    except InputError as error:
        raise InputError(NO_CHECKPOINT.fill(path=path, reason=error.text)) from error
    except PermissionError as error:
        raise unreadable(path, error) from error
    except Exception as error:  # zipfile and torch have no exception type for damaged files: any exception may occur
        named = "GLOBAL" in str(error) or "unrecognized function" in str(error)  # the file names a function or class
        raise InputError(NO_CHECKPOINT.fill(path=path, reason=CODE if named else DAMAGED)) from error
    missing = [key for key in CONTENTS if not isinstance(checkpoint, dict) or key not in checkpoint]
    if missing:
        raise InputError(
            f"{path}: not a checkpoint of train.py (it has no {', '.join(missing)})",
            f"{path}：不是 train.py 的检查点（没有 {'、'.join(missing)}）",
        )
    try:
        check_contents(checkpoint)
    except InputError as error:
        raise InputError(INVALID.fill(path=path, error=error.text)) from error
    except (LookupError, TypeError, AttributeError, RuntimeError) as error:  # of another version, or of another type
        raise InputError(INVALID.fill(path=path, error=f"{type(error).__name__}: {error}")) from error
    return checkpoint


def check_archive(path: Path) -> None:
    """Compare each record with its checksum, which torch.load does not. Reads each byte once, in small pieces.

    Raises InputError that names the record, or an exception of zipfile if the file is no zip archive.
    """
    with ZipFile(path) as archive:
        if (damaged := archive.testzip()) is not None:
            raise InputError(RECORD.fill(name=repr(damaged)))


def check_contents(checkpoint: Mapping[str, Any]) -> None:
    """Reject a checkpoint unless its parameters are finite and fit its sizes, class names and pictures.

    Raises InputError, or what an entry of another type or name raises.
    """
    with torch.device("meta"):  # sizes without memory
        network = NetworkConfig(**checkpoint["hyper_parameters"]).network()
    parameters, about = checkpoint["state_dict"], checkpoint["CourseData"]
    check_shapes(parameters, {name: tuple(each.shape) for name, each in network.state_dict(prefix=PREFIX).items()})
    for name, tensor in parameters.items():
        if not tensor.isfinite().all():
            raise InputError(
                f"state_dict['{name}']: found nan or infinity, expected finite values only",
                f"state_dict['{name}']：有 nan 或无穷大，应当只有有限的值",
            )
    names, mean, shape, sizes = about["class_names"], about.get("mean"), about["picture_shape"], network.layer_sizes
    if about.get("quantity") is not None:
        Quantity(**about["quantity"])
    if (
        (network.output.probabilities is not None and len(names) != max(2, sizes[-1]))
        or not all(isinstance(name, str) for name in names)
        or (mean is not None and tuple(mean.shape) != (1, sizes[0]))
        or (shape is not None and prod(shape) != sizes[0])
    ):
        raise InputError(
            f"CourseData: its class names, mean or picture shape do not fit layer_sizes {sizes}",
            f"CourseData：类别名、均值或图片形状不适合 layer_sizes {sizes}",
        )


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
