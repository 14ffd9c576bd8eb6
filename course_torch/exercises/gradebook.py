"""The table of a class: a CSV file with one row for each submission, and the most frequent mistakes."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from course_torch.errors import InputError
from course_torch.exercises.chapters import CHAPTERS
from course_torch.exercises.grading import Grade

FIRST = ("file", "points", "of", "first mistake", "causes")
LAST = ("seconds", "guards", "problem", "chapter", "sha256")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
"""First characters that make a spreadsheet run the text of a cell, and the mark that prevents it."""

Row = Mapping[str, str]


def row_of(grade: Grade) -> Row:
    """The cells of a grade."""
    cells = {
        "file": grade.file,
        "points": str(grade.points),
        "of": str(len(grade.states)),
        "first mistake": grade.first,
        "causes": "; ".join(grade.causes),
        **grade.states,
        "seconds": f"{grade.seconds:.2f}",
        "guards": grade.guards,
        "problem": grade.problem,
        "chapter": grade.chapter,
        "sha256": grade.sha256,
    }
    return cells


def harmless(cell: str) -> str:
    """Put ' before a text that a spreadsheet would run, and replace what UTF-8 cannot hold."""
    cell = cell.encode(errors="replace").decode()
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def original(cell: str | None) -> str:
    """Take away the ' of `harmless`."""
    cell = cell or ""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def as_csv(rows: Iterable[Row], chapter: str) -> str:
    """The text of the CSV file, sorted by file."""
    text = io.StringIO()
    columns = [*FIRST, *(task.name for task in CHAPTERS[chapter].tasks), *LAST]
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    for row in sorted(rows, key=lambda row: row["file"]):
        writer.writerow({name: harmless(cell) for name, cell in row.items()})
    return text.getvalue()


def read_csv(path: Path, chapter: str) -> list[Row]:
    """The rows of an earlier grading. Raises InputError if the file is no table of this chapter."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows: list[Row] = [{key: original(cell) for key, cell in row.items()} for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"csv: {path}: cannot be read ({error}), expected an earlier table, or --again") from error
    if any(row.get("chapter") != chapter or "sha256" not in row for row in rows):
        raise InputError(f"csv: {path}: found another table, expected grades of chapter {chapter}, or --again")
    return rows


def mistakes(rows: Iterable[Row]) -> list[tuple[str, int]]:
    """(first wrong function and its causes, number of files), the most frequent first."""
    return Counter(f"{row['first mistake']}: {cause_of(row)}" for row in rows if row["first mistake"]).most_common()


def cause_of(row: Row) -> str:
    """The causes of the first mistake; that no cause is known; or that the function could not be judged."""
    if row.get(row["first mistake"]) == "not judged":
        return "not judged"
    return "cause unknown" if row["causes"] in ("", "unknown") else row["causes"]
