"""The fast forms of gradient descent give the same results as the plain form."""

from collections.abc import Callable
from copy import deepcopy

import pytest
import torch

from course_torch import gradient_descent
from course_torch.data.data_set import features
from course_torch.data.table import load_data_set
from course_torch.errors import InputError
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.fast_descent import DirectLayer, GramLayer, direct_layer_1, gram_matrix
from course_torch.network.gradient_descent import faster_form, work
from tests.conftest import Problem, assert_equal

MakeProblem = Callable[..., Problem]


def assert_same_run(network: DeepNetwork, X: torch.Tensor, Y: torch.Tensor, method: str, **options: object) -> None:
    """Compare costs and final parameters of the plain form and of `method`."""
    other = deepcopy(network)
    costs = gradient_descent(network, X, Y, record_every=3, method="plain", **options).costs
    fast = gradient_descent(other, X, Y, record_every=3, method=method, **options).costs
    assert fast == pytest.approx(costs, rel=1e-11)
    for (name, expected), actual in zip(network.named_parameters(), other.parameters(), strict=True):
        assert_equal(name, actual.detach(), expected.detach(), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("method", ["fused", "gram"])
@pytest.mark.parametrize("hidden_activation", ACTIVATIONS)
@pytest.mark.parametrize("layer_sizes", [[5, 1], [5, 4, 3, 2], [30, 6, 2]])
@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_every_activation_output_and_depth(
    method: str, hidden_activation: str, layer_sizes: list[int], output: str, make_problem: MakeProblem
) -> None:
    if output == "softmax" and layer_sizes[-1] == 1:
        layer_sizes = [*layer_sizes[:-1], 3]
    network, X, Y = make_problem(
        layer_sizes, hidden_activation=hidden_activation, output=output, learn_slope=True, slope=0.1
    )
    assert_same_run(network, X, Y, method, learning_rate=0.1, iterations=20)


@pytest.mark.parametrize("method", ["fused", "gram", "auto"])
@pytest.mark.parametrize("name", ["pictures", "planar", "moons", "circles", "blobs", "gaussian_quantiles", "digits"])
def test_every_data_set(name: str, method: str) -> None:
    data = load_data_set(name)
    X = features(data.train.X, data.scale, torch.float64)
    n_y = data.train.Y.shape[1]
    network = DeepNetwork(
        [X.shape[1], 5, n_y],
        "tanh",
        "softmax" if n_y > 1 else "sigmoid",
        dtype=torch.float64,
        generator=torch.Generator().manual_seed(3),
    )
    assert_same_run(network, X, data.train.Y, method, learning_rate=0.01, iterations=7)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_operations_that_write_into_buffers_equal_the_formulas(name: str, generator: torch.Generator) -> None:
    Z, dA = (torch.randn(4, 9, dtype=torch.float64, generator=generator) for _ in range(2))
    Z[0, 0] = 0
    slope, A = torch.tensor(0.1, dtype=torch.float64), torch.empty_like(Z)
    ACTIVATIONS[name].write_value(Z, slope, A)
    assert_equal("A", A, ACTIVATIONS[name].value(Z, slope))
    expected = dA * ACTIVATIONS[name].derivative(Z, A, slope)
    ACTIVATIONS[name].turn_into_dZ(dA, Z, A, slope)
    assert_equal("dZ", dA, expected)


def test_the_work_of_a_product_is_its_multiplications_and_the_entries_that_it_moves() -> None:
    assert work(2, 3, 7) == 2 * 3 * 7 + 5 * (2 * 3 + 3 * 7 + 2 * 7)


def test_gram_is_chosen_for_wide_examples_and_many_steps() -> None:
    """Cats: 209² · 20 multiplications in a step instead of 2 · 209 · 12288 · 20.

    The flower has only two features, and ten steps are too few to compute X Xᵀ first.
    """
    assert faster_form(209, [12288, 20, 7, 5, 1], 2500) == "gram"
    assert faster_form(400, [2, 4, 1], 10_000) == "fused"
    assert faster_form(209, [12288, 1], 10) == "fused"


def test_gram_pays_once_its_set_up_is_regained() -> None:
    """m = n_x = n_1 = 100: the work of each product is w = 10⁶ + 5 · 3 · 10⁴. A step of gram has one product less.

    gram's set-up is 7 · 10⁶ + ¾ w + 2 w = 8.84 w, so it is regained in the ninth step.
    """
    assert faster_form(100, [100, 100, 1], 8) == "fused"
    assert faster_form(100, [100, 100, 1], 9) == "gram"


def test_an_unknown_method_is_rejected(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    with pytest.raises(InputError, match="method: found 'fast', expected one of plain, fused, gram"):
        gradient_descent(network, X, Y, learning_rate=0.1, iterations=1, method="fast")


@pytest.mark.parametrize("kind", [direct_layer_1, GramLayer])
def test_the_first_layer_by_hand(kind: Callable[..., DirectLayer | GramLayer]) -> None:
    """Z = (4, 8, 4) from W = (1, -1), b = 5. dZ = (2, 0, -1) moves W by -½ (2, 3) and b by -½, to Z = (-½, 4½, 2)."""
    X, W, b, dZ = (
        torch.tensor(rows, dtype=torch.float64) for rows in ([[1, 2], [3, 0], [0, 1]], [[1, -1]], [[5]], [[2, 0, -1]])
    )
    Z = torch.empty(1, 3, dtype=torch.float64)
    first = kind(X, W, b, Z)
    first.forward()
    assert Z.tolist() == [[4.0, 8.0, 4.0]]
    first.update(dZ, 0.5)
    first.forward()
    assert Z.tolist() == [[-0.5, 4.5, 2.0]]
    assert [each.tolist() for each in first.parameters()] == [[[0.0, -2.5]], [[4.5]]]
    assert W.tolist() == [[1.0, -1.0]]  # the network has its parameters back at the end only


@pytest.mark.parametrize("m", [1, 2, 5, 6])
def test_the_gram_matrix_holds_the_inner_product_of_each_pair_of_examples(m: int, generator: torch.Generator) -> None:
    X = torch.randint(-9, 10, (m, 4), generator=generator).double()
    assert gram_matrix(X).tolist() == [[(x * y).sum().item() for y in X] for x in X]


@pytest.mark.parametrize("method", ["fused", "gram"])
def test_a_fixed_slope_stays_as_it_is(method: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([5, 4, 3, 2], hidden_activation="leaky_relu", slope=0.1)
    assert_same_run(network, X, Y.long(), method, learning_rate=0.1, iterations=20)
    gradient_descent(network, X, Y, learning_rate=0.1, iterations=20, method=method)
    assert [layer.slope for layer in network.layers] == [0.1, 0.1, None]
