"""A schedule of the learning rate, as the option `--lr_scheduler` names it, and its state in a checkpoint."""

import reprlib
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from math import isfinite
from pathlib import Path
from typing import Any

import torch
from jsonargparse import Namespace
from lightning.pytorch.cli import LightningArgumentParser, ReduceLROnPlateau, instantiate_class
from torch.optim import Optimizer, lr_scheduler

from course_torch.errors import InputError, check_name
from course_torch.exchange.rules import DICT, Rule, check, described, is_count
from course_torch.language import Text

TRAIN_COST = "train/cost"
SCHEDULES = (  # classes that change the learning rate after an epoch and run no function of the user
    *(lr_scheduler.ConstantLR, lr_scheduler.CosineAnnealingLR, lr_scheduler.CosineAnnealingWarmRestarts),
    *(lr_scheduler.ExponentialLR, lr_scheduler.LinearLR, lr_scheduler.MultiStepLR, lr_scheduler.PolynomialLR),
    *(lr_scheduler.StepLR, ReduceLROnPlateau),
)
TRIED_EPOCHS = 1000  # epochs for which a schedule is tried before the training begins
RENAMED = {"min_lr": "min_lrs"}  # argument of a scheduler -> its name in the state, where the names differ
OTHER = Text(
    "lr_scheduler{option}: found {found}, expected {expected}, as in the run in {folder}",
    "lr_scheduler{option}：得到 {found}，应为 {expected}，与 {folder} 里的训练相同",
)
A_SCHEDULE = Text("a schedule", "一个方案")
HELP = "schedule that changes the learning rate after an epoch, such as StepLR with --lr_scheduler.step_size 5"


def add_schedule(parser: LightningArgumentParser) -> None:
    """Add --lr_scheduler like Lightning's `add_lr_scheduler_args`, for the classes of SCHEDULES."""
    skipped = {"optimizer", "last_epoch"}
    parser.add_subclass_arguments(
        SCHEDULES, "lr_scheduler", as_group=False, instantiate=False, fail_untyped=False, skip=skipped, help=HELP
    )


class Schedule:
    """A scheduler's class and arguments, tried for at most `epochs` and TRIED_EPOCHS. Raises InputError."""

    def __init__(self, option: Namespace, learning_rate: float, epochs: int | None) -> None:
        self.name = option.class_path.rpartition(".")[2]
        self.option = option.as_dict()
        self.arguments: dict[str, Any] = self.option.get("init_args", {})
        self.monitor: str | None = self.arguments.get("monitor")
        self.learning_rate = float(learning_rate)
        try:
            rates = self._rates(TRIED_EPOCHS if epochs is None else min(epochs, TRIED_EPOCHS))
        except (ValueError, TypeError, ArithmeticError) as error:
            raise InputError(
                f"lr_scheduler: {self} cannot be used ({error})", f"lr_scheduler：{self} 不能使用（{error}）"
            ) from error
        for epoch, rate in enumerate(rates):
            if not (isinstance(rate, int | float) and isfinite(rate) and rate >= 0):
                raise InputError(
                    f"lr_scheduler: {self} gives the learning rate {rate} in epoch {epoch}, expected at least 0",
                    f"lr_scheduler：{self} 在第 {epoch} 轮给出学习速率 {rate}，应至少为 0",
                )

    def __str__(self) -> str:
        return f"{self.name}({', '.join(f'{name} {value}' for name, value in self.arguments.items())})"

    def of(self, optimizer: Optimizer) -> Any:
        return instantiate_class(optimizer, self.option)

    def new_state(self) -> dict[str, Any]:
        return self.of(self._optimizer()).state_dict()

    def _optimizer(self) -> Optimizer:
        return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=self.learning_rate)

    def _rates(self, epochs: int) -> list[object]:
        """Return the learning rates before the first epoch and after each epoch, for a metric that stays the same."""
        optimizer = self._optimizer()
        scheduler = self.of(optimizer)
        rates = [optimizer.param_groups[0]["lr"]]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch expects updates between the steps
            for _ in range(epochs):
                scheduler.step() if self.monitor is None else scheduler.step(1.0)
                rates.append(optimizer.param_groups[0]["lr"])
        return rates


