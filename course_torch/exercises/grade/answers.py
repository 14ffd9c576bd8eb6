"""The answers to the files: a feedback for each student, all answers in JSON, and the results for Gradescope."""

import os
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

from course_torch.command_line.files import output_folder
from course_torch.errors import InputError
from course_torch.exercises.grade.grading import Grade
from course_torch.exercises.grade.table import MARK
from course_torch.exercises.judge.verdicts import STATES
from course_torch.exercises.tasks import CHAPTERS
from course_torch.language import Text
from course_torch.text import shown
from course_torch.writing import write_text

POINTS = Text("{points} of {of} functions are right", "{of} 个函数中 {points} 个正确")


def write_feedback(folder: Path | None, grade: Grade, *, anew: bool) -> None:
    """Write the feedback to a file, with the hash of what was judged in the last line.

    A feedback that is there stays, with what the teacher has added to it, unless it is of another content or written
    `anew`. A name that is too long gets a warning.
    """
    if folder is None:
        return
    path, end = folder / f"{grade.file}.txt", f"\n\nsha256 {grade.sha256}\n"
    if not anew and os.path.isfile(path) and path.read_text("utf-8", "replace").endswith(end):
        return
    try:
        output_folder("feedback", str(path.parent))
        write_text(path, f"{MARK}{grade.feedback.rstrip()}{end}")
    except InputError as error:  # a file must never end the grading of the others
        print(f"warning: {shown(error)}", file=sys.stderr)


def addresses_of(folder: Path, files: Iterable[str], html: Path) -> dict[str, str]:
    """File -> the address of its feedback on the page, from the page on if both are on the same drive of Windows."""
    start, paths = os.path.abspath(html.parent), {file: folder / f"{file}.txt" for file in files}
    try:
        return {file: quote(Path(os.path.relpath(path, start)).as_posix()) for file, path in paths.items()}
    except ValueError:
        return {file: path.absolute().as_uri() for file, path in paths.items()}


def answer_of(grade: Grade) -> dict[str, Any]:
    """The whole answer to a file."""
    answer = asdict(grade) | {"points": grade.points, "of": len(grade.states)}
    del answer["feedback"]
    return answer


def as_results(grade: Grade) -> dict[str, object]:
    """Score, output, and one test for each function, with the checker's message."""
    language, functions = grade.language, grade.record.get("functions", [])
    said = {function.get("as", function["function"]): function["message"] for function in functions}
    names = {task.key: task.names for task in CHAPTERS[grade.chapter].tasks}
    tests = []
    for name, state in grade.states.items():
        score, status = (1, "passed") if state == "right" else (0, "failed")
        output = next(filter(None, map(said.get, names.get(name, (name,)))), STATES[state].say(language))
        tests.append({"name": name, "score": score, "max_score": 1, "status": status, "output": output})
    output = grade.problem or POINTS.fill(points=grade.points, of=len(grade.states)).say(language)
    return {"score": grade.points, "execution_time": round(grade.seconds, 2), "output": output, "tests": tests}
