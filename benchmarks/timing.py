"""Time ways to do the same alternately, and judge the times. Each goal stands beside what it judges."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

Judged = dict[str, Any]
"""A Goal with a measured value: row, what, measured, limit, unit, at_least, applies and reached, for JSON."""


class Goal(NamedTuple):
    """A limit for a value: at most `limit`, or at least. `what` says how the value is computed."""

    what: str
    limit: float
    unit: str = ""
    at_least: bool = False

    def judge(self, row: str, measured: float, applies: bool = True) -> Judged:
        """Judge the value of a row. `applies` is False, and `reached` None, on a machine for which no goal is meant."""
        reached = measured >= self.limit if self.at_least else measured <= self.limit
        judged = {"row": row, "what": self.what, "measured": measured, "limit": self.limit, "unit": self.unit}
        return judged | {"at_least": self.at_least, "applies": applies, "reached": reached if applies else None}


def alternated(ways: Mapping[str, Callable[[], object]], rounds: int = 3) -> dict[str, float]:
    """Return the median seconds of each way. Every round runs each way once: a slow machine slows all of them down."""
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, action in ways.items():
            start = perf_counter()
            action()
            times[way].append(perf_counter() - start)
    return {way: median(seconds) for way, seconds in times.items()}
