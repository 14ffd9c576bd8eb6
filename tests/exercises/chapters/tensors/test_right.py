"""Right solutions of chapter tensors raise no alarm, however they are written."""

import pytest

from course_torch.exercises.self_test.solutions import FORMS, solution
from course_torch.exercises.self_test.tensors.spellings import BOTH, COLUMNS, ROWS
from tests.exercises.chapters.alone import verdict_on
from tests.exercises.chapters.tables import in_every_form
from tests.exercises.judged import judged


@pytest.mark.parametrize(("library", "layout"), FORMS)
def test_the_solution_is_right_for_every_seed(library: str, layout: str) -> None:
    text = solution("tensors", library, layout)
    assert {verdict.state for seed in range(4) for verdict in judged(text, "tensors", seed)} == {"right"}


@pytest.mark.parametrize(("text", "function"), in_every_form("tensors", BOTH, ROWS, COLUMNS))
def test_another_right_way_is_right_too(text: str, function: str) -> None:
    assert {verdict_on(text, "tensors", function, seed).state for seed in (1, 2)} == {"right"}
