"""b is 0 before the first update, which hides mistakes and puts Z on the kink: a copy with random b is judged."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork, LayerGradients, compare_gradients
from course_torch.data.planar import flower_points
from course_torch.formulas import layers
from course_torch.formulas.activations import Fused
from course_torch.network import autograd_bridge, propagation
from course_torch.verification.networks.comparison import layers_at_kink
from tests.conftest import MakeProblem, Problem


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


# Z of ReLU that is exactly 0: notes 2.4 allow the slopes 0 and 1 there, so no right backward pass is called wrong


SEEDS = range(20)
SLOPES = {"0": (0.0, 0.0), "1": (1.0, 1.0), "0 below 1": (0.0, 1.0), "1 below 0": (1.0, 0.0), "½": (0.5, 0.5)}
"""The slopes that a right pass may take at Z = 0 in layers 1 and 2; autograd of (Z + |Z|) / 2 takes ½."""


def problem(seed: int) -> tuple[DeepNetwork, Tensor, Tensor]:
    """Three layers on the flower, before the first update: every b is 0."""
    X, Y = flower_points(seed=1)
    generator = torch.Generator().manual_seed(seed)
    return DeepNetwork([2, 3, 3, 1], "relu", dtype=torch.float64, generator=generator), X, Y.double()


def own_pass(slopes: Sequence[float], change: Callable[[Tensor], Tensor] = lambda dW: dW) -> Callable:
    """A backward pass by hand with these slopes at Z = 0; `change` makes a mistake in every dW."""

    def gradients(network: DeepNetwork, X: Tensor, Y: Tensor) -> list[LayerGradients]:
        A = [X]
        Z = []
        for layer in network.layers:
            Z.append(A[-1] @ layer.W.T + layer.b)
            A.append(torch.relu(Z[-1]))
        dZ, found = torch.sigmoid(Z[-1]) - Y, []
        for l in (3, 2, 1):
            found.insert(0, LayerGradients(change(dZ.T @ A[l - 1] / len(X)), dZ.sum(dim=0, keepdim=True) / len(X)))
            if l > 1:
                below = Z[l - 2]
                dZ = dZ @ network.layers[l - 1].W * ((below > 0) + slopes[l - 2] * (below == 0))
        return found

    return gradients


def test_most_networks_of_two_hidden_layers_have_an_exact_0_before_the_first_update() -> None:
    """A unit of layer 2 gets only zeros where all units of layer 1 are inactive."""
    assert sum(2 in layers_at_kink(*problem(seed)[:2]) for seed in SEEDS) == 15


@pytest.mark.sweep(2)
@pytest.mark.parametrize("slopes", SLOPES.values(), ids=SLOPES)
def test_no_slope_from_0_to_1_is_a_mistake(slopes: tuple[float, float]) -> None:
    for seed in SEEDS:
        with torch.no_grad():
            report = compare_gradients(*problem(seed), gradients=own_pass(slopes))
        assert report.agrees, (seed, str(report))


@pytest.mark.slow
def test_the_report_says_that_it_is_on_random_b() -> None:
    reports = [compare_gradients(*problem(seed), gradients=own_pass((1, 1))) for seed in SEEDS]
    noted = [report for report in reports if report.at_kink]
    assert len(noted) == 14  # of the 15 networks with an exact 0, in which it changes a gradient
    for report in noted:
        assert str(report).endswith("in layer 2, where the slopes 0 and 1 are right (notes 2.4)")
        assert "（笔记 2.4）" in report.text.zh
        assert report.as_record()["at_kink"] == [2]


def with_slope(slope: float, seed: int) -> tuple[DeepNetwork, Tensor, Tensor]:
    """A problem in which the package's own ReLU takes this slope at Z = 0."""
    network, X, Y = problem(seed)

    def derivative(Z: Tensor) -> Tensor:
        return (Z > 0).to(Z.dtype) + slope * (Z == 0)

    network.hidden_activation = replace(network.hidden_activation, derivative_by=derivative, fused=Fused())
    return network, X, Y


def test_the_slope_of_the_formulas_themselves_may_be_1_but_not_2() -> None:
    seed = next(seed for seed in SEEDS if layers_at_kink(*problem(seed)[:2]))
    right, wrong = (compare_gradients(*with_slope(slope, seed)) for slope in (1, 2))
    assert (right.agrees, right.at_kink) == (True, (2,))
    assert (wrong.agrees, wrong.at_kink) == (False, ())
    assert str(wrong).startswith("first wrong: dZ[2]")


def test_a_mistake_beside_the_slope_1_is_named() -> None:
    seed = next(seed for seed in SEEDS if layers_at_kink(*problem(seed)[:2]))
    report = compare_gradients(*problem(seed), gradients=own_pass((1, 1), lambda dW: 400 * dW))
    assert not report.agrees
    assert "Probably the sum over the examples is not divided by m" in str(report)


def test_where_no_slope_jumps_nothing_is_left_to_random_b() -> None:
    generator = torch.Generator().manual_seed(1)
    network = DeepNetwork([2, 3, 1], "tanh", initialization="zeros", dtype=torch.float64, generator=generator)
    X, Y = flower_points(seed=1)
    assert layers_at_kink(network, X) == []
    wrong = compare_gradients(
        network,
        X,
        Y,
        gradients=lambda network, X, Y: [LayerGradients(2 * dW, db) for dW, db, _ in network.manual_gradients(X, Y)],
    )
    assert (wrong.agrees, wrong.at_kink) == (False, ())
