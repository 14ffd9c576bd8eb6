"""A test case keeps what is computed from it, for all files that are judged on it."""

from collections.abc import Iterator
from typing import Any

import pytest
import torch

from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.cases import Sizes, TestCase, drawn_case
from tests.exercises.in_this_process import cases
from tests.exercises.judged import verdict_on
from tests.exercises.self_test.changes import mistakes_in, text_of


def test_what_a_function_makes_from_a_test_case_is_made_once() -> None:
    asked = []

    def make(drawn: TestCase) -> Iterator[int]:
        asked.append(drawn)
        yield len(asked)

    one, other = drawn_case(Sizes([3, 1], 7), "relu", seed=1), drawn_case(Sizes([3, 1], 7), "relu", seed=1)
    assert [one.once(make), one.once(make), other.once(make)] == [[1], [1], [2]]
    assert asked == [one, other]


def tensors_in(value: Any) -> list[torch.Tensor]:
    """Copies of all tensors in an argument."""
    if isinstance(value, torch.Tensor):
        return [value.clone()]
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list | tuple) else []
    return [tensor for part in inner for tensor in tensors_in(part)]


@pytest.mark.sweep(2)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_judging_mistakes_leaves_the_calls_as_they_were(chapter: str) -> None:
    """Neither the learner's functions nor the known mistakes write into the tensors that all files share."""
    calls = [call for case in cases(chapter, 1)[0] for task in CHAPTERS[chapter].tasks for call in task.calls_in(case)]

    def tensors() -> list[torch.Tensor]:
        return [tensor for call in calls for tensor in tensors_in([dict(call.arguments), call.right, call.also_right])]

    before = tensors()
    changes = {change[0]: change[:3] for change in mistakes_in(chapter, "numpy", "columns")}
    for change in changes.values():
        verdict_on(text_of(chapter, "numpy", "columns", change), chapter, change[0])
    assert before
    assert all(torch.equal(a.nan_to_num(), b.nan_to_num()) for a, b in zip(before, tensors(), strict=True))
