"""The table of a class, also as people have changed it, and the record beside it."""

import csv
import io
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from course_torch.command_line.output_files import finite, write_text
from course_torch.errors import InputError
from course_torch.exercises.grade.grading import Grade, asked_too
from course_torch.exercises.judge.verdicts import STATES
from course_torch.exercises.tasks import CHAPTERS
from course_torch.language import Language, Text
from course_torch.text import shown

FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
"""First characters that make a spreadsheet run the text of a cell, and the mark that prevents it."""
MARK = "\ufeff"  # the byte order mark: without it Excel reads UTF-8 as another encoding
SHOWN = 10  # mistakes, names and pairs that are shown
LONGEST_CELL = 10_000  # characters. Readers of CSV refuse cells of more than 131,072.


@dataclass(frozen=True)
class Row:
    """What the table says of a grade: texts, because people may have changed them. Each of `states` is a column."""

    file: str
    points: str
    of: str
    first_mistake: str
    causes: str
    states: dict[str, str]
    cause: str
    by_torch: str
    seconds: str
    guards: str
    problem: str
    chapter: str
    sha256: str

    @property
    def is_other(self) -> bool:
        """Whether the file belongs to another chapter or to another course, so that no function was asked for."""
        return self.of == "0"


COLUMNS = {field.name: field.name.replace("_", " ") for field in fields(Row) if field.name != "states"}
"""Field of a row -> its column. Each function has a column of its own, before that of the cause."""


def row_of(grade: Grade, language: Language = "en", before: Row | None = None) -> Row:
    """The row of a grade; that of the table before, which people may have changed, if it is of this content."""
    cause, problem = grade.cause.say(language), grade.problem.say(language)
    if before and before.sha256 == grade.sha256:
        return replace(before, cause=cause, problem=problem)
    return Row(
        file=grade.file,
        points=str(grade.points),
        of=str(len(grade.states)),
        first_mistake=grade.first,
        causes="; ".join(grade.causes),
        states={name: grade.states[name] for name in function_names(grade.chapter) if name in grade.states},
        cause=cause,
        by_torch="; ".join(grade.by_torch),
        seconds=f"{grade.seconds:.2f}",
        guards=grade.guards,
        problem=problem,
        chapter=grade.chapter,
        sha256=grade.sha256,
    )


def function_names(chapter: str) -> list[str]:
    """The functions that have a column in the table of a chapter."""
    return [*(task.name for task in CHAPTERS[chapter].tasks), *asked_too(chapter)]


def columns(chapter: str) -> list[str]:
    """The columns of the table of a chapter."""
    own = [*COLUMNS.values()]
    at = own.index("cause")
    return [*own[:at], *function_names(chapter), *own[at:]]


def harmless(cell: str) -> str:
    """Put ' before a text that a spreadsheet would run, and escape what a terminal would run or UTF-8 cannot hold."""
    cell = shown(cell[:LONGEST_CELL])
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def original(cell: str) -> str:
    """Take away the ' of `harmless`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def csv_text(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> str:
    """The text of a CSV file. Its line ends, CR and LF, make the writer quote both in a cell."""
    text = io.StringIO(MARK)
    text.seek(0, io.SEEK_END)
    writer = csv.DictWriter(text, [*columns])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_csv(rows: Iterable[Row], chapter: str) -> str:
    """The table of a chapter, sorted by file."""
    by_file = sorted(rows, key=lambda row: row.file)
    cells = ({column: getattr(row, name) for name, column in COLUMNS.items()} | row.states for row in by_file)
    return csv_text(columns(chapter), ({column: harmless(text) for column, text in each.items()} for each in cells))


def read_csv(path: Path, chapter: str) -> list[Row]:
    """The rows of an earlier grading, if there is a file. Raises InputError if the file is no table of this chapter."""
    if not path.is_file():  # a device or a pipe may never end
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows, names = list(reader), {*(reader.fieldnames or columns(chapter))}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"csv: {path}: cannot be read ({error}), expected an earlier table: give another file",
            f"csv：{path}：无法读取（{error}），应为以前的成绩表：请换一个文件",
        ) from error
    if {*columns(chapter)} != names or not all(is_row(row, chapter) for row in rows):
        raise InputError(
            f"csv: {path}: found another table, expected grades of chapter {chapter}: give another file",
            f"csv：{path}：是别的表格，应为 {chapter} 这一章的成绩：请换一个文件",
        )
    return [row_in({name: original(cell) for name, cell in row.items()}, chapter) for row in rows]


def is_row(cells: Mapping[Any, Any], chapter: str) -> bool:
    """Whether a line has the cells of the chapter's table, which people may have changed."""
    return (
        None not in (*cells, *cells.values())
        and cells["chapter"] == chapter
        and f"{cells['points']}{cells['of']}".isdecimal()
        and {cells[name] for name in function_names(chapter)} <= {"", *STATES}
    )


