"""Count how often the checker finds, places and names a mistake, and how often it objects to right code."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from course_torch.exercises.judge.cache_mismatch import with_cache_mismatch
from course_torch.exercises.judge.verdicts import State, Verdict
from course_torch.exercises.recognition.chapters import used_by
from course_torch.exercises.self_test.in_this_process import judge_of
from course_torch.exercises.tasks import CHAPTERS
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.record import Edit
from course_torch.mistakes.solution import FORMS, change_of, changed, functions, in_library, solution
from course_torch.verification.self_test import Counts, all_found_and_named, total

UNNAMED = {
    "": (
        Edit("linear_backward", "dA_prev, dW, db", "dW, db"),
        Edit("update_parameters", "(1, 2)", "(1, 1)"),
        Edit("train", "        costs.append(compute_cost(AL, Y))\n", ""),
    ),
    "unknown": (
        Edit("layer_sizes", " 4,", " X.shape[0] * X.shape[1],"),
        Edit(
            "linear_backward",
            "dZ @ W",
            "dZ @ W.astype(np.float16)",
            need="numpy",
            columns=("W.T @ dZ", "W.astype(np.float16).T @ dZ"),
        ),
        Edit("output_gradient", "AL - Y", "(AL.astype(np.float16) - Y).astype(float)", need="numpy"),
    ),
}
"""Cause -> edits of the solutions that have no name: the exception or the structure of the result says enough, or the
numbers show no cause."""
Change = Sequence[str]
"""Function, old code and new code, and for a mistake the key of the cause. The code is written for NumPy."""
CAUSES = [*((mistake.key, mistake.edits) for mistake in MISTAKES.values()), *UNNAMED.items()]
"""The cause that the checker names, and the edits that make the mistake."""
FACTOR = re.compile(r"factor \S+")
"""The key of a constant factor, with its number."""
NAMED = 0.95
"""The smallest fraction of the mistakes whose cause must be among those named."""


@dataclass
class Score(Counts):
    """The counts of a chapter. A run is a mistake in a form in which it can be written, a place is a function.

    spellings    right code that is written otherwise, in every form
    alarms       a right function is not called right
    """

    spellings: int = 0
    alarms: int = 0


COUNTS = tuple(count.name for count in fields(Score))[1:]


@dataclass(frozen=True)
class SelfTest:
    """The scores of all chapters."""

    scores: list[Score]

    def total(self, count: str) -> int:
        """Add up a count over the chapters."""
        return total(self.scores, count)

    @property
    def passed(self) -> bool:
        """Whether every mistake is found and placed, enough are named, none misleads, and no right code is wrong."""
        return all_found_and_named(self.scores, NAMED) and self.total("alarms") == 0


def run_self_test(progress: Callable[[list[Any]], Iterable[Any]] = iter) -> SelfTest:
    """Judge every mistake and every right spelling in every form. `progress` wraps the tasks, for a progress bar."""
    scores = [Score(name) for name in CHAPTERS]
    for task in progress([task for score in scores for task in tasks_of(score)]):
        task()
    return SelfTest(scores)


def tasks_of(score: Score) -> Iterator[Callable[[], None]]:
    """Every judgement of a chapter."""
    for library, layout in FORMS:
        for change in mistakes_in(score.name, library, layout):
            yield partial(judge_mistake, score, library, layout, change)
        for change in spellings_in(score.name, library, layout):
            yield partial(judge_spelling, score, library, layout, change)


def spellings_in(chapter: str, library: str, layout: str) -> Iterator[Change]:
    """The right spellings that this form of the chapter's solution can have."""
    for edit in CHAPTERS[chapter].spellings:
        if change := change_of(edit, chapter, library, layout):
            yield edit.place, *change


def mistakes_in(chapter: str, library: str, layout: str) -> Iterator[Change]:
    """The mistakes that this form of the chapter's solution can have."""
    for cause, edits in CAUSES:
        for edit in edits:
            if edit.place in functions(chapter) and (change := change_of(edit, chapter, library, layout)):
                yield edit.place, *change, cause


def judge_mistake(score: Score, library: str, layout: str, change: Change) -> None:
    """Make a mistake, and judge the functions in their order until one is not right."""
    function, old, new, cause = change
    score.runs += 1
    first = first_wrong(score.name, text_of(score.name, library, layout, (function, old, new)), function)
    if first is None or first.state != state_with(cause):
        return
    score.found += 1
    score.placed += first.task.name == function
    keys = {FACTOR.sub("factor", finding.key) for finding in first.findings}
    unknown = keys <= {"unknown"}
    score.named += cause in keys and cause != "unknown"
    score.unknown += unknown
    score.misleading += bool(cause) and cause not in keys and not unknown


def state_with(cause: str) -> State:
    """The state of a function with this mistake: one in which None is left is not written yet."""
    return "missing" if cause == "still None" else "wrong"


def first_wrong(chapter: str, text: str, function: str) -> Verdict | None:
    """The first function that is not right.

    Functions are judged that use the changed function, or whose caches are made or read by such a function.
    """
    judge = judge_of(text, chapter)
    tasks = CHAPTERS[chapter].tasks
    judged = {task.name for task in tasks if function in {task.name} | used_by(judge.learner.source, task.name)}
    calls = [(task.name, call) for task in tasks for call in task.calls_in(judge.cases[0])]
    pairs = [{reader, made.function} for reader, call in calls for made in call.learners.values()]
    judged = judged.union(*(pair for pair in pairs if pair & judged))
    earlier: dict[str, Verdict] = {}
    for task in tasks:
        if task.name in judged:
            earlier[task.name] = judge.judge(task, earlier)
            if earlier[task.name].state != "right":
                break
    verdicts = with_cache_mismatch(judge, list(earlier.values()))
    return next((verdict for verdict in verdicts if verdict.state != "right"), None)


def judge_spelling(score: Score, library: str, layout: str, change: Change) -> None:
    """Write right code otherwise, and judge the functions that use it."""
    score.spellings += 1
    score.alarms += first_wrong(score.name, text_of(score.name, library, layout, change), change[0]) is not None


def text_of(chapter: str, library: str, layout: str, change: Change) -> str:
    """The changed solution."""
    text = changed(solution(chapter, "numpy", layout), *change)
    return in_library(text, library)
