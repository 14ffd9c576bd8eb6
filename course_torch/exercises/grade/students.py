"""The students of a class: the rules of the class, the roster, the file of each student that counts, and the points."""

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from fnmatch import fnmatchcase
from math import inf
from pathlib import Path
from typing import Any

import yaml

from course_torch.command_line.yaml_text import not_yaml
from course_torch.data.csv_file import text_of
from course_torch.errors import FOUND, InputError, check_name, check_regular, one_of, unreadable
from course_torch.exercises.grade.grading import (
    BY_TORCH,
    MARK,
    Row,
    function_names,
    functions,
    harmless,
    is_other,
    seed_of,
)
from course_torch.exercises.judge.verdicts import STATES
from course_torch.exercises.sandbox.cells import LARGEST
from course_torch.language import Text

CANVAS = ("Student", "ID")
"""Columns of the gradebook that Canvas exports."""
IN_CANVAS = re.compile(r"_(LATE_)?(\d+)_\d+_[^/]*$")
"""How Canvas names a submission: late or not, the student's ID, the number of the submission, the name of the file."""
NUMBER = re.compile(r" *\(\d+\)$")
"""The number that Canvas puts behind the name of an assignment."""
POSSIBLE = "Points Possible"
"""Stands in the column Student of Canvas's row with the highest points."""
ADDED = ("points", "of", "file", "late", "number")
"""The columns that a gradebook adds to a roster."""


