"""The students of a class: the rules of the class, the roster, the file of each student that counts, and the points."""

import csv
import io
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from course_torch.command_line.yaml_text import not_yaml
from course_torch.data.csv_file import text_of
from course_torch.errors import InputError, check_name, check_regular, one_of, unexpected, unreadable
from course_torch.exercises.grade.grade import seed_of
from course_torch.exercises.grade.table import BY_TORCH, Row, csv_text, function_names, functions, harmless, is_other
from course_torch.exercises.judge.verdicts import STATES
from course_torch.exercises.sandbox.cells import LARGEST
from course_torch.language import Text

ADDED = ("points", "of", "file", "number")
"""The columns that a gradebook adds to a roster."""


@dataclass(frozen=True)
class Rules:
    """How a class is graded.

    roster       a CSV file with a row for each student, or None
    weights      function -> its points, 1 if it is not here
    credit       state of a function -> the fraction of its points, 0 if it is not here; BY_TORCH -> that of a right
                 function in which torch differentiates or computes the loss, 1 if it is not here
    anonymous    whether a page of the class shows numbers in place of names
    """

    roster: Path | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    credit: Mapping[str, float] = field(default_factory=dict)
    anonymous: bool = False

    def points(self, row: Row) -> float:
        """The points of a file."""
        credits: Mapping[str, float] = {BY_TORCH: 1.0, **self.credit, "right": 1.0}
        by_torch = row[BY_TORCH].split("; ")
        return sum(
            self.weights.get(name, 1.0) * credits.get(BY_TORCH if state == "right" and name in by_torch else state, 0.0)
            for name, state in functions(row).items()
        )

    def possible(self, row: Row) -> float:
        """The points of a file in which all functions are right."""
        return sum(self.weights.get(name, 1.0) for name in functions(row))


@dataclass(frozen=True)
class Student:
    """A student of the class.

    name     as in the roster; without a roster, the file
    number   stands for the name where names are not shown
    row      of the file that counts, or None if the student handed in nothing
    entry    the student's row in the roster
    """

    name: str
    number: str
    row: Row | None
    points: float
    of: float
    entry: Mapping[str, str] = field(default_factory=dict)


LARGEST_WEIGHT = 1e6
WEIGHTS = Text("numbers from 0 to 1e6 for functions of chapter {chapter}", "{chapter} 章的函数的数，在 0 到 1e6 之间")
CREDITED = (*STATES, BY_TORCH)
CREDIT = Text("numbers from 0 to 1 for {states}", "{states}的数，在 0 到 1 之间")


def read_rules(path: str | None, chapter: str) -> Rules:
    """Read the rules of a class, a file in YAML. Raises InputError."""
    if path is None:
        return Rules()
    text = text_in(Path(path), "rules")
    try:
        entries = yaml.load(text, Loader=yaml.BaseLoader) or {}  # every value is a text
    except yaml.YAMLError as error:
        problem = not_yaml(error, text)
        raise InputError(
            f"rules: {path} is not YAML: {problem.en}", f"rules：{path} 不是 YAML：{problem.zh}"
        ) from error
    names = function_names(chapter)
    readers: dict[str, tuple[Callable[[Any], Any], Text]] = {
        "roster": (lambda text: Path(path).parent / text, Text("a file", "一个文件")),
        "weights": (
            lambda values: numbers(f"rules: {path}: weights", values, names, LARGEST_WEIGHT),
            WEIGHTS.fill(chapter=chapter),
        ),
        "credit": (
            lambda values: numbers(f"rules: {path}: credit", values, CREDITED, 1.0),
            CREDIT.fill(states=one_of(CREDITED)),
        ),
        "anonymous": ({"true": True, "false": False}.__getitem__, Text("true or false", "true 或 false")),
    }
    if not isinstance(entries, dict):
        example = Text("entries such as 'roster: roster.csv'", "像 'roster: roster.csv' 这样的条目")
        raise unexpected(f"rules: {path}", repr(entries), example)
    rules = {}
    for name, value in entries.items():
        check_name(f"rules: {path}", name, readers)
        read, expected = readers[name]
        try:
            rules[name] = read(value)
        except InputError:
            raise
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise unexpected(f"rules: {path}: {name}", repr(value), expected) from error
    return Rules(**rules)


