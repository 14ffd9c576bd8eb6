"""How two tensors differ, how many digits say that one is a multiple of the other, and how one is rounded."""

from math import inf, isnan, log10, nan

import numpy as np
import pytest
import torch
from torch import Tensor

from course_torch.verification.comparing import Difference, difference, distinct, match, rounded_to, sign_digits
from tests.verification.by_hand import tensor

ERROR = torch.full((2,), 1e-16, dtype=torch.float64)
ZERO, B = torch.zeros(2, dtype=torch.float64), torch.tensor([3, 4], dtype=torch.float64)

# How they differ


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


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (ZERO, ZERO, (0, 0, 0, 0)),
        (ZERO[:0], ZERO[:0], (0, 0, 0, 0)),
        (B, ZERO, (4, 1, 0, 3 * 2**0.5 * 1e-16 / 5)),
        (B, B[:1], (inf, 1, 1, 0)),
    ],
    ids=["two zeros", "empty", "a zero", "other shapes"],
)
def test_no_multiple_is_nearest(a: Tensor, b: Tensor, expected: tuple[float, ...]) -> None:
    """The tolerance is three standard errors beside both norms; ‖error‖ = √2 · 1e-16."""
    seen = difference(a, b, ERROR[: len(a)])
    found = (seen.largest, seen.relative, seen.residual, seen.tolerance)
    assert found == pytest.approx(expected, rel=1e-12, abs=0)
    assert isnan(seen.factor)


def test_a_nan_is_equal_to_nothing_and_vanishing_squares_are_compared() -> None:
    assert not difference(torch.tensor([nan, 0.0]), ZERO, ERROR).agrees
    tiny = torch.tensor([1e-200, 0.0], dtype=torch.float64)
    assert difference(tiny, -tiny, 0 * ERROR).relative == 1.0
    assert not difference(tiny, torch.ones(2, dtype=torch.float64), ERROR).agrees


@pytest.mark.parametrize(
    ("relative", "tolerance", "agrees", "judged"),
    [(0.5, 0.5, True, True), (0.51, 0.5, False, True), (0.5, 0.51, True, False), (nan, 0.5, False, True)],
)
def test_agreement_and_judgement_end_beyond_their_bounds(
    relative: float, tolerance: float, agrees: bool, judged: bool
) -> None:
    seen = Difference(largest=1.0, relative=relative, factor=1.0, residual=0.0, tolerance=tolerance)
    assert (seen.agrees, seen.judged) == (agrees, judged)


# A multiple

R = tensor([1, -2, 0], [4, 3, 5])


def test_a_multiple_is_found_with_its_factor_and_precision() -> None:
    same = match(-0.25 * R, R, error=1e-12)
    assert same.factor == pytest.approx(-0.25, rel=1e-15)
    assert same.precision == pytest.approx(3e-12 / (0.25 * 55**0.5), rel=1e-9, abs=0)
    assert same.digits == pytest.approx(-log10(same.precision))
    assert same.evidence == pytest.approx(5 * same.digits + sign_digits(R.flatten().numpy()))


def test_no_factor_is_more_precise_than_float64() -> None:
    same = match(tensor([0.001, 0.002]), tensor([2, 4]), error=0)
    assert (same.factor, same.precision) == (0.0005, 2.0**-52)


@pytest.mark.parametrize(
    ("found", "suspect", "error", "slack", "matches"),
    [
        (tensor([500, 3]), tensor([1, 0]), 1.0, 0, True),  # the residual may be three errors
        (tensor([500, 3]), tensor([1, 0]), 0.99, 0, False),
        (tensor([30, 40, 0.5]), tensor([3, 4, 0]), 0.1, 0.0041, True),  # and the slack: ‖(30, 40, 0.5)‖ is nearly 50
        (tensor([30, 40, 0.5]), tensor([3, 4, 0]), 0.1, 0.0039, False),
        (tensor([30, 40]), tensor([3, 4]), 5 / 3, 0, True),  # a tenth of the tensor
        (tensor([30, 40]), tensor([3, 4]), 1.7, 0, False),
        (tensor([4, -3]), tensor([3, 4]), 1.0, 0, False),
        (R.T, R, 1e-9, 0, False),
        (0 * R, R, 0, 0, False),
        (R, 0 * R, 1e-9, 0, False),
        (R[:0], R[:0], 0, 0, False),
        (R, R / 0, 1e-9, 0, False),
        (tensor([inf, 1]), tensor([1, 1]), 1e-9, 0, False),
        (tensor([1, 1]), tensor([inf, 1]), 1e-9, 0, False),
    ],
)
def test_what_is_a_multiple(found: Tensor, suspect: Tensor, error: float, slack: float, matches: bool) -> None:
    assert (match(found, suspect, error, slack) is not None) is matches


