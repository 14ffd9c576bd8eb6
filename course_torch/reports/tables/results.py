"""What a training ended with."""

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
