"""The report judges what trains: `J.backward()`, and one step of every method of gradient descent."""

from collections.abc import Callable

import pytest
import torch

from course_torch import compare_gradients
from course_torch.errors import InputError
from course_torch.network import autograd_bridge, fast_descent, gradient_descent
from course_torch.verification.as_trained import as_trained
from course_torch.verification.names import TensorName
from tests.conftest import Problem, assert_equal

MakeProblem = Callable[..., Problem]
METHODS = ["backward", "plain", "fused", "gram"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_every_method_is_judged_and_right(method: str, dtype: torch.dtype, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem(hidden_activation="leaky_relu", learn_slope=True)
    report = compare_gradients(network.to(dtype), X.to(dtype), Y.to(dtype), method=method)
    assert report.agrees, str(report)
    trained = [str(row.name) for row in report if row.trained is not None]
    parameters = ["dW[3]", "db[3]", "dslope[2]", "dW[2]", "db[2]", "dslope[1]", "dW[1]", "db[1]"]
    assert trained == parameters + (["dA[0]"] if method == "backward" else [])


def test_what_training_subtracts_is_the_gradient(make_problem: MakeProblem) -> None:
    """(W_before - W_after) / α and J.backward() against autograd, by numbers."""
    network, X, Y = make_problem(hidden_activation="tanh")
    expected = network.autograd_gradients(X, Y)
    for method in METHODS:
        tensors, _ = as_trained(network, X, Y, method)
        for l, gradients in enumerate(expected, start=1):
            assert_equal(f"dW[{l}] by {method}", tensors[TensorName("dW", l)], gradients.dW, rtol=1e-12, atol=1e-15)
            assert_equal(f"db[{l}] by {method}", tensors[TensorName("db", l)], gradients.db, rtol=1e-12, atol=1e-15)


def test_the_network_and_its_gradients_are_left_alone(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    for method in METHODS:
        compare_gradients(network, X, Y, method=method)
    assert all(torch.equal(before[name], tensor) for name, tensor in network.state_dict().items())
    assert all(parameter.grad is None for parameter in network.parameters())


def triple(steps: list) -> list:
    return [
        step._replace(gradients=step.gradients._replace(dW=3 * step.gradients.dW, db=3 * step.gradients.db))
        for step in steps
    ]


def test_a_bridge_whose_gradients_are_tripled_is_found(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The formulas stay right, so only what J.backward() leaves in `.grad` shows it."""
    right = autograd_bridge.backward_propagation
    monkeypatch.setattr(autograd_bridge, "backward_propagation", lambda *a, **k: triple(right(*a, **k)))
    report = compare_gradients(*make_problem())
    assert not report.agrees
    assert report.named("different") == ["dW[3]", "db[3]", "dW[2]", "db[2]", "dW[1]", "db[1]"]
    assert all(row.formulas.agrees for row in report)
    assert all(row.trained.factor == pytest.approx(3) for row in report if row.name.kind in ("dW", "db"))
    assert str(report).startswith("as trained (backward): first wrong: dW[3]")


def test_a_bridge_that_forgets_1_by_m_of_its_input_derivative_is_found(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = autograd_bridge.backward_propagation

    def wrong(*arguments: object, **options: object) -> list:
        first, *others = right(*arguments, **options)
        return [first._replace(dA_prev=7 * first.dA_prev), *others]

    monkeypatch.setattr(autograd_bridge, "backward_propagation", wrong)
    assert compare_gradients(*make_problem(m=7)).named("different") == ["dA[0]"]


@pytest.mark.parametrize("method", ["fused", "gram"])
def test_a_fast_loop_that_subtracts_something_else_is_found(
    method: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rate without 1/m: every update is 7 times too large. J.backward() stays right."""
    monkeypatch.setattr(fast_descent, "average", lambda total, m: total)
    problem = make_problem(m=7)
    report = compare_gradients(*problem, method=method)
    assert report.named("different") == ["dW[3]", "db[3]", "dW[2]", "db[2]", "dW[1]", "db[1]"]
    assert report.tensors[1].trained.factor == pytest.approx(7)
    assert compare_gradients(*problem).agrees


def test_a_plain_loop_that_adds_is_found(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    right = gradient_descent.backward_propagation

    def negated(*arguments: object, **options: object) -> list:
        return [
            step._replace(gradients=step.gradients._replace(dW=-step.gradients.dW))
            for step in right(*arguments, **options)
        ]

    monkeypatch.setattr(gradient_descent, "backward_propagation", negated)
    assert compare_gradients(*make_problem(), method="plain").named("different") == ["dW[3]", "dW[2]", "dW[1]"]


def test_an_unknown_method_is_rejected(make_problem: MakeProblem) -> None:
    with pytest.raises(InputError, match="method: found 'newton', expected one of backward, plain, fused, gram"):
        compare_gradients(*make_problem(), method="newton")
