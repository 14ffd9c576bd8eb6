"""Files of other courses are named and not judged, and functions of an assignment under other names are judged."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from course_torch.exercises.check.answer import message
from course_torch.exercises.check.checking import check_file
from course_torch.exercises.grade.answers import as_results
from course_torch.exercises.grade.grading import graded_file
from course_torch.exercises.learners_file.source import read_source
from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.recognition.other_names import under_other_names
from course_torch.exercises.recognition.signatures import takes
from course_torch.exercises.sandbox.guards import LIMITS_ONLY
from course_torch.exercises.tasks import CHAPTERS
from course_torch.mistakes.solution import solution
from tests.exercises.judge.assignments import as_script
from tests.exercises.judged import defining, head, renamed, said_of, written

OTHER_COURSE = "this file is of another course (…): the functions of course 1 are judged, no others"
HANDED_OUT = "this is a file that the course hands out…"
STEPS = defining(*(f"step{n}(x)" for n in range(7))) + "class Net:\n    pass\n"
# fmt: off
REFUSED = [
    (["compute_cost_with_regularization(A3, Y, parameters, lambd)", "compute_cost(A3, Y)"], "mine.py", OTHER_COURSE),
    (["forward_propagation(x, theta)", "backward_propagation(x, theta)", "gradient_check(x, theta, epsilon=1e-7)"],
     "mine.py", OTHER_COURSE),
    (["initialize_adam(parameters)", "forward_propagation(X, parameters)", "initialize_parameters(layer_dims)"],
     "mine.py", OTHER_COURSE),
    (["zero_pad(X, pad)", "conv_forward(A_prev, W, b, hparameters)", "relu(Z)"], "mine.py", OTHER_COURSE),
    (["rnn_cell_forward(xt, a_prev, parameters)", "rnn_forward(x, a0, parameters)", "softmax(x)", "sigmoid(x)"],
     "mine.py", OTHER_COURSE),
    (["sigmoid(x)", "load_planar_dataset()", "plot_decision_boundary(model, X, y)"], "planar_utils.py", HANDED_OUT),
    (["sigmoid(Z)", "relu(Z)", "relu_backward(dA, cache)", "sigmoid_backward(dA, cache)"],
     "dnn_utils_v2.py", HANDED_OUT),
    (["linear_forward_test_case()"], "testCases_v4a.py", HANDED_OUT),
    (["L_model_backward(AL, Y, caches, lambd)", "linear_backward(dZ, cache, lambd)"], "mine.py",
     "found L_model_backward(AL, Y, caches, lambd), linear_backward(dZ, cache, lambd), expected…"
     "linear_backward(dZ, cache), L_model_backward(AL, Y, caches)…"),
    (STEPS, "mine.py",
     "found step0(x), step1(x), step2(x), step3(x), step4(x) and 3 more, expected functions of a chapter…"),
    ("x = 1\n", "mine.py", "found no function, expected functions of a chapter…"),
]
# fmt: on
"""The text or the functions of a file, its name, and why it is not judged, where … stands for any words."""


@pytest.mark.parametrize(("content", "name", "sentence"), REFUSED)
def test_a_file_that_is_no_assignment_of_the_course_is_refused(
    tmp_path: Path, content: str | list[str], name: str, sentence: str
) -> None:
    said = said_of(tmp_path, content if isinstance(content, str) else defining(*content), name)
    assert re.fullmatch(re.escape(f"{tmp_path / name}: {sentence}").replace("…", ".*"), said), said


@pytest.mark.slow
def test_an_assignment_under_the_name_of_a_helper_file_is_judged(tmp_path: Path) -> None:
    check = check_file(written(tmp_path, as_script("logistic"), "lr_utils_mine.py"))
    assert (check.first.chapter.name, check.passed) == ("logistic", True)


# fmt: off
NAMES = [
    *(("logistic", signature, name) for signature, name in (
        ("initialize_parameters(dim)", "initialize_with_zeros"),
        ("init_with_zeros(n)", "initialize_with_zeros"),
        ("optimise(w, b, X, Y, num_iterations, learning_rate)", "optimize"),
        ("sigmod(z)", "sigmoid"),
        ("sigmoid_(z)", "sigmoid"),
        ("mySigmoid(z)", "sigmoid"),
        ("sigmoidFunction(z)", "sigmoid"),
        # The arguments show a function whose name is unknown.
        ("train(w, b, X, Y, num_iterations=100, learning_rate=0.1)", "optimize"),
        ("everything(X_train, Y_train, X_test, Y_test, steps, learning_rate)", "model"),
    )),
    *(("shallow", signature, name) for signature, name in (
        ("layer_size(X, Y)", "layer_sizes"),
        ("forward_prop(X, parameters)", "forward_propagation"),
        ("calculate_cost(A2, Y, parameters)", "compute_cost"),
        ("start(n_x, n_h, n_y)", "initialize_parameters"),
        ("forward(X, parameters)", "forward_propagation"),
        ("renew(parameters, grads, lr=1.2)", "update_parameters"),
        ("backward(parameters, X, Y, cache)", "backward_propagation"),
    )),
    *(("deep", signature, name) for signature, name in (
        ("computeCost(AL, Y)", "compute_cost"),
        ("Sigmoid(Z)", "sigmoid"),
        ("initialize_params_deep(layer_dims)", "initialize_parameters_deep"),
        ("initialize_weights(layer_dims)", "initialize_parameters_deep"),
        ("intialize_parameters(layers_dim)", "initialize_parameters_deep"),
        ("initialize_parameters_L(layer_dims)", "initialize_parameters_deep"),
        ("update_params(params, grads, learning_rate=0.1)", "update_parameters"),
        ("l_model_forward(X, parameters)", "L_model_forward"),
        ("error_of(AL, Y)", "compute_cost"),
        ("linear_forward_activation(A_prev, W, b, activation)", "linear_activation_forward"),
    )),
    ("basics", "sigmoid_grad(x)", "sigmoid_derivative"),
    ("basics", "l1(yhat, y)", "L1"),
    ("basics", "normaliseRows(x)", "normalize_rows"),
]
LEFT_ALONE = [
    ("deep", ["calculate_cost(parameters)"]),  # other arguments
    ("deep", ["calculate_cost(AL, Y)", "calc_cost(AL, Y)"]),  # which of them?
    ("deep", ["compute_cost(AL, Y)", "calculate_cost(AL, Y)"]),  # the assignment's own name is there
    ("deep", ["linear_back(dZ, cache)", "linear_both(dZ, cache)", "linear_backwards(dZ, cache)"]),
    ("deep", ["f(x)", "g(AL, Y)", "h(AL, Y)"]),  # arguments of one function, twice
    ("deep", ["f(A, W)"]),
    ("deep", ["show(model, X, y)"]),
    ("shallow", ["relus(Z)"]),  # no function of the assignment
    ("logistic", ["initialize_parameters(n_x, n_h, n_y)"]),
]
# fmt: on


def found(folder: Path, text: str, chapter: str) -> dict[str, str]:
    """Name in the file -> name in the assignment."""
    tasks = under_other_names(read_source(written(folder, text)), CHAPTERS[chapter].tasks)
    return {task.name: task.key for task in tasks}


@pytest.mark.parametrize(("chapter", "signature", "name"), NAMES)
def test_another_name_or_the_arguments_show_a_function(tmp_path: Path, chapter: str, signature: str, name: str) -> None:
    assert found(tmp_path, defining(signature), chapter) == {signature.partition("(")[0]: name}


@pytest.mark.parametrize(("chapter", "signatures"), LEFT_ALONE)
def test_what_may_mean_something_else_is_left_alone(tmp_path: Path, chapter: str, signatures: list[str]) -> None:
    assert found(tmp_path, defining(*signatures), chapter) == {}


def test_a_function_of_an_exercise_may_be_renamed_too(tmp_path: Path) -> None:
    """Its arguments alone show nothing there: a helper of the learner may have the same."""
    text = 'CHAPTER = "deep"\n' + defining("calculate_cost(AL, Y)", "relu_(Z)", "tanh_back(dA, Z)")
    assert found(tmp_path, text, "deep") == {"calculate_cost": "compute_cost", "relu_": "relu"}


@pytest.mark.slow
def test_an_exercise_that_lacks_a_function_names_those_that_are_not_judged(tmp_path: Path) -> None:
    text = solution("tensors", "torch", "rows") + defining("helper(v)")
    line = "not judged, because the assignment has no such function: "
    checks = [check_file(written(tmp_path, one)) for one in (text, text.replace("def row(", "def to_row("))]
    found = [head(check) for check in checks]
    assert [[name for name in lines if name.startswith(line)] for lines in found] == [[], [f"{line}to_row; helper"]]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sigmoidFunction", "Sigmoid", "sigmoidd"])
def test_a_renamed_function_is_right_and_its_callers_are_told_the_new_name(tmp_path: Path, name: str) -> None:
    """The file itself raises NameError, so it is not right."""
    text = solution("logistic", "torch", "rows")
    check = check_file(written(tmp_path, text.replace("def sigmoid(", f"def {name}(")))
    states = {verdict.task.name: verdict.state for verdict in check.verdicts}
    assert (states[name], states["propagate"]) == ("right", "wrong")
    assert f"judged under another name: {name} as sigmoid" in head(check)
    assert [cause.text.en for cause in check.first.first_wrong.findings] == [
        f"sigmoid is not defined: did you mean {name}?"
    ]


def test_an_argument_at_the_place_of_another_is_another_signature(tmp_path: Path) -> None:
    tasks = {task.name: task for task in CHAPTERS["application"].tasks}
    text = defining(
        "L_layer_model(X, Y, layers_dims, X_test=None, learning_rate=0.1, num_iterations=10)",
        "two_layer_model(X, Y, dims, rate=0.1, steps=10, print_cost=False)",
    )
    functions = read_source(written(tmp_path, text)).functions
    assert {name: takes(functions[name], tasks[name]) for name in functions} == {
        "L_layer_model": False,
        "two_layer_model": True,
    }


OTHER = (("compute_cost", "calculate_cost"), ("update_parameters", "update_params"))
PREDICT = """

