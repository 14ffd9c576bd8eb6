"""Rules for values from a file: what is allowed, in words and as a test, and the check of nested dicts."""

import reprlib
from collections.abc import Callable
from math import isfinite
from typing import Any, NamedTuple

from torch import Tensor

from course_torch.errors import InputError

LARGEST_COUNT = 10**12


class Rule(NamedTuple):
    """`allowed` describes the allowed values in words. `holds` tests a value of any type, without an exception."""

    allowed: str
    holds: Callable[[Any], bool]


Rules = dict[str, Any]
"""A Rule or Rules for each entry of a dict. An entry without a rule is ignored."""


def check(name: str, value: Any, rule: Rule | Rules) -> None:
    """Reject a value that breaks its rule. Raises InputError that names the entry, its value and what is allowed.

    The name of the whole checkpoint is "".
    """
    if isinstance(rule, Rule):
        if not rule.holds(value):
            raise InputError(f"{name}: found {described(value)}, expected {rule.allowed}")
        return
    check(name, value, DICT)
    for key, inner in rule.items():
        if key not in value:
            raise InputError(f"{name or 'the checkpoint'} has no {key!r}")
        check(f"{name}.{key}".lstrip("."), value[key], inner)


def described(value: object) -> str:
    """Describe any value in a few words, however large the value is."""
    if isinstance(value, Tensor):
        return "a nested tensor" if value.is_nested else f"a tensor of {value.dtype} and shape {tuple(value.shape)}"
    return reprlib.repr(value)


def is_count(value: object) -> bool:
    """Whether the value is an int from 0 to LARGEST_COUNT."""
    return type(value) is int and 0 <= value <= LARGEST_COUNT


def is_number(value: object) -> bool:
    """Whether the value is a finite float, or an int that a float represents exactly. A bool is no number."""
    return (type(value) is float and isfinite(value)) or (type(value) is int and abs(value) <= 2**53)


def is_text(value: object) -> bool:
    """Whether the value is a str."""
    return type(value) is str


def list_of(holds: Callable[[Any], bool], length: int | None = None) -> Callable[[Any], bool]:
    """Return a test for a list or tuple of `length` entries (any number if None) that all pass the test `holds`."""
    return lambda value: (
        type(value) in (list, tuple) and length in (None, len(value)) and all(holds(each) for each in value)
    )


def counts(*names: str) -> Rule:
    """A rule for a dict of exactly these counts."""
    return Rule(
        f"the counts {', '.join(names)}, each from 0 to {LARGEST_COUNT}",
        lambda value: isinstance(value, dict) and value.keys() == set(names) and all(map(is_count, value.values())),
    )


def is_plain(value: object) -> bool:
    """Whether the value is None, a bool, a number or a str. Any other type may be nested without a limit."""
    return value is None or type(value) in (bool, int, float, str)


def optional(rule: Rule) -> Rule:
    """A rule that also accepts None."""
    return Rule(f"{rule.allowed}, or None", lambda value: value is None or rule.holds(value))


COUNT = Rule(f"a whole number from 0 to {LARGEST_COUNT}", is_count)
NUMBER = Rule("a finite number", is_number)
FLAG = Rule("True or False", lambda value: type(value) is bool)
TEXT = Rule("text", is_text)
LIST = Rule("a list", lambda value: type(value) is list)
DICT = Rule("a dict", lambda value: isinstance(value, dict))
