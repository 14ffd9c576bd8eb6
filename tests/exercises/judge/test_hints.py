"""The third hint shows a mistake in few numbers."""

import pytest

from course_torch.exercises.judge.hints import hint_lines
from course_torch.exercises.self_test.in_this_process import judge_of
from course_torch.mistakes.solution import changed, solution
from tests.exercises.judged import verdict_by


@pytest.mark.parametrize(
    ("function", "old", "new", "words"),
    [
        ("linear_backward", "m = A_prev.shape[1]", "m = A_prev.shape[0]", "your dW = [["),
        # with two layers the first layer alone takes X, so only a deeper network shows the mistake
        ("L_model_forward", "linear_activation_forward(A,", "linear_activation_forward(A if l == L else X,", "your AL"),
    ],
)
def test_numbers_that_show_the_mistake(function: str, old: str, new: str, words: str) -> None:
    text = changed(solution("deep", "numpy", "columns"), function, old, new)
    assert any(line.startswith(words) for line in third_hint(text, function))


def third_hint(text: str, function: str) -> list[str]:
    judge = judge_of(text, "deep")
    return list(hint_lines(3, verdict_by(judge, function), judge, "en"))


def test_a_result_without_a_key_shows_the_keys_instead_of_numbers() -> None:
    text = "def initialize_parameters_deep(layer_dims):\n    return {'W1': 0, 'W2': 0}\n"
    assert third_hint(text, "initialize_parameters_deep")[1:] == [
        "the smallest case:",
        "layer_dims = [2, 2, 1]",
        "initialize_parameters_deep: parameters: it returns a dict with the keys W1, W2, "
        "expected a dict with the keys W1, b1, W2, b2",
    ]


def test_a_function_that_always_raises_shows_its_exception_instead_of_numbers() -> None:
    lines = third_hint("def relu(Z):\n    return Z / 'a'\n", "relu")
    assert lines[1] == "the smallest case:"
    assert lines[2].startswith("Z = [[")
    assert lines[-1].startswith("relu: it raises TypeError in learner.py:2: ")
