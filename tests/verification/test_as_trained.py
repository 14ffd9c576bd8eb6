"""The report judges what trains: `J.backward()`, and one step of every method of gradient descent."""

from collections.abc import Callable
from dataclasses import is_dataclass, replace
from functools import partial
from inspect import getsource, unwrap
from textwrap import dedent

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork, compare_gradients
from course_torch.errors import InputError
from course_torch.mistakes.context import TensorName
from course_torch.network import autograd_bridge, fast_descent, gradient_descent
from course_torch.network.autograd_bridge import NetworkCost
from course_torch.network.gradient_descent import METHODS as METHODS_OF_DESCENT
from course_torch.verification import judges
from course_torch.verification.judges import as_trained, parameter_gradients, parameters, step_size
from tests.conftest import Problem, assert_equal
from tests.verification.by_hand import tensor

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
        tensors = as_trained(network, X, Y, method)[0].tensors
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


def doubled_cost(function: Callable, text: str = "output.cost(") -> Callable:
    """The function with `2 * output.cost(…)`."""
    source = dedent(getsource(unwrap(function))).removeprefix("@staticmethod\n")
    assert text in source
    found: dict[str, Callable] = {}
    exec(source.replace(text, f"2 * {text}"), unwrap(function).__globals__, found)
    return found[function.__name__]


