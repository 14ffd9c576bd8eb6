"""What a chapter is judged by: its forms, its names of older and newer notebooks, its drawn weights, its test cases."""

import re
from pathlib import Path
from typing import Any

import pytest
import torch

from course_torch.exercises.check.checking import check_file
from course_torch.exercises.learners_file.source import Piece, Source
from course_torch.exercises.recognition.chapters import contents_of
from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.shared import wrong_start
from course_torch.exercises.tasks.stub import stub_file
from course_torch.mistakes.solution import FORMS, replace_in, solution
from tests.exercises.in_this_process import cases
from tests.exercises.judged import (
    LAYERS,
    Case,
    as_assignment,
    assert_answer,
    by_process,
    cases_of,
    renamed,
    states,
    verdict_on,
    written,
)
from tests.exercises.self_test.changes import mistakes_in, text_of

# basics: the course's "Python Basics with Numpy", with the names of older and of newer notebooks


NEWER = as_assignment(solution("basics", "numpy", "columns"))
NOTEBOOK = NEWER.replace("normalize_rows", "normalizeRows")


@pytest.mark.slow
@pytest.mark.parametrize("text", [NOTEBOOK, NEWER])
def test_a_right_notebook_is_right_under_its_own_names(text: str, tmp_path: Path) -> None:
    check = check_file(written(tmp_path, text))
    assert (check.first.chapter.name, check.passed) == ("basics", True)
    assert ("normalize_rows" if text == NEWER else "normalizeRows") in {one.task.name for one in check.verdicts}


@pytest.mark.slow
def test_a_mistake_is_named_under_the_older_name_too(tmp_path: Path) -> None:
    check = check_file(written(tmp_path, NOTEBOOK.replace("norm(x, axis=1", "norm(x, axis=0")))
    (wrong,) = (verdict for verdict in check.verdicts if verdict.state != "right")
    assert (wrong.task.name, [finding.key for finding in wrong.findings]) == ("normalizeRows", ["down the columns"])


def test_a_function_with_two_names_is_asked_for_once() -> None:
    source = Source(Path("mine.py"), (Piece("mine.py", NOTEBOOK + "normalize_rows = normalizeRows\n"),))
    assert contents_of(source)[0].chapter is CHAPTERS["basics"]
    assert len(Contents(source, CHAPTERS["basics"]).judged) == 8


# shallow: names for functions


COLUMNS = solution("shallow", "numpy", "columns")


@pytest.mark.parametrize(
    ("alias", "state"),
    [
        ("np.tanh", "right"),
        ("lambda Z: np.tanh(Z)", "right"),
        ("np.vectorize(np.tanh)", "right"),
        ("from_exponentials", "right"),
        ("partial(np.tanh, dtype=float)", "right"),
        ("np.sinh", "wrong"),
    ],
)
def test_a_name_for_another_function_is_a_function(alias: str, state: str) -> None:
    others = "from functools import partial\ndef from_exponentials(Z):\n    return 1 - 2 / (1 + np.exp(2 * Z))\n"
    text = re.sub(r"def tanh\(Z\):\n.*\n", f"{others}tanh = {alias}\n", COLUMNS)
    assert states(text, "shallow", "tanh") == {state}


# application: models that draw their own parameters, judged by what a few updates make of them


TWO = """import numpy as np
import matplotlib.pyplot as plt
from dnn_app_utils_v3 import *


def two_layer_model(X, Y, layers_dims, learning_rate=0.0075, num_iterations=3000, print_cost=False):
    np.random.seed(1)
    grads, costs = {}, []
    n_x, n_h, n_y = layers_dims
    parameters = initialize_parameters(n_x, n_h, n_y)
    W1, b1, W2, b2 = (parameters[name] for name in ("W1", "b1", "W2", "b2"))
    for i in range(0, num_iterations):
        A1, cache1 = linear_activation_forward(X, W1, b1, activation="relu")
        A2, cache2 = linear_activation_forward(A1, W2, b2, activation="sigmoid")
        cost = compute_cost(A2, Y)
        dA2 = -(np.divide(Y, A2) - np.divide(1 - Y, 1 - A2))
        dA1, grads["dW2"], grads["db2"] = linear_activation_backward(dA2, cache2, activation="sigmoid")
        dA0, grads["dW1"], grads["db1"] = linear_activation_backward(dA1, cache1, activation="relu")
        parameters = update_parameters(parameters, grads, learning_rate)
        W1, b1, W2, b2 = (parameters[name] for name in ("W1", "b1", "W2", "b2"))
        if print_cost and i % 100 == 0:
            print("Cost after iteration {}: {}".format(i, np.squeeze(cost)))
        if i % 100 == 0 or i == num_iterations - 1:
            costs.append(cost)
    plt.plot(np.squeeze(costs))
    plt.show()
    return parameters, costs
"""
NEXT = '        W1, b1, W2, b2 = (parameters[name] for name in ("W1", "b1", "W2", "b2"))\n        if'
DRAWN = "{k: rng.normal(size=v.shape) * (k[0] == 'W') for k, v in initialize_parameters_deep(layers_dims).items()}"
LAST = ("\n    return parameters\n", "\n    print(i, compute_cost(AL, Y))\n    return parameters\n")
OWN_DRAWS = ("import numpy as np\n", "import numpy as np\nrng = np.random.default_rng(1)\n")
# fmt: off
NOTEBOOKS = [
    ([], "two_layer_model", "right", []),
    ([], "L_layer_model", "right", []),
    ([(NEXT, "        if")], "two_layer_model", "wrong", ["gradients of the first iteration"]),
    ([("learning_rate)\n        W1", "0.0075)\n        W1")], "two_layer_model", "wrong", ["argument unused"]),
    ([("        parameters = update", "        new = update")], "two_layer_model", "wrong", ["no update"]),
    # causes with the same numbers
    ([("-(np.divide", "(np.divide")], "two_layer_model", "wrong", ["sign of dA2"]),
    ([("in range(num_iterations)", "in range(300)")], "L_layer_model", "wrong",
     ["updates without an iteration", "argument unused"]),
    # a model that needs an iteration is judged from the first
    ([LAST], "L_layer_model", "right", []),
    ([LAST, ("caches)\n        parameters =", "caches)\n        new =")], "L_layer_model", "wrong", ["no update"]),
    # it starts otherwise in each call
    ([("initialize_parameters_deep(layers_dims)", DRAWN), OWN_DRAWS], "L_layer_model", "not judged", []),
]
# fmt: on


