"""Problems in which no mistake can hide: sizes, dtypes and seeds, and the draws that are thrown away."""

from types import SimpleNamespace

import pytest
import torch
from torch import Tensor

from course_torch.formulas.layers import LayerGradients
from course_torch.network.deep_network import DeepNetwork
from tests.verification import problems
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


def with_Z(*layers: Tensor) -> tuple[DeepNetwork, Tensor]:
    """A network whose hidden layers have these Z (m, 1), and its X."""
    network = DeepNetwork([1] * (len(layers) + 1) + [1], "tanh", dtype=torch.float64)
    network.caches = lambda X: [SimpleNamespace(Z=Z) for Z in (*layers, torch.ones(len(X), 1))]
    return network, torch.ones(len(layers[0]), 1, dtype=torch.float64)


def column(positive: int, m: int) -> Tensor:
    """Z (m, 1) with so many entries 1/2. The other entries are -1/2 and a single 0."""
    Z = torch.full((m, 1), -0.5, dtype=torch.float64)
    Z[0], Z[m - positive :] = 0, 0.5
    return Z


@pytest.mark.parametrize(
    ("positive", "m", "expected"),
    [(3, 10, True), (7, 10, True), (2, 10, False), (8, 10, False), (7, 25, False), (18, 25, False)],
)
def test_three_tenths_of_Z_must_lie_on_each_side_of_0(positive: int, m: int, expected: bool) -> None:
    assert shows_all(*with_Z(column(positive, m))) == expected


def test_every_hidden_layer_must_show_both_sides() -> None:
    good, bad = column(5, 10), column(1, 10)
    assert shows_all(*with_Z(good, good))
    assert not shows_all(*with_Z(good, bad))
    assert not shows_all(*with_Z(bad, good))


def draws(monkeypatch: pytest.MonkeyPatch, shown: list[bool], norms: list[list[float]]) -> int:
    """How many networks are drawn, if hidden layers show both sides and ‖dW‖ of the layers are as given."""
    seen, remaining = iter(shown), iter(norms)

    def gradients(self: DeepNetwork, X: Tensor, Y: Tensor) -> list[LayerGradients]:
        assert X.shape[1] == self.layer_sizes[0]
        assert Y.shape == (len(X), 1)
        return [
            LayerGradients(torch.tensor([[norm]], dtype=torch.float64), torch.zeros(1, 1)) for norm in next(remaining)
        ]

    count = 0

    def shows(network: DeepNetwork, X: Tensor) -> bool:
        nonlocal count
        count += 1
        assert X.shape[1] == network.layer_sizes[0]
        return next(seen)

    monkeypatch.setattr(problems, "shows_all", shows)
    monkeypatch.setattr(DeepNetwork, "manual_gradients", gradients)
    random_problem(0)
    return count


def test_a_network_is_drawn_until_it_shows_all_and_every_layer_has_a_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    """‖dW‖ must be above 0.001 in every layer."""
    assert draws(monkeypatch, [True], [[0.0011, 2.0]]) == 1
    assert draws(monkeypatch, [True, True], [[0.001, 2.0], [1.0, 2.0]]) == 2
    assert draws(monkeypatch, [False, False, True], [[1.0, 2.0]]) == 3
