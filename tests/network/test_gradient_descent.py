"""Compare gradient descent with the costs that the course's assignments print, and with torch's SGD."""

from collections.abc import Callable
from copy import deepcopy
from math import exp, log
from pathlib import Path

import numpy as np
import pytest
import torch

from course_torch import DeepNetwork, gradient_descent
from course_torch.data.data_set import features
from course_torch.data.planar import flower_points
from course_torch.data.published_sets import load_cats
from course_torch.errors import InputError
from course_torch.network import gradient_descent as descent
from course_torch.network.gradient_descent import METHODS
from tests.conftest import Problem, assert_equal

FLOWER_COSTS = [0.693048, 0.288083, 0.254385]  # published, before iterations 0, 1000, 2000
CATS_COSTS = [0.693147, 0.584508, 0.466949]  # published, before iterations 0, 100, 200


def test_flower_reaches_the_published_costs() -> None:
    network = DeepNetwork([2, 4, 1], "tanh", dtype=torch.float64)
    numbers = np.random.RandomState(2)
    with torch.no_grad():
        for layer in network.layers:
            layer.W.copy_(torch.from_numpy(numbers.randn(*layer.W.shape) * 0.01))
    X, Y = flower_points(seed=1)
    history = gradient_descent(network, X, Y, learning_rate=1.2, iterations=2001, record_every=1000)
    assert history.costs == pytest.approx(FLOWER_COSTS, abs=6e-7)


def test_logistic_regression_on_the_cats_reaches_the_published_costs(cats_folder: Path) -> None:
    data = load_cats(str(cats_folder))
    network = DeepNetwork([12288, 1], initialization="zeros", dtype=torch.float64)
    X = features(data.train.X, data.scale, torch.float64)
    history = gradient_descent(network, X, data.train.Y, learning_rate=0.005, iterations=201)
    assert history.costs == pytest.approx(CATS_COSTS, abs=6e-7)


def test_one_iteration_is_one_step_of_torch_sgd(make_problem: Callable[..., Problem]) -> None:
    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation="leaky_relu", learn_slope=True)
    expected = {name: parameter.clone() for name, parameter in network.named_parameters()}
    for name, gradient in zip(
        expected, torch.autograd.grad(network.autograd_cost(X, Y), list(network.parameters())), strict=True
    ):
        expected[name] = expected[name] - 0.5 * gradient
    gradient_descent(network, X, Y, learning_rate=0.5, iterations=1)
    for name, parameter in network.named_parameters():
        assert_equal(name, parameter.detach(), expected[name].detach())


def test_labels_of_the_wrong_shape_are_rejected_before_the_first_step(make_problem: Callable[..., Problem]) -> None:
    network, X, Y = make_problem()
    with pytest.raises(InputError, match="layer 3: expected Y"):
        gradient_descent(network, X, Y.repeat(1, 2), learning_rate=0.1, iterations=1)


def test_costs_are_recorded_before_every_nth_update(make_problem: Callable[..., Problem]) -> None:
    network, X, Y = make_problem()
    first = network.cost(X, Y).item()
    history = gradient_descent(network, X, Y, learning_rate=0.1, iterations=7, record_every=3)
    assert len(history.costs) == 3
    assert history.costs[0] == pytest.approx(first, rel=1e-12)
    assert history.costs == sorted(history.costs, reverse=True)


def test_a_learned_slope_changes_and_lowers_the_cost(generator: torch.Generator) -> None:
    """The labels come from a leaky ReLU of slope 0.5. A learned slope leaves 0.01, and the final cost is lower."""
    X = torch.randn(200, 2, dtype=torch.float64, generator=generator)
    Y = (torch.nn.functional.leaky_relu(X[:, :1] + X[:, 1:], 0.5) > 0.2).double()
    costs = {}
    for learn_slope in (False, True):
        network = DeepNetwork(
            [2, 3, 1],
            "leaky_relu",
            learn_slope=learn_slope,
            dtype=torch.float64,
            generator=torch.Generator().manual_seed(1),
        )
        history = gradient_descent(network, X, Y, learning_rate=0.5, iterations=401, record_every=400)
        costs[learn_slope] = history.costs[-1]
        assert (network.layers[0].slope.item() != 0.01) == learn_slope
    assert costs[True] < costs[False]


