"""The exception for user mistakes, and checks that several packages share."""

import os
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from numbers import Integral, Real
from pathlib import Path

from course_torch.language import Text, same


class InputError(ValueError):
    """A mistake of the user. The message is one line that names the thing, its value and what is allowed.

    The commands print the message on stderr and exit with code 2. An exception of a formula ends in one line too, with
    code 1. Any other exception is a bug of the program and keeps its traceback.

    text   the message in both languages, for pages that learners read; the same English if only that was given
    """

    def __init__(self, message: str | Text) -> None:
        self.text = message if isinstance(message, Text) else same(message)
        super().__init__(self.text.en)


def check_name(argument: str, name: str, table: Mapping[str, object]) -> None:
    """Reject a name that is not in `table`. Raises InputError."""
    if name not in table:
        raise InputError(f"{argument}: found '{name}', expected {one_of(table)}{meant(str(name), table)}")


def check_regular(path: str | Path) -> None:
    """Reject a pipe or a device: a read of it may wait forever. A missing file passes. Raises InputError."""
    if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
        raise InputError(f"{path}: found a pipe or a device, expected a file")


def one_of(names: Iterable[str]) -> str:
    """ "one of a, b, c", or "a" if there is no choice."""
    choices = [*names]
    return f"{'one of ' if len(choices) > 1 else ''}{', '.join(choices)}"


def meant(name: str, names: Iterable[str]) -> str:
    """Suggest the name that is spelled most like an unknown name, or return an empty text."""
    near = get_close_matches(name, list(names), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def check_learning_rate(learning_rate: float) -> None:
    """Reject a learning rate outside (0, 1e6], nan, and what is no number, such as "1". Raises InputError."""
    if not isinstance(learning_rate, Real) or not 0 < learning_rate <= 1e6:
        raise InputError(f"learning_rate: found {learning_rate!r}, expected a number above 0, at most 1e6")


def check_count(argument: str, count: int, least: int) -> None:
    """Reject a count below `least`, and what is no whole number, such as 2.5. Raises InputError."""
    if not isinstance(count, Integral):
        raise InputError(f"{argument}: found {count!r}, expected a whole number")
    if count < least:
        raise InputError(f"{argument}: found {count}, expected at least {least}")


def check_seed(argument: str, seed: int) -> None:
    """Reject a seed outside 0 … 2³¹ - 1, the range that every generator accepts. Raises InputError."""
    if not 0 <= seed < 2**31:
        raise InputError(f"{argument}: found {seed}, expected 0 to {2**31 - 1}")
