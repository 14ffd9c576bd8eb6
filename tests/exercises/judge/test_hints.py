"""Three hints: what the function was called with, its formulas, and a mistake in few numbers."""

from dataclasses import replace
from unittest.mock import Mock

import numpy as np
import pytest
import torch

from course_torch.exercises.judge.hints import as_lines, hint_lines
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.sandbox.process import Failure
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.stub import docstring
from course_torch.exercises.tasks.task import Task
from course_torch.language import Language
from course_torch.mistakes.solution import changed, solution
from tests.exercises.in_this_process import judge_of
from tests.exercises.judged import verdict_by

DEEP = solution("deep", "numpy", "columns")


def hint(level: int, text: str, function: str, chapter: str = "deep", language: Language = "en") -> list[str]:
    judge = judge_of(text, chapter)
    return list(hint_lines(level, verdict_by(judge, function), judge, language))


@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_the_first_hint_has_the_shapes_of_the_arguments_and_counts_wrong_numbers(layout: str) -> None:
    m, units = {"rows": ("7, 5", "11, 6"), "columns": ("5, 7", "6, 11")}[layout]
    right = solution("deep", "numpy", layout)
    text = changed(right, "linear_forward", "+ b", "+ 2 * b")
    b = "1, 4" if layout == "rows" else "4, 1"
    assert hint(1, text, "linear_forward") == [
        "hint 1 of 3",
        f"linear_forward was called with: A ({m}), W (4, 5), b ({b})",
        "28 of 28 numbers of Z are wrong",
    ]
    text = changed(right, "relu", "    return", "    Z = Z.copy()\n    Z[0, 0] = 100\n    return")
    assert hint(1, text, "relu", language="zh") == [
        "提示 1/3",
        f"调用 relu 时的参数: Z ({units})",
        "A 的 66 个数里有 1 个不对",
    ]


def test_the_first_hint_shows_what_the_parts_of_an_argument_are() -> None:
    text = changed(DEEP, "linear_activation_backward", "    return", "    return 1, ")
    assert hint(1, text, "linear_activation_backward")[1:] == [
        "linear_activation_backward was called with: dA (3, 7), cache (linear_cache (A_prev (4, 7), W (3, 4), "
        "b (3, 1)), Z (3, 7)), activation 'relu'"
    ]
    text = changed(DEEP, "L_model_backward", "    return", "    return 1, ")
    (called,) = hint(1, text, "L_model_backward")[1:]
    assert "caches [(linear_cache (A_prev (5, 7), W (4, 5), b (4, 1)), Z (4, 7)), (linear_cache" in called
    text = changed(DEEP, "L_model_forward", "    return", "    return 1, ")
    (called,) = hint(1, text, "L_model_forward")[1:]
    assert called.endswith("parameters {W1 (4, 5), b1 (4, 1), W2 (3, 4), b2 (3, 1), W3 (1, 3), b3 (1, 1)}")
    text = "def initialize_parameters_deep(layer_dims):\n    return 1\n"
    assert hint(1, text, "initialize_parameters_deep")[1:] == [
        "initialize_parameters_deep was called with: layer_dims [5, 4, 3, 1]"
    ]


def test_a_wrong_shape_has_no_numbers_to_count_and_a_function_that_was_not_called_no_arguments() -> None:
    text = changed(DEEP, "linear_forward", "W @ A + b", "(W @ A + b).T")
    assert len(hint(1, text, "linear_forward")) == 2
    assert hint(1, "def relu(Z, more):\n    return Z\n", "relu") == ["hint 1 of 3", "relu is called with (Z)"]


def test_the_second_hint_is_the_docstring_in_the_layout_and_language_of_the_file() -> None:
    text = changed(DEEP, "linear_forward", "+ b", "- b")
    assert [*docstring(task_of("linear_forward"), "columns", "zh")] == hint(2, text, "linear_forward", language="zh")[
        1:
    ]
    assert "W A + b" in "".join(hint(2, text, "linear_forward"))


def task_of(function: str) -> Task:
    return next(task for task in CHAPTERS["deep"].tasks if task.name == function)


