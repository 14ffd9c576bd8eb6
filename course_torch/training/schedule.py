"""A schedule of the learning rate, as the option `--lr_scheduler` names it."""

import warnings
from math import inf
from typing import Any

import torch
from jsonargparse import Namespace
from lightning.pytorch.cli import LightningArgumentParser, ReduceLROnPlateau, instantiate_class
from torch.optim import Optimizer, lr_scheduler

from course_torch.errors import InputError

TRAIN_COST = "train/cost"
SCHEDULES = (  # classes that change the learning rate after an epoch and run no function of the user
    *(lr_scheduler.ConstantLR, lr_scheduler.CosineAnnealingLR, lr_scheduler.CosineAnnealingWarmRestarts),
    *(lr_scheduler.ExponentialLR, lr_scheduler.LinearLR, lr_scheduler.MultiStepLR, lr_scheduler.PolynomialLR),
    *(lr_scheduler.StepLR, ReduceLROnPlateau),
)
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
            self._step()
        except (ValueError, TypeError, ArithmeticError) as error:
            raise InputError(
                f"lr_scheduler: {self} cannot be used ({error})", f"lr_scheduler：{self} 不能使用（{error}）"
            ) from error

    def __str__(self) -> str:
        return f"{self.name}({', '.join(f'{name} {value}' for name, value in self.arguments.items())})"

    def of(self, optimizer: Optimizer) -> Any:
        return instantiate_class(optimizer, self.option)

    def _step(self) -> None:
        """Take the step after an epoch. Raises what torch raises for wrong arguments."""
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=self.learning_rate)
        scheduler = self.of(optimizer)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch expects an update before the step
            scheduler.step() if self.monitor is None else scheduler.step(1.0)
        if not 0 <= (rate := optimizer.param_groups[0]["lr"]) < inf:
            raise ValueError(f"the learning rate becomes {rate:g}")
