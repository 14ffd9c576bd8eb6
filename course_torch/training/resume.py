"""What a run that is resumed must have in common with the run before."""

from dataclasses import asdict
from pathlib import Path
from shlex import quote
from typing import NamedTuple

from jsonargparse import Namespace

from course_torch.checkpoint import read_checkpoint
from course_torch.errors import unexpected
from course_torch.language import Text
from course_torch.network.config import NetworkConfig
from course_torch.text import counted
from course_torch.training.callbacks.checkpoints import LAST
from course_torch.training.data_module import CourseData
from course_torch.training.lightning_private import Position
from course_torch.training.module import NetworkModule

SAME = Text("{before}, as in the run in {folder}", "{before}，与 {folder} 里的训练相同")
MORE = Text("more than the {done} that the run in {folder} has completed", "大于 {folder} 里的训练已完成的 {done}")
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
