"""The report judges what trains: J and the gradients of `J.backward()`."""

from collections.abc import Callable

import pytest
import torch

from course_torch import DeepNetwork, compare_gradients
from course_torch.mistakes.context import TensorName
from course_torch.network import autograd_bridge
from course_torch.network.autograd_bridge import NetworkCost
from course_torch.verification.judges import as_trained, parameter_gradients, parameters
from tests.conftest import Problem, assert_equal
from tests.verification.by_hand import tensor

MakeProblem = Callable[..., Problem]
DTYPES = [torch.float64, torch.float32, torch.bfloat16]


@pytest.mark.parametrize("dtype", DTYPES[:2])
def test_what_training_uses_is_judged_and_right(dtype: torch.dtype, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem(hidden_activation="leaky_relu", learn_slope=True)
    report = compare_gradients(network.to(dtype), X.to(dtype), Y.to(dtype))
    assert report.agrees, str(report)
    trained = [str(row.name) for row in report if row.trained is not None]
    assert trained == ["dW[3]", "db[3]", "dslope[2]", "dW[2]", "db[2]", "dslope[1]", "dW[1]", "db[1]", "dA[0]"]


def test_what_J_backward_leaves_is_the_gradient(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem(hidden_activation="tanh")
    tensors, J = as_trained(network, X, Y)
    assert network.cost(X, Y).item() == J
    for l, gradients in enumerate(network.autograd_gradients(X, Y), start=1):
        assert_equal(f"dW[{l}]", tensors[TensorName("dW", l)], gradients.dW, rtol=1e-12, atol=1e-15)
        assert_equal(f"db[{l}]", tensors[TensorName("db", l)], gradients.db, rtol=1e-12, atol=1e-15)


def test_the_network_and_its_gradients_are_left_alone(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    compare_gradients(network, X, Y)
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
    assert str(report).startswith("as trained by J.backward(): first wrong: dW[3]")


def test_a_bridge_that_forgets_1_by_m_of_its_input_derivative_is_found(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = autograd_bridge.backward_propagation

    def wrong(*arguments: object, **options: object) -> list:
        first, *others = right(*arguments, **options)
        return [first._replace(dA_prev=7 * first.dA_prev), *others]

    monkeypatch.setattr(autograd_bridge, "backward_propagation", wrong)
    assert compare_gradients(*make_problem(m=7)).named("different") == ["dA[0]"]


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
    assert str(report).startswith("first wrong: J in the forward pass, computed by network.cost (relative error 3.3")
    assert "Probably J is 2 times the right one. The formula is J = (1/m) Σ_i L_i. (judged: 12 by" in str(report)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_last_digits_of_the_cost_are_judged(
    dtype: torch.dtype, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem(m=40, hidden_activation="tanh")
    times_J(1 + 100 * torch.finfo(dtype).eps, monkeypatch)
    assert compare_gradients(network.to(dtype), X.to(dtype), Y.to(dtype)).forward.tensor.en == "J"


def test_the_derivative_of_X_is_that_of_J() -> None:
    """Z = 0.3 x + 0.4 and dA[0] = m · X.grad = dZ W."""
    network = DeepNetwork([1, 1], output="identity", dtype=torch.float64)
    with torch.no_grad():
        network.layers[0].W.fill_(0.3)
        network.layers[0].b.fill_(0.4)
    tensors, _ = as_trained(network, tensor([1], [1]), tensor([0.2], [0.7]))
    assert {str(name): each.flatten().tolist() for name, each in tensors.items()} == {
        "dW[1]": pytest.approx([0.25]),
        "db[1]": pytest.approx([0.25]),
        "dA[0]": pytest.approx([0.15, 0]),
    }


def test_the_parameters_have_the_names_of_their_gradients(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 3, 1], hidden_activation="leaky_relu", learn_slope=True)
    first, last = network.layers
    assert {str(name): id(each) for name, each in parameters(network).items()} == {
        **{"dW[1]": id(first.W), "db[1]": id(first.b), "dslope[1]": id(first.slope)},
        **{"dW[2]": id(last.W), "db[2]": id(last.b)},
    }
    assert parameter_gradients(network) == {}
    network.cost(X, Y).backward()
    last.b.grad = None
    assert list(map(str, parameter_gradients(network))) == ["dW[1]", "db[1]", "dslope[1]", "dW[2]"]
    assert parameter_gradients(network)[TensorName("dW", 2)] is last.W.grad