@pytest.mark.slow
@pytest.mark.parametrize(("changes", "function", "state", "causes"), NOTEBOOKS)
def test_a_notebook_that_imports_the_courses_helpers_is_judged(
    changes: list[tuple[str, str]], function: str, state: str, causes: list[str], tmp_path: Path
) -> None:
    check = check_file(written(tmp_path, renamed(TWO + LAYERS.format("parameters"), *changes)))
    assert check.first.chapter.name == "application"
    found = {verdict.task.name: verdict for verdict in check.verdicts}
    assert (found[function].state, [finding.key for finding in found[function].findings]) == (state, causes)
    if state == "not judged":
        assert "each call starts from other parameters" in found[function].symptom.en


@pytest.mark.slow
@pytest.mark.parametrize(("library", "layout"), FORMS)
def test_the_exercise_has_the_other_functions_and_the_solution_fits_in(library: str, layout: str) -> None:
    text = stub_file(CHAPTERS["application"], "mine.py", library, layout, "en")
    ready = text.partition("def two_layer_model")[0]
    models = "def two_layer_model" + solution("application", library, layout).partition("def two_layer_model")[2]
    assert {verdict.state for verdict in by_process(text, "application")} == {"missing"}
    assert {verdict.state for verdict in by_process(ready + models, "application")} == {"right"}


@pytest.mark.parametrize("costs", ["costs", "[]", "None", "np.array(costs)"])
def test_only_the_first_recorded_cost_is_judged(costs: str) -> None:
    text = solution("application", "numpy", "columns")
    right = replace_in(text, "L_layer_model", "return parameters, costs", f"return parameters, {costs}")
    assert verdict_on(right, "application", "L_layer_model").state == "right"
    wrong = replace_in(text, "L_layer_model", "compute_cost(AL, Y)", "2 * compute_cost(AL, Y)")
    symptom = verdict_on(wrong, "application", "L_layer_model").symptom
    assert symptom.en.startswith("costs[0] is 2 times")


# Initial weights that are drawn in another way than around 0 are seen, and right ones raise no alarm


DRAWN_OTHERWISE = r"""
deep initialize_parameters_deep: np.random.randn → np.random.rand => weights of one sign
deep initialize_parameters_deep: np.random.randn → -np.random.rand => weights of one sign
deep initialize_parameters_deep: np.random.randn( → 0.7 + np.random.randn( => weights shifted | around 0.626
"""


@pytest.mark.parametrize("case", cases_of(DRAWN_OTHERWISE))
def test_weights_that_do_not_lie_around_0_are_seen(case: Case) -> None:
    assert_answer(case)


GENERATOR = torch.Generator().manual_seed(0)


@pytest.mark.parametrize("shift", [0, 0.5], ids=["normal", "uniform"])
def test_weights_around_0_raise_no_alarm(shift: float) -> None:
    draw = torch.rand if shift else torch.randn
    for _ in range(2000):
        W1, W2 = draw(4, 5, generator=GENERATOR) - shift, draw(1, 4, generator=GENERATOR) - shift
        assert wrong_start({"W1": 0.01 * W1, "b1": torch.zeros(4, 1), "W2": W2, "b2": torch.zeros(1, 1)}) is None


# A test case keeps what is computed from it, for all files that are judged on it


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
