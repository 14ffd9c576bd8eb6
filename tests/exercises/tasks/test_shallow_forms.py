"""Forms that chapter shallow accepts: other caches, and a cost that takes the parameters too."""

import re

import pytest

from course_torch.mistakes.solution import changed, solution
from tests.exercises.judged import states, verdict_on

COLUMNS = solution("shallow", "numpy", "columns")
CACHE = '{"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}'
READ = 'A1, A2 = cache["A1"], cache["A2"]'
CHAIN = ("forward_propagation", "backward_propagation", "train", "predict")


def with_cache(written: str, read: str) -> str:
    return changed(
        changed(COLUMNS, "forward_propagation", CACHE, written), "backward_propagation", READ, f"A1, A2 = {read}"
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("(A1, A2)", "cache"),
        ("[Z1, A1, Z2, A2]", "cache[1], cache[3]"),
        ('{"A2": A2, "A1": A1}', 'cache["A1"], cache["A2"]'),
        ('{"hidden": A1, "output": A2}', 'cache["hidden"], cache["output"]'),
        ("(Z1, Z2)", "np.tanh(cache[0]), sigmoid(cache[1])"),
    ],
)
def test_a_cache_of_other_content_is_right_with_a_backward_pass_that_reads_it(written: str, read: str) -> None:
    assert states(with_cache(written, read), "shallow", *CHAIN) == {"right"}


def test_a_wrong_entry_of_the_cache_is_found_in_the_function_that_writes_it() -> None:
    text = changed(COLUMNS, "forward_propagation", '"A1": A1', '"A1": Z1')
    verdict = verdict_on(text, "shallow", "forward_propagation")
    assert (verdict.state, [each.key for each in verdict.findings]) == ("wrong", ["Z1 cached as A1"])
    assert verdict.part is not None
    assert verdict.part.name == "cache[A1]"


@pytest.mark.parametrize("arguments", ["A2, Y, parameters", "A2, Y, parameters=None", "A2, Y"])
def test_a_cost_with_the_parameters_as_an_argument(arguments: str) -> None:
    text = COLUMNS.replace("def compute_cost(A2, Y):", f"def compute_cost({arguments}):")
    text = (
        text.replace("m = Y.shape[1]", "m = Y.shape[1] + 0 * len(parameters)") if "parameters," in arguments else text
    )
    assert verdict_on(text, "shallow", "compute_cost").state == "right"
    assert arguments in text


def test_an_argument_that_no_form_has_is_missing() -> None:
    text = COLUMNS.replace("def compute_cost(A2, Y):", "def compute_cost(A2, Y, m):")
    verdict = verdict_on(text, "shallow", "compute_cost")
    assert verdict.state == "wrong"
    assert verdict.symptom is not None
    assert "missing 1 required positional argument: 'm'" in verdict.symptom.en


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
