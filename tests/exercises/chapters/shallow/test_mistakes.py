"""Every known mistake in chapter shallow is found, in its own function, and its cause is among those named."""

import pytest

from course_torch.exercises.self_test.shallow.mistakes import BOTH, COLUMNS, ROWS
from course_torch.exercises.self_test.solutions import FORMS, changed, in_torch, solution
from tests.exercises.chapters.alone import UNUSUAL, USUAL, in_forms, verdict_on
from tests.exercises.judged import judged

MISTAKES = {"rows": [*BOTH, *ROWS], "columns": [*BOTH, *COLUMNS]}
FIRST = {function: (function, old, new) for function, old, new, _ in reversed(BOTH)}
"""Function -> a mistake in it."""


@pytest.mark.parametrize(("text", "function", "cause"), in_forms("shallow", USUAL, MISTAKES))
def test_a_mistake_is_found_and_named(text: str, function: str, cause: str) -> None:
    verdict = verdict_on(text, "shallow", function)
    assert verdict.state == "wrong"
    assert cause in {finding.key for finding in verdict.findings} | {""}


@pytest.mark.slow
@pytest.mark.parametrize(("text", "function", "cause"), in_forms("shallow", UNUSUAL, MISTAKES))
def test_a_mistake_is_found_and_named_in_the_other_forms(text: str, function: str, cause: str) -> None:
    test_a_mistake_is_found_and_named(text, function, cause)


@pytest.mark.parametrize("function", FIRST)
def test_the_first_wrong_function_is_the_one_with_the_mistake(function: str) -> None:
    library, layout = FORMS[list(FIRST).index(function) % len(FORMS)]
    text = changed(solution("shallow", "numpy", layout), *FIRST[function])
    text = in_torch(text) if library == "torch" else text
    first = next(verdict for verdict in judged(text, "shallow") if verdict.state != "right")
    assert (first.task.name, first.state) == (function, "wrong")