def metrics_of(score: str | None) -> list[str]:
    """Return the names of the metrics that a run logs. `score` is as in `check_callbacks`."""
    return [TRAIN_COST] if score is None else [TRAIN_COST, "validation/cost", f"validation/{score}"]


def check_monitor(option: str, monitor: str | None, metrics: Sequence[str]) -> None:
    """Reject a metric that the run does not log. Raises InputError."""
    check_name(option, str(monitor), metrics)


def check_monitored(schedule: Schedule, trainer: Namespace, score: str | None) -> None:
    """Reject a metric that the run does not log at the end of an epoch. Raises InputError."""
    if schedule.monitor is None:
        return
    check_monitor("lr_scheduler.monitor", schedule.monitor, metrics_of(score))
    if trainer.barebones:
        raise InputError(
            f"barebones: found true, expected false: {schedule.name} reads {schedule.monitor}",
            f"barebones：得到 true，应为 false：{schedule.name} 要读取 {schedule.monitor}",
        )
    whole = trainer.check_val_every_n_epoch is not None and trainer.val_check_interval in (None, 1.0)
    if schedule.monitor != TRAIN_COST and not whole:
        raise InputError(
            f"lr_scheduler.monitor: found '{schedule.monitor}', expected train/cost, or a validation at the end of "
            "each epoch, without --trainer.val_check_interval",
            f"lr_scheduler.monitor：得到 '{schedule.monitor}'，应为 train/cost，或者每轮结束时验证一次，不用 "
            "--trainer.val_check_interval",
        )


def check_schedule(states: Sequence[Any], schedule: Schedule | None, folder: Path) -> None:
    """Check that the schedule can load the states, one or none, of the run in `folder`. Raises InputError."""
    if schedule is None:
        if states:
            raise InputError(OTHER.fill(option="", found="null", expected=A_SCHEDULE, folder=folder))
        return
    if len(states) != 1:
        raise InputError(OTHER.fill(option="", found=schedule, expected="null", folder=folder))
    (saved,) = states
    check("lr_schedulers", saved, DICT)
    new = schedule.new_state()
    if not public(new) <= saved.keys() <= new.keys():
        names = ", ".join(sorted(map(reprlib.repr, public(saved) - {"base_lrs", "last_epoch"})))
        expected = Text(f"a schedule with {names}", f"有 {names} 的方案")
        raise InputError(OTHER.fill(option="", found=schedule, expected=expected, folder=folder))
    like = {
        name: Rule(Text(f"a value like {value}", f"与 {value} 同类的值"), partial(is_like, value))
        for name, value in new.items()
        if name in saved
    }
    check("lr_schedulers", saved, like)
    for argument in schedule.arguments:
        name = RENAMED.get(argument, argument)
        if name in new and saved[name] != new[name]:
            found, before = (
                list(value.elements()) if isinstance(value, Counter) else value for value in (new[name], saved[name])
            )
            raise InputError(OTHER.fill(option=f".{argument}", found=found, expected=described(before), folder=folder))


def public(state: Mapping[Any, Any]) -> set[Any]:
    """Return the names of a state that every version of torch writes."""
    return {name for name in state if not str(name).startswith("_")}


def is_like(new: object, value: object) -> bool:
    """Whether a value of any type has the type of `new`, also in a list, which must have the same length.

    Whole numbers of `new` count epochs, so their numbers must be whole too. A dict holds the milestones.
    """
    if isinstance(new, int | float) and not isinstance(new, bool):
        if type(value) is float:
            return value.is_integer() if isinstance(new, int) else value == value
        return type(value) is int
    if isinstance(new, dict):
        return isinstance(value, dict) and all(map(is_count, [*value, *value.values()]))
    if isinstance(new, list):
        return isinstance(value, list) and len(value) == len(new) and all(map(is_like, new, value))
    return type(value) is type(new)
