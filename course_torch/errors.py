"""The one exception for mistakes that a user can make, and the checks that belong to no package."""

from collections.abc import Iterable, Mapping


class InputError(ValueError):
    """A mistake in what the user gave: its message is one line naming the thing, the value and what is allowed.

    The commands print that line on stderr and exit with code 2; any other exception is a fault of the program
    and keeps its traceback.
    """


def check_name(argument: str, name: str, table: Mapping[str, object]) -> None:
    """Refuse a name that is not in its table. Raises InputError."""
    if name not in table:
        raise InputError(f"{argument}: found '{name}', expected {one_of(table)}")


def one_of(names: Iterable[str]) -> str:
    """ "one of a, b, c" """
    return f"one of {', '.join(names)}"


def check_seed(argument: str, seed: int) -> None:
    """Refuse a seed outside 0 … 2³¹ - 1, the range that every generator takes. Raises InputError."""
    if not 0 <= seed < 2**31:
        raise InputError(f"{argument}: found {seed}, expected 0 to {2**31 - 1}")
