"""Judge the project's own code without a process of its own: a process takes longer than the judgement."""

import warnings
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from course_torch.exercises.judge.calling import Caller
from course_torch.exercises.learners_file.cells import pieces_of
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.sandbox.client import Failure, Learner, failure_of
from course_torch.exercises.sandbox.learner import wire
from course_torch.exercises.sandbox.learner.main import LIBRARIES, answer_to
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.cases import TestCase

FILE = "learner.py"


class InThisProcess(Learner):
    """Calls a learner's functions as the learner's process does, without a process."""

    def __init__(self, source: Source, helpers: Mapping[str, str]) -> None:
        self.source, self.helpers, self.absent, self.failure = source, helpers, {}, None
        self.library = LIBRARIES[source.library]()
        given: dict[str, Any] = {}
        exec(self._helpers_code(), given)
        named = {name: given[key.rpartition(".")[2]] for name, key in helpers.items()}
        self.namespace: dict[str, Any] = named | {"__name__": "learner"}
        with warnings.catch_warnings(action="ignore"):  # of Python on `3 (v)`
            for piece, tree in zip(source.pieces, source.trees, strict=True):  # the judge reads the same trees
                exec(compile(tree, piece.label, "exec"), self.namespace)

    def ready(self) -> None:
        """The file is loaded."""

    def _exchange(self, request: dict[str, Any]) -> dict[str, Any] | Failure:
        stream = BytesIO()
        with warnings.catch_warnings(action="ignore"):
            wire.write(stream, answer_to(self.namespace, self.library, deepcopy(request)), self.library.out)
        stream.seek(0)
        answer: dict[str, Any] = wire.read(stream)
        return failure_of(answer["error"]) if "error" in answer else answer


class LocalLearner(InThisProcess):
    """Takes the place of the class `Learner` in a module that starts a process. `given` are the last options."""

    given: dict[str, Any]

    def __init__(self, source: Source, helpers: Mapping[str, str], **given: Any) -> None:
        super().__init__(source, helpers)
        LocalLearner.given = given
        self.printed, self.limits, self._process = b"said \xff", ["memory"], None


def caller_of(text: str, chapter_name: str, seed: int = 1) -> Caller:
    """Calls the functions of a text."""
    source = Source(Path(FILE), tuple(pieces_of(Path(FILE), text)))
    chapter = CHAPTERS[chapter_name]
    return Caller(InThisProcess(source, chapter.assignment.helpers), chapter, *cases(chapter_name, seed))


@cache
def cases(chapter_name: str, seed: int) -> tuple[list[TestCase], list[TestCase]]:
    """The test cases of a chapter. Their tensors are computed once for all texts."""
    chapter = CHAPTERS[chapter_name]
    return chapter.cases(seed), chapter.equal_cases(seed)
