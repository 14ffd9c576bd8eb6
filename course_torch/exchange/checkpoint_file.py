"""Read a checkpoint of train.py without running code that the file may contain."""

from pathlib import Path
from typing import Any

import torch

from course_torch.errors import InputError
from course_torch.exchange.archive import check_archive
from course_torch.exchange.contents import CONTENTS, check_contents


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
