"""What a trained network says of pictures, and how its exported files compare with it."""

from collections.abc import Iterable, Mapping

from rich.table import Table


def predictions_table(predictions: Iterable[tuple[str, str, float]]) -> Table:
    """One row a picture: its path, its most probable class and that class's probability."""
    table = Table("picture", "class", "probability")
    for picture, class_name, probability in predictions:
        table.add_row(picture, class_name, f"{probability:.4f}")
    return table


def export_table(differences: Mapping[str, float]) -> Table:
    """One row a file: the largest difference between its probabilities and the network's own."""
    table = Table("file", "read again, probabilities differ by at most")
    for file, difference in differences.items():
        table.add_row(file, f"{difference:.1e}")
    return table
