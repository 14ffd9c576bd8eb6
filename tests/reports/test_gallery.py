"""The trainings behind the gallery show what the notes say of the learning rate."""

import pytest
import torch

from course_torch.reports.gallery import logistic_surface


@pytest.mark.slow
def test_a_small_rate_is_slow_the_right_rate_converges_and_a_large_rate_oscillates() -> None:
    surface = logistic_surface(steps=20)
    small, right, large = surface.paths.values()
    row, column = divmod(int(surface.J.argmin()), surface.J.shape[1])
    minimum = torch.stack([surface.w[row], surface.b[column]])
    grid = (surface.w[1] - surface.w[0]).item()
    assert (right[-1] - minimum).norm() < grid
    assert 1 < (small[-1] - minimum).norm() < (small[0] - minimum).norm()
    last = large.diff(dim=0)[-5:]
    assert (last.norm(dim=1) > 0.5).all()
    assert ((last[1:] * last[:-1]).sum(dim=1) < 0).all(), "each step turns back"


def test_the_cost_is_convex_along_every_line_of_the_grid() -> None:
    J = logistic_surface(steps=1).J
    assert (J.diff(n=2, dim=0) > 0).all()
    assert (J.diff(n=2, dim=1) > 0).all()
