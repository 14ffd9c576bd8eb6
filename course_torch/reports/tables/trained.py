"""Tables of a trained network: its predictions, and its exported files."""

from collections.abc import Mapping, Sequence

from rich.table import Table


def predictions_table(predictions: Sequence[Mapping[str, object]], value: str) -> Table:
    """One row per example, without the probabilities of the other classes. `value` names a predicted number."""
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
    """One row per file: the largest difference between original and reloaded predictions."""
    table = Table("file", "largest difference of reloaded predictions")
    for file, difference in differences.items():
        table.add_row(file, f"{difference:.1e}")
    return table
