"""Right solutions of chapter logistic raise no alarm, however they are written."""

import pytest

from course_torch.exercises.self_test.logistic.spellings import BOTH, COLUMNS, ROWS
from course_torch.exercises.self_test.solutions import FORMS, solution
from tests.exercises.chapters.alone import verdict_on
from tests.exercises.chapters.tables import in_every_form
from tests.exercises.judged import judged

IN_FLOAT32 = """
def in_float32(function):
    def called(*values):
        return function(*(each.astype("float32") if isinstance(each, np.ndarray) else each for each in values))
    return called
"""


@pytest.mark.parametrize(("library", "layout"), FORMS)
def test_the_solution_is_right_for_every_seed(library: str, layout: str) -> None:
    text = solution("logistic", library, layout)
    assert {verdict.state for seed in range(4) for verdict in judged(text, "logistic", seed)} == {"right"}


@pytest.mark.parametrize(("text", "function"), in_every_form("logistic", BOTH, ROWS, COLUMNS))
def test_another_right_way_is_right_too(text: str, function: str) -> None:
    assert {verdict_on(text, "logistic", function, seed).state for seed in (1, 2)} == {"right"}


@pytest.mark.parametrize("layout", ["rows", "columns"])
@pytest.mark.parametrize("seed", [2, 25, 28, 30])  # a saturated output, and b near 0
def test_arrays_of_float32_are_right_too(layout: str, seed: int) -> None:
    text = solution("logistic", "numpy", layout).replace("\ndef ", "\n@in_float32\ndef ")
    text = text.replace("import numpy as np\n", f"import numpy as np\n{IN_FLOAT32}", 1)
    assert {verdict.state for verdict in judged(text, "logistic", seed)} == {"right"}
