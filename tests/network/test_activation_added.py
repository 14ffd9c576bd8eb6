"""ELU, an activation that is new to the project: all of it works from its one entry in the table.

The entry has no fused form. ELU is Z for Z > 0 and exp(Z) - 1 elsewhere, so g' is 1 or exp(Z) = A + 1.
"""

import json
from copy import deepcopy
from dataclasses import replace
from math import exp
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from course_torch import DeepNetwork, compare_gradients, gradient_descent
from course_torch.commands.main import main
from course_torch.errors import InputError
from course_torch.exchange.formats import as_onnx, as_sequential, read_safetensors, write_safetensors
from course_torch.formulas import layers
from course_torch.formulas.activation import Activation
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.reports.figures.functions import activations_and_derivatives
from tests.conftest import Problem, assert_equal, random_problem, usage_error

LEARNING_RATE, ITERATIONS = 0.3, 12


def elu(Z: Tensor) -> Tensor:
    return torch.where(Z > 0, Z, torch.expm1(Z))


def elu_derivative(A: Tensor) -> Tensor:
    return torch.where(A > 0, 1, A + 1)


ELU = Activation(name="elu", function=elu, derivative_by=elu_derivative, argument="A", onnx="Elu", module=nn.ELU)


@pytest.fixture(autouse=True)
def added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACTIVATIONS, "elu", ELU)


@pytest.fixture
def problem(added: None, generator: torch.Generator) -> Problem:
    return random_problem([5, 4, 3, 1], 7, generator, hidden_activation="elu")


def train_sequential(sequential: nn.Sequential, X: Tensor, Y: Tensor) -> None:
    """The same steps on torch's own layers, loss and optimizer."""
    optimizer = torch.optim.SGD(sequential.parameters(), lr=LEARNING_RATE)
    for _ in range(ITERATIONS):
        optimizer.zero_grad()
        nn.functional.binary_cross_entropy(sequential(X), Y).backward()
        optimizer.step()


def test_the_derivative_by_hand() -> None:
    Z = torch.tensor([2.0, 0.0, -1.0], dtype=torch.float64)
    assert ELU.derivative(Z, ELU.value(Z)).tolist() == pytest.approx([1, 1, exp(-1)])


@pytest.mark.parametrize("method", ["plain", "fused", "gram", "J.backward()"])
def test_every_method_trains_it_as_torch_does(method: str, problem: Problem) -> None:
    network, X, Y = problem
    sequential = as_sequential(network)
    train_sequential(sequential, X, Y)
    if method == "J.backward()":
        optimizer = torch.optim.SGD(network.parameters(), lr=LEARNING_RATE)
        for _ in range(ITERATIONS):
            optimizer.zero_grad()
            network.cost(X, Y).backward()
            optimizer.step()
    else:
        gradient_descent(network, X, Y, learning_rate=LEARNING_RATE, iterations=ITERATIONS, method=method)
    for (name, actual), expected in zip(network.named_parameters(), sequential.parameters(), strict=True):
        assert_equal(name, actual.detach().reshape(expected.shape), expected.detach(), rtol=1e-10, atol=1e-12)


COMPARE = ["compare", "--model.layer_sizes", "[2, 4, 1]", "--model.hidden_activation", "elu", "--data.name", "planar"]


def test_the_command_judges_it_by_the_module_of_torch(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*COMPARE, "--examples", "40"]) == 0
    assert capsys.readouterr().out.endswith(
        "all 8 tensors are equal (judged: 8 by autograd, 8 by central differences, 5 as trained by J.backward())\n"
    )


WRONG = {
    "2Z": {"function": lambda Z: 2 * Z, "derivative_by": lambda A: torch.full_like(A, 2)},
    "exp(Z)": {"function": torch.exp, "derivative_by": lambda A: A},
    "2 elu": {"function": lambda Z: 2 * elu(Z), "derivative_by": lambda A: 2 * elu_derivative(A / 2)},
    "-elu": {"function": lambda Z: -elu(Z), "derivative_by": lambda A: -elu_derivative(-A)},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_another_function_with_its_own_right_derivative_is_found(
    wrong: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All gradients agree with autograd."""
    monkeypatch.setitem(ACTIVATIONS, "elu", replace(ELU, **WRONG[wrong]))
    assert main([*COMPARE, "--examples", "40"]) == 1
    assert "first wrong: A[1] in the forward pass" in capsys.readouterr().out


def test_without_a_module_the_command_says_that_it_is_not_judged(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(ACTIVATIONS, "elu", replace(ELU, module=None))
    file = tmp_path / "rows.json"
    assert main([*COMPARE, "--examples", "40", "--json", str(file)]) == 0
    *_, last = capsys.readouterr().out.splitlines()
    assert last.startswith("all 8 tensors are equal, 1 more is not judged (judged: 8 by autograd, ")
    assert last.endswith("; not judged, because elu has no module: A[1])")
    assert json.loads(file.read_text())["not_judged"] == {"A[1]": "elu has no module"}


def test_without_a_module_there_is_no_sequential(problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    network, _, _ = problem
    network.hidden_activation = replace(ELU, module=None)
    with pytest.raises(InputError, match=r"nn.Sequential: found 'elu', which has no `module`"):
        as_sequential(network)
    assert len(as_sequential(DeepNetwork([2, 1], "elu"))) == 2


def test_a_mistake_in_it_is_placed_and_named(problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "activation_backward", lambda dA, cache, activation, slope: dA)
    report = compare_gradients(*problem)
    assert str(report.diagnosis.tensor) == "dZ[2]"
    assert report.diagnosis.causes == ("no g'",)


def test_it_is_exported(problem: Problem, tmp_path: Path) -> None:
    from onnxruntime import InferenceSession

    network, X, _ = problem
    network = deepcopy(network).requires_grad_(False)
    write_safetensors(network, None, {}, tmp_path)
    assert json.loads((tmp_path / "network.json").read_text())["hidden_activation"] == "elu"
    assert torch.equal(read_safetensors(tmp_path)[0](X), network(X))
    assert_equal("nn.Sequential", as_sequential(network)(X).detach(), network(X))
    single = network.float()  # onnxruntime has no Elu in float64
    session = InferenceSession(as_onnx(single).SerializeToString())
    onnx = torch.from_numpy(session.run(None, {"X": X.float().numpy()})[0])
    assert_equal("ONNX", onnx, single(X.float()), rtol=0, atol=1e-6)


def test_it_is_drawn() -> None:
    figure = activations_and_derivatives(slope=0.1)
    columns = {axes.get_title(): axes.lines[0] for axes in figure.axes[: len(ACTIVATIONS)]}
    Z, A = (torch.as_tensor(data) for data in columns["elu"].get_data())
    assert_equal("A", A, nn.functional.elu(Z))


def test_it_is_listed_where_a_name_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    from course_torch.training.cli import main as train

    assert "relu, leaky_relu, identity, elu" in usage_error(train, ["--model.hidden_activation", "rellu"], capsys)
