"""An output that is new to the project trains by every method and is judged, from its one entry in the table."""

from copy import deepcopy
from dataclasses import replace
from functools import partial
from math import cosh, log, tanh

import pytest
import torch
from torch import Tensor, nn

from course_torch import DeepNetwork, compare_gradients, gradient_descent
from course_torch.commands.main import main
from course_torch.formulas.activations import identity
from course_torch.formulas.output import Output
from course_torch.formulas.outputs import OUTPUTS, check_finite, explained_variance, mean_label
from tests.conftest import Problem, assert_equal, random_problem

LEARNING_RATE, ITERATIONS = 0.3, 12


def log_cosh(Z: Tensor, Y: Tensor) -> Tensor:
    """L = Σ log cosh(Z - Y): about ½ (Z - Y)² near 0, about |Z - Y| far away."""
    return torch.log(torch.cosh(Z - Y)).sum(dim=1)


LOG_COSH = Output(
    name="log_cosh",
    answers="n_y real numbers",
    value=identity,
    losses=log_cosh,
    derivative=lambda A, Y: torch.tanh(A - Y),
    labels=identity,
    scores=explained_variance,
    score="R2",
    check_labels=check_finite,
    best_constant=mean_label,
    onnx="Identity",
    module=nn.Identity,
)


@pytest.fixture(autouse=True)
def added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OUTPUTS, "log_cosh", LOG_COSH)


@pytest.fixture
def problem(added: None, generator: torch.Generator) -> Problem:
    """The labels are up to 3 off, where tanh(A - Y) and A - Y are far apart."""
    network, X, Y = random_problem([5, 4, 3, 2], 7, generator, hidden_activation="tanh", output="log_cosh")
    return network, X, 6 * Y - 3


def trained_by_autograd(network: DeepNetwork, X: Tensor, Y: Tensor) -> list[Tensor]:
    """W[1], b[1], W[2], … after the same steps on torch's own layers and loss."""
    parameters = [parameter.detach().clone().requires_grad_() for parameter in network.parameters()]
    for _ in range(ITERATIONS):
        A = X
        for W, b in zip(parameters[0:-2:2], parameters[1:-2:2], strict=True):
            A = torch.tanh(A @ W.T + b)
        Z = A @ parameters[-2].T + parameters[-1]
        J = torch.log(torch.cosh(Z - Y)).sum() / len(X)
        gradients = torch.autograd.grad(J, parameters)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter -= LEARNING_RATE * gradient
    return [parameter.detach() for parameter in parameters]


def by_backward(network: DeepNetwork, X: Tensor, Y: Tensor) -> None:
    optimizer = torch.optim.SGD(network.parameters(), lr=LEARNING_RATE)
    for _ in range(ITERATIONS):
        optimizer.zero_grad()
        network.cost(X, Y).backward()
        optimizer.step()


@pytest.mark.parametrize("method", ["plain", "fused", "gram", "J.backward()"])
def test_every_method_trains_by_the_derivative_of_the_output(method: str, problem: Problem) -> None:
    network, X, Y = problem
    expected = trained_by_autograd(network, X, Y)
    if method == "J.backward()":
        by_backward(network, X, Y)
    else:
        gradient_descent(network, X, Y, learning_rate=LEARNING_RATE, iterations=ITERATIONS, method=method)
    for (name, parameter), value in zip(network.named_parameters(), expected, strict=True):
        assert_equal(name, parameter.detach(), value, rtol=1e-11, atol=1e-13)


def test_cost_and_gradient_by_hand() -> None:
    """Z = 2x: errors 1 and -3 give J = ½ (log cosh 1 + log cosh 3) and dW = ½ (tanh 1 · 1 - tanh 3 · 2)."""
    network = DeepNetwork([1, 1], output="log_cosh", dtype=torch.float64)
    with torch.no_grad():
        network.layers[0].W.fill_(2)
    X, Y = torch.tensor([[1.0], [2.0]], dtype=torch.float64), torch.tensor([[1.0], [7.0]], dtype=torch.float64)
    assert network.cost(X, Y).item() == pytest.approx((log(cosh(1)) + log(cosh(3))) / 2)
    ((dW, db, _),) = network.manual_gradients(X, Y)
    assert dW.item() == pytest.approx((tanh(1) - 2 * tanh(3)) / 2)
    assert db.item() == pytest.approx((tanh(1) - tanh(3)) / 2)


def test_the_report_judges_its_gradients_and_says_that_nothing_judges_its_losses(problem: Problem) -> None:
    report = compare_gradients(*problem)
    assert report.agrees, str(report)
    assert report.unjudged == {"the losses L": "log_cosh has no torch_loss"}


HUBER = replace(
    LOG_COSH,
    name="huber",
    losses=lambda Z, Y: torch.where((Z - Y).abs() > 1, (Z - Y).abs() - 0.5, (Z - Y).square() / 2).sum(dim=1),
    derivative=lambda A, Y: (A - Y).clamp(-1, 1),
    torch_loss=partial(nn.functional.huber_loss, reduction="none"),
)
COMPARE = ["compare", "--model.layer_sizes", "[2, 4, 1]", "--model.output", "huber", "--data.name", "planar"]


def test_the_command_judges_a_new_loss_by_the_loss_of_torch(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(OUTPUTS, "huber", HUBER)
    assert main([*COMPARE, "--examples", "40"]) == 0
    assert "all 8 tensors are equal (judged: 8 by autograd" in capsys.readouterr().out


def test_a_negated_J_with_its_own_right_derivative_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All gradients agree with autograd."""
    losses, derivative = HUBER.losses, HUBER.derivative
    negated = replace(HUBER, losses=lambda Z, Y: -losses(Z, Y), derivative=lambda A, Y: -derivative(A, Y))
    monkeypatch.setitem(OUTPUTS, "huber", negated)
    assert main([*COMPARE, "--examples", "40"]) == 1
    shown = capsys.readouterr().out
    assert "first wrong: the losses L in the forward pass" in shown
    assert "every number is -1 times the right one: a minus sign is missing or too many" in shown


def test_a_loss_with_a_function_that_nothing_judges_is_judged_and_explained(
    problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = problem
    network.output = replace(HUBER, module=None, losses=lambda Z, Y: (Z - Y).abs().sum(dim=1))
    report = compare_gradients(network, X, Y)
    assert report.unjudged == {"A[3]": "huber has no module"}
    (sentence,) = report.forward.sentences
    assert sentence.startswith("this is another loss: the squared error, the absolute error, or")


def test_the_report_finds_the_derivative_of_another_loss(problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    """A - Y, with which every other output trains, is not the derivative of log cosh."""
    wrong = deepcopy(problem[0])
    wrong.output = replace(LOG_COSH, derivative=lambda A, Y: A - Y)
    report = compare_gradients(wrong, *problem[1:])
    assert not report.agrees
    assert str(report.diagnosis.tensor) == "dZ[3]"
