"""What a training or a timing ended with."""

from collections.abc import Mapping

from rich.table import Table


def results_table(results: Mapping[str, tuple[float, float]]) -> Table:
    """One row a part: its cost, then its accuracy as a fraction."""
    table = Table()
    table.add_column("part")
    table.add_column("cost", justify="right")
    table.add_column("accuracy", justify="right")
    for part, (cost, accuracy) in results.items():
        table.add_row(part, f"{cost:.6f}", f"{accuracy:.4f}")
    return table


def times_table(seconds: Mapping[str, float], title: str) -> Table:
    """One row a way: median seconds, and how many times as fast as the first one it is (notes 1.6)."""
    table = Table(title=title)
    table.add_column("way")
    table.add_column("seconds", justify="right")
    table.add_column("times as fast", justify="right")
    first = next(iter(seconds.values()))
    for way, value in seconds.items():
        table.add_row(way, f"{value:.6f}", f"{first / value:,.1f}")
    return table
