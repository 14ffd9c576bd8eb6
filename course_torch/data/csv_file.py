"""The user's own CSV files: examples with their class in the last column, or rows of features to predict."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

import torch
from jaxtyping import Float64
from torch import Tensor

from course_torch.data.data_set import DataSet, label_columns
from course_torch.data.source import Source
from course_torch.data.split import Split, stratified_split
from course_torch.errors import InputError, check_regular, unexpected, unreadable
from course_torch.language import NOTHING, Text
from course_torch.text import counted

MOST_CLASSES = 100
NO_TEXT = Text(
    "{name}: found neither UTF-8 nor GB18030, expected a CSV file", "{name}：既不是 UTF-8 也不是 GB18030，应为 CSV 文件"
)
LINE = Text("{name}, line {number}", "{name} 第 {number} 行")
NO_ROW = Text("{line}: not a row of a CSV file ({error})", "{line}：不是 CSV 文件的一行（{error}）")
COLUMNS = Text(
    "{line}: found {found}, expected {expected}: the features and the class{how}",
    "{line}：有 {n} 列，应为 {expected} 列：特征和类别{how}",
)
SEPARATED = Text(", separated by commas", "，用逗号分开")
NO_NUMBER = Text(
    "{line}: found '{found}', expected a finite number in column {column}: only the last column holds the class",
    "{line}：第 {column} 列是“{found}”，应为有限的数：只有最后一列是类别",
)
NO_CLASS = Text("{line}: found an empty last column, expected the class", "{line}：最后一列是空的，应为类别")
NO_ROWS = Text(
    "{name}: found no rows, expected the features and the class of an example in each row",
    "{name}：没有任何一行，每行应为一个样本的特征和类别",
)
CLASSES = Text(
    "{name}: found {n} classes in the last column, expected 2 to {most}",
    "{name}：最后一列有 {n} 个类别，应为 2 到 {most} 个",
)
RARE = Text(
    "{name}: found a class with {n} row, expected at least 2 rows of each class",
    "{name}：有一个类别只有 {n} 行，每个类别至少要有 2 行",
)
TEST = 0.3  # the fraction of the examples in the test split


class Table(NamedTuple):
    """X (m, n_x), the class of each example as written, and the names of the columns (empty without a header)."""

    X: Float64[Tensor, "m n_x"]
    labels: list[str]
    columns: list[str]


def load_csv(source: Source) -> DataSet:
    """Load the CSV file `root`. Raises InputError if it cannot be read, or if its rows are no examples of classes."""
    if source.root is None:
        raise InputError(
            "data.root: the set 'csv' needs the CSV file of the examples", "data.root：数据集 'csv' 需要样本的 CSV 文件"
        )
    path = Path(source.root).expanduser()
    check_regular(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"data.root: {path} cannot be read ({error.strerror})", f"data.root：无法读取 {path}（{error.strerror}）"
        ) from error
    return data_set_of(parse_table(text_of(content, str(path)), str(path)), source.seed, str(path))


def text_of(content: bytes, name: str) -> str:
    """The text of a CSV file: UTF-8, with or without a byte order mark, or GB18030, which Excel writes in China.

    Raises InputError.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            return content.decode(encoding)
    raise InputError(NO_TEXT.fill(name=name))


