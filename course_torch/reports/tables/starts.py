"""The table of start times."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.table import Table


def starts_table(starts: Iterable[Mapping[str, Any]]) -> Table:
    """One row per start: seconds, the ratio to `import torch`, the goal, and whether the ratio reaches the goal."""
    table = Table(title="start, each in a new process")
    table.add_column("program")
    for column in ("seconds", "ratio to import torch", "goal"):
        table.add_column(column, justify="right")
    table.add_column("")
    for each in starts:
        numbers = f"{each['seconds']:.2f}", f"{each['ratio']:.2f}", f"{each['goal']:.1f}"
        table.add_row(each["name"], *numbers, "reached" if each["reached"] else "missed")
    return table
