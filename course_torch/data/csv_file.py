"""The user's own CSV files: examples with their class in the last column, or rows of features to predict."""

import csv
from array import array
from collections.abc import Collection, Iterator
from io import StringIO
from pathlib import Path
from sys import intern
from typing import NamedTuple

import torch
from jaxtyping import Float64
from torch import Tensor

from course_torch.data.data_set import DataSet, label_columns
from course_torch.data.source import Source
from course_torch.data.split import Split, stratified_split
from course_torch.errors import InputError, check_name, unreadable
from course_torch.language import Text
from course_torch.text import counted, decoded

MOST_CLASSES = 100
LARGEST = torch.finfo(torch.float32).max
NO_TEXT = Text(
    "{name}: found neither UTF-8 nor GB18030, expected a CSV file", "{name}：既不是 UTF-8 也不是 GB18030，应为 CSV 文件"
)
LINE = Text("{name}, line {number}", "{name} 第 {number} 行")
NO_ROW = Text("{line}: not a row of a CSV file ({error})", "{line}：不是 CSV 文件的一行（{error}）")
COLUMNS = Text(
    "{line}: found {found}, expected {expected}: {content}, separated by commas",
    "{line}：有 {n} 列，应为 {expected} 列：{content}，用逗号分开",
)
FEATURES = Text("the features", "特征")
WITH_CLASS = Text("the features and the class", "特征和类别")
EITHER = Text("the features, with or without the class", "特征，可以再加上类别")
NO_NUMBER = Text(
    f"{{line}}: found '{{found}}' in column {{column}}, expected a number up to {LARGEST:.2g} in size: only the last "
    "column holds a class",
    f"{{line}}：第 {{column}} 列是“{{found}}”，应为绝对值至多 {LARGEST:.2g} 的数：只有最后一列是类别",
)
NO_CLASS = Text("{line}: found an empty last column, expected the class", "{line}：最后一列是空的，应为类别")
NO_ROWS = Text("{name}: found no rows, expected an example in each row", "{name}：没有任何一行，每行应为一个样本")
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
    """X (m, n_x), the line of each row, and its class as written; no classes if the rows end with the features."""

    X: Float64[Tensor, "m n_x"]
    lines: list[int]
    labels: list[str]


def load_csv(source: Source) -> DataSet:
    """Load the CSV file `root`. Raises InputError if it cannot be read, or if its rows are no examples of classes."""
    path = source.path(Text("the CSV file of the examples", "样本的 CSV 文件"))
    return data_set_of(parse_table(text_in(path, "data.root: "), str(path)), source.seed, str(path))


def text_in(path: str | Path, option: str = "") -> str:
    """The text of the CSV file at `path`, which an option names. Raises InputError if it cannot be read."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise unreadable(f"{option}{path}", error) from error
    try:
        return decoded(content)
    except UnicodeError as error:
        raise InputError(NO_TEXT.fill(name=path)) from error


def parse_table(text: str, name: str, n_x: int | None = None, classes: Collection[str] = ()) -> Table:
    """Read rows of numbers that float32 holds, and of a class. The first row is a header if it has no number.

    n_x       the number of features; None for the examples of a training, which have at least one, and a class
    classes   the classes of the network that predicts; empty for any class

    The first row says how many columns there are, and whether the last holds the class. Empty lines are skipped.
    Raises InputError that names the line.
    """
    values, lines, labels = array("d"), list[int](), list[str]()  # a list of a row would take five times the memory
    widths: list[int] = []
    for line, cells in filled_rows(text, name):
        numbers, first = [number_in(cell) for cell in cells], not widths
        if first:
            widths = [max(2, len(cells))] if n_x is None else [n_x, n_x + 1] if classes else [n_x]
        if len(cells) not in widths:
            content = EITHER if len(widths) > 1 else FEATURES if widths == [n_x] else WITH_CLASS
            expected = Text(" or ".join(map(str, widths)), " 或 ".join(map(str, widths)))
            found = {"n": len(cells), "found": counted(len(cells), "column")}
            raise InputError(COLUMNS.fill(line=place(name, line), expected=expected, content=content, **found))
        widths = [len(cells)]
        if first and set(numbers) == {None}:
            continue
        label = None if len(cells) == n_x else cells.pop().strip()
        for column, (cell, number) in enumerate(zip(cells, numbers, strict=False), start=1):
            if number is None or not abs(number) <= LARGEST:
                raise InputError(NO_NUMBER.fill(line=place(name, line), found=cell, column=column))
            values.append(number)
        lines.append(line)
        if label is not None:
            if not label:
                raise InputError(NO_CLASS.fill(line=place(name, line)))
            if classes and label not in classes:
                check_name(place(name, line), label, classes)
            labels.append(intern(label))
    if not lines:
        raise InputError(NO_ROWS.fill(name=name))
    return Table(torch.frombuffer(values, dtype=torch.float64).reshape(len(lines), -1), lines, labels)


def filled_rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line and the cells of each row that is not empty. Raises InputError for a text that is no CSV file."""
    reader = csv.reader(StringIO(text, newline=""), strict=True, skipinitialspace=True)
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield reader.line_num, cells
    except csv.Error as error:
        raise InputError(NO_ROW.fill(line=place(name, reader.line_num), error=error)) from error


def place(name: str, line: int) -> Text:
    """The file and the line, as messages begin."""
    return LINE.fill(name=name, number=line)


def number_in(cell: str) -> float | None:
    """Convert a cell to a number, nan and infinity included; return None if that is impossible."""
    try:
        return float(cell)
    except ValueError:
        return None


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
