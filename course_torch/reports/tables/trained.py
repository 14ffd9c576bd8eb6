"""Tables of a trained network: its predictions, and its exported files."""

from collections.abc import Mapping, Sequence

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from course_torch.text import shown


def predictions_table(predictions: Sequence[Mapping[str, object]], value: str) -> Table:
    """One row per example, without the probabilities of the other classes. `value` names a predicted number."""
    columns = [name for name in predictions[0] if name != "probabilities"]
    table = Table(*(escape(shown(value)) if name == "value" else name.replace("_", " ") for name in columns))
    for prediction in predictions:
        table.add_row(*(Text(cell(prediction[name])) for name in columns))
    return table


def cell(value: object) -> str:
    """A name or a line number as it is, other numbers with four decimals, None as an empty cell."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(cell, value))
    return f"{value:.4f}" if isinstance(value, float) else shown(value)


def export_table(differences: Mapping[str, float]) -> Table:
    """One row per file: the largest difference between original and reloaded predictions."""
    table = Table("file", "largest difference of reloaded predictions")
    for file, difference in differences.items():
        table.add_row(Text(shown(file)), f"{difference:.1e}")
    return table
