"""The folder of a run: its number, its lock and logs, and what a run that is resumed must have in common with it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from shutil import rmtree
from typing import Any, NamedTuple

from jsonargparse import Namespace
from lightning.pytorch.loggers import Logger, TensorBoardLogger

from course_torch.checkpoint import read_checkpoint
from course_torch.errors import unexpected, unwritable
from course_torch.language import Text
from course_torch.network.config import NetworkConfig
from course_torch.text import counted, quoted
from course_torch.training.data_module import CourseData
from course_torch.training.lightning_private import MetricsLogger, Position
from course_torch.training.module import NetworkModule
from course_torch.writing import PARTIAL, locked

LAST = Path("checkpoints", "last.ckpt")
OCCUPIED = Text("{folder}: another training is running in this folder", "{folder}：另一个训练正在这个文件夹里进行")
SAME = Text("{before}, as in the run in {folder}", "{before}，与 {folder} 里的训练相同")
MORE = Text("more than the {done} that the run in {folder} has completed", "大于 {folder} 里的训练已完成的 {done}")
SAME_DATA = ("name", "batch_size", "seed", "picture_size", "center", "points", "noise")
"""Data options that determine the order of the batches and the features."""


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
    with locked(folder / ".lock", OCCUPIED.fill(folder=folder)):
        for partial in folder.rglob(f"*{PARTIAL}"):
            partial.unlink(missing_ok=True)
        yield


def run_loggers(folder: Path, done: int) -> list[Logger]:
    """Return the loggers of metrics.csv and of TensorBoard. Both drop old entries after `done` steps.

    TensorBoard's page of hyperparameters shows nothing of a run before its results: `log_results` writes them.
    """
    options: dict[str, Any] = {"purge_step": done or None, "default_hp_metric": False}
    return [MetricsLogger(folder, done), TensorBoardLogger(folder.parent, "", folder.name, **options)]


class ResumedRun(NamedTuple):
    """A run to resume. `reached` holds the limits that the run has reached, such as {"max_epochs": 10}."""

    updates: int
    reached: dict[str, int]

    def finished(self, folder: str) -> str:
        """Say that the run has reached its limits, and name the options that make it go on."""
        completed = " and ".join(f"{name} {limit}" for name, limit in self.reached.items())
        higher = " ".join(f"--{name} {2 * limit}" for name, limit in self.reached.items())
        return (
            f"{folder}: this run is finished: it has reached {completed} (after {counted(self.updates, 'update')}).\n"
            f"To train it further, raise the limit, for example with: --resume {quoted(folder)} {higher}"
        )


def read_run(folder: Path, model: NetworkModule, data: CourseData, trainer: Namespace) -> ResumedRun:
    """Load last.ckpt, and compare it with the settings of the run that goes on. Raises InputError."""
    checkpoint = read_checkpoint(folder / LAST)
    at = Position(**checkpoint["loops"]["fit_loop"]["state_dict"]["combined_loader"][0])
    centered = checkpoint["CourseData"]["mean"] is not None
    saved_data = checkpoint["datamodule_hyper_parameters"] | {"center": centered}
    saved_model = asdict(NetworkConfig(**checkpoint["hyper_parameters"]))
    options = {**data.hparams, "center": data.data_set.centered}
    settings = {f"model.{name}": (now, saved_model.get(name)) for name, now in model.hparams.items()}
    settings |= {f"data.{name}": (options[name], saved_data.get(name)) for name in SAME_DATA}
    settings["accumulate_grad_batches"] = trainer.accumulate_grad_batches, at.micro_batches
    settings["batches in an epoch"] = batches_per_epoch(trainer, data), at.batches
    for name, pair in settings.items():
        found, before = (list(value) if isinstance(value, tuple) else value for value in pair)
        if found != before:
            raise unexpected(name, found, SAME.fill(before=before, folder=folder))
    completed = {"max_epochs": at.epoch, "max_steps": checkpoint["global_step"]}
    for name, done in completed.items():
        limit = trainer[name]
        if limit is not None and (0 <= limit < done or limit == 0):
            raise unexpected(name, limit, MORE.fill(done=done, folder=folder))
    reached = {name: done for name, done in completed.items() if trainer[name] == done}
    return ResumedRun(checkpoint["global_step"], reached)


def batches_per_epoch(trainer: Namespace, data: CourseData) -> int:
    batches = data.updates_per_epoch(trainer.accumulate_grad_batches) * trainer.accumulate_grad_batches
    limit = trainer.limit_train_batches
    if limit is None:
        return batches
    # The parser may return a number of batches as a float.
    return min(int(limit), batches) if isinstance(limit, int) or limit > 1 else int(limit * batches)
