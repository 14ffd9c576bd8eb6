"""Judge the files of a class, and write the table of results, also for Gradescope."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

from course_torch.errors import InputError
from course_torch.exercises.judge.answer import as_record, not_loaded
from course_torch.exercises.judge.checking import Check, check_file
from course_torch.exercises.judge.recognition import answers_imported, best_chapter, defined, not_checked, tasks_of
from course_torch.exercises.sandbox.guards import Guard
from course_torch.exercises.tasks import CHAPTERS

FIRST = ("file", "points", "of", "first mistake", "causes")
LAST = ("seconds", "guards", "problem", "chapter", "sha256")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
"""First characters that make a spreadsheet run the text of a cell, and the mark that prevents it."""

Row = Mapping[str, str]


@dataclass(frozen=True)
class Grade:
    """What the teacher gets of one file.

    file      its path below the folder of submissions
    sha256    of its content
    states    function -> state, for the functions that the file is asked for
    first     the first wrong function, empty if there is none
    causes    keys of the probable causes of the first wrong function
    guards    what the process of the file could not do
    problem   why the file could not be judged, or was judged only in part; otherwise empty
    record    the whole answer, as `course-torch check --json` writes it
    """

    file: str
    sha256: str
    chapter: str
    states: dict[str, str]
    first: str = ""
    causes: tuple[str, ...] = ()
    seconds: float = 0.0
    guards: str = ""
    problem: str = ""
    record: dict[str, Any] = field(default_factory=dict)

    @property
    def points(self) -> int:
        """One point for each function that is right."""
        return sum(state == "right" for state in self.states.values())

    def as_record(self) -> dict[str, Any]:
        return asdict(self) | {"points": self.points, "of": len(self.states)}


def row_of(grade: Grade) -> Row:
    """The cells of a grade."""
    first = (grade.file, str(grade.points), str(len(grade.states)), grade.first, "; ".join(grade.causes))
    last = (f"{grade.seconds:.2f}", grade.guards, grade.problem, grade.chapter, grade.sha256)
    return {**dict(zip(FIRST, first, strict=True)), **grade.states, **dict(zip(LAST, last, strict=True))}


def harmless(cell: str) -> str:
    """Put ' before a text that a spreadsheet would run, and replace what UTF-8 cannot hold."""
    cell = cell.encode(errors="replace").decode()
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def original(cell: str) -> str:
    """Take away the ' of `harmless`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def columns(chapter: str) -> list[str]:
    """The columns of the table of a chapter."""
    return [*FIRST, *(task.name for task in CHAPTERS[chapter].tasks), *LAST]


def as_csv(rows: Iterable[Row], chapter: str) -> str:
    """The text of the CSV file, sorted by file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns(chapter))  # its line ends, CR and LF, make it quote both in a cell
    writer.writeheader()
    for row in sorted(rows, key=lambda row: row["file"]):
        writer.writerow({name: harmless(cell) for name, cell in row.items()})
    return text.getvalue()


def read_csv(path: Path, chapter: str) -> list[Row]:
    """The rows of an earlier grading, if there is a file. Raises InputError if the file is no table of this chapter."""
    if not path.is_file():  # a device or a pipe may never end
        return []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"csv: {path}: cannot be read ({error}), expected an earlier table, or --again") from error
    if not all(is_row(row, chapter) for row in rows):
        raise InputError(f"csv: {path}: found another table, expected grades of chapter {chapter}, or --again")
    return [{name: original(cell) for name, cell in row.items()} for row in rows]


def is_row(row: Mapping[Any, Any], chapter: str) -> bool:
    """Whether a row has the cells of the chapter's table, which people may have changed."""
    cells = [row.get(name) for name in columns(chapter)]
    return None not in (*cells, *row) and row["chapter"] == chapter and f"{row['points']}{row['of']}".isdecimal()


def mistakes(rows: Iterable[Row]) -> list[tuple[str, int]]:
    """(first wrong function and its causes, number of files), the most frequent first."""
    return Counter(f"{row['first mistake']}: {cause_of(row)}" for row in rows if row["first mistake"]).most_common()


def cause_of(row: Row) -> str:
    """The causes of the first mistake; that no cause is known; or that the function could not be judged."""
    if row.get(row["first mistake"]) == "not judged":
        return "not judged"
    return "cause unknown" if row["causes"] in ("", "unknown") else row["causes"]


def as_results(grade: Grade) -> dict[str, object]:
    """Score, output, and one test for each function, with the checker's message."""
    messages = {function["function"]: function["message"] for function in grade.record.get("functions", [])}
    tests = []
    for name, state in grade.states.items():
        score, status = (1, "passed") if state == "right" else (0, "failed")
        output = messages.get(name) or state
        tests.append({"name": name, "score": score, "max_score": 1, "status": status, "output": output})
    output = grade.problem or f"{grade.points} of {len(grade.states)} functions are right"
    return {"score": grade.points, "execution_time": round(grade.seconds, 2), "output": output, "tests": tests}


def graded_file(path: Path, file: str, chapter: str, seed: int, guard: Guard) -> Grade:
    """Judge the functions of the chapter in one submission.

    The networks and examples are drawn from `seed` and the name of the file, so that a result that one student has
    written down is wrong in the file of another student.
    """
    start = perf_counter()
    content = digest(path)
    every = {task.name: "not judged" for task in CHAPTERS[chapter].tasks}
    try:
        check = check_file(path, chapter=CHAPTERS[chapter], seed=seed_of(file, seed), language="en", guard=guard)
    except Exception as error:  # a file must never end the grading of the others
        known, unknown = str(error).removeprefix(f"{path}: "), f"not graded ({type(error).__name__}: {error})"
        problem = known if isinstance(error, InputError) else unknown
        return Grade(file, content, chapter, every, seconds=perf_counter() - start, problem=problem)
    return graded(check, file, content, perf_counter() - start)


def graded(check: Check, file: str, content: str, seconds: float) -> Grade:
    """The grade of a file that was judged."""
    states = {task.name: "not judged" for task in tasks_of(check.source, check.chapter)}
    states |= {verdict.task.name: verdict.state for verdict in check.verdicts}
    wrong = check.first_wrong
    first, causes = (wrong.task.name, tuple(cause.key for cause in wrong.findings)) if wrong else ("", ())
    guards, problem, record = ", ".join(check.limits), problem_of(check), as_record(check)
    return Grade(file, content, check.chapter.name, states, first, causes, seconds, guards, problem, record)


def problem_of(check: Check) -> str:
    """Why the file could not be loaded, seems to be handed in by mistake, or imports course_torch; otherwise empty."""
    if check.failure:
        return not_loaded(check.failure, "en")
    source, asked = check.source, check.chapter
    named = source.constants.get("CHAPTER", asked.name)
    if named != asked.name:
        return f"this file is of chapter {named}, not of {asked.name}"
    best, count = best_chapter(source), len(defined(source, asked))
    if len(defined(source, best)) > count:
        return f"this file seems to be of chapter {best.name}, not of {asked.name}"
    none = [] if count else [f"the file defines no function of chapter {asked.name}"]
    notes = [*(not_checked(source) if none else []), *answers_imported(source)]
    return "; ".join([*none, *(note.en for note in notes)])


def digest(path: Path) -> str:
    """The SHA-256 of a file, or an empty text if it cannot be read."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def seed_of(file: str, seed: int) -> int:
    """A seed for one student."""
    return int.from_bytes(sha256(f"{seed}:{file}".encode(errors="replace")).digest()[:4], "big") // 2
