"""The network, gradient descent, the judges and the LightningModule on the second device: the numbers of the CPU."""

import warnings
from copy import deepcopy

import pytest
import torch
from lightning import Trainer
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from course_torch import DeepNetwork, NetworkModule, compare_gradients, gradient_descent
from course_torch.errors import InputError
from course_torch.formulas import layers
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.outputs import OUTPUTS
from course_torch.network.gradient_descent import METHODS
from course_torch.training.callbacks.divergence import first_overflow
from course_torch.training.callbacks.symptoms import dead_layers
from tests.conftest import random_problem
from tests.second_device import machine
from tests.support.fixture_types import Monkeypatch

DTYPES = [torch.float32, torch.bfloat16, *[torch.float64] * machine.HAS_FLOAT64]
EVERY_NETWORK = pytest.mark.parametrize(
    ("activation", "output"), [*((name, "sigmoid") for name in ACTIVATIONS), *(("tanh", name) for name in OUTPUTS)]
)
Problem = tuple[DeepNetwork, Tensor, Tensor]


def on_both(
    activation: str = "tanh", output: str = "sigmoid", dtype: torch.dtype = torch.float32, **options: bool
) -> tuple[Problem, Problem]:
    """A network with examples on the CPU, and copies on the device."""
    given = {"hidden_activation": activation, "output": output, **options}
    network, X, Y = random_problem([4, 6, 3, 2], 7, torch.Generator().manual_seed(3), **given)
    cpu = network.to(dtype), X.to(dtype), Y.to(dtype)
    return cpu, tuple(each.to(machine.NAME) for each in deepcopy(cpu))


def assert_near(found: Tensor, right: Tensor, dtype: torch.dtype = torch.float32) -> None:
    """Equal within rounding errors, and on the device."""
    assert found.device.type == machine.NAME
    eps = torch.finfo(dtype).eps
    torch.testing.assert_close(found.detach().cpu(), right.detach(), rtol=50 * eps, atol=50 * eps)


@EVERY_NETWORK
@pytest.mark.parametrize("dtype", DTYPES)
def test_cost_gradients_and_predictions(activation: str, output: str, dtype: torch.dtype) -> None:
    cpu, device = on_both(activation, output, dtype)
    for network, X, Y in (cpu, device):
        network.cost(X, Y).backward()
    (network, X, Y), (same, X_there, Y_there) = cpu, device
    assert_near(same.cost(X_there, Y_there), network.cost(X, Y), dtype)
    assert_near(same(X_there), network(X), dtype)
    assert_near(same.predict(X_there), network.predict(X), dtype)
    for found, right in zip(same.parameters(), network.parameters(), strict=True):
        assert found.grad is not None
        assert right.grad is not None
        assert_near(found.grad, right.grad, dtype)


@EVERY_NETWORK
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_three_judges(activation: str, output: str, dtype: torch.dtype) -> None:
    report = compare_gradients(*on_both(activation, output, dtype)[1])
    assert report.agrees
    assert len(report.tensors) >= 11


def test_the_judges_name_a_wrong_formula(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(layers, "activation_backward", lambda dA, cache, activation, slope: dA)
    report = compare_gradients(*on_both()[1])
    assert "g'(Z) is missing" in report.text.en


def test_the_judges_name_a_wrong_forward_pass(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(layers, "linear", lambda A_prev, W, b: torch.addmm(2 * b, A_prev, W.T))
    assert "Z[1] in the forward pass" in compare_gradients(*on_both()[1]).text.en


@EVERY_NETWORK
@pytest.mark.parametrize("method", [*METHODS, "auto"])
def test_gradient_descent(method: str, activation: str, output: str) -> None:
    cpu, device = on_both(activation, output)
    settings = {"learning_rate": 0.1, "iterations": 20, "record_every": 5, "method": method}
    right, found = (gradient_descent(*each, **settings) for each in (cpu, device))
    assert found.costs == pytest.approx(right.costs, rel=1e-5)
    for mine, its in zip(device[0].parameters(), cpu[0].parameters(), strict=True):
        assert_near(mine, its)


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_learned_slope_and_the_best_constant(output: str) -> None:
    cpu, device = on_both("leaky_relu", output, learn_slope=True)
    costs = [gradient_descent(*each, learning_rate=0.1, iterations=5, record_every=1).costs for each in (cpu, device)]
    assert costs[1] == pytest.approx(costs[0], rel=1e-5)
    constants = [network.output.best_constant(Y).cpu() for network, _, Y in (cpu, device)]
    torch.testing.assert_close(*constants)


def test_labels_that_no_output_accepts_are_rejected() -> None:
    network, X, Y = on_both(output="softmax")[1]
    with pytest.raises(InputError, match="add up to 0"):
        network.cost(X, 0 * Y)


def test_examples_of_the_cpu_are_rejected() -> None:
    (_, X, Y), (network, _, _) = on_both()
    with pytest.raises(InputError, match=f"X: found a tensor on cpu, expected the parameters' {machine.NAME}"):
        network.cost(X, Y)


def test_symptoms() -> None:
    network, X, _ = on_both("relu")[1]
    assert dead_layers(network, X) == []
    assert first_overflow(network, X) is None
    with torch.no_grad():
        network.layers[0].b.fill_(-1e9)
        network.layers[1].W.fill_(torch.inf)
    assert dead_layers(network, X) == [1, 2]
    assert first_overflow(network, X) == "W[2]"


def test_a_module_in_a_project_of_ones_own() -> None:
    """A loader of the project's own, validation, test and predictions, as in docs/lightning.md."""
    generator = torch.Generator().manual_seed(1)
    X = 3 * torch.rand(60, 2, generator=generator) - 1.5
    rings = TensorDataset(X, (X.square().sum(dim=1, keepdim=True) < 1).float())
    ends = []
    warnings.filterwarnings("ignore", "GPU available but not used")
    for accelerator in ("cpu", "auto"):
        module = NetworkModule([2, 8, 1], "tanh", optimizer="adam", learning_rate=0.02)
        quiet = {"logger": False, "enable_progress_bar": False, "enable_checkpointing": False}
        trainer = Trainer(accelerator=accelerator, max_epochs=2, enable_model_summary=False, **quiet)
        loader = DataLoader(rings, batch_size=20)
        trainer.fit(module, loader, loader)
        (result,) = trainer.test(module, loader, verbose=False)
        ends.append([*result.values(), *torch.cat(trainer.predict(module, loader)).flatten().tolist()])
    assert ends[1] == pytest.approx(ends[0], rel=1e-4)