def parse_table(text: str, name: str) -> Table:
    """Read rows of numbers and a class. A header has no numbers. Raises InputError that names the line."""
    reader = csv.reader(StringIO(text, newline=""), strict=True, skipinitialspace=True)
    rows: list[list[float]] = []
    labels: list[str] = []
    columns: list[str] = []
    try:
        for cells, numbers in filled_rows(reader):
            line = LINE.fill(name=name, number=reader.line_num)
            if not (rows or columns) and len(cells) > 1 and set(numbers) == {None}:
                columns = [cell.strip() for cell in cells]
                continue
            expected = len(rows[0]) + 1 if rows else max(2, len(columns))
            if len(cells) < 2 or ((rows or columns) and len(cells) != expected):
                found, how = counted(len(cells), "column"), SEPARATED if len(cells) == 1 else NOTHING
                raise InputError(COLUMNS.fill(line=line, found=found, n=len(cells), expected=expected, how=how))
            features = [number for number in numbers[:-1] if number is not None]
            if len(features) < len(cells) - 1:
                column = numbers.index(None)
                raise InputError(NO_NUMBER.fill(line=line, found=cells[column], column=column + 1))
            if not cells[-1].strip():
                raise InputError(NO_CLASS.fill(line=line))
            rows.append(features)
            labels.append(cells[-1].strip())
    except csv.Error as error:
        raise InputError(NO_ROW.fill(line=LINE.fill(name=name, number=reader.line_num), error=error)) from error
    if not rows:
        raise InputError(NO_ROWS.fill(name=name))
    return Table(torch.tensor(rows, dtype=torch.float64), labels, columns)


def data_set_of(table: Table, seed: int, name: str) -> DataSet:
    """Split a table, class by class, into 70 % for training and 30 % for the test.

    The classes are sorted by name. Raises InputError unless there are 2 to MOST_CLASSES classes, each with two rows.
    """
    classes = sorted(set(table.labels))
    if not 2 <= len(classes) <= MOST_CLASSES:
        raise InputError(CLASSES.fill(name=name, n=len(classes), most=MOST_CLASSES))
    number = {label: i for i, label in enumerate(classes)}
    chosen = torch.tensor([number[label] for label in table.labels])
    rarest = int(chosen.bincount().min())
    if rarest < 2:
        raise InputError(RARE.fill(name=name, n=rarest))
    examples = Split(table.X, label_columns(chosen, len(classes)))
    train, test = map(examples.rows, stratified_split(chosen, [TEST], seed))
    return DataSet(train, tuple(classes), test=test)


def read_rows(path: str | Path, n_x: int) -> tuple[Float64[Tensor, "m n_x"], list[int]]:
    """Read X (m, n_x) and the line number of each row from a CSV file.

    The first row is a header if none of its cells is a number. Empty lines are skipped. Raises InputError if the file
    cannot be read or has no row, or if a row does not consist of n_x finite numbers.
    """
    check_regular(path)
    rows, lines = [], []
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            for i, (cells, numbers) in enumerate(filled_rows(reader)):
                line = LINE.fill(name=path, number=reader.line_num)
                if len(cells) != n_x:
                    raise InputError(
                        f"{line.en}: found {counted(len(cells), 'column')}, expected {n_x}, one for each feature",
                        f"{line.zh}：有 {len(cells)} 列，应为 {n_x} 列，每个特征一列",
                    )
                if i == 0 and numbers == [None] * n_x:
                    continue
                if None in numbers:
                    found = cells[numbers.index(None)]
                    raise unexpected(line, f"'{found}'", Text("a finite number", "有限的数"))
                rows.append(numbers)
                lines.append(reader.line_num)
    except OSError as error:
        raise unreadable(path, error) from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: not a CSV file in UTF-8 ({error})", f"{path}：不是 UTF-8 的 CSV 文件（{error}）"
        ) from error
    if not rows:
        raise InputError(
            f"{path}: found no row, expected rows of {counted(n_x, 'column')}",
            f"{path}：没有任何一行，每行应为 {n_x} 列",
        )
    return torch.tensor(rows, dtype=torch.float64), lines


def filled_rows(reader: Any) -> Iterator[tuple[list[str], list[float | None]]]:
    """Yield the cells of each row that is not empty, and their numbers: None for a cell that is no finite number."""
    for cells in reader:
        if any(map(str.strip, cells)):
            yield cells, [number_in(cell) for cell in cells]


def number_in(cell: str) -> float | None:
    """Convert a cell to a finite number; return None if that is impossible."""
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if isfinite(number) else None
