"""Grade one submission: a row, whatever the file contains."""

from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

from course_torch.errors import InputError
from course_torch.exercises.answer import as_record, not_loaded
from course_torch.exercises.chapters import CHAPTERS
from course_torch.exercises.checking import Check, check_file
from course_torch.exercises.guards import Guard
from course_torch.exercises.recognition import answers_imported, defined, not_checked, tasks_of


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
    except InputError as error:
        problem = str(error).removeprefix(f"{path}: ")
        return Grade(file, content, chapter, every, seconds=perf_counter() - start, problem=problem)
    except Exception as error:  # a file must never end the grading of the others
        problem = f"not graded ({type(error).__name__}: {error})"
        return Grade(file, content, chapter, every, seconds=perf_counter() - start, problem=problem)
    return graded(check, file, content, perf_counter() - start)


def graded(check: Check, file: str, content: str, seconds: float) -> Grade:
    """The grade of a file that was judged."""
    states = {task.name: "not judged" for task in tasks_of(check.source, check.chapter)}
    states |= {each.task.name: each.state for each in check.verdicts}
    first = check.first_wrong
    return Grade(
        file,
        content,
        check.chapter.name,
        states,
        first.task.name if first else "",
        tuple(each.key for each in first.findings) if first else (),
        seconds,
        ", ".join(check.limits),
        problem_of(check),
        as_record(check),
    )


def problem_of(check: Check) -> str:
    """Why the file could not be loaded, seems to be handed in by mistake, or imports course_torch; otherwise empty."""
    if check.failure:
        return not_loaded(check.failure, "en")
    source, asked = check.source, check.chapter
    named = source.constants.get("CHAPTER", asked.name)
    if named != asked.name:
        return f"this file is of chapter {named}, not of {asked.name}"
    counts = {name: len(defined(source, chapter)) for name, chapter in CHAPTERS.items()}
    best = max(counts, key=lambda name: counts[name])
    if counts[best] > counts[asked.name]:
        return f"this file seems to be of chapter {best}, not of {asked.name}"
    none = [] if counts[asked.name] else [f"the file defines no function of chapter {asked.name}"]
    notes = [*(not_checked(source) if none else []), *answers_imported(source)]
    return "; ".join([*none, *(each.en for each in notes)])


def digest(path: Path) -> str:
    """The SHA-256 of a file, or an empty text if it cannot be read."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def seed_of(file: str, seed: int) -> int:
    """A seed for one student."""
    return int.from_bytes(sha256(f"{seed}:{file}".encode(errors="replace")).digest()[:4], "big") // 2
