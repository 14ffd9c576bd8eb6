"""One thing that was looked at on this machine, and what to do about it."""

from typing import NamedTuple


class Finding(NamedTuple):
    """What was found of a subject.

    problem   what was expected instead, and how to get there: empty where nothing is wrong
    advice    what would be better, where nothing is wrong
    """

    subject: str
    found: str
    problem: str = ""
    advice: str = ""

    def __str__(self) -> str:
        """The problem, or else the advice, as one line."""
        return (
            f"{self.subject}: found {self.found}, {self.problem}" if self.problem else f"{self.subject}: {self.advice}"
        )


def in_short(error: Exception, length: int = 100) -> str:
    """The first line of an error's message, or its type where it has none, cut to a length."""
    line = next(iter(str(error).splitlines()), "") or type(error).__name__
    return line if len(line) <= length else f"{line[: length - 1]}…"
