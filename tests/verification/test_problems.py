"""Problems in which no mistake can hide: sizes, dtypes and seeds, and the draws that are thrown away."""

import pytest
import torch

from course_torch.network.deep_network import DeepNetwork
from tests.verification.problems import labels, random_problem, shows_all


@pytest.mark.parametrize(
    ("seed", "hidden_layers", "m", "activation"),
    [(0, 2, 9, "tanh"), (1, 3, 11, "relu"), (2, 4, 23, "tanh"), (3, 2, 9, "relu"), (7, 3, 11, "relu")],
)
def test_the_seed_chooses_depth_examples_and_activation(seed: int, hidden_layers: int, m: int, activation: str) -> None:
    network, X, Y = random_problem(seed)
    assert len(network.layers) == hidden_layers + 1
    assert X.shape == (m, 8)
    assert Y.shape == (m, 1)
    assert network.hidden_activation.name == activation


@pytest.mark.parametrize(
    ("output", "n_x", "widths", "n_y"),
    [("sigmoid", 8, range(2, 7), 1), ("identity", 8, range(2, 7), 1), ("softmax", 10, range(4, 9), 3)],
)
def test_all_widths_are_distinct_and_unlike_m(output: str, n_x: int, widths: range, n_y: int) -> None:
    seen = set()
    for seed in range(12):
        network, X, Y = random_problem(seed, output=output)
        assert network.output.name == output
        assert all((layer.b != 0).all() for layer in network.layers)
        assert len(Y.unique(dim=0)) > 1
        first, *hidden, last = network.layer_sizes
        assert (first, last) == (n_x, n_y)
        assert len(set(hidden)) == len(hidden)
        assert len(X) not in network.layer_sizes
        seen |= set(hidden)
    assert seen == set(widths)


def test_square_networks_have_five_units_in_every_layer_and_deep_ones_at_least_three_layers() -> None:
    assert [random_problem(seed, "square")[0].layer_sizes[1:-1] for seed in range(3)] == [[5] * n for n in (2, 3, 4)]
    assert [random_problem(seed, "deep")[0].layer_sizes[1:-1] for seed in range(3)] == [[5] * n for n in (3, 3, 4)]


@pytest.mark.parametrize("activation", ["tanh", "relu", "leaky_relu", "sigmoid"])
def test_an_activation_may_be_needed(activation: str) -> None:
    assert random_problem(0, activation)[0].hidden_activation.name == activation
    assert random_problem(1, activation)[0].hidden_activation.name == activation


def test_a_leaky_slope_of_a_tenth_is_learned() -> None:
    network, _, _ = random_problem(0, "leaky_relu")
    assert [(layer.slope.item(), layer.slope.requires_grad) for layer in network.layers[:-1]] == [(0.1, True)] * 2


def test_zeros_are_a_first_ReLU_unit_without_an_input() -> None:
    network, X, _ = random_problem(0, "zeros")
    zero = network.caches(X)[0].Z == 0
    assert network.hidden_activation.name == "relu"
    assert zero[:, 0].all()
    assert not zero[:, 1:].any()
    assert sum((layer.b == 0).sum().item() for layer in network.layers) == 1


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_a_float32_problem_is_the_float64_problem_rounded(dtype: torch.dtype) -> None:
    wide, narrow = random_problem(4), random_problem(4, dtype=dtype)
    for one, other in zip([*wide[0].parameters(), *wide[1:]], [*narrow[0].parameters(), *narrow[1:]], strict=True):
        assert other.dtype == dtype
        assert torch.equal(one.to(dtype), other)
    assert not torch.equal(wide[1], wide[1].float().double())
    assert not any(torch.equal(each.W, each.W.float().double()) for each in wide[0].layers)


def test_only_the_seed_decides() -> None:
    numbers = []
    for other_draws in (0, 1):
        torch.manual_seed(other_draws)
        network, X, Y = random_problem(6, output="identity")
        numbers.append(torch.cat([*(each.flatten() for each in network.parameters()), X.flatten(), Y.flatten()]))
    assert torch.equal(*numbers)
    assert not torch.equal(random_problem(0)[1], random_problem(6)[1])


# Labels


def test_classes_take_turns() -> None:
    generator = torch.Generator()
    assert labels("sigmoid", 5, 1, generator).tolist() == [[0], [1], [0], [1], [0]]
    assert labels("softmax", 4, 3, generator).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]
    assert labels("softmax", 4, 3, generator).dtype == labels("sigmoid", 5, 1, generator).dtype == torch.float64


def test_numbers_are_drawn_in_float64() -> None:
    Y = labels("identity", 5, 2, torch.Generator().manual_seed(1))
    assert torch.equal(Y, torch.randn(5, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1)))


# What is thrown away


@pytest.mark.parametrize("need", ["any", "leaky_relu", "square", "deep"])
@pytest.mark.parametrize("output", ["sigmoid", "softmax", "identity"])
def test_every_hidden_layer_shows_both_sides_of_0_and_every_layer_has_a_gradient(need: str, output: str) -> None:
    """At least 3 of 10 entries of Z lie on each side, and ‖dW‖ is above 0.001."""
    for seed in range(12):
        network, X, Y = random_problem(seed, need, output)
        for cache in network.caches(X)[:-1]:
            assert 0.3 <= (cache.Z > 0).double().mean() <= 0.7
        assert all(each.dW.norm() > 1e-3 for each in network.manual_gradients(X, Y))


@pytest.mark.parametrize(("positive", "expected"), [(2, False), (3, True), (7, True), (8, False)])
def test_three_tenths_of_Z_must_lie_on_each_side_of_0(positive: int, expected: bool) -> None:
    """Z[1] = X: so many entries are positive, one is 0 and the others are negative."""
    network = DeepNetwork([1, 1, 1], "tanh", initialization="zeros", dtype=torch.float64)
    with torch.no_grad():
        network.layers[0].W.fill_(1)
    X = torch.arange(10, dtype=torch.float64).reshape(-1, 1) - (9 - positive)
    assert shows_all(network, X) is expected
