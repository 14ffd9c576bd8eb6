"""Judge one function of a text. The functions before it are not called, so a table of mistakes is judged quickly."""

from collections.abc import Mapping, Sequence
from typing import Any

from course_torch.exercises.chapters import CHAPTERS
from course_torch.exercises.self_test.in_this_process import judge_of
from course_torch.exercises.self_test.solutions import FORMS
from course_torch.exercises.verdict import Verdict
from tests.exercises.chapters.tables import USUAL, Change, param


def verdict_on(text: str, chapter_name: str, function: str, seed: int = 1) -> Verdict:
    """The verdict on one function."""
    judge = judge_of(text, chapter_name, seed)
    return judge.judge(next(task for task in CHAPTERS[chapter_name].tasks if task.name == function), {})


def states(text: str, chapter_name: str, *functions: str) -> set[str]:
    """The states of some functions for two seeds."""
    return {verdict_on(text, chapter_name, each, seed).state for seed in (1, 2) for each in functions}


UNUSUAL = [form for form in FORMS if form not in USUAL]


def in_forms(chapter: str, forms: Sequence[tuple[str, str]], changes: Mapping[str, Sequence[Change]]) -> list[Any]:
    """The parameters of a test for each change. `changes` is layout -> changes."""
    return [param(chapter, library, layout, change) for library, layout in forms for change in changes[layout]]
