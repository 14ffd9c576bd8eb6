"""Time ways to do the same alternately, and judge the times. Each goal stands beside what it judges."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple


class Judged(NamedTuple):
    """A measured value of a row of the benchmark, and the limit of its goal.

    `applies` is False on a machine for which the goal is not meant.
    """

    row: str
    what: str
    measured: float
    limit: float
    unit: str
    at_least: bool
    applies: bool = True

    @property
    def reached(self) -> bool | None:
        """Whether the value is within the limit. None if the goal does not apply."""
        if not self.applies:
            return None
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    def as_record(self) -> dict[str, Any]:
        """Return the fields and `reached`, for JSON."""
        return self._asdict() | {"reached": self.reached}


class Goal(NamedTuple):
    """A limit for a value, which is at most `limit`, or at least. `what` says how the value is computed.

    A ratio has no unit.
    """

    what: str
    limit: float
    unit: str = ""
    at_least: bool = False

    def judge(self, row: str, measured: float, applies: bool = True) -> Judged:
        return Judged(row, self.what, measured, self.limit, self.unit, self.at_least, applies)


def alternated(ways: Mapping[str, Callable[[], object]], rounds: int = 3) -> dict[str, float]:
    """Return the median seconds of each way. Every round runs each way once: a slow machine slows all of them down."""
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, action in ways.items():
            start = perf_counter()
            action()
            times[way].append(perf_counter() - start)
    return {way: median(seconds) for way, seconds in times.items()}