def test_the_third_hint_shows_arguments_and_both_results_in_the_layout_of_the_file() -> None:
    text = changed(DEEP, "linear_backward", "dZ @ A_prev.T / m", "dZ @ A_prev.T")
    lines = hint(3, text, "linear_backward", language="zh")
    assert lines[:2] == ["提示 3/3", "最小的例子："]
    assert [line.partition(" = ")[0] for line in lines[2:]] == ["dZ", "A_prev", "W", "b", "你的 dW", "正确的 dW"]
    numbers = [numbers_in(line) for line in lines[2:]]
    assert [part.shape for part in numbers] == [(1, 3), (2, 3), (1, 2), (1, 1), (1, 2), (1, 2)]
    assert np.allclose(numbers[4], 3 * numbers[5], atol=1e-3)
    text = changed(DEEP, "relu", "    return", "    return 2 *")
    Z, found, right = map(numbers_in, hint(3, text, "relu")[2:])
    assert Z.shape == (2, 3)
    assert np.allclose(found, 2 * right, atol=2e-4)
    assert np.allclose(right, np.maximum(Z, 0), atol=1e-4)
    text = changed(DEEP, "L_model_backward", "AL, Y)", "AL, 1 - Y)")
    lines = hint(3, text, "L_model_backward")
    assert [line for line in lines if line.endswith(":")] == ["the smallest case:", "caches[0]:", "caches[1]:"]
    assert lines[2].startswith("AL = [[0.")


def numbers_in(line: str) -> np.ndarray:
    """The array of a line "NAME = [[1. 2.]\\n [3. 4.]]"."""
    rows = line.partition(" = ")[2].strip("[]").split("]")
    return np.array([[float(number) for number in row.strip(" [\n").split()] for row in rows])


def test_numbers_are_aligned_and_have_four_decimals_without_powers_of_ten() -> None:
    tensor = torch.tensor([[1.23456, 1e-9], [-20.0, 3.0]])
    assert as_lines("W", tensor) == "W = [[  1.2346   0.    ]\n     [-20.       3.    ]]"


def test_only_a_deeper_network_shows_that_a_layer_takes_X() -> None:
    text = changed(
        DEEP, "L_model_forward", "linear_activation_forward(A,", "linear_activation_forward(A if l == L else X,"
    )
    assert any(line.startswith("your AL") for line in hint(3, text, "L_model_forward"))


def test_a_mistake_that_the_small_cases_do_not_show_says_so() -> None:
    """A judge whose cases hold nothing wrong."""
    text = changed(DEEP, "linear_forward", "+ b", "+ b * (A.shape[1] != 7 or 2)")
    judge = judge_of(text, "deep")
    verdict = verdict_by(judge, "linear_forward")
    assert verdict.state == "wrong"
    judge = replace(judge, cases=[], equal_cases=[])
    assert list(hint_lines(3, verdict, judge, "en"))[1:] == ["The smallest case does not show the mistake."]


def test_the_smallest_case_that_shows_a_mistake_is_shown() -> None:
    """The mistake needs more than two examples: the smaller of two cases with them shows it, whatever their order."""
    text = changed(DEEP, "linear_forward", "+ b", "+ b * (1 + (A.shape[1] > 4))")
    judge = judge_of(text, "deep")
    verdict = verdict_by(judge, "linear_forward")
    small, large = (case for case in sorted(judge.cases, key=lambda case: case.X.numel())[-2:])
    assert small.X.numel() < large.X.numel()
    for cases in ([small, large], [large, small]):
        lines = list(hint_lines(3, verdict, replace(judge, cases=cases, equal_cases=[]), "en"))
        assert numbers_in(lines[2]).shape == tuple(small.X.T.shape)


def test_a_function_that_does_not_return_is_called_once_for_its_hint() -> None:
    judge = judge_of("def relu(Z):\n    return Z\n", "deep")
    judge.learner.call = Mock(return_value=Failure("timeout", "20"))  # type: ignore[method-assign]
    verdict = Verdict(task_of("relu"), "not judged", call=judge.calls(task_of("relu"))[0])
    lines = list(hint_lines(3, verdict, judge, "en"))
    assert lines[-1].startswith("relu: it did not return within 20 s")
    assert judge.learner.call.call_count == 1


def test_a_result_without_a_key_shows_the_keys_instead_of_numbers() -> None:
    text = "def initialize_parameters_deep(layer_dims):\n    return {'W1': 0, 'W2': 0}\n"
    assert hint(3, text, "initialize_parameters_deep")[1:] == [
        "the smallest case:",
        "layer_dims = [2, 2, 1]",
        "initialize_parameters_deep: parameters: it returns a dict with the keys W1, W2, "
        "expected a dict with the keys W1, b1, W2, b2",
    ]


def test_a_function_that_always_raises_shows_its_exception_instead_of_numbers() -> None:
    lines = hint(3, "def relu(Z):\n    return Z / 'a'\n", "relu")
    assert lines[1] == "the smallest case:"
    assert lines[2].startswith("Z = [[")
    assert lines[-1].startswith("relu: it raises TypeError in learner.py:2: ")
