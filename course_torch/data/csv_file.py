"""The user's own CSV files: examples with their class in the last column, or rows of features to predict."""

import csv
from array import array
from collections.abc import Collection, Iterator
from contextlib import suppress
from io import StringIO
from math import inf, isfinite
from pathlib import Path
from sys import intern
from typing import NamedTuple

import psutil
import torch
from jaxtyping import Float64
from torch import Tensor

from course_torch.data.data_set import DataSet, label_columns
from course_torch.data.source import Source
from course_torch.data.split import Split, stratified_split
from course_torch.errors import InputError, check_name, check_regular, unreadable
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
NO_NUMBER_TO_PREDICT = Text(
    "{line}: found '{found}', expected a finite number in column {column}",
    "{line}：第 {column} 列是“{found}”，应为有限的数",
)
TOO_LARGE = Text(
    "{line}: found '{found}' in column {column}, expected at most {most} in size, as float32 holds",
    "{line}：第 {column} 列是“{found}”，绝对值至多为 {most}，即 float32 最大的数",
)
FEATURES = Text(
    "{line}: found {found}, expected {expected}, one for each feature{more}",
    "{line}：有 {n} 列，应为 {expected} 列，每个特征一列{more}",
)
AND_CLASS = Text(", or {columns} with the class in the last", "，或者 {columns} 列，最后一列是类别")
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
LARGEST = torch.finfo(torch.float32).max
NO_MEMORY = Text(
    ": a CSV file takes about {times} times its size, and {free} GiB of memory are free",
    "：CSV 文件所需的内存约为其大小的 {times} 倍，现在有 {free} GiB 可用",
)
MEMORY = 12
"""Bytes of memory for each byte of a CSV file of single digits. Numbers of 6 to 17 digits take about 7."""
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
    return data_set_of(parse_table(text_in(path, "data.root: "), str(path), LARGEST), source.seed, str(path))


def text_in(path: str | Path, option: str = "") -> str:
    """The text of the CSV file at `path`, which an option names. Raises InputError."""
    check_memory(path)
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise unreadable(f"{option}{path}", error) from error
    return text_of(content, str(path))


def check_memory(path: str | Path) -> None:
    """Reject a pipe, a device, and a file that takes more memory than is free. Raises InputError."""
    free = psutil.virtual_memory().available
    check_regular(path, free / MEMORY, NO_MEMORY.fill(free=f"{free / 2**30:.1f}", times=MEMORY))


def text_of(content: bytes, name: str) -> str:
    """The text of a CSV file: UTF-8, with or without a byte order mark, or GB18030, which Excel writes in China.

    Raises InputError.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            return content.decode(encoding)
    raise InputError(NO_TEXT.fill(name=name))


def parse_table(text: str, name: str, largest: float = inf) -> Table:
    """Read rows of numbers and a class. A header has no numbers. Raises InputError that names line and column.

    largest   the largest size of a number
    """
    values, width = array("d"), 0  # a list of a row would take five times the memory
    labels: list[str] = []
    columns: list[str] = []
    for line, _, cells, numbers in filled_rows(text, name):
        if not (labels or columns) and len(cells) > 1 and set(numbers) == {None}:
            columns = [cell.strip() for cell in cells]
            continue
        expected = width + 1 if labels else max(2, len(columns))
        if len(cells) < 2 or ((labels or columns) and len(cells) != expected):
            found, how = counted(len(cells), "column"), SEPARATED if len(cells) == 1 else NOTHING
            raise InputError(COLUMNS.fill(line=line, found=found, n=len(cells), expected=expected, how=how))
        values.extend(features_of(line, cells, numbers[:-1], largest, NO_NUMBER))
        width = len(cells) - 1
        labels.append(intern(class_of(line, cells)))
    if not labels:
        raise InputError(NO_ROWS.fill(name=name))
    return Table(torch.frombuffer(values, dtype=torch.float64).reshape(-1, width), labels, columns)


def features_of(
    line: Text, cells: list[str], numbers: list[float | None], largest: float, no_number: Text
) -> list[float]:
    """The numbers of the features. Raises InputError for a cell without a number, and for one above `largest`."""
    for column, (cell, number) in enumerate(zip(cells, numbers, strict=False), start=1):
        if number is None:
            raise InputError(no_number.fill(line=line, found=cell, column=column))
        if abs(number) > largest:
            raise InputError(TOO_LARGE.fill(line=line, found=cell, column=column, most=f"{largest:.2g}"))
    return [number for number in numbers if number is not None]


def class_of(line: Text, cells: list[str]) -> str:
    """The class in the last cell. Raises InputError if the cell is empty."""
    if not cells[-1].strip():
        raise InputError(NO_CLASS.fill(line=line))
    return cells[-1].strip()


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


class Rows(NamedTuple):
    """X (m, n_x), and for each row its line number and its class, None in a file without classes."""

    X: Float64[Tensor, "m n_x"]
    lines: list[int]
    labels: list[str | None]


def read_rows(path: str | Path, n_x: int, classes: Collection[str] = ()) -> Rows:
    """Read rows of n_x features from a CSV file. Behind the features a class may stand, if `classes` are known.

    The first row is a header if none of its cells is a number. Empty lines are skipped. Raises InputError if the file
    cannot be read or has no row, or if a row does not consist of n_x finite numbers of float32 and a known class.
    """
    values, lines, labels = array("d"), [], list[str | None]()
    widths, first = [n_x, n_x + 1] if classes else [n_x], True
    more = AND_CLASS.fill(columns=n_x + 1)
    for line, number, cells, numbers in filled_rows(text_in(path), str(path)):
        if len(cells) not in widths:
            found, sentence = counted(len(cells), "column"), COLUMNS if widths == [n_x + 1] else FEATURES
            told = {"expected": widths[0], "more": more if len(widths) > 1 else NOTHING, "how": NOTHING}
            raise InputError(sentence.fill(line=line, found=found, n=len(cells), **told))
        widths, header, first = [len(cells)], first and set(numbers) == {None}, False
        if header:
            continue
        values.extend(features_of(line, cells, numbers[:n_x], LARGEST, NO_NUMBER_TO_PREDICT))
        if (label := class_of(line, cells) if len(cells) > n_x else None) is not None:
            check_name(line, label, classes)
        labels.append(label and intern(label))
        lines.append(number)
    if not lines:
        raise InputError(
            f"{path}: found no row, expected rows of {counted(n_x, 'column')}",
            f"{path}：没有任何一行，每行应为 {n_x} 列",
        )
    return Rows(torch.frombuffer(values, dtype=torch.float64).reshape(-1, n_x), lines, labels)


def filled_rows(text: str, name: str) -> Iterator[tuple[Text, int, list[str], list[float | None]]]:
    """Yield the line, its number, the cells of each row that is not empty, and their numbers: None for no finite one.

    Raises InputError for a text that is no CSV file.
    """
    reader = csv.reader(StringIO(text, newline=""), strict=True, skipinitialspace=True)
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                line = LINE.fill(name=name, number=reader.line_num)
                yield line, reader.line_num, cells, [number_in(cell) for cell in cells]
    except csv.Error as error:
        raise InputError(NO_ROW.fill(line=LINE.fill(name=name, number=reader.line_num), error=error)) from error


def number_in(cell: str) -> float | None:
    """Convert a cell to a finite number; return None if that is impossible."""
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if isfinite(number) else None
