"""Tables of a trained network: its predictions for pictures, and its exported files."""

from collections.abc import Iterable, Mapping

from rich.table import Table


def predictions_table(predictions: Iterable[tuple[str, str, float]]) -> Table:
    """One row per picture: its path, its most probable class and the probability of this class."""
    table = Table("picture", "class", "probability")
    for picture, class_name, probability in predictions:
        table.add_row(picture, class_name, f"{probability:.4f}")
    return table


def export_table(differences: Mapping[str, float]) -> Table:
    """One row per file: the largest difference between original and reloaded probabilities."""
    table = Table("file", "largest difference of reloaded probabilities")
    for file, difference in differences.items():
        table.add_row(file, f"{difference:.1e}")
    return table
