"""Symptoms of a failing training, on numbers worked out by hand."""

from math import log

import pytest
import torch

from course_torch import DeepNetwork
from course_torch.formulas.outputs import OUTPUTS
from course_torch.training.symptoms import (
    base_rate_cost,
    dead_layers,
    first_non_finite,
    first_non_finite_parameter,
    looks_like_raw_pixels,
    undecided_cost,
)
from tests.conftest import random_problem

SIGMOID, SOFTMAX, IDENTITY = OUTPUTS["sigmoid"], OUTPUTS["softmax"], OUTPUTS["identity"]


@pytest.fixture
def network(generator: torch.Generator) -> DeepNetwork:
    return random_problem([4, 6, 3, 1], 7, generator)[0]


@pytest.mark.parametrize("broken", ["W[1]", "b[2]", "W[3]"])
def test_the_first_tensor_that_is_not_finite_is_named(network: DeepNetwork, broken: str) -> None:
    X = torch.ones(5, 4, dtype=torch.float64)
    assert first_non_finite(network, X) is None
    assert first_non_finite_parameter(network) is None
    getattr(network.layers[int(broken[2]) - 1], broken[0]).data.flatten()[0] = torch.nan
    assert first_non_finite(network, X) == broken
    assert first_non_finite_parameter(network) == broken


def test_an_overflow_in_a_product_is_reported_as_Z(network: DeepNetwork) -> None:
    network.layers[1].W.data.fill_(1e308)
    network.layers[0].b.data.fill_(100)
    assert first_non_finite(network, torch.ones(5, 4, dtype=torch.float64)) == "Z[2]"
    assert first_non_finite(network, torch.full((5, 4), torch.inf, dtype=torch.float64)) == "X"


def test_a_layer_is_dead_if_every_unit_is_0_for_every_example(network: DeepNetwork) -> None:
    X = torch.ones(5, 4, dtype=torch.float64)
    network.layers[0].b.data.fill_(100)
    network.layers[1].b.data.fill_(-1000)
    assert dead_layers(network, X) == [2]
    network.layers[1].b.data[0, 0] = 1000
    assert dead_layers(network, X) == []


def test_pixels_that_were_not_divided_by_255_are_recognised() -> None:
    assert looks_like_raw_pixels(torch.tensor([[0.0, 255.0], [17.0, 3.0]]))
    assert not looks_like_raw_pixels(torch.tensor([[0.0, 1.0], [0.5, 3.0]]))
    assert not looks_like_raw_pixels(torch.tensor([[-3.0, 40.0]]))
    assert not looks_like_raw_pixels(torch.tensor([[0.5, 40.0]]))


def test_the_cost_of_the_base_rate_is_the_entropy_of_the_labels() -> None:
    """72 cats of 209: -(72/209) ln(72/209) - (137/209) ln(137/209) = 0.6440; a class that never occurs adds 0."""
    cats = torch.tensor([[1]] * 72 + [[0]] * 137)
    assert base_rate_cost(cats, SIGMOID) == pytest.approx(0.6440, abs=5e-5)
    assert base_rate_cost(torch.cat([cats, cats], dim=1), SIGMOID) == pytest.approx(2 * 0.6440, abs=1e-4)
    quarters = torch.eye(4).repeat(3, 1)
    assert base_rate_cost(quarters, SOFTMAX) == pytest.approx(log(4))
    assert base_rate_cost(torch.tensor([[1, 0], [1, 0]]), SOFTMAX) == 0


def test_the_undecided_cost_assumes_equal_probabilities_for_all_answers() -> None:
    assert undecided_cost(torch.tensor([[1], [0]]), SIGMOID) == pytest.approx(log(2))
    assert undecided_cost(torch.eye(10), SOFTMAX) == pytest.approx(log(10))


def test_squared_error_starts_near_half_the_mean_square_and_can_stay_at_half_the_variance() -> None:
    """Y = 1, 2, 6: ½ (1 + 4 + 36) / 3 at Z = 0, ½ (4 + 1 + 9) / 3 at their mean 3."""
    Y = torch.tensor([[1.0], [2.0], [6.0]])
    assert undecided_cost(Y, IDENTITY) == pytest.approx(41 / 6)
    assert base_rate_cost(Y, IDENTITY) == pytest.approx(14 / 6)
