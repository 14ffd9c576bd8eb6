"""Right functions that the course's own grader refuses, and functions that are wrong only where it does not look."""

from collections.abc import Callable
from pathlib import Path

import pytest

from course_torch.exercises.judge.answer import message
from course_torch.exercises.judge.checking import check_file
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.mistakes.solution import changed, solution
from tests.exercises.judge.assignments import as_script
from tests.exercises.judged import judged, verdict_on, written

Changed = Callable[..., dict[str, Verdict]]


@pytest.fixture
def verdicts(tmp_path: Path) -> Changed:
    """Function -> verdict, of a right assignment in which one function is changed."""

    def judge(assignment: str, function: str, old: str, new: str) -> dict[str, Verdict]:
        check = check_file(written(tmp_path, changed(as_script(assignment), function, old, new)))
        return {verdict.task.name: verdict for verdict in check.verdicts}

    return judge


LOGARITHMS = "np.log(A) + (1 - Y) * np.log(1 - A)"
DIVISIONS = "np.divide(Y, AL) - np.divide(1 - Y, 1 - AL)"
LABELS = "    return Y_prediction"
# fmt: off
REFUSED = [
    ("shallow", "initialize_parameters", "randn(n_h, n_x) * 0.01", "randn(n_h, n_x)", "another scale",
     "the assignment has 0.01 * np.random.randn, here W1 = 1 * randn, W2 = 0.01 * randn"),
    ("shallow", "initialize_parameters", "randn(n_h", "rand(n_h", "another scale",
     "the assignment has 0.01 * np.random.randn, here W1 = 0.01 * rand, W2 = 0.01 * randn"),
    ("shallow", "initialize_parameters", "randn(n_h, n_x)", "normal(1, 1, (n_h, n_x))", "other draws",
     "the weights are not those of np.random.randn, drawn for W1 first and then layer by layer"),
    ("shallow", "initialize_parameters", "np.random.seed(2)", "### START CODE HERE ###", "another seed",
     "the template has np.random.seed(2) in this function"),
    ("deep", "initialize_parameters_deep", "np.random.seed(3)", "### START CODE HERE ###", "another seed",
     "the template has np.random.seed(3) in this function"),
    ("deep", "initialize_parameters_deep", "* 0.01", "/ np.sqrt(layer_dims[l - 1])", "another scale",
     "the assignment has 0.01 * np.random.randn, here W1 = "),
    ("deep", "compute_cost", "np.squeeze(cost)", "np.array([[cost]])", "cost as an array",
     "the cost is an array of shape (1, 1): np.squeeze makes a number of it"),
    ("logistic", "propagate", "np.squeeze(np.array(cost))", "np.array([cost])", "cost as an array",
     "the cost is an array of shape (1,): np.squeeze makes a number of it"),
    ("logistic", "optimize", "grads, costs", "grads, cost", "cost for costs",
     "the third result is the last cost: the assignment returns the list costs"),
    ("logistic", "propagate", LOGARITHMS, "np.log(A + 1e-5) + (1 - Y) * np.log(1 - A + 1e-5)", "epsilon in the cost",
     "the epsilon 1e-05 in the logarithm changes the cost by 3e-05 of its value"),
    ("deep", "L_model_backward", DIVISIONS, "np.divide(Y, AL + 1e-5) - np.divide(1 - Y, 1 - AL + 1e-5)",
     "epsilon in the gradients", "the epsilon 1e-05 in dAL changes the gradients by 4e-05 of their size"),
]
ACCEPTED = [
    ("logistic", "propagate", LOGARITHMS, "np.log(A + 1e-8) + (1 - Y) * np.log(1 - A + 1e-8)", "tiny epsilon",
     "right, but the epsilon 1e-08 in the logarithm changes the cost by only 3e-08 of its value"),
    ("logistic", "predict", LABELS, "    return A > 0.5", "labels as bool",
     "right, but the labels are True and False: the assignment has 1.0 and 0.0"),
]
# fmt: on


@pytest.mark.slow
@pytest.mark.parametrize(("assignment", "function", "old", "new", "cause", "why"), REFUSED)
def test_what_the_courses_grader_refuses_is_right_and_noted(
    assignment: str, function: str, old: str, new: str, cause: str, why: str, verdicts: Changed
) -> None:
    found = verdicts(assignment, function, old, new)
    assert {verdict.state for verdict in found.values()} == {"right"}
    assert [name for name, verdict in found.items() if verdict.symptom] == [function]
    assert [finding.key for finding in found[function].findings] == [cause]
    does = "may" if cause in ("cost as an array", "epsilon in the cost", "epsilon in the gradients") else "will"
    refused = f"right here, but the course's own grader compares with fixed numbers and {does} refuse it: {why}"
    assert message(found[function], "en").startswith(f"{function}: {refused}")
    assert "课程自己的评分程序" in message(found[function], "zh")


@pytest.mark.slow
def test_the_cost_of_every_iteration_is_noted_where_costs_are_returned(verdicts: Changed) -> None:
    found = verdicts("logistic", "optimize", "if i % 100 == 0", "if i >= 0")
    assert {verdict.state for verdict in found.values()} == {"right"}
    noted = {name: [finding.key for finding in verdict.findings] for name, verdict in found.items() if verdict.symptom}
    assert noted == {"optimize": ["every cost"], "model": ["every cost"]}
    assert "3 costs are recorded in 3 iterations: the assignment keeps the cost of every 100th" in message(
        found["optimize"], "en"
    )
    assert "在 3 次循环里记录了 3 个成本" in message(found["optimize"], "zh")


