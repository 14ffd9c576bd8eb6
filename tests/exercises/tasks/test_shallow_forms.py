"""Forms that chapter shallow accepts: a cost that takes the parameters too, and names for functions."""

import re

import pytest

from course_torch.mistakes.solution import changed, solution
from tests.exercises.judged import states, verdict_on

COLUMNS = solution("shallow", "numpy", "columns")


def test_a_wrong_entry_of_the_cache_is_found_in_the_function_that_writes_it() -> None:
    text = changed(COLUMNS, "forward_propagation", '"A1": A1', '"A1": Z1')
    verdict = verdict_on(text, "shallow", "forward_propagation")
    assert (verdict.state, [cause.key for cause in verdict.findings]) == ("wrong", ["Z1 cached as A1"])
    assert verdict.part is not None
    assert verdict.part.name == "cache[A1]"


@pytest.mark.parametrize("arguments", ["A2, Y, parameters", "A2, Y, parameters=None", "A2, Y"])
def test_a_cost_with_the_parameters_as_an_argument(arguments: str) -> None:
    text = COLUMNS.replace("def compute_cost(A2, Y):", f"def compute_cost({arguments}):")
    if arguments.endswith("parameters"):
        text = text.replace("m = Y.shape[1]", "m = Y.shape[1] + 0 * len(parameters)")
    assert verdict_on(text, "shallow", "compute_cost").state == "right"
    assert arguments in text


@pytest.mark.parametrize(
    "alias",
    ["np.tanh", "lambda Z: np.tanh(Z)", "np.vectorize(np.tanh)", "from_exponentials", "partial(np.tanh, dtype=float)"],
)
def test_a_name_for_another_function_is_a_function(alias: str) -> None:
    others = "from functools import partial\ndef from_exponentials(Z):\n    return 1 - 2 / (1 + np.exp(2 * Z))\n"
    text = re.sub(r"def tanh\(Z\):\n.*\n", f"{others}tanh = {alias}\n", COLUMNS)
    assert states(text, "shallow", "tanh") == {"right"}


def test_a_name_for_a_wrong_function_is_wrong() -> None:
    text = re.sub(r"def tanh\(Z\):\n.*\n", "tanh = np.sinh\n", COLUMNS)
    assert states(text, "shallow", "tanh") == {"wrong"}
