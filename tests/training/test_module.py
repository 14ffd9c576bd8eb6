"""Every number that is logged, worked out by hand."""

from dataclasses import asdict
from math import log

import pytest
import torch
from torch import Tensor

from course_torch.errors import InputError
from course_torch.network.config import NetworkConfig
from course_torch.network.optimizers import GRADIENTS
from course_torch.training.batches import Batch
from course_torch.training.module import NetworkModule

RATE = 0.1


class Trainer:
    """What the module asks of a trainer."""

    accumulate_grad_batches, world_size = 2, 3


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> NetworkModule:
    """Z[1] = -2x and ŷ = sigmoid(-Z[1] / 2) = sigmoid(x), in float64.

    What it logs stands in `module.logged`, as (name, value, options).
    """
    module = NetworkModule([1, 1, 1], "identity", learning_rate=RATE).double()
    with torch.no_grad():
        module.network.layers[0].W.fill_(-2)
        module.network.layers[1].W.fill_(-0.5)
    trainer, logged = Trainer(), []
    monkeypatch.setattr(NetworkModule, "trainer", trainer)
    monkeypatch.setattr(module, "log", lambda name, value, **options: logged.append((name, value, options)))
    monkeypatch.setattr(
        module, "log_dict", lambda values, **options: logged.extend((*pair, options) for pair in values.items())
    )
    monkeypatch.setattr(module, "logged", logged, raising=False)
    return module


def column(*numbers: float) -> Tensor:
    return torch.tensor(numbers, dtype=torch.float64).reshape(-1, 1)


def test_the_optimizer_has_every_parameter(module: NetworkModule) -> None:
    (group,) = module.configure_optimizers().param_groups
    own = [tensor for layer in module.network.layers for tensor in (layer.W, layer.b)]
    assert all(given is parameter for given, parameter in zip(group["params"], own, strict=True))


def test_the_training_cost_is_the_mean_over_the_micro_batches_of_an_update(module: NetworkModule) -> None:
    """Batches with costs ln 2 · (1, 3, 5): logged are the first, the mean of two, and the third, of the next update."""
    X, Y = column(0), column(1)
    costs = [module.training_step(Batch(X, Y, 1 / times), i).item() for i, times in enumerate((1, 3, 5))]
    assert costs == pytest.approx([log(2), 3 * log(2), 5 * log(2)])
    assert {name for name, _, _ in module.logged} == {"train/cost"}
    assert [value.item() for _, value, _ in module.logged] == pytest.approx([log(2), 2 * log(2), 5 * log(2)])
    assert [value.requires_grad for _, value, _ in module.logged] == [False] * 3
    assert module.logged[0][2] == {"prog_bar": True, "sync_dist": True, "batch_size": 1}


def test_costs_are_0_before_the_first_batch(module: NetworkModule) -> None:
    assert (module.batch_cost.item(), module.update_cost.item()) == (0.0, 0.0)


@pytest.mark.parametrize("gradients", GRADIENTS)
def test_the_training_step_divides_by_the_m_of_the_batch(gradients: str) -> None:
    """dW = (1/m) Σ dZ x with dZ = ½ - 1: at m = ½ and x = 3 it is -3."""
    module = NetworkModule([1, 1], initialization="zeros", gradients=gradients)
    J = GRADIENTS[gradients](module.network)(torch.tensor([[3.0]]), torch.tensor([[1.0]]), 0.5)
    J.backward()
    assert J.item() == pytest.approx(2 * log(2))
    assert module.network.layers[0].W.grad.item() == -3.0


def test_gradients_come_from_the_formulas_or_from_autograd(module: NetworkModule) -> None:
    assert GRADIENTS["manual"](module.network) == module.network.cost
    assert GRADIENTS["autograd"](module.network) == module.network.autograd_cost
    assert module.hparams["gradients"] == "manual"


def test_cost_and_accuracy_of_validation_divide_by_the_m_of_the_batch(module: NetworkModule) -> None:
    """Logits ln 3, ln 3, -ln 3 with labels 0, 1, 0: losses ln 4, ln 4/3, ln 4/3; two of three are right.

    With m = 5/3 on each of 3 ranks, the mean over the ranks divides by all 5 examples.
    """
    Y = column(0, 1, 0)
    module.validation_Y = 1 - Y  # only R² looks at the labels of the whole split
    module.validation_step(Batch(column(log(3), log(3), -log(3)), Y, 5 / 3), 0)
    logged = {name: value.item() for name, value, _ in module.logged}
    assert logged == {
        "validation/cost": pytest.approx((log(4) + 2 * log(4 / 3)) / 5 * 3),
        "validation/accuracy": pytest.approx(2 / 5 * 3),
    }
    assert [options for _, _, options in module.logged] == [{"sync_dist": True, "batch_size": 5}] * 2


def test_a_module_predicts_as_its_network(module: NetworkModule) -> None:
    assert module(column(log(3))).item() == pytest.approx(0.75)


def test_a_checkpoint_brings_its_dtype() -> None:
    """So that float64 parameters are not rounded to float32 while they are loaded."""
    module = NetworkModule([1, 1])
    module.on_load_checkpoint({"state_dict": {"network.layers.0.W": torch.zeros(1, 1, dtype=torch.float64)}})
    assert {parameter.dtype for parameter in module.parameters()} == {torch.float64}


def test_the_arguments_are_those_of_the_config_and_the_hyperparameters_of_a_checkpoint() -> None:
    module = NetworkModule([1, 1], output="identity", seed=3)
    assert dict(module.hparams) == asdict(NetworkConfig([1, 1], output="identity", seed=3))
    with pytest.raises(InputError, match="seed: found -1"):
        NetworkModule([1, 1], seed=-1)
