"""What the teacher gets of one file, and from which content and seed: also as the results of Gradescope."""

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from course_torch import __version__
from course_torch.exercises.judge.verdicts import STATES, State
from course_torch.exercises.sandbox.cells import LARGEST
from course_torch.exercises.tasks import CHAPTERS
from course_torch.language import NOTHING, Language, Text

NOTHING_HANDED_IN = Text("nothing handed in: the file is empty", "没有交：文件是空的")
POINTS = Text("{points} of {of} functions are right", "{of} 个函数中 {points} 个正确")


@dataclass(frozen=True)
class Grade:
    """What the teacher gets of one file.

    file      its path below the folder of submissions
    sha256    of its content
    states    function -> state, for the functions that the file is asked for; empty for a file of another chapter
    first     the first wrong function, empty if there is none
    causes    keys of the probable causes of the first wrong function
    cause     the same causes in a sentence; without a key, what is seen, without the line
    guards    what the process of the file could not do
    problem   why the file could not be judged, or was judged only in part; otherwise empty
    record    language -> the whole answer, as `course-torch check --json` writes it
    feedback  the answer to the student. Both texts are in the language that the file names, if it names one
    by_torch  the right functions in which torch differentiates or computes the loss
    seed      from which its networks and examples were drawn
    version   of the package that judged it
    """

    file: str
    sha256: str
    chapter: str
    states: dict[str, State]
    first: str = ""
    causes: tuple[str, ...] = ()
    cause: Text = NOTHING
    seconds: float = 0.0
    guards: str = ""
    problem: Text = NOTHING
    record: dict[Language, dict[str, Any]] = field(default_factory=dict)
    feedback: Text = NOTHING
    by_torch: tuple[str, ...] = ()
    seed: int = 1
    version: str = __version__

    @property
    def points(self) -> int:
        """One point for each function that is right."""
        return sum(state == "right" for state in self.states.values())

    def holds(self, path: Path, chapter: str, seed: int) -> bool:
        """Whether judging the file again would give the same."""
        made_from = (self.sha256, self.chapter, self.seed, self.version)
        return made_from == (digest(path), chapter, seed, __version__)


def digest(path: Path) -> str:
    """The SHA-256 of a file, or an empty text if it cannot be read or is too large to be judged."""
    try:
        if path.stat().st_size > LARGEST:
            return ""
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def seed_of(file: str, seed: int) -> int:
    """A seed for one student."""
    return int.from_bytes(sha256(f"{seed}:{file}".encode()).digest()[:4], "big") // 2


def asked_too(chapter: str) -> list[str]:
    """The functions of other chapters for which the chapter's assignment asks."""
    return [name for names in CHAPTERS[chapter].assignment.asks_too.values() for name in names]


def as_results(grade: Grade, language: Language) -> dict[str, object]:
    """Score, output, and one test for each function, with the checker's message."""
    functions = grade.record.get(language, {}).get("functions", [])
    said = {function.get("as", function["function"]): function["message"] for function in functions}
    names = {task.key: task.names for task in CHAPTERS[grade.chapter].tasks}
    tests = []
    for name, state in grade.states.items():
        score, status = (1, "passed") if state == "right" else (0, "failed")
        output = next(filter(None, map(said.get, names.get(name, (name,)))), STATES[state].say(language))
        tests.append({"name": name, "score": score, "max_score": 1, "status": status, "output": output})
    output = grade.problem.say(language) or POINTS.fill(points=grade.points, of=len(grade.states)).say(language)
    return {"score": grade.points, "execution_time": round(grade.seconds, 2), "output": output, "tests": tests}