def break_cost(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if method == "backward":
        monkeypatch.setattr(NetworkCost, "forward", staticmethod(doubled_cost(NetworkCost.forward)))
    elif method == "plain":
        monkeypatch.setitem(METHODS_OF_DESCENT, "plain", doubled_cost(gradient_descent.plain, "network.output.cost("))
    else:
        form = METHODS_OF_DESCENT[method].args[0]
        monkeypatch.setitem(METHODS_OF_DESCENT, method, partial(doubled_cost(fast_descent.fast_descent), form))


@pytest.mark.sweep(4)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_a_doubled_cost_is_found_though_all_gradients_are_right(
    method: str, dtype: torch.dtype, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem(m=40, hidden_activation="tanh")
    problem = network.to(dtype), X.to(dtype), Y.to(dtype)
    assert compare_gradients(*problem, method=method).forward is None
    break_cost(method, monkeypatch)
    report = compare_gradients(*problem, method=method)
    assert not report.agrees
    assert report.named("different") == []
    assert len(report.tensors) == 12
    formula = " The formula is J = (1/m) Σ_i L_i." * (method == "backward")
    by = (
        f", recorded by gradient_descent(method='{method}')"
        if not formula
        else " in the forward pass, computed by network.cost"
    )
    assert str(report).startswith(f"first wrong: J{by} (relative error 3.3")
    assert f"Probably J is 2 times the right one.{formula} (judged: 12 by" in str(report)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_the_last_digits_of_the_cost_are_judged(
    dtype: torch.dtype, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = NetworkCost.forward
    network, X, Y = make_problem(m=40, hidden_activation="tanh")
    off = 1 + 100 * torch.finfo(dtype).eps
    monkeypatch.setattr(NetworkCost, "forward", staticmethod(lambda ctx, *arguments: off * right(ctx, *arguments)))
    assert compare_gradients(network.to(dtype), X.to(dtype), Y.to(dtype)).forward.tensor.en == "J"


def test_a_cost_that_is_wrong_only_after_the_first_update_is_found(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second recorded cost is that of the first."""
    right = gradient_descent.plain
    monkeypatch.setitem(METHODS_OF_DESCENT, "plain", lambda *arguments: len(costs := right(*arguments)) * costs[:1])
    report = compare_gradients(*make_problem(), method="plain")
    assert not report.agrees
    assert ", in update 2 with α = " in str(report)


RECORDED = [
    (lambda J, before: J + before, "Probably J is added to the J recorded before"),
    (lambda J, before: (J + before) / 2, "Probably this is the mean of J and the J recorded before"),
    (lambda J, before: before, "Probably this is the J recorded before"),
    (lambda J, before: 0.7 * J + 0.3 * before, "No known mistake makes exactly this tensor"),
]


@pytest.mark.parametrize(("wrong", "sentence"), RECORDED)
def test_a_record_that_depends_on_the_record_before_is_named(
    wrong: Callable[[float, float], float], sentence: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = judges.gradient_descent

    def wrong_record(*arguments: object, **options: object) -> object:
        history = right(*arguments, **options)
        costs = history.costs[:1]
        for J in history.costs[1:]:
            costs.append(wrong(J, costs[-1]))
        return replace(history, costs=costs) if is_dataclass(history) else history._replace(costs=costs)

    monkeypatch.setattr(judges, "gradient_descent", wrong_record)
    report = compare_gradients(*make_problem(), method="plain")
    assert str(report).startswith("first wrong: J, recorded by gradient_descent(method='plain')")
    assert sentence in str(report)


def without_a_quarter(X: Tensor) -> Tensor:
    K, half = X @ X.T, (len(X) + 1) // 2
    K[:half, half:] = 0
    return K


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_a_gram_matrix_without_a_quarter_is_found(
    dtype: torch.dtype, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first update does not use K."""
    monkeypatch.setattr(fast_descent, "gram_matrix", without_a_quarter)
    network, X, Y = make_problem(m=40, hidden_activation="tanh")
    report = compare_gradients(network.to(dtype), X.to(dtype), Y.to(dtype), method="gram")
    assert "dW[1]" in report.named("different")
    assert "as trained (gram): first wrong: dW[3] (relative error" in str(report)
    assert ", in update 2 with α = " in report.diagnosis.symptom
    assert compare_gradients(network.to(dtype), X.to(dtype), Y.to(dtype), method="fused").forward is None


def test_a_buffer_of_the_step_before_is_found(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    """Layer 1 computes Z once and keeps it."""
    right = fast_descent.DirectLayer.forward

    def once(layer: fast_descent.DirectLayer) -> None:
        if not hasattr(layer, "done"):
            right(layer)
        layer.done = True

    monkeypatch.setattr(fast_descent.DirectLayer, "forward", once)
    report = compare_gradients(*make_problem(), method="fused")
    assert "dW[1]" in report.named("different")


def test_the_digits_that_a_sum_into_W_loses_are_found(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In float32 each of 4000 terms of a small update is below the rounding of W."""

    def term_by_term(layer: fast_descent.DirectLayer, dZ: Tensor, rate: float) -> None:
        for column, row in zip(dZ.T, layer.A_prev_T, strict=True):
            layer.W_b.sub_(torch.outer(column, row), alpha=rate)

    network, X, Y = make_problem([2, 1], m=4000, output="identity")
    problem = network.float(), X.float(), Y.float()
    monkeypatch.setattr(fast_descent.DirectLayer, "update", term_by_term)
    report = compare_gradients(*problem, method="fused")
    assert "dW[1]" in report.named("different")
    small = step_size(*problem) * torch.finfo(torch.float32).eps ** 0.5
    assert report.diagnosis.symptom.endswith(f", in update 1 with α = {small:.1e}")


def test_updates_that_rounding_errors_hide_are_not_counted(make_problem: MakeProblem) -> None:
    """An update of half the digits of W has one digit in bfloat16."""
    network, X, Y = make_problem(hidden_activation="tanh")
    text = str(compare_gradients(network, X, Y, method="gram"))
    assert "6 as trained by gradient_descent, method gram (24 of 24 in 4 updates)" in text
    report = compare_gradients(network.bfloat16(), X.bfloat16(), Y.bfloat16(), method="gram")
    assert all(row.updates in (1, 2, 3, 4) for row in report if row.trained is not None)
    assert sum(row.updates for row in report) < 24


@pytest.mark.parametrize("method", METHODS[1:])
def test_an_update_that_is_not_finite_is_no_alarm(method: str) -> None:
    """Labels near Z = x of 10¹⁸: the first update overshoots, and the third overflows in float32.

    The central differences in float64 see other labels.
    """
    X = torch.tensor([[1e18], [2e18]])
    report = compare_gradients(line(1, 0).float(), X, X * (1 + 1e-6), method=method)
    assert [row.trained.agrees for row in report if row.trained is not None] == [True, True]
    assert {str(row.name): row.updates for row in report}["dW[1]"] == 3
    assert (report.forward, report.diagnosis) == (None, None)


def test_an_unknown_method_is_rejected(make_problem: MakeProblem) -> None:
    with pytest.raises(InputError, match="method: found 'newton', expected one of backward, plain, fused, gram"):
        compare_gradients(*make_problem(), method="newton")


# One step of gradient descent on Z = 0.3 x + 0.4, at x = 1


def line(W: float = 0.3, b: float = 0.4) -> DeepNetwork:
    network = DeepNetwork([1, 1], output="identity", dtype=torch.float64)
    with torch.no_grad():
        network.layers[0].W.fill_(W)
        network.layers[0].b.fill_(b)
    return network


def test_the_update_is_as_large_as_the_parameters() -> None:
    """‖(0.3, 0.4)‖ = 0.5, and dW = db = 0.7 - 0.2 = 0.5."""
    assert step_size(line(), tensor([1]), tensor([0.2])) == pytest.approx(0.5 / 0.5**0.5)
    assert step_size(line(3, 4), tensor([1]), tensor([2])) == pytest.approx(5 / 50**0.5)


def test_without_a_gradient_or_a_parameter_the_rate_is_1() -> None:
    assert step_size(line(0.5, 0.25), tensor([1]), tensor([0.75])) == 1
    assert step_size(line(0, 0), tensor([1]), tensor([2])) == 1


@pytest.mark.parametrize(("y", "largest_W", "largest_b"), [(0.2, 0.3, 0.4), (1.2, 0.3 + 0.5**1.5, 0.4 + 0.5**1.5)])
def test_the_rounding_of_the_larger_parameter_is_granted(y: float, largest_W: float, largest_b: float) -> None:
    """The gradients are ±0.5, the rate is √0.5, and the update ∓0.5^1.5."""
    _, tensors, errors, *_ = as_trained(line(), tensor([1]), tensor([y]), "plain")[0]
    gradient = 0.7 - y
    assert [tensors[TensorName(kind, 1)].item() for kind in ("dW", "db")] == pytest.approx([gradient, gradient])
    per_unit = 2.0**-52 / 0.5**0.5
    expected = [per_unit * largest_W, per_unit * largest_b]
    assert [errors[TensorName(kind, 1)].item() for kind in ("dW", "db")] == pytest.approx(expected, rel=1e-9, abs=0)


def test_the_error_of_a_float32_parameter_is_that_of_float32() -> None:
    errors = as_trained(line().float(), tensor([1]).float(), tensor([0.2]).float(), "plain")[0].errors
    assert errors[TensorName("dW", 1)].dtype == torch.float64
    assert errors[TensorName("dW", 1)].item() == pytest.approx(2.0**-23 / 0.5**0.5 * 0.3, rel=1e-6, abs=0)


def test_backward_adds_no_error_and_has_the_derivative_of_X() -> None:
    """dA[0] = m · X.grad = dZ W."""
    (trained,) = as_trained(line(), tensor([1], [1]), tensor([0.2], [0.7]))
    tensors, errors = trained.tensors, trained.errors
    assert errors == {}
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


# What an update shows


def changed_update(monkeypatch: pytest.MonkeyPatch, update: Callable[[Tensor, Tensor, float], Tensor]) -> None:
    monkeypatch.setattr(gradient_descent, "update", update)


def test_a_parameter_that_is_not_updated_is_named(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    """dW[2] is right, but W[2] stays."""

    def update(W: Tensor, dW: Tensor, alpha: float) -> Tensor:
        return W if W.shape == (3, 6) else W.sub_(alpha * dW)

    changed_update(monkeypatch, update)
    report = compare_gradients(*make_problem([4, 6, 3, 1]), method="plain")
    assert str(report).startswith("as trained (plain): first wrong: dW[2] ")
    assert "). The parameter W[2] did not change: this update was not made, or it subtracted 0. (" in str(report)


def test_an_error_of_a_later_update_is_not_called_lost_precision(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From its second update on, a loop adds noise of a tenth of the gradient: nothing is in float32."""
    updated, generator = set(), torch.Generator().manual_seed(0)

    def update(W: Tensor, dW: Tensor, alpha: float) -> Tensor:
        noise = torch.randn(W.shape, generator=generator) if id(W) in updated else 0
        updated.add(id(W))
        return W.sub_(alpha * dW * (1 + 0.1 * noise))

    changed_update(monkeypatch, update)
    report = compare_gradients(*make_problem([4, 6, 3, 1]), method="plain")
    assert report.forward is None  # J is that of another network
    assert "in update 2 with α = " in str(report)
    assert "No known mistake makes exactly this tensor, and update 1 is right: look at what an up" in str(report)


def test_a_sum_in_float32_in_the_update_is_lost_precision(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed_update(monkeypatch, lambda W, dW, alpha: W.copy_((W.float() - alpha * dW.float()).to(W.dtype)))
    report = compare_gradients(*make_problem([4, 6, 3, 1]), method="plain")
    assert "float32's rounding errors" in str(report)
