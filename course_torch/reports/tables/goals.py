"""The table of the goals of the benchmark."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.table import Table


def goals_table(goals: Iterable[Mapping[str, Any]]) -> Table:
    """One row per goal: what is measured in which row of the benchmark, the value, the limit, reached or missed."""
    table = Table(title="goals")
    for column in ("row", "measured"):
        table.add_column(column)
    for column in ("value", "goal"):
        table.add_column(column, justify="right")
    table.add_column("")
    for each in goals:
        limit = f"{'≥' if each['at_least'] else '≤'} {each['limit']:.1f} {each['unit']}".strip()
        reached = {True: "reached", False: "missed", None: "not judged"}[each["reached"]]
        table.add_row(each["row"], each["what"], f"{each['measured']:.2f}", limit, reached)
    return table
