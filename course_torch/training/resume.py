"""The checks before a run is resumed: its position, and the settings that must be as before."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from shlex import quote
from typing import Any, NamedTuple

from jsonargparse import Namespace

from course_torch.errors import InputError, unexpected
from course_torch.exchange.trained_network import INVALID, read_checkpoint
from course_torch.language import Text
from course_torch.network.config import NetworkConfig
from course_torch.text import counted
from course_torch.training.data_module import Position
from course_torch.training.run_folder import LAST
from course_torch.training.schedule import Schedule

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
    """Load last.ckpt, and compare it with the settings and the `batches` of an epoch. Raises InputError."""
    checkpoint = read_checkpoint(folder / LAST)
    try:
        at = Position(**checkpoint["loops"]["fit_loop"]["state_dict"]["combined_loader"][0])
    except (KeyError, TypeError, IndexError) as error:  # of another program with Lightning
        raise InputError(INVALID.fill(path=folder / LAST, error=f"{type(error).__name__}: {error}")) from error
    centered = checkpoint["CourseData"].get("mean") is not None  # versions without centring kept no mean
    saved_data = checkpoint.get("datamodule_hyper_parameters", {}) | {"center": centered}
    saved_model = asdict(NetworkConfig(**checkpoint["hyper_parameters"]))
    settings = {f"model.{name}": (now, saved_model.get(name)) for name, now in model.items()}
    settings |= {f"data.{name}": (data[name], saved_data.get(name)) for name in SAME_DATA}
    named = schedule and str(schedule)
    settings["lr_scheduler"] = named, checkpoint.get("schedule", named)
    check_same(settings, folder)
    micro_batches = trainer.accumulate_grad_batches, at.micro_batches
    check_same({"accumulate_grad_batches": micro_batches, "batches in an epoch": (batches, at.batches)}, folder)
    completed = {"max_epochs": at.epoch, "max_steps": checkpoint["global_step"]}
    for name, done in completed.items():
        limit = trainer[name]
        if limit is not None and (0 <= limit < done or limit == 0):
            raise InputError(
                f"{name}: found {limit}, expected more than the {done} that the run in {folder} has completed",
                f"{name}：得到 {limit}，应大于 {folder} 里的训练已完成的 {done}",
            )
    reached = {name: done for name, done in completed.items() if trainer[name] == done}
    return ResumedRun(checkpoint["global_step"], reached)


def check_same(settings: Mapping[str, tuple[Any, Any]], folder: Path) -> None:
    """Reject a setting that differs from the setting of the run. `settings` maps a name to both. Raises InputError."""
    for name, pair in settings.items():
        found, before = (list(value) if isinstance(value, tuple) else value for value in pair)
        if found != before:
            raise unexpected(
                name, found, Text(f"{before}, as in the run in {folder}", f"{before}，与 {folder} 里的训练相同")
            )
