"""The user's own examples from a CSV file: features, and the class in the last column."""

import csv
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import torch
from jaxtyping import Float64
from torch import Tensor

from course_torch.data.data_set import DataSet, label_columns
from course_torch.data.rows_file import count, number_in
from course_torch.data.source import Source
from course_torch.data.split import Split
from course_torch.data.splitting import stratified_split
from course_torch.errors import InputError, check_regular

MOST_CLASSES = 100
TEST = 0.3
"""The fraction of the examples in the test split."""


class Table(NamedTuple):
    """X (m, n_x), the class of each example as written, and the names of the columns (empty without a header)."""

    X: Float64[Tensor, "m n_x"]
    labels: list[str]
    columns: list[str]


def load_csv(source: Source) -> DataSet:
    """Load the CSV file `root`. Raises InputError if it cannot be read, or if its rows are no examples of classes."""
    if source.root is None:
        raise InputError("data.root: the set 'csv' needs the CSV file of the examples")
    path = Path(source.root).expanduser()
    check_regular(path)
    try:
        text = path.read_text(encoding="utf-8-sig")  # spreadsheets write a byte order mark
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"data.root: {path} cannot be read as text ({reason})") from error
    return data_set_of(parse_table(text, str(path)), source.seed, str(path))


def parse_table(text: str, name: str) -> Table:
    """Read rows of numbers and a class. The first row is a header if none of its cells is a number.

    Empty lines are skipped. Raises InputError, with `name` and the line, also for a file without rows.
    """
    reader = csv.reader(StringIO(text, newline=""), strict=True, skipinitialspace=True)
    rows: list[list[float]] = []
    labels: list[str] = []
    columns: list[str] = []
    try:
        for cells in reader:
            if not any(map(str.strip, cells)):
                continue
            line = f"{name}, line {reader.line_num}"
            numbers = [number_in(cell) for cell in cells[:-1]]
            if not (rows or columns) and numbers and all(number_in(cell) is None for cell in cells):
                columns = [cell.strip() for cell in cells]
                continue
            expected = len(rows[0]) + 1 if rows else max(2, len(columns))
            if len(cells) < 2 or ((rows or columns) and len(cells) != expected):
                raise InputError(
                    f"{line}: found {count(len(cells))}, expected {expected}: the features and the class"
                    + ("" if len(cells) > 1 else ", separated by commas")
                )
            if None in numbers:
                column = numbers.index(None)
                raise InputError(
                    f"{line}: found '{cells[column]}', expected a finite number in column {column + 1}: "
                    "only the last column holds the class"
                )
            if not cells[-1].strip():
                raise InputError(f"{line}: found an empty last column, expected the class")
            rows.append([each for each in numbers if each is not None])
            labels.append(cells[-1].strip())
    except csv.Error as error:
        raise InputError(f"{name}, line {reader.line_num}: not a row of a CSV file ({error})") from error
    if not rows:
        raise InputError(f"{name}: found no rows, expected the features and the class of an example in each row")
    return Table(torch.tensor(rows, dtype=torch.float64), labels, columns)


def data_set_of(table: Table, seed: int, name: str) -> DataSet:
    """Split a table, class by class, into 70 % for training and 30 % for the test.

    The classes are sorted by name. Raises InputError unless there are 2 to MOST_CLASSES classes, each with two rows.
    """
    classes = sorted(set(table.labels))
    if not 2 <= len(classes) <= MOST_CLASSES:
        raise InputError(f"{name}: found {len(classes)} classes in the last column, expected 2 to {MOST_CLASSES}")
    number = {each: i for i, each in enumerate(classes)}
    chosen = torch.tensor([number[label] for label in table.labels])
    rarest = int(chosen.bincount().min())
    if rarest < 2:
        raise InputError(f"{name}: found a class with {rarest} row, expected at least 2 rows of each class")
    train, test = stratified_split(chosen, [TEST], seed)
    Y = label_columns(chosen, len(classes))
    return DataSet(Split(table.X[train], Y[train]), tuple(classes), test=Split(table.X[test], Y[test]))
