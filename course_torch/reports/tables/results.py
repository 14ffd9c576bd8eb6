"""What a training ended with."""

from collections.abc import Mapping

from rich.table import Table


def results_table(results: Mapping[str, tuple[float, float]], score: str) -> Table:
    """One row a split: its cost and its score, which is called `score` (accuracy as a fraction, or R2)."""
    table = Table()
    table.add_column("split")
    table.add_column("cost", justify="right")
    table.add_column(score, justify="right")
    for split, (cost, value) in results.items():
        table.add_row(split, f"{cost:.6f}", f"{value:.4f}")
    return table
