"""Judge the text of a learner's file in this process: fast, for tests whose point is not the learner's process."""

import warnings
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from course_torch.exercises.chapters import CHAPTERS
from course_torch.exercises.judging import Judge, in_order
from course_torch.exercises.learner import wire
from course_torch.exercises.learner.child import answer_to
from course_torch.exercises.learner.helpers import HELPERS
from course_torch.exercises.learner.libraries import LIBRARIES
from course_torch.exercises.process import Answer, Failure, Learner, failure_of
from course_torch.exercises.setting import Setting
from course_torch.exercises.source import Piece, Source
from course_torch.exercises.verdict import Verdict

FILE = "learner.py"


class Memory(BytesIO):
    """A stream with the attributes of a file, which the type check of the tests asks for."""

    mode, name = "rb+", "memory"


class InThisProcess(Learner):
    """Calls a learner's functions as the learner's process does, without a process."""

    def __init__(self, source: Source, helpers: dict[str, str]) -> None:
        self.source = source
        self.library = LIBRARIES[source.library]()
        self.namespace: dict[str, Any] = {"__name__": "learner"} | {name: HELPERS[key] for name, key in helpers.items()}
        for piece in source.pieces:
            exec(compile(piece.code, piece.label, "exec"), self.namespace)

    def call(self, function: str, arguments: list[Any], *, seed: int = 1, twice: bool = False) -> Answer | Failure:
        request = {"function": function, "arguments": arguments, "seed": seed, "twice": twice}
        stream = Memory()
        with warnings.catch_warnings(action="ignore"):
            wire.write(stream, answer_to(request, self.namespace, self.library), self.library.out)
        stream.seek(0)
        answer = wire.read(stream)
        return failure_of(answer) or Answer(answer["result"], answer["changed"], answer.get("again"))


def judged(text: str, chapter_name: str, seed: int = 1) -> list[Verdict]:
    """The verdicts on the functions of a chapter."""
    source, chapter = Source(Path(FILE), (Piece(FILE, text),)), CHAPTERS[chapter_name]
    learner = InThisProcess(source, dict(chapter.helpers))
    return list(in_order(Judge(learner, *settings(chapter_name, seed)), list(chapter.tasks)))


@cache
def settings(chapter_name: str, seed: int) -> tuple[list[Setting], list[Setting]]:
    """The settings of a chapter. Their tensors are computed once for all tests."""
    chapter = CHAPTERS[chapter_name]
    return chapter.settings(seed), chapter.all_equal(seed)


def changed(text: str, function: str, old: str, new: str) -> str:
    """The text with `new` in place of the first `old` in the body of the function."""
    before, head, after = text.partition(f"def {function}(")
    body, end, rest = after.partition("\n\n\n")
    assert old in body, f"{function}: {old}"
    return before + head + body.replace(old, new, 1) + end + rest
