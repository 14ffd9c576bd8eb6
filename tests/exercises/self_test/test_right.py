"""Right code raises no alarm, however it is written."""

import pytest

from course_torch.exercises.recognition.chapters import used_by
from course_torch.exercises.tasks import CHAPTERS
from course_torch.mistakes.solution import FORMS, solution
from tests.exercises.in_this_process import judge_of
from tests.exercises.judged import each_once, judged, states
from tests.exercises.self_test.changes import spellings_in, text_of

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


@pytest.mark.sweep(28)
@pytest.mark.parametrize(("chapter", "text", "function"), each_once(spellings_in))
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
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_right_spellings_are_right_for_50_seeds(chapter: str) -> None:
    cases = [(*form, change) for form in FORMS for change in spellings_in(chapter, *form)]
    for number in range(max(SEEDS, len(cases))):
        library, layout, change = cases[number % len(cases)]
        judge = judge_of(text_of(chapter, library, layout, change), chapter, 100 + number % SEEDS)
        for task in CHAPTERS[chapter].tasks:
            if task.name == change[0] or change[0] in used_by(judge.learner.source, task.name):
                assert judge.judge(task, {}).state == "right", (task.name, library, layout, change)
