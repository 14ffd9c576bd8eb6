"""The state of the schedule that a checkpoint must contain so that the training can be resumed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from course_torch.errors import InputError
from course_torch.exchange.rules import DICT, Rule, check, described, is_count, is_number, is_plain
from course_torch.training.schedule import Schedule

RENAMED = {"min_lr": "min_lrs"}
"""Argument of a scheduler -> its name in the state, where the names differ."""


def check_schedule(states: Sequence[Any], schedule: Schedule | None, folder: Path) -> None:
    """Check that the states are those of this schedule, and that the schedule can load them. Raises InputError.

    states      the entry lr_schedulers of the checkpoint of the run in `folder`: one state, or none without a schedule
    """
    as_in = f"as in the run in {folder}"
    if schedule is None:
        if states:
            raise InputError(f"lr_scheduler: found null, expected a schedule, {as_in}")
        return
    if len(states) != 1:
        raise InputError(f"lr_scheduler: found {schedule}, expected null, {as_in}")
    (saved,) = states
    check("lr_schedulers", saved, DICT)
    new = schedule.new_state()
    if not public(new) <= saved.keys() <= new.keys():
        names = ", ".join(sorted(map(described, public(saved) - {"base_lrs", "last_epoch"})))
        raise InputError(f"lr_scheduler: found {schedule}, expected a schedule with {names}, {as_in}")
    for argument in schedule.arguments:
        name = RENAMED.get(argument, argument)
        if name in new and is_comparable(saved[name]) and saved[name] != new[name]:
            found, expected = (
                list(each.elements()) if isinstance(each, Counter) else each for each in (new[name], saved[name])
            )
            raise InputError(f"lr_scheduler.{argument}: found {found}, expected {described(expected)}, {as_in}")
    for name, value in saved.items():
        check(f"lr_schedulers.{name}", value, Rule(f"a value like {new[name]}", partial(is_like, new[name])))


def public(state: Mapping[Any, Any]) -> set[Any]:
    """Return the names of a state that every version of torch writes."""
    return {name for name in state if not str(name).startswith("_")}


def is_comparable(value: object) -> bool:
    """Whether a value of any type is plain, a list of numbers, or milestones, so that != compares the value."""
    if isinstance(value, dict):
        return all(map(is_count, [*value, *value.values()]))
    return all(map(is_number, value)) if isinstance(value, list) else is_plain(value)


def is_like(new: object, value: object) -> bool:
    """Whether a value of any type has the type and the length of `new`, and a number wherever `new` has a number.

    Whole numbers of `new` count epochs, so their numbers must be whole too.
    """
    if isinstance(new, int | float) and not isinstance(new, bool):
        if type(value) is float:
            return value.is_integer() if isinstance(new, int) else value == value
        return type(value) is int
    if isinstance(new, dict):
        return isinstance(value, dict) and is_like([*new, *new.values()], [*value, *value.values()])
    if isinstance(new, list):
        return isinstance(value, list) and len(value) == len(new) and all(map(is_like, new, value))
    return type(value) is type(new)
