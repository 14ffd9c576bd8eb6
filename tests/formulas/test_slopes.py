import pytest

from course_torch.formulas.slopes import slope_by_nudge, slope_from_both_sides


def cube(a: float) -> float:
    return a**3


def test_the_notes_nudge_of_a_cubed() -> None:
    """a³ at a = 2.001 is 8.012 to three decimals, so the slope at 2 is about 12 (notes 1.4)."""
    assert f"{cube(2.001):.3f}" == "8.012"
    assert slope_by_nudge(cube, 2) == pytest.approx(12, abs=0.007)
    assert slope_from_both_sides(cube, 2) == pytest.approx(12, abs=2e-6)


def test_the_slope_differs_from_point_to_point_unless_f_is_a_line() -> None:
    """a³ has slope 3a²: 3 at 1, 12 at 2, 75 at 5. 3a has slope 3 everywhere."""
    assert [round(slope_by_nudge(cube, a)) for a in (1, 2, 5)] == [3, 12, 75]
    assert [slope_by_nudge(lambda a: 3 * a, a) for a in (2, 5)] == [pytest.approx(3)] * 2
