"""Every tensor of a backward pass by name, in the order of computation."""

from collections.abc import Callable

import torch

from course_torch.mistakes.context import TensorName
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.reference import by_autograd, in_order, trainable_copy, with_slope_1_at_zero
from tests.conftest import Problem
from tests.verification.by_hand import tensor

MakeProblem = Callable[..., Problem]

ORDER = [
    *("dZ[3]", "dW[3]", "db[3]", "dA[2]", "dslope[2]"),
    *("dZ[2]", "dW[2]", "db[2]", "dA[1]", "dslope[1]"),
    *("dZ[1]", "dW[1]", "db[1]", "dA[0]"),
]


def test_autograd_makes_the_same_tensors_in_the_same_order(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem(hidden_activation="leaky_relu", learn_slope=True)
    expected, seen = in_order(network.backward_steps(X, Y, input_derivative=True)), by_autograd(network, X, Y)
    assert list(map(str, seen)) == list(map(str, expected)) == ORDER
    for name, each in seen.items():
        torch.testing.assert_close(each, expected[name], rtol=1e-12, atol=1e-14)


def test_autograd_looks_at_frozen_parameters_and_leaves_X_alone(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    expected = by_autograd(network, X, Y)
    network.requires_grad_(False)
    seen = by_autograd(network, X, Y)
    assert all(torch.equal(seen[name], each) for name, each in expected.items())
    assert not X.requires_grad
    with torch.no_grad():
        assert list(by_autograd(network, X, Y)) == list(expected)


def test_a_copy_is_trainable_and_has_no_gradients(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem(hidden_activation="leaky_relu")
    network.cost(X, Y).backward()
    network.layers[0].W.requires_grad_(False)
    network.layers[1].b.requires_grad_(False)
    copy = trainable_copy(network)
    assert all(layer.W.requires_grad and layer.b.requires_grad for layer in copy.layers)
    assert all(parameter.grad is None for parameter in copy.parameters())
    assert all(torch.equal(*pair) for pair in zip(copy.parameters(), network.parameters(), strict=True))
    assert network.layers[1].W.grad is not None
    assert not network.layers[0].W.requires_grad


def test_slope_1_at_zero_lets_dA_through() -> None:
    """One example x = 1, W[1] = [0, 2, -1], b = 0, W[2] = [1, 1, 1] and y = 1: dZ[2] = A - 1, and dA[1] is three times
    that. Z[1] = [0, 2, -1], so that g' is [1, 1, 0] in place of [0, 1, 0]."""
    network = DeepNetwork([1, 3, 1], "relu", dtype=torch.float64)
    with torch.no_grad():
        network.layers[0].W[:], network.layers[1].W[:] = tensor([0], [2], [-1]), 1
        network.layers[0].b[:] = network.layers[1].b[:] = 0
        X, Y = tensor([1]), tensor([1])
        seen = with_slope_1_at_zero(network, network.caches(X), Y)
    dZ = torch.sigmoid(torch.tensor(2.0, dtype=torch.float64)).item() - 1
    assert list(map(str, seen)) == ["dZ[2]", "dW[2]", "db[2]", "dA[1]", "dZ[1]", "dW[1]", "db[1]", "dA[0]"]
    torch.testing.assert_close(seen[TensorName("dZ", 1)], tensor([dZ, dZ, 0]))
    torch.testing.assert_close(seen[TensorName("dA", 0)], tensor([2 * dZ]))
    torch.testing.assert_close(seen[TensorName("dW", 2)], tensor([0, 2 * dZ, 0]))


def test_slope_1_at_zero_changes_nothing_elsewhere(make_problem: MakeProblem) -> None:
    """Z = 1 is no kink, nor is the output's; a network without a hidden layer has none at all."""
    for sizes in ([4, 6, 3, 1], [4, 1]):
        network, X, Y = make_problem(sizes)
        with torch.no_grad():
            network.layers[0].W[0], network.layers[0].b[0, 0] = 0, 1
            seen = with_slope_1_at_zero(network, network.caches(X), Y)
        expected = in_order(network.backward_steps(X, Y, input_derivative=True))
        assert all(torch.equal(seen[name], each) for name, each in expected.items())
        assert list(seen) == list(expected)