def test_equal_sizes_are_one_piece_of_evidence_and_signs_count_their_entropy_three_times() -> None:
    """Two signs of three are +: log₁₀(3/2) each, log₁₀ 3 for the other."""
    assert distinct(np.array([1.0, -1.0, 1.0, 0.5, 0.0])) == 2
    assert [distinct(np.array([1.0, other])) for other in (1 - 0.9e-6, 1 - 1.1e-6, 1e-6)] == [1, 2, 1]
    assert sign_digits(np.array([1.0, 2.0, -3.0])) == pytest.approx(3 * (2 * log10(1.5) + log10(3)))
    assert sign_digits(np.array([1.0, 0.0])) == pytest.approx(3 * 2 * log10(2))
    assert sign_digits(np.ones(8)) == 0


def test_ten_thousand_entries_are_evidence_enough() -> None:
    numbers = torch.arange(1, 10_003, dtype=torch.float64) / 10
    assert distinct(numbers.numpy()) == 10_000
    assert sign_digits(torch.cat([numbers[:10_000], -numbers[:5]]).numpy()) == 0


# A narrower dtype

M = 3


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_rounded_numbers_show_their_dtype(dtype: torch.dtype) -> None:
    """The tensor, or its sum over m = 3 examples that is divided afterwards."""
    right, name = tensor([1, 0.1]), str(dtype).removeprefix("torch.")
    for found in (right.to(dtype).double(), (M * right).to(dtype).double() / M):
        assert rounded_to(found, right, 0 * right, M) == name
    if dtype != torch.float32:
        assert rounded_to(right.to(dtype).float(), right.float(), 0 * right, M) == name


@pytest.mark.parametrize(
    ("off", "right", "error", "expected"),
    [
        ([2.0**-30, 2.0**-30], [1, 0.1], 0, None),
        ([1.5e-9, 0], [0.1, 0], 0, None),  # a single number may be rounded by chance
        ([30 * 2.0**-23, 40 * 2.0**-23], [3, 4], 0, "float32"),  # 10 ε ‖right‖ is ‖(30, 40)‖ ε
        ([34 * 2.0**-23, 40 * 2.0**-23], [3, 4], 0, None),
        ([18 * 2.0**-52, 0], [3 + 2.0**-20, 4], 0, "float32"),  # 4 ε ‖right‖ is 20 · 2⁻⁵²
        ([22 * 2.0**-52, 0], [3 + 2.0**-20, 4], 0, None),
        ([3 * 2.0**-21, 0], [3 + 2.0**-40, 4], 2.0**-50, "float32"),  # 2⁻⁵⁰ in float64 is 2⁻²¹ in float32
        ([3.5 * 2.0**-21, 0], [3 + 2.0**-40, 4], 2.0**-50, None),
        ([113 * 2.0**-23, 0], [3 + 2.0**-40, 4], 64 * 2.0**-52, "float32"),  # 50 + 64 = 114 units
        ([116 * 2.0**-23, 0], [3 + 2.0**-40, 4], 64 * 2.0**-52, None),
    ],
)
def test_the_rounding_errors_of_float32(off: list, right: list, error: float, expected: str | None) -> None:
    assert rounded_to(tensor(right) + tensor(off), tensor(right), tensor([error, 0]), M) == expected


def test_an_error_of_the_size_of_bfloat16_is_not_called_so() -> None:
    right = tensor([3 + 2.0**-12, 4]).float()
    assert rounded_to(right + tensor([2.0**-9, 0]).float(), right, tensor([2.0**-20, 0]), M) is None
