"""Right solutions of chapter deep raise no alarm, however they are written."""

import pytest

from course_torch.exercises.self_test.deep.spellings import BOTH, COLUMNS, NUMPY, ROWS
from course_torch.exercises.self_test.solutions import FORMS, solution
from tests.exercises.chapters.alone import UNUSUAL, USUAL, in_forms, states
from tests.exercises.chapters.tables import param
from tests.exercises.judged import judged

SPELLINGS = {"rows": [*BOTH, *ROWS], "columns": [*BOTH, *COLUMNS]}


@pytest.mark.parametrize(("library", "layout"), FORMS)
def test_the_solution_is_right_for_every_seed(library: str, layout: str) -> None:
    text = solution("deep", library, layout)
    assert {verdict.state for seed in range(6) for verdict in judged(text, "deep", seed)} == {"right"}


@pytest.mark.parametrize(("text", "function"), in_forms("deep", USUAL, SPELLINGS))
def test_another_right_way_is_right_too(text: str, function: str) -> None:
    assert states(text, "deep", function, "train") == {"right"}


@pytest.mark.slow
@pytest.mark.parametrize(("text", "function"), in_forms("deep", UNUSUAL, SPELLINGS))
def test_another_right_way_is_right_in_the_other_forms_too(text: str, function: str) -> None:
    assert states(text, "deep", function, "train") == {"right"}


@pytest.mark.parametrize(
    ("text", "function"), [param("deep", "numpy", layout, each) for layout in ("rows", "columns") for each in NUMPY]
)
def test_narrower_numbers_and_whole_numbers_are_right_too(text: str, function: str) -> None:
    assert states(text, "deep", function, "train") == {"right"}
