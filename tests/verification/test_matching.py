"""A tensor is a multiple of another one, and how many digits speak for it."""

from math import log10

import pytest
import torch

from course_torch.verification.matching import distinct, match, sign_digits

R = torch.tensor([[1.0, -2.0, 0.0], [4.0, 3.0, 5.0]], dtype=torch.float64)


def test_a_multiple_is_found_with_its_factor_and_precision() -> None:
    same = match(-0.25 * R, R, error=1e-12)
    assert same.factor == pytest.approx(-0.25, rel=1e-15)
    assert same.precision == pytest.approx(3e-12 / (0.25 * 55**0.5))
    assert same.digits == pytest.approx(-log10(same.precision))
    assert same.evidence == pytest.approx(5 * same.digits + sign_digits(R.flatten()))


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
    assert distinct(torch.tensor([1.0, -1.0, 1.0, 0.5, 0.0])) == 2
    assert sign_digits(torch.ones(8)) == 0
    assert sign_digits(torch.tensor([1.0, -1.0])) == pytest.approx(3 * 2 * log10(2))
