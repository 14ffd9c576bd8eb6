"""Notes on right functions that the course's own grader, which compares with fixed numbers and types, refuses.

A case changes the right solution of a chapter, as the table of `judged` describes. An epsilon is tiny where it changes
the cost by less than a millionth; where it changes the gradients or the cost visibly, the function is wrong.
"""

import pytest

from course_torch.exercises.check.graders_notes import with_graders_notes
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.mistakes.solution import replace_in, solution
from tests.exercises.in_this_process import caller_of
from tests.exercises.judged import Case, as_assignment, assert_answer, cases_of, judged, verdict_by, verdict_on

STARTS = r"""
shallow initialize_parameters: randn(n_h, n_x) * 0.01 → randn(n_h, n_x) => right: another scale
    | right here, but the course's own grader compares with fixed numbers and will refuse it: the assignment has 0.01 *
    np.random.randn, here W1 = 1 * randn, W2 = 0.01 * randn | 课程自己的评分程序与固定的数值比较，会判为错误：
shallow initialize_parameters: randn(n_h → rand(n_h => weights of one sign
shallow initialize_parameters: * 0.01\n    W2 → * 0.01000002\n    W2 => right: another scale
shallow initialize_parameters: * 0.01\n    W2 → * 0.010000005\n    W2 => right
shallow initialize_parameters: randn(n_h, n_x) → normal(1, 1, (n_h, n_x)) => right: other draws
    | will refuse it: the weights are not those of np.random.randn, drawn for W1 first and then layer by layer
shallow initialize_parameters: W1 = np → np.random.seed(2)\n    np.random.rand()\n    W1 = np => right: other draws
deep initialize_parameters_deep: / layer_dims[l - 1] ** 0.5 → * 0.01 => right
shallow initialize_parameters: W1 = np → # np.random.seed(2)\n    W1 = np => right
# The seed of the template, whose comments show that there is one. The last seed counts.
shallow initialize_parameters: W1 = np → # START CODE HERE\n    W1 = np => right: another seed
    | will refuse it: the template has np.random.seed(2) in this function
shallow initialize_parameters: W1 = np → # YOUR CODE STARTS HERE\n    W1 = np => right
shallow initialize_parameters: W1 = np → np.random.seed(3)\n    W1 = np => right
shallow initialize_parameters: W1 = np → np.random.seed(3)\n    np.random.seed(2)  # START CODE HERE\n    W1 = np
    => right
shallow initialize_parameters: W1 = np → np.random.seed(2)\n    np.random.seed(3)  # START CODE HERE\n    W1 = np
    => right: another seed
deep initialize_parameters_deep: parameters = {} → parameters = {}  # YOUR CODE STARTS HERE
    => right: another scale; another seed | the template has np.random.seed(3) in this function
deep initialize_parameters_deep: parameters = {} → np.random.seed(3)\n    parameters = {}  # YOUR CODE STARTS HERE
    => right: another scale
"""
COSTS = r"""
deep compute_cost: return -np → return np.ones(1) * -np => right: cost as an array
    | may refuse it: the cost is an array of shape (1,): np.squeeze makes a number of it | 可能判为错误：
deep compute_cost: return -np → return np.ones((1, 1)) * -np => right: cost as an array | of shape (1, 1)
logistic propagate: db}, cost → db}, np.array([cost]) => right: cost as an array | of shape (1,)
logistic optimize: grads, costs → grads, cost => right: cost for costs
    | will refuse it: the third result is the last cost: the assignment returns the list costs
logistic optimize: if i % 100 == 0 → if i >= 0 => right: number of costs
    | may refuse it: 3 costs are recorded in 3 iterations: the assignment keeps the cost of every 100th | 3 个成本
logistic optimize: if i % 100 == 0 → if i % 100 == 1 => right
logistic optimize: if i % 100 == 0 → if print_cost and i % 100 == 0 => right: number of costs
    | may refuse it: 0 costs are recorded in 3 iterations: the assignment keeps the cost of every 100th iteration
logistic model: "costs": costs → "costs": 0.5 => right
logistic model: "costs": costs → "costs": [0.1] * num_iterations => right: number of costs
shallow nn_model: update_parameters(parameters, grads) → update_parameters(parameters, grads, learning_rate=0.5)
    => right: another learning rate | may refuse it: the learning rate is 0.5, and the assignment has 1.2
shallow nn_model: update_parameters(parameters, grads) → update_parameters(parameters, grads, learning_rate=1.2)
    => right
logistic predict: A > 0.5 → 1 * A > 0.5 => right: labels as bool
    | right, but the labels are True and False: the assignment has 1.0 and 0.0
logistic predict: A > 0.5 → 1.0 * (A > 0.5) => right
shallow predict: 1.0 * (A2 > 0.5) → A2 > 0.5 => right
# An epsilon in the logarithm.
deep compute_cost: np.log(AL) → np.log(AL + 1e-5) => right: epsilon in the cost
    | may refuse it: the epsilon 1e-05 in the logarithm changes the cost by 2e-05 of its value
deep compute_cost: np.log(1 - AL) → np.log(1 - AL + 1e-6) => right: tiny epsilon
deep compute_cost: np.log(AL) → np.log(AL + 1e-12) => right: tiny epsilon
    | right, but the epsilon 1e-12 in the logarithm changes the cost by only 2e-12 of its value
deep compute_cost: return -np.sum(Y * np.log(AL) → return np.ones(1) * -np.sum(Y * np.log(AL + 1e-12)
    => right: cost as an array; tiny epsilon
    | may refuse it: the cost is an array of shape (1,): np.squeeze makes a number of it; the epsilon 1e-12 in the | ；
deep compute_cost: np.log(AL) + (1 - Y) * np.log(1 - AL) → np.log(np.clip(AL, 1e-7, 1 - 1e-7)) + (1 - Y) * np.log(1 -
    np.clip(AL, 1e-7, 1 - 1e-7)) => right: tiny epsilon
logistic propagate: cost = compute_cost(A, Y) → cost = -np.mean(Y * np.log(A + 1e-5) + (1 - Y) * np.log(1 - A + 1e-5))
    => right: epsilon in the cost | changes the cost by 3e-05 of its value
deep compute_cost: np.log(AL) → np.log(AL + 1e-4) => one change
deep compute_cost: np.log(AL) → np.log(AL) + 1e-5 => one change
deep compute_cost: np.log(AL) → np.log(AL - 1e-6) => one change
    | cost is 1.000002 times the right one | with np.log(AL + 1e-06) in place of np.log(AL - 1e-06)
logistic propagate: cost = compute_cost(A, Y) → cost = -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A) + 1e-5)
    => one change
"""
RIGHT = "linear_backward(output_gradient(AL, Y), caches[L - 1][0])"
DIVISIONS = "linear_activation_backward(-(np.divide(Y, AL{}) - np.divide(1 - Y, 1 - AL{}){}), caches[L - 1], 'sigmoid')"
GRADIENTS = "\n".join(
    f"deep L_model_backward: {RIGHT} → {DIVISIONS.format(*parts)} => {answer}"
    for *parts, answer in [
        (" + 1e-5", " + 1e-5", "", "right: epsilon in the gradients | in dAL changes the gradients by 4e-05"),
        (" + 1e-8", "", "", "right: epsilon in the gradients | may refuse it: the epsilon 1e-08 in dAL changes"),
        ("", "", " + 0 * 1e-5", "right"),
        (" + 1e-3", "", "", "one change"),
        ("", "", " + 1e-5", "one change"),
    ]
)  # fmt: skip


