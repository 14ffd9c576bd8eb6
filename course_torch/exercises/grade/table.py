"""The table of a class, also as people have changed it, and the record beside it."""

import csv
import io
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import cast

from course_torch.errors import InputError
from course_torch.exercises.grade.grading import NOTHING_HANDED_IN, Grade, asked_too
from course_torch.exercises.judge.verdicts import STATES, State
from course_torch.exercises.tasks import CHAPTERS
from course_torch.language import Language, Text
from course_torch.text import shown
from course_torch.writing import finite, locked, write_text

OCCUPIED = Text(
    "csv: {path}: another course-torch grade writes this table: wait for its end, or give another file",
    "csv：{path}：另一个 course-torch grade 正在写这个表格：请等它结束，或换一个文件",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
"""First characters that make a spreadsheet run the text of a cell, and the mark that prevents it."""
MARK = "\ufeff"  # the byte order mark: without it Excel reads UTF-8 as another encoding
SHOWN = 10  # mistakes and names that are shown
LONGEST_CELL = 10_000  # characters. Readers of CSV refuse cells of more than 131,072.
LEFT = ("file", "points", "of", "first mistake", "causes")
RIGHT = ("cause", "by torch", "seconds", "guards", "problem", "chapter", "sha256")
"""The columns before and behind those of the functions."""


def function_names(chapter: str) -> list[str]:
    """The functions that have a column in the table of a chapter."""
    return [*(task.name for task in CHAPTERS[chapter].tasks), *asked_too(chapter)]


def columns(chapter: str) -> list[str]:
    """The columns of the table of a chapter."""
    return [*LEFT, *function_names(chapter), *RIGHT]


def harmless(cell: str) -> str:
    """Put ' before a text that a spreadsheet would run, and escape what a terminal would run or UTF-8 cannot hold."""
    cell = shown(cell[:LONGEST_CELL])
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def as_csv(grades: Iterable[Grade], chapter: str) -> str:
    """The table of a chapter, sorted by file. The line ends, CR and LF, make the writer quote both in a cell."""
    text = io.StringIO(MARK)
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text)
    writer.writerow(columns(chapter))
    for one in sorted(grades, key=lambda one: one.file):
        left = (one.file, one.points, len(one.states), one.first, "; ".join(one.causes))
        states = (one.states.get(name, "") for name in function_names(chapter))
        last = (f"{one.seconds:.2f}", one.guards, one.problem, one.chapter, one.sha256)
        cells = (*left, *states, one.cause, "; ".join(one.by_torch), *last)
        writer.writerow(harmless(str(cell)) for cell in cells)
    return text.getvalue()


def states_in(path: Path, chapter: str) -> dict[tuple[str, str], dict[str, State]]:
    """Cell of a file and its hash -> the states in an earlier table, which people may have changed.

    Raises InputError if the file is no table of this chapter.
    """
    if not path.is_file():  # a device or a pipe may never end
        return {}
    functions = function_names(chapter)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows, names = list(reader), {*(reader.fieldnames or columns(chapter))}
        if names != {*columns(chapter)} or not {row[name] for row in rows for name in functions} <= {"", *STATES}:
            raise ValueError
    except (OSError, ValueError, csv.Error) as error:
        raise InputError(
            f"csv: {path}: found another file, expected grades of chapter {chapter}: give another file",
            f"csv：{path}：是别的文件，应为 {chapter} 这一章的成绩：请换一个文件",
        ) from error
    return {
        (row["file"], row["sha256"]): {name: cast(State, row[name]) for name in functions if row[name]} for row in rows
    }


class Table:
    """The table of a class and the record beside it, file -> grade, both written file by file.

    The record holds what was judged, with the answers: a line of JSON for each file. A later run writes answers and
    feedback from it. Without the table or the record every file is judged again.
    """

    def __init__(self, path: Path, chapter: str) -> None:
        self.path, self.chapter = path, chapter
        self.record = path.with_name(f".{path.name}.jsonl")
        self.grades: dict[str, Grade] = {}

    def alone(self) -> AbstractContextManager[None]:
        """Keep other graders from the table while a block runs.

        Raises InputError for a file that is no earlier table, or if another grader writes the table.
        """
        states_in(self.path, self.chapter)  # before the lock is written: a refused command leaves no file
        return locked(self.path.with_name(f".{self.path.name}.lock"), OCCUPIED.fill(path=self.path))

    def read(self, files: Mapping[str, Path], seed: int, language: Language, *, again: bool) -> dict[str, Path]:
        """Read the earlier table and record. Returns the files to judge: those that have changed, or all `again`."""
        states = states_in(self.path, self.chapter)
        earlier = self.recorded() if self.path.is_file() and not again else {}
        waiting = {
            name: path
            for name, path in files.items()
            if name not in earlier or not earlier[name].holds(path, seed, language)
        }
        self.grades = {
            name: replace(one, states=states.get((harmless(name), one.sha256), one.states))
            for name, one in earlier.items()
            if name not in waiting
        }
        write_text(self.record, "".join(map(record_line, self.grades.values())))
        return waiting

    def recorded(self) -> dict[str, Grade]:
        """File -> grade, without lines of another form: of another version, or half written by a killed run."""
        grades = {}
        for line in self.record.read_bytes().splitlines() if self.record.is_file() else ():
            with suppress(ValueError, TypeError, KeyError):
                entry = json.loads(line)
                lists = {name: tuple(entry[name]) for name in ("causes", "by_torch")}
                grades[entry["file"]] = Grade(**entry | lists)
        return grades

    def add(self, graded: Grade) -> None:
        self.grades[graded.file] = graded
        self.write()
        with self.record.open("a", encoding="utf-8") as file:
            file.write(record_line(graded))

    def write(self) -> None:
        write_text(self.path, as_csv(self.grades.values(), self.chapter))

    def finished(self, files: Collection[str]) -> list[Grade]:
        """Write the table. Returns the grades of the files, by name.

        A file that was not read counts the functions that most of the files that were read are asked for.
        """
        asked = Counter(tuple(one.states) for one in self.grades.values() if one.record).most_common(1)
        for name, one in self.grades.items():
            if asked and one.states and not one.record:
                state: State = "missing" if one.problem in NOTHING_HANDED_IN else "not judged"
                self.grades[name] = replace(one, states={key: one.states.get(key, state) for key in asked[0][0]})
        self.write()
        return [one for name, one in sorted(self.grades.items()) if name in files]


def record_line(grade: Grade) -> str:
    """The line of a file in the record."""
    return json.dumps(finite(asdict(grade)), allow_nan=False) + "\n"
