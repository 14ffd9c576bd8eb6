"""An activation and an output that are new to the project: all of it works from their one entry in a table."""

import inspect
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from functools import partial
from math import exp
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from course_torch import DeepNetwork, compare_gradients, gradient_descent
from course_torch.commands.main import main
from course_torch.formulas import layers
from course_torch.formulas.activations import ACTIVATIONS, Activation, identity
from course_torch.formulas.outputs import OUTPUTS, Output, check_finite, explained_variance, mean_label
from course_torch.playground.graphs import step_graph
from course_torch.reports.figures.functions import activations_and_derivatives
from course_torch.training.cli import main as train
from tests.conftest import Problem, assert_equal, random_problem, usage_error
from tests.support.fixture_types import Capsys, Monkeypatch

LEARNING_RATE, ITERATIONS = 0.3, 12


def elu(Z: Tensor) -> Tensor:
    """A = Z if Z > 0 else exp(Z) - 1: a ReLU without a corner."""
    return torch.where(Z > 0, Z, torch.expm1(Z))


def elu_derivative(A: Tensor) -> Tensor:
    """g'(Z) = 1 if A > 0 else A + 1: the derivative of ELU from A = g(Z)."""
    return torch.where(A > 0, 1, A + 1)


ELU = Activation(name="elu", function=elu, derivative_by=elu_derivative, argument="A", module=nn.ELU)
"""It has no fused form."""


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
    module=nn.Identity,
)


