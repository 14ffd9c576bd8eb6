"""A tensor is a multiple of another one, and how many digits speak for it."""

from math import inf, log10

import numpy as np
import pytest
import torch

from course_torch.verification.comparing import distinct, match, sign_digits
from tests.verification.by_hand import tensor

R = torch.tensor([[1.0, -2.0, 0.0], [4.0, 3.0, 5.0]], dtype=torch.float64)


def test_a_multiple_is_found_with_its_factor_and_precision() -> None:
    same = match(-0.25 * R, R, error=1e-12)
    assert same.factor == pytest.approx(-0.25, rel=1e-15)
    assert same.precision == pytest.approx(3e-12 / (0.25 * 55**0.5), rel=1e-9, abs=0)
    assert same.digits == pytest.approx(-log10(same.precision))
    assert same.evidence == pytest.approx(5 * same.digits + sign_digits(R.flatten().numpy()))


def test_what_is_farther_than_three_errors_is_no_multiple() -> None:
    off = torch.zeros_like(R)
    off[0, 2] = 2.9e-6
    assert match(R + off, R, error=1e-6) is not None
    assert match(R + 1.1 * off, R, error=1e-6) is None
    assert match(R + 1.1 * off, R, error=1e-6, slack=1e-6) is not None


def test_other_shapes_zeros_and_infinities_match_nothing() -> None:
    assert match(R.T, R, error=1e-9) is None
    assert match(0 * R, R, error=1e-9) is None
    assert match(R, 0 * R, error=1e-9) is None
    assert match(R, R / 0, error=1e-9) is None


def test_an_error_that_hides_the_tensor_matches_nothing() -> None:
    assert match(R, R, error=R.norm().item()) is None


def test_equal_sizes_are_one_piece_of_evidence() -> None:
    assert distinct(np.array([1.0, -1.0, 1.0, 0.5, 0.0])) == 2
    assert sign_digits(np.ones(8)) == 0
    assert sign_digits(np.array([1.0, -1.0])) == pytest.approx(3 * 2 * log10(2))


def test_infinities_and_empty_tensors_match_nothing() -> None:
    assert match(R / 0, R, error=1e-9) is None
    assert match(tensor([inf, 1]), tensor([1, 1]), error=1e-9) is None
    assert match(tensor([1, 1]), tensor([inf, 1]), error=1e-9) is None
    assert match(R[:0], R[:0], error=0) is None


def test_zeros_match_nothing_even_without_an_error() -> None:
    assert match(0 * R, R, error=0) is None


def test_small_tensors_match() -> None:
    assert match(tensor([0.001, 0.002]), tensor([2, 4]), error=1e-12).factor == pytest.approx(0.0005)


def test_a_tensor_at_a_right_angle_is_no_multiple() -> None:
    assert match(tensor([4, -3]), tensor([3, 4]), error=1.0, slack=0.0) is None


def test_the_residual_may_be_three_errors_and_the_slack() -> None:
    """Beside (1, 0) the residual of (500, 3) is 3, and ‖(30, 40, 0.5)‖ is nearly 50."""
    assert match(tensor([500, 3]), tensor([1, 0]), error=1.0).factor == 500
    assert match(tensor([500, 3]), tensor([1, 0]), error=0.99) is None
    assert match(tensor([30, 40, 0.5]), tensor([3, 4, 0]), error=0.1, slack=0.0041) is not None
    assert match(tensor([30, 40, 0.5]), tensor([3, 4, 0]), error=0.1, slack=0.0039) is None


def test_the_error_may_be_a_tenth_of_the_tensor() -> None:
    assert match(tensor([30, 40]), tensor([3, 4]), error=5 / 3).precision == 0.1
    assert match(tensor([30, 40]), tensor([3, 4]), error=1.7) is None
    assert match(tensor([30, 40]), tensor([3, 4]), error=0, slack=0.01).precision == pytest.approx(0.01)


def test_no_factor_is_more_precise_than_float64() -> None:
    same = match(tensor([1, 2]), tensor([2, 4]), error=0)
    assert (same.factor, same.precision) == (0.5, 2.0**-52)
    assert same.digits == pytest.approx(52 * log10(2))
    assert same.evidence == pytest.approx(2 * 52 * log10(2))


def test_sizes_within_a_millionth_of_the_largest_are_equal() -> None:
    assert distinct(np.array([1.0, 1 - 0.9e-6])) == 1
    assert distinct(np.array([1.0, 1 - 1.1e-6])) == 2
    assert distinct(np.array([1.0, 1e-6])) == 1
    found = match(tensor([500, 500 - 0.00045]), tensor([500, 500 - 0.00045]), error=1e-6)
    assert found.evidence == pytest.approx(found.digits)


def test_ten_thousand_entries_are_evidence_enough() -> None:
    numbers = torch.arange(1, 10_003, dtype=torch.float64) / 10
    assert distinct(numbers.numpy()) == 10_000
    assert sign_digits(torch.cat([numbers[:10_000], -numbers[:5]]).numpy()) == 0


def test_the_pattern_of_signs_counts_its_entropy_three_times() -> None:
    """Two signs of three are +: log₁₀(3/2) each, log₁₀ 3 for the other."""
    assert sign_digits(np.array([1.0, 2.0, -3.0])) == pytest.approx(3 * (2 * log10(1.5) + log10(3)))
    assert sign_digits(np.array([1.0, 0.0])) == pytest.approx(3 * 2 * log10(2))
