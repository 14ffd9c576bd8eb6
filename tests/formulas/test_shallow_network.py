"""The implementations of chapter 2 agree: node by node, layer by layer, one example, all examples."""

import math

import pytest
import torch

from course_torch import DeepNetwork
from course_torch.formulas.shallow_network import (
    Parameters,
    backward,
    backward_one_example,
    forward,
    forward_one_example,
    node_by_node,
)
from tests.conftest import assert_equal

pytestmark = pytest.mark.usefixtures("float64")


@pytest.fixture
def parameters(generator: torch.Generator) -> Parameters:
    """n_x = 3, n_1 = 4, n_y = 2."""
    return Parameters(*(torch.randn(*shape, generator=generator) for shape in ((4, 3), (1, 4), (2, 4), (1, 2))))


@pytest.fixture
def examples(generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """m = 5."""
    return torch.randn(5, 3, generator=generator), torch.randint(2, (5, 2), generator=generator).double()


def test_a_node_by_hand() -> None:
    """z_1 = 1·2 + 2·3 + 10 = 18, z_2 = 0·2 - 1·3 + 20 = 17."""
    z = node_by_node(torch.tensor([[2.0, 3.0]]), torch.tensor([[1.0, 2.0], [0.0, -1.0]]), torch.tensor([[10.0, 20.0]]))
    assert z.tolist() == [[18.0, 17.0]]


def test_one_example_by_hand() -> None:
    """x = ln 2, all weights 1, biases 0, y = 1: a1 = tanh(ln 2) = 0.6, z2 = 0.6, dz1 = (a2 - 1) · 0.64."""
    one, zero = torch.ones(1, 1), torch.zeros(1, 1)
    parameters, x = Parameters(one, zero, one, zero), torch.tensor([[math.log(2)]])
    values = forward_one_example(x, parameters)
    dz2 = 1 / (1 + math.exp(-0.6)) - 1
    expected = (dz2, dz2 * 0.6, dz2, dz2 * 0.64, dz2 * 0.64 * math.log(2), dz2 * 0.64)
    actual = backward_one_example(x, one, values, parameters)
    assert [each.item() for each in actual] == [pytest.approx(number, rel=1e-14) for number in expected]


def test_vectorised_passes_equal_the_passes_of_single_examples(parameters: Parameters, examples: tuple) -> None:
    X, Y = examples
    whole = forward(X, parameters)
    gradients = backward(X, Y, whole, parameters)
    rows, columns = [], []
    for i in range(len(X)):
        x, y = X[i : i + 1], Y[i : i + 1]
        rows.append(forward_one_example(x, parameters))
        columns.append(backward_one_example(x, y, rows[-1], parameters))
    for field in whole._fields:
        assert_equal(field, torch.cat([getattr(row, field) for row in rows]), getattr(whole, field))
    for field in ("dZ1", "dZ2"):
        assert_equal(field, torch.cat([getattr(each, field) for each in columns]), getattr(gradients, field))
    for field in ("dW1", "db1", "dW2", "db2"):
        assert_equal(field, sum(getattr(each, field) for each in columns) / len(X), getattr(gradients, field))


def test_the_deep_network_with_two_layers_has_the_same_gradients(parameters: Parameters, examples: tuple) -> None:
    network = DeepNetwork([3, 4, 2], "tanh")
    with torch.no_grad():
        for parameter, value in zip(network.parameters(), parameters, strict=True):
            parameter.copy_(value)
    gradients = backward(*examples, forward(examples[0], parameters), parameters)
    first, second = network.manual_gradients(*examples)
    for name, actual, expected in (
        ("dW1", first.dW, gradients.dW1),
        ("db1", first.db, gradients.db1),
        ("dW2", second.dW, gradients.dW2),
        ("db2", second.db, gradients.db2),
    ):
        assert_equal(name, actual, expected)