@pytest.fixture(autouse=True)
def added(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setitem(ACTIVATIONS, "elu", ELU)
    monkeypatch.setitem(OUTPUTS, "log_cosh", LOG_COSH)


@pytest.fixture
def elu_problem(added: None, generator: torch.Generator) -> Problem:
    return random_problem([5, 4, 3, 1], 7, generator, hidden_activation="elu")


@pytest.mark.parametrize("method", ["plain", "fused", "gram", "J.backward()"])
@pytest.mark.parametrize("kind", ["elu", "log_cosh"])
def test_every_method_trains_as_torch_does(kind: str, method: str, request: pytest.FixtureRequest) -> None:
    """The same steps on torch's own layers, loss and optimizer."""
    network, X, Y = request.getfixturevalue("elu_problem" if kind == "elu" else "problem")
    trained = in_torch(network)

    def cost() -> Tensor:
        if kind == "elu":
            return nn.functional.binary_cross_entropy_with_logits(trained(X), Y)
        return torch.log(torch.cosh(trained(X) - Y)).sum() / len(X)

    descend(trained, cost)
    if method == "J.backward()":
        descend(network, lambda: network.cost(X, Y))
    else:
        gradient_descent(network, X, Y, learning_rate=LEARNING_RATE, iterations=ITERATIONS, method=method)
    for (name, actual), expected in zip(network.named_parameters(), trained.parameters(), strict=True):
        assert_equal(name, actual.detach().reshape(expected.shape), expected.detach(), rtol=1e-10, atol=1e-12)


def in_torch(network: DeepNetwork) -> nn.Sequential:
    """torch's own layers with the same parameters, up to Z[L]."""
    modules: list[nn.Module] = []
    for layer in network.layers:
        n_out, n_in = layer.W.shape
        linear = nn.Linear(n_in, n_out, dtype=layer.W.dtype)
        linear.load_state_dict({"weight": layer.W.detach(), "bias": layer.b.detach().flatten()})
        modules += [linear, network.hidden_activation.module()]
    return nn.Sequential(*modules[:-1])


def descend(module: nn.Module, cost: Callable[[], Tensor]) -> None:
    optimizer = torch.optim.SGD(module.parameters(), lr=LEARNING_RATE)
    for _ in range(ITERATIONS):
        optimizer.zero_grad()
        cost().backward()
        optimizer.step()


def test_the_derivative_of_elu_by_hand_and_its_drawing(capsys: Capsys) -> None:
    """The table also lists the name where a name is wrong."""
    Z = torch.tensor([2.0, 0.0, -1.0], dtype=torch.float64)
    assert ELU.derivative(Z, ELU.value(Z)).tolist() == pytest.approx([1, 1, exp(-1)])
    figure = activations_and_derivatives(slope=0.1)
    columns = {axes.get_title(): axes.lines[0] for axes in figure.axes[: len(ACTIVATIONS)]}
    Z, A = (torch.as_tensor(data) for data in columns["elu"].get_data())
    assert_equal("A", A, nn.functional.elu(Z))
    assert ", ".join(ACTIVATIONS) in usage_error(train, ["--model.hidden_activation", "rellu"], capsys)


HUBER = replace(
    LOG_COSH,
    name="huber",
    losses=lambda Z, Y: torch.where((Z - Y).abs() > 1, (Z - Y).abs() - 0.5, (Z - Y).square() / 2).sum(dim=1),
    derivative=lambda A, Y: (A - Y).clamp(-1, 1),
    torch_loss=partial(nn.functional.huber_loss, reduction="none"),
)


NEGATED = replace(HUBER, losses=lambda Z, Y: -HUBER.losses(Z, Y), derivative=lambda A, Y: -HUBER.derivative(A, Y))
FIRST_A, FIRST_L = "first wrong: A[1] in the forward pass", "first wrong: the losses L in the forward pass"
JUDGED: dict[str, tuple[Activation | Output, str]] = {
    "elu": (ELU, "all 8 tensors are equal (judged: 8 by autograd, 8 by central differences, 5 as trained by "),
    "elu without a module": (
        replace(ELU, module=None),
        "all 8 tensors are equal, 1 more is not judged (judged: 8 by autograd, 8 by central differences, "
        "5 as trained by J.backward(); not judged, because elu has no fitting module: A[1])",
    ),
    "huber": (HUBER, "all 8 tensors are equal (judged: 8 by autograd"),
    "2Z": (replace(ELU, function=lambda Z: 2 * Z, derivative_by=lambda A: torch.full_like(A, 2)), FIRST_A),
    "exp(Z)": (replace(ELU, function=torch.exp, derivative_by=lambda A: A), FIRST_A),
    "2 elu": (replace(ELU, function=lambda Z: 2 * elu(Z), derivative_by=lambda A: 2 * elu_derivative(A / 2)), FIRST_A),
    "-elu": (replace(ELU, function=lambda Z: -elu(Z), derivative_by=lambda A: -elu_derivative(-A)), FIRST_A),
    "-J": (NEGATED, FIRST_L),
    "-J, explained": (NEGATED, "a factor of -1 too many: a minus sign is missing or too many"),
}


@pytest.mark.parametrize("case", JUDGED)
def test_the_command_judges_what_was_added_by_the_module_and_the_loss_of_torch(
    case: str, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    """All gradients agree with autograd, also where another function has its own right derivative."""
    entry, said = JUDGED[case]
    option, table = ("output", OUTPUTS) if isinstance(entry, Output) else ("hidden_activation", ACTIVATIONS)
    monkeypatch.setitem(table, entry.name, entry)
    arguments = ["--model.layer_sizes", "[2, 4, 1]", "--data.name", "planar", "--examples", "40"]
    assert main(["compare", *arguments, f"--model.{option}", entry.name]) == int("equal" not in said)
    assert said in capsys.readouterr().out


def test_a_mistake_in_it_is_placed_and_named(elu_problem: Problem, monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(layers, "activation_backward", lambda dA, cache, activation, slope: dA)
    report = compare_gradients(*elu_problem)
    assert str(report.diagnosis.tensor) == "dZ[2]"
    assert report.diagnosis.causes == ("no g'",)


def test_the_playground_has_it() -> None:
    assert "expm1" in {node.operation for node in step_graph(DeepNetwork([2, 3, 1], "elu")).nodes}


@pytest.fixture
def problem(added: None, generator: torch.Generator) -> Problem:
    """The labels are up to 3 off, where tanh(A - Y) and A - Y are far apart."""
    network, X, Y = random_problem([5, 4, 3, 2], 7, generator, hidden_activation="tanh", output="log_cosh")
    return network, X, 6 * Y - 3


def test_the_report_finds_the_derivative_of_another_loss(problem: Problem, monkeypatch: Monkeypatch) -> None:
    """A - Y, with which every other output trains, is not the derivative of log cosh."""
    wrong = deepcopy(problem[0])
    wrong.output = replace(LOG_COSH, derivative=lambda A, Y: A - Y)
    report = compare_gradients(wrong, *problem[1:])
    assert not report.agrees
    assert str(report.diagnosis.tensor) == "dZ[3]"


ENTRY = """        Activation(name="elu", function=elu, derivative_by=elu_derivative, argument="A", module=nn.ELU),
"""
READERS = (
    *("formulas/test_activations.py", "mistakes", "tracing/test_trace.py", "playground/test_recorder.py"),
    *("verification/networks/calls/test_reference.py", "network/test_random_networks.py"),
    "docs/test_reference.py::test_every_text_of_the_help_is_translated_and_no_other",
)
"""The tests that read the table of the activations, and those that read what follows from it."""


@pytest.mark.slow
def test_an_entry_in_the_package_leaves_one_test_to_write(tmp_path: Path) -> None:
    """In a copy of the package with ELU, only the numbers by hand are missing."""
    root = Path(__file__).parents[2]
    for folder in ("course_torch", "tests", "tools", "docs", "benchmarks", "configs"):
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "site"))
    shutil.copy(root / "pyproject.toml", tmp_path)
    table = tmp_path / "course_torch/formulas/activations.py"
    functions = "".join(f"{inspect.getsource(each)}\n\n" for each in (elu, elu_derivative))
    before, head, entries = table.read_text(encoding="utf-8").partition("aten = ")
    assert '"elu"' not in entries, "the package has it now: add another function here"
    entries = entries.replace("        Activation(\n", f"{ENTRY}        Activation(\n", 1)
    table.write_text(before + functions + head + entries, encoding="utf-8")
    tests = [f"tests/{name}" for name in READERS]
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "-m", "not slow", *tests]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path)}, capture_output=True)
    assert re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout.decode(), re.MULTILINE) == [
        "tests/formulas/test_activations.py::test_every_activation_is_worked_out_by_hand"
    ]
    assert b"1 failed" in done.stdout
