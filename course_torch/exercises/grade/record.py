"""The record of a class: what was judged, with the answers in both languages, in a file beside the table.

A later run writes answers and feedback from it. Without the record every file is judged again.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from course_torch.command_line.files import finite, write_text
from course_torch.exercises.grade.grading import Grade
from course_torch.language import Text


class Record:
    """The record beside a table: a line of JSON for each file. A table that is a device or a pipe keeps no record."""

    def __init__(self, table: Path) -> None:
        self.path = table.with_name(f".{table.name}.jsonl")
        self.is_kept = table.is_file() or not table.exists()

    def read(self) -> dict[str, Grade]:
        """File -> grade, without lines of another form: of another version, or half written by a killed run."""
        grades = {}
        for line in self.path.read_bytes().splitlines() if self.path.is_file() else ():
            with suppress(ValueError, TypeError, KeyError):
                entry = json.loads(line)
                texts = {name: Text(*entry[name]) for name in ("cause", "problem", "feedback")}
                grades[entry["file"]] = Grade(
                    **entry | texts | {name: tuple(entry.get(name, ())) for name in ("causes", "by_torch")}
                )
        return grades

    def replace(self, grades: Iterable[Grade]) -> None:
        """Write the record anew."""
        if self.is_kept:
            write_text(self.path, "".join(map(line_of, grades)))

    def add(self, grade: Grade) -> None:
        """Add the grade of a file that the record does not have."""
        if self.is_kept:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line_of(grade))


def line_of(grade: Grade) -> str:
    return json.dumps(finite(asdict(grade)), allow_nan=False) + "\n"