@dataclass(frozen=True)
class Rules:
    """How a class is graded.

    roster       a CSV file with a row for each student, or None
    weights      function -> its points, 1 if it is not here
    credit       state of a function -> the fraction of its points, 0 if it is not here; BY_TORCH -> that of a right
                 function in which torch differentiates or computes the loss, 1 if it is not here
    deadline     files after it are late, in seconds since 1970
    late         the fraction of the points that a late file keeps
    attempts     which of several files of a student counts
    anonymous    whether a page of the class shows numbers in place of names
    assignment   the column for the points in the gradebook of Canvas, with or without the number of the assignment
    """

    roster: Path | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    credit: Mapping[str, float] = field(default_factory=dict)
    deadline: float | None = None
    late: float = 1.0
    attempts: str = "last"
    anonymous: bool = False
    assignment: str = ""

    def points(self, row: Row) -> float:
        """The points of a file, if it is not late."""
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
    late     whether this file is late
    entry    the student's row in the roster
    """

    name: str
    number: str
    row: Row | None
    late: bool
    points: float
    of: float
    entry: Mapping[str, str] = field(default_factory=dict)


WEIGHTS = Text("numbers for functions of chapter {chapter}", "{chapter} 章的函数的数")
CREDITED = (*STATES, BY_TORCH)
CREDIT = Text("numbers from 0 to 1 for {states}", "{states}的数，在 0 到 1 之间")
TIME = Text("a time such as 2026-10-01 23:59", "像 2026-10-01 23:59 这样的时间")


def read_rules(path: str | None, chapter: str) -> Rules:
    """Read the rules of a class, a file in YAML. Raises InputError."""
    if path is None:
        return Rules()
    text = text_of(content_of(Path(path), "rules"), f"rules: {path}")
    try:
        entries = yaml.load(text, Loader=yaml.BaseLoader) or {}  # every value is a text
    except yaml.YAMLError as error:
        problem = not_yaml(error, text)
        raise InputError(
            f"rules: {path} is not YAML: {problem.en}", f"rules：{path} 不是 YAML：{problem.zh}"
        ) from error
    names, share = function_names(chapter), Text("a number from 0 to 1", "0 到 1 之间的数")
    readers: dict[str, tuple[Callable[[Any], Any], Text]] = {
        "roster": (lambda text: Path(path).parent / text, Text("a file", "一个文件")),
        "weights": (lambda values: numbers(f"rules: {path}: weights", values, names), WEIGHTS.fill(chapter=chapter)),
        "credit": (
            lambda values: numbers(f"rules: {path}: credit", values, CREDITED, 1.0),
            CREDIT.fill(states=one_of(CREDITED)),
        ),
        "deadline": (seconds, TIME),
        "late": (lambda value: number(value, 1.0), share),
        "attempts": ({"best": "best", "last": "last"}.__getitem__, Text("best or last", "best 或 last")),
        "anonymous": ({"true": True, "false": False}.__getitem__, Text("true or false", "true 或 false")),
        "assignment": (str, Text("the name of a column", "一列的名称")),
    }
    if not isinstance(entries, dict):
        raise InputError(
            FOUND.fill(
                name=f"rules: {path}",
                found=repr(entries),
                expected=Text("entries such as 'late: 0.8'", "像 'late: 0.8' 这样的条目"),
            )
        )
    rules = {}
    for name, value in entries.items():
        check_name(f"rules: {path}", name, readers)
        read, expected = readers[name]
        try:
            rules[name] = read(value)
        except InputError:
            raise
        except (ValueError, OverflowError, TypeError, AttributeError, KeyError) as error:
            raise InputError(FOUND.fill(name=f"rules: {path}: {name}", found=repr(value), expected=expected)) from error
    return Rules(**rules)


def numbers(entry: str, values: Mapping[str, str], names: Collection[str], most: float = inf) -> dict[str, float]:
    """Name -> number. Raises InputError for a name not in `names`, ValueError for no number up to `most`."""
    for name, _ in values.items():
        check_name(entry, name, names)
    return {name: number(value, most) for name, value in values.items()}


def number(value: str, most: float) -> float:
    """A number from 0 to `most`, but not infinity. Raises ValueError."""
    found = float(value)
    if not (0 <= found <= most and found < inf):
        raise ValueError(value)
    return found


@dataclass(frozen=True)
class Roster:
    """The rows of a roster, its columns, and whether Canvas exported it.

    mark   the byte order mark at the beginning of its text, or no text
    """

    rows: list[dict[str, str]]
    columns: list[str]
    canvas: bool
    mark: str

    def students(self) -> list[dict[str, str]]:
        """The rows of students. Canvas has rows without an ID above them."""
        return [row for row in self.rows if row[CANVAS[1] if self.canvas else "name"].strip()]

    def name(self, row: Mapping[str, str]) -> str:
        return row[CANVAS[0] if self.canvas else "name"].strip()

    def column(self, assignment: str) -> str:
        """The column of an assignment in Canvas, where "(12345)" follows its name; a new one if there is none.

        Raises InputError if several columns have this name.
        """
        found = [one for one in self.columns if assignment in (one, NUMBER.sub("", one))]
        if len(found) > 1:
            expected = Text(f"one of the columns {', '.join(found)}", f"{'、'.join(found)} 中的一列")
            raise InputError(FOUND.fill(name="rules: assignment", found=f"'{assignment}'", expected=expected))
        return found[0] if found else assignment

    def has(self, row: Mapping[str, str], file: str) -> bool:
        """Whether a file belongs to the student of a row."""
        if self.canvas:
            return (found := IN_CANVAS.search(file)) is not None and found[2] == row["ID"].strip()
        place = (row.get("file") or self.name(row)).strip().rstrip("/")
        return file == place or file.startswith(f"{place}/") or fnmatchcase(file, place)


def read_roster(path: Path) -> Roster:
    """Read a roster. Raises InputError if it is no table with a column of names."""
    content = content_of(path, "roster")
    text = text_of(content, f"roster: {path}")
    head = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), restval="", delimiter=max(",;\t", key=head.count))
    try:
        rows, names = list(reader), [*(reader.fieldnames or ())]
    except csv.Error as error:
        raise InputError(
            f"roster: {path}: cannot be read as a table ({error})", f"roster：{path}：无法读成表格（{error}）"
        ) from error
    canvas = {*CANVAS} <= {*names}
    if not canvas and "name" not in names:
        raise InputError(
            f"roster: {path}: found the columns {', '.join(names)}, expected name, or a gradebook of Canvas",
            f"roster：{path}：得到的列是 {', '.join(names)}，应当有 name，或者是 Canvas 的成绩册",
        )
    if any(None in row for row in rows):
        raise InputError(
            f"roster: {path}: found a row with more cells than the {len(names)} columns",
            f"roster：{path}：有一行的单元格多于 {len(names)} 列",
        )
    return Roster(rows, names, canvas, MARK if content.startswith(BOM_UTF8) else "")


def content_of(path: Path, option: str) -> bytes:
    """The content of a file of the teacher. Raises InputError."""
    try:
        check_regular(path, LARGEST)
        return path.read_bytes()
    except OSError as error:
        raise unreadable(f"{option}: {path}", error) from error


def students_of(
    rows: Collection[Row], files: Mapping[str, Path], rules: Rules, roster: Roster | None, seed: int
) -> tuple[list[Student], list[str]]:
    """The students of the class, and the files that belong to no row of the roster.

    rows    of the files that were judged. Without a roster, every file of the chapter is a student
    files   name in the table -> file
    """
    own = [row for row in rows if not is_other(row)]
    if roster is None:
        return [student(row["file"], [row], files, rules, seed, {}) for row in own], []
    entries = roster.students()
    owners = {row["file"]: [entry for entry in entries if roster.has(entry, row["file"])] for row in rows}
    for file, found in owners.items():
        if len(found) > 1:
            one, other = map(roster.name, found[:2])
            raise InputError(
                f"roster: the file {file} belongs to the rows of {one} and {other}, expected one row",
                f"roster：文件 {file} 同时属于 {one} 和 {other} 两行，只能属于一行",
            )
    students = [
        student(roster.name(entry), [row for row in own if entry in owners[row["file"]]], files, rules, seed, entry)
        for entry in entries
    ]
    most = max([one.of for one in students if one.row], default=0.0)
    students = [one if one.row else replace(one, of=most) for one in students]
    return students, [file for file, found in owners.items() if not found]


def student(
    name: str, rows: list[Row], files: Mapping[str, Path], rules: Rules, seed: int, entry: Mapping[str, str]
) -> Student:
    """A student with the file that counts."""

    def time(row: Row) -> float:
        return files[row["file"]].stat().st_mtime

    def is_late(row: Row) -> bool:
        if "ID" in entry and (found := IN_CANVAS.search(row["file"])):
            return found[1] is not None
        return rules.deadline is not None and submitted(entry, time(row)) > rules.deadline

    def points(row: Row) -> float:
        return rules.points(row) * (rules.late if is_late(row) else 1.0)

    code = entry.get("number") or f"{seed_of(name, seed) % 10**8:08}"
    if not rows:
        return Student(name, code, None, False, 0.0, 0.0, entry)
    by_time = sorted(rows, key=lambda row: (time(row), row["file"]))
    counts = max(by_time, key=points) if rules.attempts == "best" else by_time[-1]
    return Student(name, code, counts, is_late(counts), points(counts), rules.possible(counts), entry)


def submitted(entry: Mapping[str, str], otherwise: float) -> float:
    """The time in the roster's column `submitted`. Raises InputError."""
    text = entry.get("submitted", "").strip()
    try:
        return seconds(text) if text else otherwise
    except (ValueError, OverflowError) as error:
        raise InputError(FOUND.fill(name="roster: submitted", found=f"'{text}'", expected=TIME)) from error


def seconds(text: str) -> float:
    """A time in seconds since 1970. A time without a zone is local."""
    return datetime.fromisoformat(text).timestamp()


def as_gradebook(roster: Roster, students: Iterable[Student], column: str) -> str:
    """The text of the roster with the points, which a gradebook of Canvas has in this column."""
    found = {id(one.entry): one for one in students}
    names = [*roster.columns, *(name for name in ((column,) if roster.canvas else ADDED) if name not in roster.columns)]
    text = io.StringIO()
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    for row in roster.rows:
        one = found.get(id(row))
        cells: dict[str, object] = {}
        if one and roster.canvas:
            cells = {column: f"{one.points:g}"}
        elif one:
            values = (
                f"{one.points:g}",
                f"{one.of:g}",
                one.row["file"] if one.row else "",
                "late" * one.late,
                one.number,
            )
            cells = dict(zip(ADDED, map(harmless, values), strict=True))
        elif roster.canvas and roster.name(row) == POSSIBLE:
            cells = {column: f"{max(other.of for other in found.values()):g}"}
        writer.writerow({**row, **cells})
    return (roster.mark if roster.canvas else MARK) + text.getvalue()
