"""Chapter application judges models that draw their own parameters, by what a few updates make of them."""

from pathlib import Path

import numpy as np
import pytest

from course_torch.exercises.judge.checking import check_file
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.stub import stub_file
from course_torch.mistakes.solution import FORMS, changed, solution
from tests.exercises.judged import by_process, renamed, verdict_on, written

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
DEEP = """

def L_layer_model(X, Y, layers_dims, learning_rate=0.0075, num_iterations=3000, print_cost=False):
    parameters = initialize_parameters_deep(layers_dims)
    for i in range(num_iterations):
        AL, caches = L_model_forward(X, parameters)
        grads = L_model_backward(AL, Y, caches)
        parameters = update_parameters(parameters, grads, learning_rate)
    return parameters
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
    ([("learning_rate)\n        W1", "0.0075)\n        W1")], "two_layer_model", "wrong", ["α hard-coded"]),
    ([("        parameters = update", "        new = update")], "two_layer_model", "wrong", ["no update"]),
    # causes with the same numbers
    ([("-(np.divide", "(np.divide")], "two_layer_model", "wrong", ["+ for -", "sign of dA2"]),
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
    check = check_file(written(tmp_path, renamed(TWO + DEEP, *changes)))
    assert check.chapter.name == "application"
    found = {verdict.task.name: verdict for verdict in check.verdicts}
    assert (found[function].state, [finding.key for finding in found[function].findings]) == (state, causes)
    if state == "not judged":
        assert found[function].symptom is not None
        assert "each call starts from other parameters" in found[function].symptom.en


@pytest.mark.slow
@pytest.mark.parametrize(("library", "layout"), FORMS)
def test_the_exercise_has_the_other_functions_and_the_solution_fits_in(library: str, layout: str) -> None:
    text = stub_file(CHAPTERS["application"], "mine.py", library, layout, "en")
    ready = text.partition("def two_layer_model")[0]
    models = "def two_layer_model" + solution("application", library, layout).partition("def two_layer_model")[2]
    assert {verdict.state for verdict in by_process(text, "application")} == {"missing"}
    assert {verdict.state for verdict in by_process(ready + models, "application")} == {"right"}


def test_the_judged_updates_are_those_of_a_plain_loop() -> None:
    """The call that follows expects W - α dW with the six equations of notes 2.5, where g is ReLU."""
    case = CHAPTERS["application"].cases(1)[0]
    (first,) = CHAPTERS["application"].tasks[0].calls_in(case)
    start = {name: value.clone() for name, value in case.parameters.items()}
    assert first.then is not None
    then = first.then(start)
    X, Y = case.X.numpy(), case.Y.numpy()
    W1, b1, W2, b2 = (start[name].numpy() for name in ("W1", "b1", "W2", "b2"))
    for _ in range(then.arguments["num_iterations"]):
        Z1 = X @ W1.T + b1
        A1 = np.maximum(Z1, 0)
        A2 = 1 / (1 + np.exp(-(A1 @ W2.T + b2)))
        dZ2 = A2 - Y
        dZ1 = dZ2 @ W2 * (Z1 > 0)
        W1, b1 = W1 - 0.3 * dZ1.T @ X / len(X), b1 - 0.3 * dZ1.mean(axis=0, keepdims=True)
        W2, b2 = W2 - 0.3 * dZ2.T @ A1 / len(X), b2 - 0.3 * dZ2.mean(axis=0, keepdims=True)
    for name, value in {"W1": W1, "b1": b1, "W2": W2, "b2": b2}.items():
        np.testing.assert_allclose(then.right.parameters[name].numpy(), value, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("costs", ["costs", "[]", "None", "np.array(costs)"])
def test_only_the_first_recorded_cost_is_judged(costs: str) -> None:
    text = solution("application", "numpy", "columns")
    right = changed(text, "L_layer_model", "return parameters, costs", f"return parameters, {costs}")
    assert verdict_on(right, "application", "L_layer_model").state == "right"
    wrong = changed(text, "L_layer_model", "compute_cost(AL, Y)", "2 * compute_cost(AL, Y)")
    symptom = verdict_on(wrong, "application", "L_layer_model").symptom
    assert symptom is not None
    assert symptom.en.startswith("costs[0] is 2 times")
