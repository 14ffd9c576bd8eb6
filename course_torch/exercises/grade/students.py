"""The students of a class: the rules of the class, its roster, the file of each student that counts, the gradebook."""

import csv
import io
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from course_torch.command_line.configs import not_yaml
from course_torch.data.csv_file import text_in
from course_torch.errors import InputError, check_name, unexpected
from course_torch.exercises.grade.grading import Grade
from course_torch.exercises.grade.table import csv_text, function_names, harmless
from course_torch.exercises.judge.verdicts import STATES
from course_torch.language import Text

NUMBERS = Text("names with numbers", "名称和数")
ADDED = ("points", "of", "file")  # the columns that a gradebook adds to a roster


@dataclass(frozen=True)
class Rules:
    """How a class is graded.

    roster    a CSV file with a row for each student, or None
    weights   function -> its points, 1 if it is not here
    credit    state of a function -> the fraction of its points, 0 if it is not here
    """

    roster: Path | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    credit: Mapping[str, float] = field(default_factory=dict)

    def points(self, grade: Grade) -> float:
        """The points of a file."""
        credits = {**self.credit, "right": 1.0}
        return sum(self.weights.get(name, 1.0) * credits.get(state, 0.0) for name, state in grade.states.items())

    def possible(self, grade: Grade) -> float:
        """The points of a file in which all functions are right."""
        return sum(self.weights.get(name, 1.0) for name in grade.states)


def read_rules(path: str | None, chapter: str) -> Rules:
    """Read the rules of a class, a file in YAML. Raises InputError."""
    if path is None:
        return Rules()
    text = text_in(path, "rules: ")
    try:
        entries = yaml.load(text, Loader=yaml.BaseLoader) or {}  # every value is a text
    except yaml.YAMLError as error:
        problem = not_yaml(error)
        raise InputError(
            f"rules: {path} is not YAML: {problem.en}", f"rules：{path} 不是 YAML：{problem.zh}"
        ) from error
    if not isinstance(entries, dict):
        example = Text("entries such as 'roster: roster.csv'", "像 'roster: roster.csv' 这样的条目")
        raise unexpected(f"rules: {path}", repr(entries), example)
    names = {"roster": (), "weights": function_names(chapter), "credit": STATES}
    rules: dict[str, Any] = {}
    for name, value in entries.items():
        check_name(f"rules: {path}", name, names)
        if name == "roster":
            rules[name] = Path(path).parent / str(value)
        else:
            rules[name] = numbers(f"rules: {path}: {name}", value, names[name])
    return Rules(**rules)


def numbers(entry: str, values: Mapping[str, str], names: Collection[str]) -> dict[str, float]:
    """Name -> number. Raises InputError for a name not in `names`, and for what is no number."""
    try:
        found = {name: float(value) for name, value in values.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise unexpected(entry, repr(values), NUMBERS) from error
    for name in found:
        check_name(entry, name, names)
    return found


@dataclass(frozen=True)
class Student:
    """A student of the class.

    name     as in the roster; without a roster, the file
    grade    of the file that counts, or None if the student handed in nothing
    entry    the student's row in the roster
    """

    name: str
    grade: Grade | None
    points: float
    of: float
    entry: Mapping[str, str] = field(default_factory=dict)


def grades_of(students: Iterable[Student]) -> list[Grade]:
    """The grades of those who handed in a file."""
    return [one.grade for one in students if one.grade]


class Roster(NamedTuple):
    """The rows of a roster, of which one without a name is no student, and its columns."""

    rows: list[dict[str, str]]
    columns: list[str]


def read_roster(path: Path) -> Roster:
    """Read a roster. Raises InputError if it is no table with a column of names."""
    text = text_in(path, "roster: ")
    head = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), restval="", delimiter=max(",;\t", key=head.count))
    rows, names = list(reader), [*(reader.fieldnames or ())]
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


def students_of(
    grades: Collection[Grade], files: Mapping[str, Path], rules: Rules, roster: Roster | None
) -> tuple[list[Student], list[str]]:
    """The students of the class, and the files that belong to no row of the roster.

    grades   of the files that were judged. Without a roster, every file of the chapter is a student
    files    name in the table -> file. Of several files of a student the newest counts
    """
    own = [one for one in grades if not one.is_other]
    if roster is None:
        return [student({"name": one.file}, one, rules) for one in own], []
    entries = [entry for entry in roster.rows if entry["name"].strip()]
    owners = {one.file: [entry for entry in entries if owns(entry, one.file)] for one in grades}
    for file, found in owners.items():
        if len(found) > 1:
            one, other, *_ = (entry["name"].strip() for entry in found)
            raise InputError(
                f"roster: the file {file} belongs to the rows of {one} and {other}, expected one row",
                f"roster：文件 {file} 同时属于 {one} 和 {other} 两行，只能属于一行",
            )

    def age(grade: Grade) -> tuple[float, str]:
        return files[grade.file].stat().st_mtime, grade.file

    newest = (max((one for one in own if entry in owners[one.file]), key=age, default=None) for entry in entries)
    students = [student(entry, grade, rules) for entry, grade in zip(entries, newest, strict=True)]
    most = max([one.of for one in students if one.grade], default=0.0)
    students = [one if one.grade else replace(one, of=most) for one in students]
    return students, [file for file, found in owners.items() if not found]


def owns(entry: Mapping[str, str], file: str) -> bool:
    """Whether a file belongs to the student of a row."""
    place = (entry.get("file") or entry["name"]).strip().rstrip("/")
    return file == place or file.startswith(f"{place}/") or fnmatchcase(file, place)


def student(entry: Mapping[str, str], grade: Grade | None, rules: Rules) -> Student:
    """A student with the grade of the file that counts."""
    points, of = (rules.points(grade), rules.possible(grade)) if grade else (0.0, 0.0)
    return Student(entry["name"].strip(), grade, points, of, entry)


def as_gradebook(roster: Roster, students: Iterable[Student]) -> str:
    """The text of the roster with the points."""
    found = {id(one.entry): one for one in students}
    rows = []
    for row in roster.rows:
        cells: dict[str, str] = {}
        if one := found.get(id(row)):
            values = (f"{one.points:g}", f"{one.of:g}", one.grade.file if one.grade else "")
            cells = dict(zip(ADDED, map(harmless, values), strict=True))
        rows.append({**row, **cells})
    return csv_text(dict.fromkeys((*roster.columns, *ADDED)), rows)