def numbers(entry: str, values: Mapping[str, str], names: Collection[str], most: float) -> dict[str, float]:
    """Name -> number. Raises InputError for a name not in `names`, ValueError for no number from 0 to `most`."""
    for name, _ in values.items():
        check_name(entry, name, names)
    found = {name: float(value) for name, value in values.items()}
    if not all(0 <= number <= most for number in found.values()):
        raise ValueError
    return found


class Roster(NamedTuple):
    """The rows of a roster, of which one without a name is no student, and its columns."""

    rows: list[dict[str, str]]
    columns: list[str]


def read_roster(path: Path) -> Roster:
    """Read a roster. Raises InputError if it is no table with a column of names."""
    text = text_in(path, "roster")
    head = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), restval="", delimiter=max(",;\t", key=head.count))
    try:
        rows, names = list(reader), [*(reader.fieldnames or ())]
    except csv.Error as error:
        raise InputError(
            f"roster: {path}: cannot be read as a table ({error})", f"roster：{path}：无法读成表格（{error}）"
        ) from error
    if "name" not in names:
        raise InputError(
            f"roster: {path}: found the columns {', '.join(names)}, expected name",
            f"roster：{path}：得到的列是 {', '.join(names)}，应当有 name",
        )
    if any(None in row for row in rows):
        raise InputError(
            f"roster: {path}: found a row with more cells than the {len(names)} columns",
            f"roster：{path}：有一行的单元格多于 {len(names)} 列",
        )
    return Roster(rows, names)


def text_in(path: Path, option: str) -> str:
    """The text of a file of the teacher. Raises InputError."""
    try:
        check_regular(path, LARGEST)
        return text_of(path.read_bytes(), f"{option}: {path}")
    except OSError as error:
        raise unreadable(f"{option}: {path}", error) from error


def students_of(
    rows: Collection[Row], files: Mapping[str, Path], rules: Rules, roster: Roster | None, seed: int
) -> tuple[list[Student], list[str]]:
    """The students of the class, and the files that belong to no row of the roster.

    rows    of the files that were judged. Without a roster, every file of the chapter is a student
    files   name in the table -> file. Of several files of a student the newest counts
    """
    own = [row for row in rows if not is_other(row)]
    if roster is None:
        return [student({"name": row["file"]}, row, rules, seed) for row in own], []
    entries = [entry for entry in roster.rows if entry["name"].strip()]
    owners = {row["file"]: [entry for entry in entries if owns(entry, row["file"])] for row in rows}
    for file, found in owners.items():
        if len(found) > 1:
            one, other, *_ = (entry["name"].strip() for entry in found)
            raise InputError(
                f"roster: the file {file} belongs to the rows of {one} and {other}, expected one row",
                f"roster：文件 {file} 同时属于 {one} 和 {other} 两行，只能属于一行",
            )

    def age(row: Row) -> tuple[float, str]:
        return files[row["file"]].stat().st_mtime, row["file"]

    newest = (max((row for row in own if entry in owners[row["file"]]), key=age, default=None) for entry in entries)
    students = [student(entry, row, rules, seed) for entry, row in zip(entries, newest, strict=True)]
    most = max([one.of for one in students if one.row], default=0.0)
    students = [one if one.row else replace(one, of=most) for one in students]
    return students, [file for file, found in owners.items() if not found]


def owns(entry: Mapping[str, str], file: str) -> bool:
    """Whether a file belongs to the student of a row."""
    place = (entry.get("file") or entry["name"]).strip().rstrip("/")
    return file == place or file.startswith(f"{place}/") or fnmatchcase(file, place)


def student(entry: Mapping[str, str], row: Row | None, rules: Rules, seed: int) -> Student:
    """A student with the row of the file that counts."""
    name = entry["name"].strip()
    number = entry.get("number") or f"{seed_of(name, seed) % 10**8:08}"
    points, of = (rules.points(row), rules.possible(row)) if row else (0.0, 0.0)
    return Student(name, number, row, points, of, entry)


def as_gradebook(roster: Roster, students: Iterable[Student]) -> str:
    """The text of the roster with the points."""
    found = {id(one.entry): one for one in students}
    rows = []
    for row in roster.rows:
        cells: dict[str, str] = {}
        if one := found.get(id(row)):
            values = (f"{one.points:g}", f"{one.of:g}", one.row["file"] if one.row else "", one.number)
            cells = dict(zip(ADDED, map(harmless, values), strict=True))
        rows.append({**row, **cells})
    return csv_text(dict.fromkeys((*roster.columns, *ADDED)), rows)
