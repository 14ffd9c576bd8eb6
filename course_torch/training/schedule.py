"""A schedule of the learning rate, as the option `--lr_scheduler` names it, and its state in a checkpoint."""

import warnings
from collections import Counter
from collections.abc import Sequence
from math import inf
from pathlib import Path
from typing import Any

import torch
from jsonargparse import Namespace
from lightning.pytorch.cli import LightningArgumentParser, ReduceLROnPlateau, instantiate_class
from torch.optim import Optimizer, lr_scheduler

from course_torch.errors import InputError
from course_torch.language import Text

TRAIN_COST = "train/cost"
SCHEDULES = (  # classes that change the learning rate after an epoch and run no function of the user
    *(lr_scheduler.ConstantLR, lr_scheduler.CosineAnnealingLR, lr_scheduler.CosineAnnealingWarmRestarts),
    *(lr_scheduler.ExponentialLR, lr_scheduler.LinearLR, lr_scheduler.MultiStepLR, lr_scheduler.PolynomialLR),
    *(lr_scheduler.StepLR, ReduceLROnPlateau),
)
RENAMED = {"min_lr": "min_lrs"}  # argument of a scheduler -> its name in the state, where the names differ
OTHER = Text(
    "lr_scheduler{option}: found {found}, expected {expected}, as in the run in {folder}",
    "lr_scheduler{option}：得到 {found}，应为 {expected}，与 {folder} 里的训练相同",
)
A_SCHEDULE, ANOTHER = Text("a schedule", "一个方案"), Text("another schedule", "另一个方案")
HELP = "schedule that changes the learning rate after an epoch, such as StepLR with --lr_scheduler.step_size 5"


def add_schedule(parser: LightningArgumentParser) -> None:
    """Add --lr_scheduler like Lightning's `add_lr_scheduler_args`, for the classes of SCHEDULES."""
    skipped = {"optimizer", "last_epoch"}
    parser.add_subclass_arguments(
        SCHEDULES, "lr_scheduler", as_group=False, instantiate=False, fail_untyped=False, skip=skipped, help=HELP
    )


class Schedule:
    """A scheduler's class and arguments, tried for an epoch. Raises InputError."""

    def __init__(self, option: Namespace, learning_rate: float) -> None:
        self.name = option.class_path.rpartition(".")[2]
        self.option = option.as_dict()
        self.arguments: dict[str, Any] = self.option.get("init_args", {})
        self.monitor: str | None = self.arguments.get("monitor")
        self.learning_rate = float(learning_rate)
        try:
            self.new_state()
        except (ValueError, TypeError, ArithmeticError) as error:
            raise InputError(
                f"lr_scheduler: {self} cannot be used ({error})", f"lr_scheduler：{self} 不能使用（{error}）"
            ) from error

    def __str__(self) -> str:
        return f"{self.name}({', '.join(f'{name} {value}' for name, value in self.arguments.items())})"

    def of(self, optimizer: Optimizer) -> Any:
        return instantiate_class(optimizer, self.option)

    def new_state(self) -> dict[str, Any]:
        """The state after an epoch."""
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=self.learning_rate)
        scheduler = self.of(optimizer)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch expects an update before the step
            scheduler.step() if self.monitor is None else scheduler.step(1.0)
        if not 0 <= (rate := optimizer.param_groups[0]["lr"]) < inf:
            raise ValueError(f"the learning rate becomes {rate:g}")
        return scheduler.state_dict()


def check_schedule(states: Sequence[Any], schedule: Schedule | None, folder: Path) -> None:
    """Reject another schedule than that of the run in `folder`, whose states, one or none, torch would load over it.

    Raises InputError.
    """
    if schedule is None or not states:
        if schedule is not None or states:
            expected = A_SCHEDULE if states else "null"
            raise InputError(OTHER.fill(option="", found=schedule or "null", expected=expected, folder=folder))
        return
    new, saved = schedule.new_state(), states[0]
    for argument in schedule.arguments:
        name = RENAMED.get(argument, argument)
        if name in new and name not in saved:
            raise InputError(OTHER.fill(option="", found=schedule, expected=ANOTHER, folder=folder))
        if name in new and saved[name] != new[name]:
            found, before = (
                list(value.elements()) if isinstance(value, Counter) else value for value in (new[name], saved[name])
            )
            raise InputError(OTHER.fill(option=f".{argument}", found=found, expected=before, folder=folder))
