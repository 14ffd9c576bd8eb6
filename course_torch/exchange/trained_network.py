"""Read a checkpoint of train.py without running code that the file may contain, and load its network."""

from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZIP_STORED, ZipFile

import torch
from torch import Tensor

from course_torch.data.data_set import Quantity
from course_torch.errors import InputError
from course_torch.exchange.rules import CONTENTS, PREFIX, check_contents
from course_torch.network.config import NetworkConfig
from course_torch.network.deep_network import DeepNetwork

ENCRYPTED = 0x1  # the bit of ZipInfo.flag_bits that marks an encrypted record


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Load a checkpoint of train.py onto the CPU, and check its bytes and its contents.

    Only tensors and plain values are loaded. A file that contains code is rejected, and the code does not run. Raises
    InputError if the file contains code, is missing, is damaged or is no valid checkpoint.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file, expected a checkpoint, as in lightning_logs/version_0/checkpoints")
    try:
        check_archive(path)
        checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    except InputError as error:
        raise InputError(f"{path}: not a checkpoint of train.py ({error})") from error
    except PermissionError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except Exception as error:  # zipfile and torch have no exception type for damaged files: any exception may occur
        named = "GLOBAL" in str(error) or "unrecognized function" in str(error)  # the file names a function or class
        reason = "it contains code, which was not run" if named else "the file is damaged or of another kind"
        raise InputError(f"{path}: not a checkpoint of train.py ({reason})") from error
    missing = [key for key in CONTENTS if not isinstance(checkpoint, dict) or key not in checkpoint]
    if missing:
        raise InputError(f"{path}: not a checkpoint of train.py (it has no {', '.join(missing)})")
    try:
        check_contents(checkpoint, path.stat().st_size)
    except InputError as error:
        raise InputError(f"{path}: not a valid checkpoint of train.py ({error})") from error
    return checkpoint


def check_archive(path: Path) -> None:
    """Reject a zip archive that is damaged, or that torch.save does not write. Reads each byte once, in small pieces.

    torch.load does not compare tensors with the checksums that the archive holds. Raises InputError that names the
    record, or an exception of zipfile if the file is no zip archive.
    """
    with ZipFile(path) as archive:
        names = set()
        for record in archive.infolist():
            if record.filename in names:
                raise InputError(f"record {record.filename!r}: found it twice, expected different names")
            names.add(record.filename)
            if record.compress_type != ZIP_STORED or record.compress_size != record.file_size:
                raise InputError(f"record {record.filename!r}: found a compressed record, expected stored bytes")
            if record.flag_bits & ENCRYPTED:
                raise InputError(f"record {record.filename!r}: found an encrypted record, expected stored bytes")
        total, size = sum(record.file_size for record in archive.infolist()), path.stat().st_size
        # Stored records cannot be larger than the file unless they overlap or their sizes are false.
        if total > size:
            raise InputError(f"its records: found {total} bytes, expected at most the {size} bytes of the file")
        if (damaged := archive.testzip()) is not None:
            raise InputError(f"record {damaged!r}: found other bytes than its checksum allows, the file is damaged")


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
