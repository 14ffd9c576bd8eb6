"""Every known mistake in chapter logistic is found, and its cause is among those named."""

import pytest

from course_torch.exercises.self_test.logistic.mistakes import BOTH, COLUMNS, ROWS
from tests.exercises.chapters.alone import verdict_on
from tests.exercises.chapters.tables import in_every_form


@pytest.mark.parametrize(("text", "function", "cause"), in_every_form("logistic", BOTH, ROWS, COLUMNS))
def test_a_mistake_is_found_and_named(text: str, function: str, cause: str) -> None:
    verdict = verdict_on(text, "logistic", function)
    assert verdict.state == "wrong"
    assert cause in {finding.key for finding in verdict.findings}
