"""A file of another course, or a helper file of this one, is named and not judged."""

from pathlib import Path

import pytest

from course_torch.exercises.check.checking import check_file
from tests.exercises.judge.assignments import as_script
from tests.exercises.judged import defining, said_of, written

# fmt: off
OTHERS = [
    (["initialize_parameters_zeros(dims)", "initialize_parameters_random(dims)", "initialize_parameters_he(dims)"],
     "course 2, Initialization (initialize_parameters_zeros, initialize_parameters_random, initialize_parameters_he)"),
    (["compute_cost_with_regularization(A3, Y, parameters, lambd)",
      "forward_propagation_with_dropout(X, parameters, keep_prob)", "compute_cost(A3, Y)"], "course 2, Regularization"),
    (["forward_propagation(x, theta)", "backward_propagation(x, theta)", "gradient_check(x, theta, epsilon=1e-7)"],
     "course 2, Gradient Checking"),
    (["random_mini_batches(X, Y, size)", "initialize_adam(parameters)", "forward_propagation(X, parameters)",
      "update_parameters_with_adam(parameters, grads, v, s, t)", "initialize_parameters(layer_dims)"],
     "course 2, Optimization Methods"),
    (["zero_pad(X, pad)", "conv_forward(A_prev, W, b, hparameters)", "relu(Z)"], "course 4 (convolutional networks)"),
    (["rnn_cell_forward(xt, a_prev, parameters)", "rnn_forward(x, a0, parameters)", "softmax(x)", "sigmoid(x)"],
     "course 5 (sequence models)"),
]
# fmt: on


@pytest.mark.parametrize(("signatures", "course"), OTHERS)
def test_an_assignment_of_another_course_is_named_and_not_judged(
    tmp_path: Path, signatures: list[str], course: str
) -> None:
    said = said_of(tmp_path, defining(*signatures))
    assert said.startswith(f"{tmp_path / 'mine.py'}: this is {course}")
    assert said.endswith("the functions of course 1 are judged, no others")
    assert "\n" not in said


@pytest.mark.parametrize(
    ("name", "signatures", "what"),
    [
        ("planar_utils.py", ["sigmoid(x)", "load_planar_dataset()", "plot_decision_boundary(model, X, y)"],
         "helper file"),
        ("dnn_utils_v2.py", ["sigmoid(Z)", "relu(Z)", "relu_backward(dA, cache)", "sigmoid_backward(dA, cache)"],
         "helper file"),
        ("lr_utils.py", ["load_dataset()"], "helper file"),
        ("testCases_v4a.py", ["linear_forward_test_case()"], "the course's tests"),
        ("public_tests.py", ["sigmoid_test(target)"], "the course's tests"),
    ],
)  # fmt: skip
def test_a_helper_file_of_the_course_is_named(tmp_path: Path, name: str, signatures: list[str], what: str) -> None:
    assert what in said_of(tmp_path, defining(*signatures), name)


@pytest.mark.slow
def test_an_assignment_under_the_name_of_a_helper_file_is_judged(tmp_path: Path) -> None:
    check = check_file(written(tmp_path, as_script("logistic"), "lr_utils_mine.py"))
    assert (check.first.chapter.name, check.passed) == ("logistic", True)
