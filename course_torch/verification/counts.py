"""The counts of a self-test: how often mistakes that are made on purpose are found, placed and named."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass
class Counts:
    """What a self-test counts.

    name         what is counted: a mistake, or the mistakes of a chapter
    runs         attempts, each with one mistake
    found        the mistake is noticed
    placed       the right place is named as the first wrong place
    named        the right cause is named, alone or among causes that make the same numbers
    unknown      no cause is named
    misleading   only wrong causes are named
    """

    name: str
    runs: int = 0
    found: int = 0
    placed: int = 0
    named: int = 0
    unknown: int = 0
    misleading: int = 0


def total(counts: Sequence[Counts], count: str) -> int:
    """Add up a count."""
    return sum(getattr(each, count) for each in counts)


def all_found_and_named(counts: Sequence[Counts], fraction: float) -> bool:
    """Whether each mistake is found and placed, at least this fraction is named, and no diagnosis misleads.

    Counts without a run prove nothing.
    """
    runs = total(counts, "runs")
    return (
        runs > 0
        and total(counts, "found") == total(counts, "placed") == runs
        and total(counts, "named") >= fraction * runs
        and total(counts, "misleading") == 0
    )
