"""The table of measured times."""

from collections.abc import Mapping

from rich.table import Table


def speedups_table(title: str, seconds: Mapping[str, float]) -> Table:
    """One row per implementation: median seconds, and the speedup over the first implementation (notes 1.6)."""
    table = Table(title=title)
    table.add_column("way")
    table.add_column("seconds", justify="right")
    table.add_column("times as fast", justify="right")
    first = next(iter(seconds.values()))
    for way, value in seconds.items():
        table.add_row(way, f"{value:.6f}", f"{first / value:,.1f}")
    return table
