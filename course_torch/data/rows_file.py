"""Rows of features from the user's CSV file."""

import csv
from math import isfinite
from pathlib import Path

import torch
from jaxtyping import Float64
from torch import Tensor

from course_torch.errors import InputError, check_regular


def read_rows(path: str | Path, n_x: int) -> tuple[Float64[Tensor, "m n_x"], list[int]]:
    """Read X (m, n_x) and the line number of each row from a CSV file.

    The first row is a header if none of its cells is a number. Empty lines are skipped. Raises InputError if the file
    cannot be read or has no row, or if a row does not consist of n_x finite numbers.
    """
    check_regular(path)
    rows, lines = [], []
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:  # spreadsheets write a byte order mark
            reader = csv.reader(file, strict=True)
            for i, cells in enumerate(cells for cells in reader if any(map(str.strip, cells))):
                line = f"{path}, line {reader.line_num}"
                if len(cells) != n_x:
                    raise InputError(f"{line}: found {count(len(cells))}, expected {n_x}, one for each feature")
                numbers = [number_in(cell) for cell in cells]
                if i == 0 and numbers == [None] * n_x:
                    continue
                if None in numbers:
                    raise InputError(f"{line}: found '{cells[numbers.index(None)]}', expected a finite number")
                rows.append(numbers)
                lines.append(reader.line_num)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a CSV file in UTF-8 ({error})") from error
    if not rows:
        raise InputError(f"{path}: found no row, expected rows of {count(n_x)}")
    return torch.tensor(rows, dtype=torch.float64), lines


def number_in(cell: str) -> float | None:
    """Convert a cell to a finite number; return None if that is impossible."""
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if isfinite(number) else None


def count(columns: int) -> str:
    """ "1 column", "10 columns" """
    return f"{columns} column" if columns == 1 else f"{columns} columns"
