"""How two tensors differ, in numbers and as a verdict."""

from math import inf, isnan, nan

import pytest
import torch
from torch import Tensor

from course_torch.verification.difference import Difference, difference

ERROR = torch.full((2,), 1e-16, dtype=torch.float64)
ZERO, B = torch.zeros(2, dtype=torch.float64), torch.tensor([3, 4], dtype=torch.float64)


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
def test_the_difference_of_two_tensors_by_hand(
    a: list[float], b: list[float], relative: float, factor: float, residual: float, agrees: bool
) -> None:
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
