"""Tables of measured times."""

from collections.abc import Mapping

from rich.table import Table


def times_table(title: str, seconds: Mapping[str, float], unit: float) -> Table:
    """One row per implementation: microseconds, and the ratio to `unit` seconds."""
    table = Table(title=title)
    table.add_column("way")
    table.add_column("µs", justify="right")
    table.add_column("ratio", justify="right")
    for way, value in seconds.items():
        table.add_row(way, f"{1e6 * value:,.1f}", f"{value / unit:.2f}")
    return table


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


def starts_table(seconds: Mapping[str, float], unit: float) -> Table:
    """One row per program: seconds, and the ratio to `unit` seconds."""
    table = Table(title="start, each in a new process")
    table.add_column("program")
    table.add_column("seconds", justify="right")
    table.add_column("ratio", justify="right")
    for name, value in seconds.items():
        table.add_row(name, f"{value:.2f}", f"{value / unit:.2f}")
    return table
