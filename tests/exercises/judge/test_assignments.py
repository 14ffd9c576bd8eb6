"""The course's own assignments are judged as they are: as notebooks and as Python, of this year and older."""

from pathlib import Path

import pytest

from course_torch.exercises.check.answer import answer_parts, form_lines
from course_torch.exercises.check.checking import CheckOptions, check_file
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.language import Language
from course_torch.mistakes.solution import replace_in
from tests.exercises.judge.assignments import as_notebook, as_script
from tests.exercises.judged import written

pytestmark = pytest.mark.slow

RIGHT = [("logistic", 6), ("logistic_older", 5), ("shallow", 8), ("shallow_older", 7), ("deep", 10), ("deep_older", 9)]
"""Assignment and the number of its functions."""


def judged(script: str, form: str, folder: Path) -> list[Verdict]:
    """Judge the text of a notebook, saved as a file of this form."""
    return check_file(written(folder, as_notebook(script) if form == "ipynb" else script, f"mine.{form}")).verdicts


@pytest.mark.parametrize("form", ["py", "ipynb"])
@pytest.mark.parametrize(("name", "count"), RIGHT)
def test_every_function_of_a_right_assignment_is_right(name: str, count: int, form: str, tmp_path: Path) -> None:
    states = {verdict.task.name: verdict.state for verdict in judged(as_script(name), form, tmp_path)}
    assert [state for state in states.values() if state != "missing"] == count * ["right"]
    missing = {function for function, state in states.items() if state == "missing"}
    assert missing <= {"model", "nn_model", "initialize_parameters"}


# fmt: off
MISTAKES = [
    ("logistic", "sigmoid", "np.exp(-z)", "np.exp(z)", "sign in e^(-Z)"),
    ("logistic", "initialize_with_zeros", "(dim, 1)", "(1, dim)", "sizes swapped"),
    ("logistic", "propagate", "db = 1 / m * np", "db = np", "no 1/m"),
    ("logistic_older", "propagate", "dw = (1.0 / m) * ", "dw = ", "no 1/m"),
    ("logistic_older", "predict", "A > 0.5", "A < 0.5", "predictions inverted"),
    ("shallow", "layer_sizes", "X.shape[0]", "X.shape[1]", "examples counted"),
    ("shallow", "compute_cost", " / m", "", "sum, not mean"),
    ("shallow", "forward_propagation", "sigmoid(Z2)", "sigmod(Z2)", "not defined"),
    ("shallow", "forward_propagation", "np.tanh(Z1)", "tanh(Z1)", "not imported"),
    ("shallow", "backward_propagation", "np.power(A1, 2)", "A1", "A not squared"),
    ("shallow", "update_parameters", "W1 - learning", "W1 + learning", "one change"),
    ("shallow_older", "compute_cost", "1 - Y, np.log", "Y, np.log", "one change"),
    ("shallow_older", "backward_propagation", "(1.0 / m) * np.dot(dZ1", "np.dot(dZ1", "no 1/m"),
    ("deep", "linear_backward", "np.dot(dZ, A_prev.T) / m", "np.dot(dZ, A_prev.T)", "no 1/m"),
    ("deep", "linear_activation_backward", "dZ = relu_backward(dA, activation_cache)", "dZ = dA", "no g'"),
    ("deep", "linear_activation_backward", "sigmoid_backward(dA, activation_cache)", "sigmoid_backward(dA, cache)",
     "tuple for Z"),
    ("deep", "linear_activation_forward", "A, activation_cache = relu(Z)", "A = relu(Z)\n        print(A.shape)",
     "parts of the cache"),
    ("deep", "update_parameters", 'parameters["W" + str(l + 1)] - learning', "-learning", "one change"),
    ("deep", "L_model_forward", '"sigmoid"', '"relu"', "relu at the output"),
    ("deep_older", "L_model_backward", "dAL = -(", "dAL = (", "sign at the output"),
    ("deep_older", "update_parameters", "len(parameters) // 2", "len(parameters) // 2 - 1",
     "last layer not updated"),
    ("shallow_older", "forward_propagation", '"A1": A1, ', "", "another cache"),
    ("deep", "linear_forward", "cache = (A, W, b)", "cache = (W, A, b)", "another cache"),
    ("deep", "L_model_forward", "    caches.append(cache)\n    return", "    return", "another cache"),
    ("deep", "L_model_forward", "        caches.append(cache)\n", "", "another cache"),
    ("deep", "L_model_forward", "return AL, caches", "return AL, cache", "another cache"),
    ("deep_older", "L_model_forward", "caches.append(cache)", "caches.insert(0, cache)", "another cache"),
]
# fmt: on


@pytest.mark.parametrize("form", ["py", "ipynb"])
@pytest.mark.parametrize(("name", "function", "old", "new", "cause"), MISTAKES)
def test_a_mistake_in_an_assignment_is_found_and_named(
    name: str, function: str, old: str, new: str, cause: str, form: str, tmp_path: Path
) -> None:
    verdicts = judged(replace_in(as_script(name), function, old, new), form, tmp_path)
    first = next(verdict for verdict in verdicts if verdict.state != "right")
    assert (first.task.name, first.state) == (function, "wrong")
    assert cause in {finding.key for finding in first.findings}


ANOTHER_ACTIVATION = [
    ("shallow", "sigmoid", "tanh", [("forward_propagation", "np.tanh(Z1)", "sigmoid(Z1)"),
                                    ("backward_propagation", "(1 - np.power(A1, 2))", "A1 * (1 - A1)")]),
    ("shallow", "relu", "tanh", [("forward_propagation", "np.tanh(Z1)", "np.maximum(0, Z1)"),
                                 ("backward_propagation", "(1 - np.power(A1, 2))", "(A1 > 0)")]),
    ("deep", "sigmoid", "relu", [("L_model_forward", '"relu"', '"sigmoid"'),
                                 ("L_model_backward", '"relu"', '"sigmoid"')]),
]  # fmt: skip
"""Chapter, activation of the hidden layers in the file and in the assignment, and the edit of each pass."""


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("name", "own", "usual", "edits"), ANOTHER_ACTIVATION)
def test_a_network_with_another_activation_in_both_passes_is_judged_with_it(
    name: str, own: str, usual: str, edits: list[tuple[str, str, str]], language: Language, tmp_path: Path
) -> None:
    forward = replace_in(as_script(name), *edits[0])
    both = replace_in(forward, *edits[1])
    check = check_file(written(tmp_path, both), CheckOptions(language=language))
    assert {verdict.state for verdict in check.verdicts} == {"right"}
    said = (
        f"hidden layer has {own}, and that of the assignment has {usual}"
        if language == "en"
        else f"隐层的激活函数是 {own}，作业里是 {usual}"
    )
    assert any(said in line for line in form_lines(check, check.first))
    alone = check_file(written(tmp_path, both), CheckOptions(only=edits[1][0]))
    assert [verdict.state for verdict in alone.verdicts] == ["right"], "one function has the verdict of the whole file"
    broken = check_file(written(tmp_path, replace_in(both, "compute_cost", " / m", "")))
    assert "trace --mine" not in "\n".join(map(str, answer_parts(broken))), "the trace has the activation of the course"
    states = {verdict.task.name: verdict.state for verdict in check_file(written(tmp_path, forward)).verdicts}
    assert states[edits[0][0]] == "wrong", "in one pass alone it is a mistake"
