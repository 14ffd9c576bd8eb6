"""The checks before a run is resumed."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from shlex import quote
from typing import Any, NamedTuple

from jsonargparse import Namespace

from course_torch.errors import InputError
from course_torch.exchange.checkpoint_file import read_checkpoint
from course_torch.network.config import NetworkConfig
from course_torch.text import counted
from course_torch.training.run_folder import LAST
from course_torch.training.schedule import Schedule, check_schedule
from course_torch.training.training_state import check_training_state

SAME_DATA = ("name", "batch_size", "seed", "picture_size", "center", "points", "noise")
"""Data options that determine the order of the batches and the features."""


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
            f"To train it further, raise the limit, for example with: --resume {quote(folder)} {higher}"
        )


def read_run(
    folder: Path,
    model: Mapping[str, Any],
    data: Mapping[str, Any],
    trainer: Namespace,
    batches: int,
    schedule: Schedule | None,
) -> ResumedRun:
    """Load last.ckpt of the run to resume, and check it against the settings of this process.

    `batches` is the number of training batches in an epoch. Raises InputError if the run cannot be resumed.
    """
    checkpoint = read_checkpoint(folder / LAST)
    try:
        at = check_training_state(checkpoint)
    except InputError as error:
        raise InputError(f"{folder / LAST}: not a valid checkpoint of train.py ({error})") from error
    check_options(checkpoint, folder, model, data)
    check_schedule(checkpoint["lr_schedulers"], schedule, folder)
    expected = f"as in the run in {folder}"
    if trainer.accumulate_grad_batches != at.micro_batches:
        raise InputError(
            f"accumulate_grad_batches: found {trainer.accumulate_grad_batches}, expected {at.micro_batches}, {expected}"
        )
    if batches != at.batches:
        raise InputError(f"batches in an epoch: found {batches}, expected {at.batches}, {expected}")
    completed = {"max_epochs": at.epoch, "max_steps": checkpoint["global_step"]}
    for name, done in completed.items():
        limit = trainer[name]
        if limit is not None and (0 <= limit < done or limit == 0):
            raise InputError(
                f"{name}: found {limit}, expected more than the {done} that the run in {folder} has completed"
            )
    reached = {name: done for name, done in completed.items() if trainer[name] == done}
    return ResumedRun(checkpoint["global_step"], reached)


def check_options(
    checkpoint: Mapping[str, Any], folder: Path, model: Mapping[str, Any], data: Mapping[str, Any]
) -> None:
    """Reject another network, and data options that change the features or their order. Raises InputError."""
    centered = checkpoint["CourseData"].get("mean") is not None  # versions without centring kept no mean
    saved_data = checkpoint.get("datamodule_hyper_parameters", {}) | {"center": centered}
    saved = {"model": asdict(NetworkConfig(**checkpoint["hyper_parameters"])), "data": saved_data}
    for group, now, names in (("model", model, model), ("data", data, SAME_DATA)):
        for name in names:
            found, before = (
                list(value) if isinstance(value, tuple) else value for value in (now[name], saved[group].get(name))
            )
            if found != before:
                raise InputError(f"{group}.{name}: found {found}, expected {before}, as in the run in {folder}")
