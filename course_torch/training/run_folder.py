"""The folder of a run: its number, its lock, and the logs that are written there."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from typing import Any

from filelock import FileLock, Timeout
from lightning.pytorch.loggers import Logger, TensorBoardLogger

from course_torch.errors import InputError, unwritable
from course_torch.language import Text
from course_torch.training.lightning_private import MetricsLogger
from course_torch.writing import PARTIAL

OCCUPIED = Text("{folder}: another training is running in this folder", "{folder}：另一个训练正在这个文件夹里进行")


class RunFolder:
    """The folder of the run to resume, or of a new run, which exists only in the block of `opened`, on rank 0."""

    def __init__(self, root: Path, resumed: str | None) -> None:
        self.logs = root.absolute() / "lightning_logs"
        self.new = resumed is None
        self.path = Path(resumed).absolute() if resumed is not None else self.logs / "unnumbered"

    @contextmanager
    def opened(self, started: Callable[[], bool]) -> Iterator[None]:
        """Create and lock the folder for the block. Remove a new one if the block fails before `started()`."""
        if self.new:
            self.path = next_folder(self.logs)
        try:
            with training_in(self.path):
                yield
        except BaseException:
            if self.new and not started():
                rmtree(self.path, ignore_errors=True)
                with suppress(OSError):  # it holds other runs
                    self.logs.rmdir()
            raise


def next_folder(logs: Path) -> Path:
    """Create version_N in `logs` with the next free N. Raises InputError if the folder cannot be created."""
    try:
        while True:
            logs.mkdir(parents=True, exist_ok=True)
            names = [path.name.removeprefix("version_") for path in logs.iterdir() if path.name.startswith("version_")]
            taken = [int(name) for name in names if name.isdecimal()]
            folder = logs / f"version_{max(taken, default=-1) + 1}"
            # Another run may create the same folder first, or may remove `logs` because its settings were rejected.
            with suppress(FileExistsError, FileNotFoundError):
                folder.mkdir()
                return folder
    except OSError as error:
        raise unwritable(logs, error) from error


@contextmanager
def training_in(folder: Path) -> Iterator[None]:
    """Lock the folder of a run, and remove the incomplete files that a killed process left in it. Raises InputError."""
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise InputError(OCCUPIED.fill(folder=folder)) from error
    except (OSError, NotImplementedError):
        print(f"warning: {folder}: the file system has no locks: let no other process write here", file=sys.stderr)
    try:
        for partial in folder.rglob(f"*{PARTIAL}"):
            partial.unlink(missing_ok=True)
        yield
    finally:
        lock.release()


def run_loggers(folder: Path, done: int) -> list[Logger]:
    """Return the loggers of metrics.csv and of TensorBoard. Both drop old entries after `done` steps.

    TensorBoard's page of hyperparameters shows nothing of a run before its results: `log_results` writes them.
    """
    options: dict[str, Any] = {"purge_step": done or None, "default_hp_metric": False}
    return [MetricsLogger(folder, done), TensorBoardLogger(folder.parent, "", folder.name, **options)]
