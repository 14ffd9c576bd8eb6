"""How two tensors differ, in numbers worked out by hand."""

from dataclasses import replace
from math import inf, isnan, nan

import pytest
import torch

from course_torch.verification.comparing import Difference, difference

ERROR = torch.full((2,), 1e-16, dtype=torch.float64)


@pytest.mark.parametrize(
    ("a", "b", "relative", "factor", "residual", "agrees"),
    [
        ([3.0, 4.0], [3.0, 4.0], 0.0, 1.0, 0.0, True),
        ([-3.0, -4.0], [3.0, 4.0], 1.0, -1.0, 0.0, False),
        ([21.0, 28.0], [3.0, 4.0], 0.75, 7.0, 0.0, False),
        ([3.0, 0.0], [0.0, 1.0], 10**0.5 / 4, 0.0, 1.0, False),
        ([3.0, 4.0], [4.0, 4.0], 1 / (5 + 32**0.5), 0.875, 0.5**0.5 / 5, False),  # c = 28/32, a - c b = [-1/2, 1/2]
        ([0.0, 0.0], [3.0, 4.0], 1.0, 0.0, 0.0, False),
    ],
)
def test_by_hand(a: list[float], b: list[float], relative: float, factor: float, residual: float, agrees: bool) -> None:
    seen = difference(*(torch.tensor(values, dtype=torch.float64) for values in (a, b)), ERROR)
    assert seen.relative == pytest.approx(relative)
    assert seen.factor == pytest.approx(factor)
    assert seen.residual == pytest.approx(residual)
    assert seen.agrees == agrees
    assert seen.largest == pytest.approx(max(abs(x - y) for x, y in zip(a, b, strict=True)))


def test_two_zeros_are_equal_and_a_nan_is_equal_to_nothing() -> None:
    zero = torch.zeros(2, dtype=torch.float64)
    assert difference(zero, zero, ERROR).agrees
    assert difference(zero, zero, ERROR).relative == 0.0
    assert not difference(torch.tensor([float("nan"), 0.0]), zero, ERROR).agrees


def test_the_tolerance_is_three_standard_errors_beside_both_norms() -> None:
    """‖error‖ = √2 · 1e-16 beside 5 + 5."""
    b = torch.tensor([3.0, 4.0], dtype=torch.float64)
    assert difference(b, b, ERROR).tolerance == pytest.approx(3 * 2**0.5 * 1e-16 / 10, rel=1e-12, abs=0)


def test_numbers_whose_squares_vanish_are_compared_too() -> None:
    a = torch.tensor([1e-200, 0.0], dtype=torch.float64)
    assert difference(a, -a, 0 * ERROR).relative == 1.0
    assert not difference(a, torch.ones(2, dtype=torch.float64), ERROR).agrees


def test_a_tolerance_of_more_than_half_judges_nothing() -> None:
    b = torch.tensor([3.0, 4.0], dtype=torch.float64)
    assert difference(b, b, 2e16 * ERROR).judged is False
    assert difference(b, b, ERROR).judged is True


def test_two_zeros_differ_in_nothing_and_grant_nothing() -> None:
    zero = torch.zeros(2, dtype=torch.float64)
    for seen in (difference(zero, zero, ERROR), difference(zero[:0], zero[:0], ERROR[:0])):
        assert (seen.largest, seen.relative, seen.residual, seen.tolerance) == (0, 0, 0, 0)
        assert isnan(seen.factor)


def test_no_multiple_of_zero_is_nearest() -> None:
    a = torch.tensor([3.0, 4.0], dtype=torch.float64)
    seen = difference(a, 0 * a, ERROR)
    assert (seen.largest, seen.relative, seen.residual) == (4, 1, 0)
    assert isnan(seen.factor)


def test_other_shapes_differ_as_much_as_tensors_can() -> None:
    seen = difference(ERROR, ERROR[:1], ERROR)
    assert (seen.largest, seen.relative, seen.residual, seen.tolerance) == (inf, 1, 1, 0)
    assert isnan(seen.factor)


def test_agreement_and_judgement_end_beyond_their_bounds() -> None:
    at_the_bound = Difference(largest=1.0, relative=0.5, factor=1.0, residual=0.0, tolerance=0.5)
    assert at_the_bound.agrees
    assert at_the_bound.judged
    assert not replace(at_the_bound, relative=0.51).agrees
    assert not replace(at_the_bound, tolerance=0.51).judged
    assert not replace(at_the_bound, relative=nan).agrees