@pytest.mark.slow
@pytest.mark.parametrize(("assignment", "function", "old", "new", "cause", "said"), ACCEPTED)
def test_what_the_courses_grader_accepts_has_a_note_only(
    assignment: str, function: str, old: str, new: str, cause: str, said: str, verdicts: Changed
) -> None:
    verdict = verdicts(assignment, function, old, new)[function]
    assert verdict.state == "right"
    assert [finding.key for finding in verdict.findings] == [cause]
    assert message(verdict, "en") == f"{function}: {said}."


@pytest.mark.slow
@pytest.mark.parametrize("epsilon", ["1e-5", "1e-7", "1e-10", "1e-15"])
@pytest.mark.parametrize(
    "logarithms",
    [
        "np.log(A + {}) + (1 - Y) * np.log(1 - A + {})",
        "np.log(A + {}) + (1 - Y) * np.log(1 - A)",
        "np.log(A) + (1 - Y) * np.log(1 - A + {})",
        "np.log(np.clip(A, {}, 1 - {})) + (1 - Y) * np.log(1 - np.clip(A, {}, 1 - {}))",
    ],
)
def test_an_epsilon_in_the_logarithm_is_right(epsilon: str, logarithms: str, verdicts: Changed) -> None:
    found = verdicts("logistic", "propagate", LOGARITHMS, logarithms.replace("{}", epsilon))
    assert {verdict.state for verdict in found.values()} == {"right"}


@pytest.mark.parametrize("epsilon", ["1e-5", "1e-8"])
@pytest.mark.parametrize(
    ("divisions", "logarithm"),
    [
        ("np.divide(Y, AL + {}) - np.divide(1 - Y, 1 - AL + {})", "np.log(AL)"),
        ("np.divide(Y, AL + {}) - np.divide(1 - Y, 1 - AL)", "np.log(AL + {})"),
        ("np.divide(Y, np.clip(AL, {}, 1 - {})) - np.divide(1 - Y, 1 - np.clip(AL, {}, 1 - {}))", "np.log(AL)"),
    ],
)
def test_an_epsilon_in_the_divisions_of_dA_is_right_in_every_function(
    divisions: str, logarithm: str, epsilon: str
) -> None:
    """The loop trains with the gradients of L_model_backward and records the cost, so its numbers differ too."""
    dA, log = divisions.replace("{}", epsilon), logarithm.replace("{}", epsilon)
    right = "linear_backward(output_gradient(AL, Y), caches[L - 1][0])"
    text = changed(
        solution("deep", "numpy", "columns"),
        "L_model_backward",
        right,
        f'linear_activation_backward(-({dA}), caches[L - 1], "sigmoid")',
    )
    found = judged(changed(text, "compute_cost", "np.log(AL)", log), "deep")
    assert {verdict.state for verdict in found} == {"right"}


def test_an_epsilon_in_the_divisions_of_a_model_is_right() -> None:
    for old in ("1 - A2)", "Y, A2)"):
        text = changed(solution("application", "numpy", "columns"), "two_layer_model", old, f"{old[:-1]} + 1e-5)")
        assert verdict_on(text, "application", "two_layer_model").state == "right"


@pytest.mark.slow
def test_an_epsilon_may_be_a_constant_of_the_file(tmp_path: Path) -> None:
    text = changed(as_script("logistic"), "propagate", "np.log(1 - A)", "np.log(1 - A + EPSILON)")
    check = check_file(written(tmp_path, text.replace("def sigmoid", "EPSILON = 1e-5\ndef sigmoid")))
    assert check.passed
    assert [verdict.task.name for verdict in check.verdicts if verdict.symptom] == ["propagate"]


@pytest.mark.slow
def test_a_large_epsilon_and_one_beside_the_logarithm_are_wrong(verdicts: Changed) -> None:
    for logarithms in (LOGARITHMS.replace("A)", "A + 1e-2)"), LOGARITHMS + " + 1e-5"):
        assert verdicts("logistic", "propagate", LOGARITHMS, logarithms)["propagate"].state == "wrong"
    for divisions in (DIVISIONS.replace("AL)", "AL + 1e-3)"), f"{DIVISIONS} + 1e-5"):
        assert verdicts("deep", "L_model_backward", DIVISIONS, divisions)["L_model_backward"].state == "wrong"


@pytest.mark.slow
def test_an_exercise_of_this_project_has_no_such_notes(tmp_path: Path) -> None:
    text = solution("shallow", "numpy", "columns")
    check = check_file(written(tmp_path, changed(text, "initialize_parameters", "0.01", "0.5")))
    assert check.passed
    assert [verdict.task.name for verdict in check.verdicts if verdict.symptom] == []


LEFT_OUT = "(the course's own grader does not try this and accepts the function)"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("assignment", "function", "old", "new", "words"),
    [
        (
            "deep",
            "L_model_forward",
            '(A, parameters["W" + str(L)]',
            '(A, parameters["W" + str(l + 1)]',
            "with one layer",
        ),
        ("shallow", "forward_propagation", "np.tanh(Z1)", "np.tanh(np.squeeze(Z1))", "with one example"),
    ],
)
def test_a_function_that_is_wrong_in_one_case_only_says_so(
    assignment: str, function: str, old: str, new: str, words: str, verdicts: Changed
) -> None:
    verdict = verdicts(assignment, function, old, new)[function]
    assert verdict.state == "wrong"
    assert message(verdict, "en").startswith(f"{function}: only {words} {LEFT_OUT}: ")


@pytest.mark.slow
def test_a_function_that_is_wrong_in_every_case_does_not_say_so(verdicts: Changed) -> None:
    squeezed = verdicts("shallow", "predict", "A2 > 0.5", "np.squeeze(A2) > 0.5")["predict"]
    assert squeezed.state == "wrong"
    assert "only with" not in message(squeezed, "en")