def noted_by_the_grader(text: str, chapter: str, function: str) -> Verdict:
    """The verdict on the function of an assignment, with what the course's grader says."""
    caller = caller_of(as_assignment(text), chapter)
    (verdict,) = with_graders_notes(caller, [verdict_by(caller, function)], chapter)
    return verdict


@pytest.mark.parametrize("case", cases_of("\n".join([STARTS, COSTS, GRADIENTS])))
def test_what_the_courses_grader_refuses_is_noted_on_a_right_function(case: Case) -> None:
    assert_answer(case, noted_by_the_grader(case.text, case.chapter, case.function))


def test_the_notes_are_those_of_an_assignment_in_numpy() -> None:
    text = replace_in(solution("deep", "numpy", "columns"), "compute_cost", "np.log(AL)", "np.log(AL + 1e-5)")
    exercise = caller_of(text, "deep")
    right = verdict_by(exercise, "compute_cost")
    assert with_graders_notes(exercise, [right], "deep") == [right]
    torch = replace_in(solution("deep", "torch", "columns"), "compute_cost", "torch.log(AL)", "torch.log(AL + 1e-5)")
    assert noted_by_the_grader(torch, "deep", "compute_cost").symptom is None


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
    backward = f'linear_activation_backward(-({dA}), caches[L - 1], "sigmoid")'
    text = replace_in(solution("deep", "numpy", "columns"), "L_model_backward", RIGHT, backward)
    found = judged(replace_in(text, "compute_cost", "np.log(AL)", log), "deep")
    assert {verdict.state for verdict in found} == {"right"}


def test_an_epsilon_in_the_divisions_of_a_model_is_right() -> None:
    for old in ("1 - A2)", "Y, A2)"):
        text = replace_in(solution("application", "numpy", "columns"), "two_layer_model", old, f"{old[:-1]} + 1e-5)")
        assert verdict_on(text, "application", "two_layer_model").state == "right"


SMALL = """
import numpy as np
LARGE = 1e-3
TINY = 1e-9
def log(A):
    return np.log(A + {})
def compute_cost(AL, Y):
    return -np.mean(Y * {}(AL + {}) + (1 - Y) * np.log(1 - AL))
"""


@pytest.mark.parametrize(
    ("used", "own", "state"),
    [("1e-7", "0", "right"), ("0.0", "TINY", "right"), ("0.0", "LARGE", "wrong"), ("2e-5", "0", "wrong")],
)
def test_the_epsilon_may_be_a_constant_of_the_file_or_in_a_function_that_is_used(
    used: str, own: str, state: str
) -> None:
    verdict = noted_by_the_grader(SMALL.format(used, "log", own), "deep", "compute_cost")
    assert verdict.state == state
    assert [cause.key for cause in verdict.findings if state == "right"] == ["tiny epsilon"] * (state == "right")