@pytest.mark.parametrize("method", METHODS)
def test_two_steps_of_logistic_regression_by_hand(method: str) -> None:
    """W = b = 0, so J = ln 2 and dZ = (-½, ½, ½): dW = ⅓ (-1 + 0 + ½), db = ⅓ · ½ and the step of α = 0.6 is ±0.1.

    Then Z = (0.1, -0.1, 0): twice the loss ln(1 + exp(-0.1)), and ln 2.
    """
    X, Y = (torch.tensor(numbers, dtype=torch.float64).reshape(3, 1) for numbers in ([2, 0, 1], [1, 0, 0]))
    network = DeepNetwork([1, 1], initialization="zeros", dtype=torch.float64)
    options = {"learning_rate": 0.6, "record_every": 1, "method": method}
    history = gradient_descent(network, X, Y, iterations=1, **options)
    assert history.costs == [pytest.approx(log(2))]
    assert network.layers[0].W.item() == pytest.approx(0.1)
    assert network.layers[0].b.item() == pytest.approx(-0.1)
    history = gradient_descent(network, X, Y, iterations=1, **options)
    assert history.costs == [pytest.approx((2 * log(1 + exp(-0.1)) + log(2)) / 3)]


@pytest.mark.parametrize("method", METHODS)
def test_costs_of_every_method_are_recorded_before_iterations_0_3_and_6(
    method: str, make_problem: Callable[..., Problem]
) -> None:
    """The costs of seven single steps, of which every third is recorded."""
    network, X, Y = make_problem()
    stepped, costs = deepcopy(network), []
    for _ in range(7):
        costs.append(stepped.cost(X, Y).item())
        gradient_descent(stepped, X, Y, learning_rate=0.1, iterations=1, method="plain")
    history = gradient_descent(network, X, Y, learning_rate=0.1, iterations=7, record_every=3, method=method)
    assert history.costs == pytest.approx(costs[::3], rel=1e-12)
    assert history.record_every == 3


def test_every_hundredth_cost_is_recorded_unless_another_number_is_given(make_problem: Callable[..., Problem]) -> None:
    network, X, Y = make_problem([4, 1])
    history = gradient_descent(network, X, Y, learning_rate=0.1, iterations=201)
    assert (len(history.costs), history.record_every) == (3, 100)


def test_descent_leaves_leaves_without_gradients(make_problem: Callable[..., Problem]) -> None:
    network, X, Y = make_problem()
    gradient_descent(network, X, Y, learning_rate=0.1, iterations=2, method="plain")
    assert all(each.is_leaf and each.requires_grad and each.grad is None for each in network.parameters())


@pytest.fixture
def multiplications_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers that a reader can add up: neither moved entries nor small operations count."""
    monkeypatch.setattr(descent, "ENTRY", 0)
    monkeypatch.setattr(descent, "SET_UP", 0)


@pytest.mark.usefixtures("multiplications_alone")
@pytest.mark.parametrize(
    ("m", "layer_sizes", "iterations", "method"),
    [
        (4, [4, 1], 5, "fused"),  # 48 + 32 + 5 · 16 = 160 = 5 · 32: no gain
        (4, [4, 1], 6, "gram"),  # 48 + 32 + 6 · 16 = 176 < 6 · 32
        (3, [4, 2, 9], 2, "fused"),  # 27 + 48 + 2 · 18 = 111 > 2 · 48
        (3, [4, 2, 9], 3, "gram"),  # 27 + 48 + 3 · 18 = 129 < 3 · 48
        (4, [5, 3, 2, 1], 2, "fused"),  # 60 + 120 + 2 · 48 = 276 > 2 · 120
        (4, [5, 3, 2, 1], 3, "gram"),  # 60 + 120 + 3 · 48 = 324 < 3 · 120
    ],
)
def test_gram_is_chosen_where_it_multiplies_less(m: int, layer_sizes: list[int], iterations: int, method: str) -> None:
    """¾ m² n_x for X Xᵀ, 2 m n_x n_1 for Z₀ and the last W, m² n_1 a step; against 2 m n_x n_1 a step."""
    assert descent.faster_form(m, layer_sizes, iterations) == method


@pytest.mark.usefixtures("multiplications_alone")
@pytest.mark.parametrize(("iterations", "expected"), [(2, "fused"), (3, "gram")])
def test_auto_runs_the_method_that_multiplies_less(
    iterations: int, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = []
    for method in METHODS:
        monkeypatch.setitem(METHODS, method, lambda *arguments, method=method: called.append(method) or [0.5])
    X, Y = torch.zeros(2, 3), torch.ones(2, 1)
    history = gradient_descent(DeepNetwork([3, 1]), X, Y, learning_rate=1, iterations=iterations)
    assert called == [expected]
    assert history.costs == [0.5]


def test_labels_that_the_loss_does_not_take_are_rejected_before_the_first_step(
    make_problem: Callable[..., Problem],
) -> None:
    network, X, Y = make_problem()
    with pytest.raises(InputError, match="found the label 2, expected 0 or 1"):
        gradient_descent(network, X, 2 * torch.ones_like(Y), learning_rate=0.1, iterations=1)
