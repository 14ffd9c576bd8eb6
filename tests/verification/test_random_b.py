"""b is 0 before the first update, which hides every mistake with b: a copy of the network with random b is judged."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork, compare_gradients
from course_torch.formulas import layers
from course_torch.network import autograd_bridge, propagation
from tests.conftest import Problem

MakeProblem = Callable[..., Problem]


def with_b_of_0(make_problem: MakeProblem, **options: object) -> Problem:
    network, X, Y = make_problem([5, 4, 4, 3], 30, hidden_activation="tanh", **options)
    with torch.no_grad():
        for layer in network.layers:
            layer.b.zero_()
    return network, X, Y


def of_layers(change: Callable) -> Callable:
    """backward_propagation, which gets other layers."""
    right = propagation.backward_propagation

    def wrong(Y: Tensor, layers: list, *arguments: object, **options: object) -> list:
        return right(Y, [change(layer) for layer in layers], *arguments, **options)

    return wrong


def shrunk(layer: object) -> object:
    """The layer with W / (1 + b²) in place of W."""
    tensors = layer() if callable(layer) else layer
    return tensors._replace(W=tensors.W / (1 + tensors.b.T**2))


@pytest.mark.slow
def test_a_backward_pass_with_b_in_it_is_found(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    """dA_prev = dZ (W / (1 + b²)): no tensor is wrong with b = 0."""
    problem = with_b_of_0(make_problem, output="softmax")
    assert compare_gradients(*problem).agrees
    for module in ("network.deep_network", "network.autograd_bridge"):
        monkeypatch.setattr(f"course_torch.{module}.backward_propagation", of_layers(shrunk))
    report = compare_gradients(*problem)
    assert not report.agrees
    assert str(report).startswith("first wrong: dA[2] (relative error ")
    assert "seen with random b)" in str(report)
    assert "dA[2]" in report.named("different")
    assert "dW[3]" not in report.named("different")
    assert report.rewired


def test_what_J_backward_makes_of_b_is_found(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    """The formulas are right, and only the bridge to autograd uses b."""
    monkeypatch.setattr(autograd_bridge, "backward_propagation", of_layers(shrunk))
    report = compare_gradients(*with_b_of_0(make_problem))
    assert str(report).startswith("as trained by J.backward(): first wrong: dW[2] (relative error ")
    assert "seen with random b)" in str(report)
    assert all(row.formulas.agrees for row in report)


def test_a_function_of_the_user_is_judged_with_random_b(make_problem: MakeProblem) -> None:
    def gradients(network: DeepNetwork, X: Tensor, Y: Tensor) -> list:
        return [
            each._replace(db=each.db + layer.b)
            for each, layer in zip(network.manual_gradients(X, Y), network.layers, strict=True)
        ]

    report = compare_gradients(*with_b_of_0(make_problem), gradients=gradients)
    assert report.named("different") == ["db[3]", "db[2]", "db[1]"]
    assert str(report).startswith("first wrong: db[3] ")


def test_a_formula_that_fails_with_random_b_only_is_a_finding(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = with_b_of_0(make_problem)
    right, known = layers.linear_backward, [cache.A_prev.detach() for cache in network.caches(X)]

    def linear_backward(dZ: Tensor, A_prev: Tensor, m: int) -> object:
        if not any(A_prev.shape == each.shape and torch.allclose(A_prev, each) for each in known):
            raise ValueError("too large")
        return right(dZ, A_prev, m)

    monkeypatch.setattr(layers, "linear_backward", linear_backward)
    report = compare_gradients(network, X, Y)
    assert not report.agrees
    assert str(report).startswith("the backward pass breaks off at dW[3]: linear_backward(")
    assert "raises ValueError: too large, seen with random b." in str(report)


def test_the_caches_of_the_first_call_are_named(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first pass keeps its caches, so that b plays no part."""
    right, kept = propagation.backward_propagation, []

    def wrong(Y: Tensor, layers: list, caches: list, *arguments: object, **options: object) -> list:
        kept.append([cache._replace(Z=cache.Z.clone(), A=cache.A.clone()) for cache in caches])
        return right(Y, layers, kept[0], *arguments, **options)

    for module in ("deep_network", "autograd_bridge"):
        monkeypatch.setattr(f"course_torch.network.{module}.backward_propagation", wrong)
    report = compare_gradients(*make_problem(hidden_activation="tanh"))
    assert str(report).startswith("first wrong: dZ[3] (relative error ")
    assert "seen with random b). These are exactly the numbers before W or b changed: what an ea" in str(report)
