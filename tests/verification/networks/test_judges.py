"""Each judge: autograd, central differences, what `J.backward()` leaves, and `.grad` over micro-batches and ranks."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork, compare_gradients
from course_torch.data.split import Batch
from course_torch.formulas import layers
from course_torch.mistakes.context import BackwardContext
from course_torch.mistakes.faults import broken
from course_torch.network import autograd_bridge
from course_torch.network.autograd_bridge import NetworkCost
from course_torch.network.propagation import TensorName, Tensors, in_order
from course_torch.verification.networks import central_differences, comparison, right_pass
from course_torch.verification.networks.central_differences import Differences
from course_torch.verification.networks.training_step import Setting, compare_step
from course_torch.verification.report import GradientReport
from tests.conftest import MakeProblem, assert_equal
from tests.verification.networks.self_test.problems import random_problem
from tests.verification.networks.self_test.scores import broken_tensors

# Each judge objects alone, while the others are deceived


PROBLEM = random_problem(0)


def sum_over_examples(context: BackwardContext) -> Tensor:
    """dW without 1/m: wrong by the formulas, but right in `J.backward()`, which divides dZ[L] by m."""
    return context.dZ.T @ context.A_prev


def turned_around(context: BackwardContext) -> Tensor:
    """-dA_prev: wrong by the formulas and in `J.backward()`."""
    return -context.right


def autograd_alone() -> GradientReport:
    """The formulas are wrong, and the central differences equal to them."""
    made = broken_tensors(*PROBLEM, {"dW": sum_over_examples})

    class Repeating(comparison.NumericJudge):
        def derivative(self, name: TensorName, shape: torch.Size) -> Differences:
            values = made[name].flatten()
            zeros = torch.zeros_like(values)
            return Differences(torch.arange(len(values)), values, zeros, zeros.bool())

    with broken(*PROBLEM, {"dW": sum_over_examples}), patch.object(comparison, "NumericJudge", Repeating):
        return comparison.compare_gradients(*PROBLEM)


def differences_alone() -> GradientReport:
    """The formulas and `J.backward()` are wrong, and autograd is equal to them."""

    def repeating(network: DeepNetwork, X: Tensor, Y: Tensor) -> Tensors:
        return in_order(network.backward_steps(X, Y, input_derivative=True))

    of_each_network, of_the_first = (
        patch.object(module, "by_autograd", repeating) for module in (right_pass, central_differences)
    )
    with broken(*PROBLEM, {"dA": turned_around}), of_each_network, of_the_first:
        return comparison.compare_gradients(*PROBLEM)


def bridge_alone() -> GradientReport:
    """`J.backward()` leaves three times the gradients of the formulas."""
    real = autograd_bridge.backward_propagation

    def tripled(*arguments: Any, dJ: Tensor, **options: Any) -> Any:
        return real(*arguments, dJ=3 * dJ, **options)

    with patch.object(autograd_bridge, "backward_propagation", tripled):
        return comparison.compare_gradients(*PROBLEM)


def objections(report: GradientReport, field: str) -> list[str]:
    found = [(str(row.name), getattr(row, field)) for row in report]
    return [name for name, difference in found if difference is not None and not difference.agrees]


PARAMETERS = ["dW[3]", "db[3]", "dW[2]", "db[2]", "dW[1]", "db[1]"]


@pytest.mark.parametrize(
    ("alone", "field", "names", "factor"),
    [
        (autograd_alone, "formulas", ["dW[3]", "dW[2]", "dW[1]"], 9),
        (differences_alone, "numeric", ["dA[2]", "dZ[2]", "dW[2]", "db[2]", "dA[0]"], -1),
        (bridge_alone, "trained", [*PARAMETERS, "dA[0]"], 3),
    ],
    ids=["autograd", "central differences", "J.backward()"],
)
def test_a_judge_that_objects_alone_is_heard(
    alone: Callable[[], GradientReport], field: str, names: list[str], factor: float
) -> None:
    """dW without 1/m of 9 examples; -dA, where dA[1] is turned twice; and three times dJ."""
    report = alone()
    judges = ("formulas", "numeric", "trained")
    assert {judge: objections(report, judge) for judge in judges} == {
        judge: names if judge == field else [] for judge in judges
    }
    assert not report.agrees
    assert report.named("different") == [str(row.name) for row in report if str(row.name) in names]
    first = next(row for row in report if str(row.name) == names[0])
    assert getattr(first, field).factor == pytest.approx(factor)


# What trains: J and the gradients of `J.backward()`


DTYPES = [torch.float64, torch.float32, torch.bfloat16]


@pytest.mark.parametrize("dtype", DTYPES[:2])
def test_each_tensor_is_judged_in_its_order_and_those_that_train_as_trained_too(
    dtype: torch.dtype, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem(hidden_activation="leaky_relu", learn_slope=True)
    report = compare_gradients(network.to(dtype), X.to(dtype), Y.to(dtype))
    assert report.agrees, str(report)
    assert [(str(row.name), row.trained is not None) for row in report] == [
        *(("dZ[3]", False), ("dW[3]", True), ("db[3]", True)),
        *(("dA[2]", False), ("dslope[2]", True), ("dZ[2]", False), ("dW[2]", True), ("db[2]", True)),
        *(("dA[1]", False), ("dslope[1]", True), ("dZ[1]", False), ("dW[1]", True), ("db[1]", True)),
        ("dA[0]", True),
    ]


def test_a_frozen_network_is_judged_and_left_alone_with_its_gradients(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    network.cost(X, Y).backward()
    network.layers[0].requires_grad_(False)
    tensors = [*network.parameters(), *(parameter.grad for parameter in network.parameters())]
    before = [tensor.clone() for tensor in tensors]
    assert compare_gradients(network, X, Y).agrees
    assert all(map(torch.equal, before, tensors))
    assert [parameter.requires_grad for parameter in network.parameters()] == [False, False, True, True, True, True]
    assert not X.requires_grad


def times_J(factor: float, monkeypatch: pytest.MonkeyPatch) -> None:
    right = NetworkCost.forward
    monkeypatch.setattr(NetworkCost, "forward", staticmethod(lambda ctx, *arguments: factor * right(ctx, *arguments)))


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_doubled_cost_is_found_though_all_gradients_are_right(
    dtype: torch.dtype, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem(m=40, hidden_activation="tanh")
    problem = network.to(dtype), X.to(dtype), Y.to(dtype)
    assert compare_gradients(*problem).forward is None
    times_J(2, monkeypatch)
    report = compare_gradients(*problem)
    assert not report.agrees
    assert report.named("different") == []
    assert len(report.tensors) == 12
    assert str(report).startswith("first wrong: J in the forward pass, computed by network.cost (2 times the right one")
    assert "Probably a factor of 2 too many. The formula is J = (1/m) Σ_i L_i. (judged: 12 by" in str(report)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_last_digits_of_the_cost_are_judged(
    dtype: torch.dtype, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem(m=40, hidden_activation="tanh")
    times_J(1 + 100 * torch.finfo(dtype).eps, monkeypatch)
    assert compare_gradients(network.to(dtype), X.to(dtype), Y.to(dtype)).forward.tensor.en == "J"


# Central differences


@pytest.mark.parametrize("hidden_activation", ["tanh", "leaky_relu"])
@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_central_differences_have_nine_digits(hidden_activation: str, output: str, make_problem: MakeProblem) -> None:
    """In float32 the digits of the formulas: the differences are computed in float64 all the same."""
    network, X, Y = make_problem([4, 6, 3, 2], hidden_activation=hidden_activation, output=output, learn_slope=True)
    for row in compare_gradients(network, X, Y):
        assert row.numeric.relative < 1e-9
        assert row.numeric.relative < row.numeric.tolerance < 3e-8
    for row in compare_gradients(network.float(), X.float(), Y.float()):
        assert row.numeric.relative < 1e-6
        assert row.numeric.relative < row.numeric.tolerance < 3e-5


PLAIN = Setting(1, torch.finfo(torch.float64).eps, nullcontext, lambda tensor: tensor)


def test_a_right_step_agrees_and_every_learned_parameter_is_judged(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem(hidden_activation="leaky_relu", learn_slope=True)
    network.cost(X, Y).backward()
    report = compare_step(network, [Batch(X, Y, 7)], PLAIN)
    assert report.agrees
    assert {str(row.name) for row in report} == {
        *("dW[1]", "db[1]", "dslope[1]", "dW[2]", "db[2]", "dslope[2]", "dW[3]", "db[3]")
    }
    assert str(report) == "all 8 tensors are equal (judged: 8 by autograd, 8 as trained by J.backward())"


@pytest.mark.parametrize("factor", [0.0, -1.0, 1 / 7, 1 + 1e-9, 3.0])
def test_a_changed_gradient_is_found(factor: float, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    network.cost(X, Y).backward()
    network.layers[1].b.grad.mul_(factor)
    report = compare_step(network, [Batch(X, Y, 7)], PLAIN)
    assert report.named("different") == ["db[2]"]
    assert not report.agrees


def test_the_formulas_are_compared_with_autograd(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    right = layers.linear_backward
    monkeypatch.setattr(layers, "linear_backward", lambda *arguments: tuple(2 * each for each in right(*arguments)))
    network, X, Y = make_problem()
    network.autograd_cost(X, Y).backward()
    report = compare_step(network, [Batch(X, Y, 7)], PLAIN)
    assert all(row.formulas.factor == pytest.approx(2) for row in report)
    assert all(row.trained.agrees for row in report)


def test_the_tolerance_follows_m_and_the_rounding_of_the_gradient(make_problem: MakeProblem) -> None:
    """Half the m doubles the gradients and their errors. `.grad` is rounded itself: ε of each entry."""
    network, X, Y = make_problem()
    network.cost(X, Y).backward()
    whole, half = (compare_step(network, [Batch(X, Y, m)], PLAIN) for m in (7, 3.5))
    for one, other in zip(whole, half, strict=True):
        assert other.norm == pytest.approx(2 * one.norm)
        assert other.formulas.tolerance == pytest.approx(one.formulas.tolerance, rel=1e-9, abs=0)
        granted = one.trained.tolerance - one.formulas.tolerance
        assert 0 < granted <= 3 * PLAIN.eps / 2 * (1 + 1e-6)


def test_micro_batches_add_up_to_the_update(make_problem: MakeProblem) -> None:
    """7 rows in two micro-batches of 4 and 3, each with m = 7/2: the mean of both costs is the cost of all rows."""
    network, X, Y = make_problem()
    batches = [Batch(X[:4], Y[:4], 3.5), Batch(X[4:], Y[4:], 3.5)]
    for each in batches:
        (network.cost(*each) / 2).backward()
    setting = Setting(2, PLAIN.eps, nullcontext, lambda tensor: tensor)
    assert compare_step(network, batches, setting).agrees
    assert_equal("dW", network.layers[0].W.grad, network.autograd_gradients(X, Y)[0].dW)
    assert not compare_step(network, batches[:1], setting).agrees
    assert not compare_step(network, batches, PLAIN).agrees


def test_a_rank_without_rows_takes_part(make_problem: MakeProblem) -> None:
    """This rank has none of 3 rows on 2 ranks: its own gradients are 0, and the mean is half of those of the other."""
    network, X, Y = make_problem(m=3)
    network.cost(X, Y, 3 / 2).backward()
    other = {"dW": network.layers[0].W.grad.clone()}
    for parameter in network.parameters():
        parameter.grad.zero_()
    assert compare_step(network, [Batch(X[:0], Y[:0], 3 / 2)], PLAIN).agrees
    network.layers[0].W.grad = other["dW"]
    assert compare_step(network, [Batch(X[:0], Y[:0], 3 / 2)], PLAIN).named("different") == ["dW[1]"]


def test_the_mean_over_the_ranks_is_part_of_the_reference(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    network.cost(X, Y).backward()
    doubled = Setting(1, PLAIN.eps, nullcontext, lambda tensor: 2 * tensor)
    report = compare_step(network, [Batch(X, Y, 7)], doubled)
    assert all(row.trained.factor == pytest.approx(1 / 2) for row in report)
    assert all(row.formulas.agrees for row in report)


def test_mixed_precision_is_granted_its_own_rounding_and_no_more(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([40, 30, 20, 1], m=50, hidden_activation="tanh")
    network, X, Y = network.float(), X.float(), Y.float()
    autocast = partial(torch.autocast, "cpu", dtype=torch.bfloat16)
    with autocast():
        J = network.cost(X, Y)
    J.backward()
    mixed = Setting(1, torch.finfo(torch.bfloat16).eps, autocast, lambda tensor: tensor)
    assert compare_step(network, [Batch(X, Y, 50)], mixed).agrees
    network.layers[0].W.grad.mul_(2)
    assert compare_step(network, [Batch(X, Y, 50)], mixed).named("different") == ["dW[1]"]


def test_frozen_parameters_have_no_gradient_to_judge(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    network.layers[0].W.requires_grad_(False)
    network.cost(X, Y).backward()
    report = compare_step(network, [Batch(X, Y, 7)], PLAIN)
    assert report.agrees
    assert TensorName("dW", 1) not in [row.name for row in report]
