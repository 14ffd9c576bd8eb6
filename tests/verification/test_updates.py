"""The report judges the formula W = W - α dW by a computation of its own."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from course_torch import compare_gradients
from course_torch.verification import judged_pass
from tests.conftest import Problem

MakeProblem = Callable[..., Problem]
Update = Callable[[Tensor, Tensor, float], object]
NAMED = {
    "not updated": (lambda W, dW, alpha: W, "the parameter W[1] did not change: this update was not made"),
    "a new tensor": (
        lambda W, dW, alpha: W - alpha * dW,
        "the parameter W[1] did not change: this update was not made",
    ),
    "+ for -": (lambda W, dW, alpha: W.add_(alpha * dW), "the step goes uphill: subtract α times the gradients"),
    "α left out": (lambda W, dW, alpha: W.sub_(dW), "the learning rate is missing"),
    "α twice": (lambda W, dW, alpha: W.sub_(alpha**2 * dW), "the learning rate is applied twice"),
    "divided by α": (lambda W, dW, alpha: W.sub_(dW / alpha), "the gradients are divided by the learning rate"),
    "doubled": (lambda W, dW, alpha: W.sub_(2 * alpha * dW), "the step is 2 times the right one"),
    "squared": (lambda W, dW, alpha: W.sub_(alpha * dW * dW), "No known mistake makes exactly this tensor"),
    "W lost": (lambda W, dW, alpha: W.copy_(-alpha * dW), "No known mistake makes exactly this tensor"),
}


def reported(update: Update, problem: Problem, monkeypatch: pytest.MonkeyPatch) -> str:
    """The sentence about the update. Every tensor is judged, and equal."""
    monkeypatch.setattr(judged_pass, "update", update)
    report = compare_gradients(*problem)
    assert not report.agrees
    assert {row.verdict for row in report} == {"equal"}
    assert report.as_record()["update"] is not None
    return str(report)


@pytest.mark.parametrize(("update", "sentence"), NAMED.values(), ids=NAMED)
def test_a_wrong_update_is_named(
    update: Update, sentence: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    update.__doc__ = judged_pass.update.__doc__
    text = reported(update, make_problem([4, 6, 3, 1], hidden_activation="tanh"), monkeypatch)
    assert "The formula is W = W - α dW. (judged: " in text
    assert text.startswith("first wrong: the step of W[1] in the update, computed by update (relative error ")
    assert sentence in text


@pytest.mark.parametrize(
    ("shape", "parameter"), [((3, 6), "W[2]"), ((1, 3), "b[2]"), ((), "slope[1]")], ids=["W", "b", "slope"]
)
def test_the_first_wrong_parameter_is_named(
    shape: tuple[int, ...], parameter: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def update(W: Tensor, dW: Tensor, alpha: float) -> Tensor:
        return W if W.shape == shape else W.sub_(alpha * dW)

    problem = make_problem([4, 6, 3, 1], hidden_activation="leaky_relu", learn_slope=True)
    assert f"first wrong: the step of {parameter} in the update" in reported(update, problem, monkeypatch)


def test_an_update_that_raises_is_a_finding(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    text = reported(lambda W, dW, alpha: W.sub_(alpha @ dW), make_problem(), monkeypatch)
    assert text.startswith("the update breaks off at the step of W[1]: update raises TypeError: ")


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
@pytest.mark.parametrize("size", [1e-30, 1, 1e30])
def test_the_rounding_of_W_is_no_mistake(dtype: torch.dtype, size: float, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 6, 3, 1], m=30, hidden_activation="tanh")
    network.layers[0].W.data.mul_(size)
    assert compare_gradients(network.to(dtype), X.to(dtype), Y.to(dtype)).update is None


def test_a_sum_in_float32_is_found(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    text = reported(
        lambda W, dW, alpha: W.copy_((W.float() - alpha * dW.float()).to(W.dtype)), make_problem(), monkeypatch
    )
    assert "the step of W[1] in the update, computed by update (relative error" in text


def test_the_update_is_judged_beside_a_wrong_backward_pass(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The judge subtracts autograd's dW: a wrong dW makes no wrong update."""
    monkeypatch.setattr("course_torch.formulas.layers.linear_backward_input", lambda dZ, W: -dZ @ W)
    report = compare_gradients(*make_problem())
    assert report.update is None
    assert report.diagnosis is not None
    monkeypatch.setattr(judged_pass, "update", lambda W, dW, alpha: W.add_(alpha * dW))
    assert "Then first wrong: the step of W[1] in the update" in str(compare_gradients(*make_problem()))


def test_a_function_of_the_user_updates_nothing(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judged_pass, "update", None)
    assert compare_gradients(*make_problem(), gradients=lambda network, X, Y: network.manual_gradients(X, Y)).agrees
