"""What counts as right: a difference that rounding errors of float32 explain."""

from math import inf, nan

import pytest
import torch

from course_torch.exercises.explain.symptoms import equal, is_right
from course_torch.exercises.sandbox.layout import Part
from course_torch.mistakes.solution import changed, solution
from tests.exercises.judged import verdict_on


def number(value: float) -> torch.Tensor:
    return torch.tensor(value, dtype=torch.float64)


def test_a_sum_near_0_keeps_the_rounding_errors_of_its_terms() -> None:
    """In float32, 1.003 - 1 is wrong by 5e-8, which is 2e-5 of the result."""
    found = (torch.tensor(1.003) - torch.tensor(1.0)).double()
    assert is_right(Part("b", found, number(0.003)), None)


def test_a_difference_beyond_rounding_errors_is_wrong() -> None:
    assert not is_right(Part("b", number(0.00301), number(0.003)), None)
    assert not is_right(Part("w", number(2.00001), number(2.0)), None)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([1.0, 2.0], [1.0, 2.0], True),
        ([3.0, 4.0], [3.0, 4.0 + 9e-6], True),  # a millionth of 5 + 5
        ([3.0, 4.0], [3.0, 4.0 + 1.1e-5], False),
        ([nan, inf, -inf, 1.0], [nan, inf, -inf, 1.0], True),
        ([inf, 1.0], [-inf, 1.0], False),
        ([nan, 1.0], [inf, 1.0], False),
        ([nan, 1.0], [9.0, 1.0], False),
        ([inf, 1.0], [1e308, 1.0], False),
        ([nan, 1.0], [nan, 2.0], False),
    ],
)
def test_nan_equals_nan_and_a_number_equals_what_is_near(a: list[float], b: list[float], expected: bool) -> None:
    assert equal(torch.tensor(a, dtype=torch.float64), torch.tensor(b, dtype=torch.float64)) == expected


def test_other_shapes_are_not_equal() -> None:
    assert not equal(torch.ones(1, 2), torch.ones(2, 1))


def test_a_numpy_array_in_a_torch_file_is_named() -> None:
    text = changed(solution("shallow", "torch", "rows"), "sigmoid", "torch.exp(-Z))", "torch.exp(-Z)).numpy()")
    verdict = verdict_on(text, "shallow", "sigmoid")
    assert (verdict.state, [each.key for each in verdict.findings]) == ("wrong", ["NumPy in torch"])


def test_costs_may_be_a_numpy_array_in_a_torch_file() -> None:
    text = changed(solution("shallow", "torch", "rows"), "train", "parameters, costs", "parameters, numpy.array(costs)")
    assert verdict_on(text.replace("import torch", "import numpy, torch", 1), "shallow", "train").state == "right"
