"""The sets in the plane: the course's flower, and what seed, points and noise draw."""

import numpy as np
import pytest
import torch

from course_torch.data.planar import NOISE, flower_points
from course_torch.data.source import Source
from course_torch.data.table import load_data_set


def test_the_flower_is_that_of_the_course() -> None:
    """The first point of seed 1, computed from the first noise value of θ and of r."""
    numbers = np.random.RandomState(1)
    theta = 0.2 * numbers.randn(200)[0]
    r = 4 * np.sin(4 * theta) + 0.2 * numbers.randn(200)[0]
    X, Y = flower_points(seed=1)
    assert X.shape == (400, 2)
    assert X[0].tolist() == [r * np.sin(theta), r * np.cos(theta)]
    assert Y.flatten().tolist() == [0] * 200 + [1] * 200


@pytest.mark.parametrize("name", NOISE)
def test_seed_points_and_noise_alone_determine_a_drawn_set(name: str) -> None:
    first, again, other = (load_data_set(name, seed=seed).train.X for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    own, same, other = (load_data_set(name, noise=noise).train.X for noise in (None, NOISE[name], 0.4))
    assert torch.equal(own, same)
    assert not torch.equal(own, other)
    data = load_data_set(name, points=60)
    assert data.train.m + data.splits["test"].m == (120 if name == "planar" else 60)


def test_circles_without_noise_have_their_radii() -> None:
    X, Y = load_data_set("circles", Source(noise=0)).train
    torch.testing.assert_close(X.norm(dim=1, keepdim=True), torch.where(Y == 1, 0.5, 1.0).double())
