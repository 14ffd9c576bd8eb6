"""Read a checkpoint of train.py without running code that the file may contain, and load its network."""

from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import torch
from torch import Tensor

from course_torch.data.data_set import Quantity
from course_torch.errors import InputError, unreadable
from course_torch.exchange.rules import CONTENTS, PREFIX, check_contents
from course_torch.language import Text
from course_torch.network.config import NetworkConfig
from course_torch.network.deep_network import DeepNetwork

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