def row_in(cells: Mapping[str, str], chapter: str) -> Row:
    """The row that a line of the table holds."""
    states = {name: cells[name] for name in function_names(chapter) if cells[name]}
    return Row(states=states, **{name: cells[column] for name, column in COLUMNS.items()})


def of_class(rows: Mapping[str, Row]) -> dict[str, Row]:
    """The rows; a file without a function that was judged is asked for the functions that most other files have.

    Such a file does not tell whether it is an exercise or an assignment of the course: it is empty, or cannot be read.
    """
    states = {name: {*row.states.values()} for name, row in rows.items()}
    blank = {name for name, row in rows.items() if row.problem and states[name] in ({"missing"}, {"not judged"})}
    asked = Counter(tuple(row.states) for name, row in rows.items() if row.states and name not in blank)
    every = max(asked, key=lambda names: (asked[names], len(names)), default=())
    filled = {
        name: replace(rows[name], states=dict.fromkeys(every, *states[name]), of=str(len(every)))
        for name in (blank if every else ())
    }
    return {**rows, **filled}


class Table:
    """The table of a class and the record beside it: file -> grade, and file -> row, both written file by file.

    The record holds what was judged, with the answers in both languages: a line of JSON for each file. A later run
    writes answers and feedback from it. Without the record every file is judged again. A table that is a device or a
    pipe has no record.
    """

    def __init__(self, path: Path, chapter: str, language: Language) -> None:
        self.path, self.chapter, self.language = path, chapter, language
        self.record = path.with_name(f".{path.name}.jsonl") if path.is_file() or not path.exists() else None
        self.grades: dict[str, Grade] = {}
        self.rows: dict[str, Row] = {}

    def read(self, files: Mapping[str, Path], seed: int, *, again: bool) -> dict[str, Path]:
        """Read the earlier table and record. Returns the files to judge: those that have changed, or all `again`.

        Raises InputError for a file that is no earlier table, which is then not overwritten.
        """
        rows = read_csv(self.path, self.chapter)
        known = {} if again else {row.file: row for row in rows}
        earlier = {} if again else {name: one for name, one in self.recorded().items() if name in {*files, *known}}
        waiting = {
            name: path
            for name, path in files.items()
            if name not in earlier or not earlier[name].holds(path, self.chapter, seed)
        }
        self.grades = {name: one for name, one in earlier.items() if name not in waiting}
        self.rows = {name: row for name, row in known.items() if name not in waiting}
        self.rows |= {name: row_of(one, self.language, known.get(name)) for name, one in self.grades.items()}
        if self.record:
            write_text(self.record, "".join(map(line_of, self.grades.values())))
        return waiting

    def recorded(self) -> dict[str, Grade]:
        """File -> grade, without lines of another form: of another version, or half written by a killed run."""
        grades = {}
        for line in self.record.read_bytes().splitlines() if self.record and self.record.is_file() else ():
            with suppress(ValueError, TypeError, KeyError):
                entry = json.loads(line)
                texts = {name: Text(*entry[name]) for name in ("cause", "problem", "feedback")}
                lists = {name: tuple(entry.get(name, ())) for name in ("causes", "by_torch")}
                grades[entry["file"]] = Grade(**entry | texts | lists)
        return grades

    def add(self, graded: Grade) -> None:
        self.grades[graded.file], self.rows[graded.file] = graded, row_of(graded, self.language)
        self.write()
        if self.record:
            with self.record.open("a", encoding="utf-8") as file:
                file.write(line_of(graded))

    def write(self) -> None:
        write_text(self.path, as_csv(self.rows.values(), self.chapter))

    def finished(self, files: Collection[str]) -> list[Row]:
        """Write what needs the whole class. Returns the rows of the files, by name."""
        self.rows |= of_class({name: row for name, row in self.rows.items() if name in files})
        self.write()
        return [row for name, row in sorted(self.rows.items()) if name in files]


def line_of(grade: Grade) -> str:
    """The line of a file in the record."""
    return json.dumps(finite(asdict(grade)), allow_nan=False) + "\n"
