"""The result of one check on this machine, and how to fix a problem."""

from typing import NamedTuple


class Finding(NamedTuple):
    """The result of a check.

    problem   the expected state and how to reach it; empty if nothing is wrong
    advice    a possible improvement, if nothing is wrong
    """

    subject: str
    found: str
    problem: str = ""
    advice: str = ""

    def __str__(self) -> str:
        """Return the problem or, without a problem, the advice as one line."""
        return (
            f"{self.subject}: found {self.found}, {self.problem}" if self.problem else f"{self.subject}: {self.advice}"
        )


def in_short(error: Exception, length: int = 100) -> str:
    """Return the first line of an error's message, or its type if the message is empty, cut to a length."""
    line = next(iter(str(error).splitlines()), "") or type(error).__name__
    return line if len(line) <= length else f"{line[: length - 1]}…"
