"""What a trained network answers, and how its exported files compare with it."""

from collections.abc import Mapping, Sequence

from rich.table import Table


def predictions_table(predictions: Sequence[Mapping[str, object]], value: str) -> Table:
    """One row an example, without the probabilities of its other classes. `value` is the name of a predicted number."""
    shown = [name for name in predictions[0] if name != "probabilities"]
    table = Table(*(value if name == "value" else name.replace("_", " ") for name in shown))
    for prediction in predictions:
        table.add_row(*(cell(prediction[name]) for name in shown))
    return table


def cell(value: object) -> str:
    """A name or a line as it is, numbers with four decimals."""
    if isinstance(value, list):
        return ", ".join(map(cell, value))
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def export_table(differences: Mapping[str, float]) -> Table:
    """One row a file: the largest difference between its answers and the network's own."""
    table = Table("file", "read again, answers differ by at most")
    for file, difference in differences.items():
        table.add_row(file, f"{difference:.1e}")
    return table
