"""Every known mistake is found, in its own function, and named. Right code raises no alarm, however it is written."""

import re

import pytest

from course_torch.exercises.judge.judging import judge
from course_torch.exercises.learners_file.syntax import used_by
from course_torch.exercises.tasks import CHAPTERS
from course_torch.mistakes.solution import FORMS, solution
from tests.exercises.in_this_process import caller_of
from tests.exercises.judged import each_once, judged, states
from tests.exercises.self_test.changes import UNNAMED, first_wrong, mistakes_in, spellings_in
from tests.exercises.self_test.spellings import SPELLINGS

FACTOR = re.compile(r"factor \S+")
"""The key of a constant factor, with its number."""


def assert_found_and_named(chapter: str, text: str, function: str, cause: str) -> None:
    """Assert that the checker finds the mistake in its function and names its cause, or none where it has no name."""
    verdict = first_wrong(chapter, text, function)
    assert verdict is not None
    state = "missing" if cause == "still None" else "wrong"  # a function in which None is left is not written yet
    assert (verdict.task.name, verdict.state) == (function, state)
    keys = {FACTOR.sub("factor", finding.key) for finding in verdict.findings}
    assert keys <= {"unknown"} if cause in UNNAMED else cause in keys


@pytest.mark.parametrize(("chapter", "text", "function", "cause"), each_once(mistakes_in)[::10])  # a slow test has all
def test_a_mistake_is_found_and_named(chapter: str, text: str, function: str, cause: str) -> None:
    assert_found_and_named(chapter, text, function, cause)


@pytest.mark.slow
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_mistake_is_found_and_named(chapter: str) -> None:
    """In one form each."""
    for case in each_once(mistakes_in):
        if case.values[0] == chapter:
            assert_found_and_named(*case.values)


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
@pytest.mark.parametrize("chapter", SPELLINGS)
def test_each_function_has_several_mistakes_and_right_spellings(chapter: str, form: tuple[str, str]) -> None:
    functions = len(CHAPTERS[chapter].tasks)
    assert len(list(mistakes_in(chapter, *form))) >= 7 * functions
    assert len(list(spellings_in(chapter, *form))) >= 2 * functions


# Right code


SEEDS = 50
IN_FLOAT32 = """
def in_float32(function):
    def called(*values):
        return function(*(each.astype("float32") if isinstance(each, np.ndarray) else each for each in values))
    return called
"""


@pytest.mark.sweep(6)
@pytest.mark.parametrize(("library", "layout"), FORMS)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_solution_is_right_for_every_seed(chapter: str, library: str, layout: str) -> None:
    text = solution(chapter, library, layout)
    assert {verdict.state for seed in range(4) for verdict in judged(text, chapter, seed)} == {"right"}


@pytest.mark.parametrize(("chapter", "text", "function"), each_once(spellings_in)[::10])  # a slow test has all
def test_another_right_way_is_right_too(chapter: str, text: str, function: str) -> None:
    training = CHAPTERS[chapter].training
    assert states(text, chapter, function, *([training.function] if training else [])) == {"right"}


@pytest.mark.parametrize("layout", ["rows", "columns"])
@pytest.mark.parametrize("seed", [2, 25, 28, 30])  # a saturated output, and b near 0
def test_arrays_of_float32_are_right_too(layout: str, seed: int) -> None:
    text = solution("logistic", "numpy", layout).replace("\ndef ", "\n@in_float32\ndef ")
    text = text.replace("import numpy as np\n", f"import numpy as np\n{IN_FLOAT32}", 1)
    assert {verdict.state for verdict in judged(text, "logistic", seed)} == {"right"}


@pytest.mark.slow
@pytest.mark.parametrize("chapter", SPELLINGS)
def test_right_spellings_are_right_for_50_seeds(chapter: str) -> None:
    """In one form each."""
    cases = [case.values[1:] for case in each_once(spellings_in) if case.values[0] == chapter]
    for number in range(max(SEEDS, len(cases))):
        text, function = cases[number % len(cases)]
        caller = caller_of(text, chapter, 100 + number % SEEDS)
        for task in CHAPTERS[chapter].tasks:
            if task.name == function or function in used_by(caller.learner.source.functions, task.name):
                assert judge(caller, task, {}).state == "right", (task.name, number % SEEDS, text)