def predict(X, y, parameters):
    AL, _ = L_model_forward(X, parameters)
    return 1.0 * (AL > 0.5)


def L_layer_model(X, Y, layers_dims, learning_rate=0.0075, num_iterations=3000):
    parameters = initialize_parameters_deep(layers_dims)
    for _ in range(num_iterations):
        AL, caches = L_model_forward(X, parameters)
        parameters = update_parameters(parameters, L_model_backward(AL, Y, caches), learning_rate)
    return parameters


def plot(costs):
    print(costs)
"""
HEAD = "def initialize_parameters(n_x, n_h, n_y):\n"
W1 = "np.random.randn(n_h, n_x) * 0.01"


STARTS = [
    (HEAD, HEAD + "    return\n", "wrong", [], ""),
    (W1, W1.replace("randn", "rand"), "wrong", [], "all weights of a layer are > 0"),
    (W1, W1.replace("0.01", "0.02"), "right", ["another scale"], "has 0.01 * np.random.randn, here W1 = 0.02 * randn"),
    *((HEAD, f"{HEAD}    np.random.seed({seed})\n    # YOUR CODE STARTS HERE\n", "right", [], "") for seed in (1, 2)),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new", "state", "keys", "words"), STARTS)
def test_the_initial_parameters_of_two_layers_belong_to_the_first_part_of_week_4(
    tmp_path: Path, old: str, new: str, state: str, keys: list[str], words: str
) -> None:
    check = check_file(written(tmp_path, renamed(as_script("deep"), (old, new))))
    verdict = next(verdict for verdict in check.verdicts if verdict.task.name == "initialize_parameters")
    assert verdict.state == state
    if state == "right":
        assert [note.key for note in verdict.findings] == keys
    assert words in message(verdict, "en")


UPHILL = ("learning_rate * grads", "-learning_rate * grads")
MEAN = "def score(AL, Y):\n    return np.mean((AL > 0.5) == Y)\n"
OF_WEEK_3 = (
    ("def initialize_parameters(", "def of_two_layers("),
    ("initialize_parameters_deep", "initialize_parameters"),
    ("L_model_forward", "forward_propagation"),
    ("L_model_backward", "backward_propagation"),
)
CHANGED: dict[str, tuple[Sequence[tuple[str, str]], str, dict[str, str]]] = {
    "another name, wrong": ((*OTHER, UPHILL), "", {"update_params": "wrong", "calculate_cost": "right"}),
    "the second part of week 4": ((), PREDICT, {"predict": "right", "L_layer_model": "right"}),
    "a mistake in the second part": ((), PREDICT.replace("AL > 0.5", "AL > 0.9"), {"predict": "wrong"}),
    "a model that calls a wrong function": ((UPHILL,), PREDICT, {"L_layer_model": "right"}),
    "known by its arguments alone": ((("compute_cost", "score"),), "", {"score": "right"}),
    "not called wrong for an unknown reason": ((("compute_cost", "score"),), MEAN, {"score": "not judged"}),
    "names of week 3": (OF_WEEK_3, "", {"forward_propagation": "right", "backward_propagation": "right"}),
}
"""What is done to the first part of week 4 -> the changes, what is added, and the states of functions."""


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGED)
def test_functions_of_week_4_are_judged_under_other_names_and_beside_their_second_part(
    tmp_path: Path, name: str
) -> None:
    changes, added, expected = CHANGED[name]
    check = check_file(written(tmp_path, renamed(as_script("deep"), *changes) + added))
    assert [assignment.chapter.name for assignment in check.assignments] == ["deep"]
    assert {verdict.task.name: verdict.state for verdict in check.verdicts}.items() >= expected.items()
    plot = "not judged, because the assignment has no such function: plot"
    assert (plot in head(check)) is ("def plot" in added)
    if name == "another name, wrong":
        assert [cause.key for cause in check.first.first_wrong.findings] == ["+ for -"]


@pytest.mark.slow
def test_the_grade_counts_the_function_of_two_layers_and_holds_the_notes(tmp_path: Path) -> None:
    path = written(tmp_path, renamed(as_script("deep"), *OTHER, UPHILL))
    grade = graded_file(path, path.name, "deep", 1, LIMITS_ONLY, "en")
    assert grade.states["initialize_parameters"] == "right"
    assert grade.states["update_parameters"] == "wrong"
    assert any(line.startswith("judged under another name") for line in grade.record["notes"])
    tests = as_results(grade)["tests"]
    assert isinstance(tests, list)
    outputs = {test["name"]: test["output"] for test in tests}
    assert outputs["update_parameters"].startswith("update_params: ")
    assert outputs["initialize_parameters"] == "right"


def test_a_function_of_a_chapter_that_the_file_holds_is_not_known_by_its_arguments(tmp_path: Path) -> None:
    """L_model_forward(X, parameters) of week 4 has the arguments of week 3's forward_propagation."""
    source = read_source(written(tmp_path, as_script("deep")))
    assert "L_model_forward" not in {task.name for task in Contents(source, CHAPTERS["shallow"]).renamed}
