"""The gradients of a step are those in `.grad`: over several micro-batches, on several ranks, in mixed precision."""

from contextlib import nullcontext
from functools import partial

import pytest
import torch

from course_torch.data.split import Batch
from course_torch.formulas import layers
from course_torch.network.propagation import TensorName
from course_torch.verification.training_step import Setting, compare_step
from tests.conftest import MakeProblem, assert_equal

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
