"""Every number that is logged, worked out by hand."""

from dataclasses import asdict
from math import log

import pytest
import torch
from lightning import Callback
from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint, TQDMProgressBar
from torch import Tensor

from course_torch.data.split import Batch
from course_torch.errors import InputError
from course_torch.network.config import GRADIENTS, NetworkConfig
from course_torch.training.callbacks import CostBar
from course_torch.training.module import NetworkModule
from tests.support.fixture_types import Monkeypatch

RATE = 0.1


class Trainer:
    """What the module asks of a trainer. Updates 2 and 4 are logged."""

    world_size, log_every_n_steps, global_step = 3, 2, 0
    should_stop = fast_dev_run = False

    def __init__(self) -> None:
        self.callbacks: list[Callback] = []
        self._results = self

    def reset(self) -> None:
        """Forget the values that were logged."""


@pytest.fixture
def module(monkeypatch: Monkeypatch) -> NetworkModule:
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


def update(module: NetworkModule, *times: float) -> None:
    """Make an update whose micro-batches have the costs ln 2 · times."""
    for i, each in enumerate(times):
        J = module.training_step(Batch(column(0), column(1), 1 / each), i)
        assert J.item() == pytest.approx(each * log(2))
    module.on_before_optimizer_step(module.configure_optimizers())
    module.trainer.global_step += 1


def logged_costs(module: NetworkModule) -> list[float]:
    """The logged training costs, as multiples of ln 2."""
    assert {name for name, _, _ in module.logged} <= {"train/cost"}
    return [value.item() / log(2) for _, value, _ in module.logged]


def test_the_training_cost_is_the_mean_over_the_micro_batches_of_an_update(module: NetworkModule) -> None:
    """The second and the fourth update are logged: (1 + 3 + 8) / 3 = 4 and (1 + 2) / 2 = 1.5."""
    module.on_train_start()
    for times in ((7, 7, 7), (1, 3, 8), (5,), (1, 2)):
        update(module, *times)
    assert logged_costs(module) == pytest.approx([4, 1.5])
    assert [value.requires_grad for _, value, _ in module.logged] == [False] * 2
    assert module.logged[0][2] == {"prog_bar": True, "sync_dist": True, "batch_size": 1}


@pytest.mark.parametrize(
    ("callback", "every"),
    [
        (CostBar(), False),
        (EarlyStopping("validation/cost"), False),
        (EarlyStopping("train/cost"), True),
        (ModelCheckpoint(), True),
        (TQDMProgressBar(), True),
        (Callback(), True),
    ],
)
def test_every_update_is_logged_for_a_callback_that_may_read_it(
    callback: Callback, every: bool, module: NetworkModule
) -> None:
    module.trainer.callbacks = [callback]
    module.on_train_start()
    for times in (1, 2, 3, 4):
        update(module, times)
    assert logged_costs(module) == pytest.approx([1, 2, 3, 4] if every else [2, 4])


@pytest.mark.parametrize("gradients", GRADIENTS)
def test_the_training_step_divides_by_the_m_of_the_batch(gradients: str) -> None:
    """dW = (1/m) Σ dZ x with dZ = ½ - 1: at m = ½ and x = 3 it is -3."""
    module = NetworkModule([1, 1], initialization="zeros", gradients=gradients)
    J = GRADIENTS[gradients](module.network)(torch.tensor([[3.0]]), torch.tensor([[1.0]]), 0.5)
    J.backward()
    assert J.item() == pytest.approx(2 * log(2))
    assert module.network.layers[0].W.grad.item() == -3.0


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


def test_the_arguments_are_those_of_the_config_and_the_hyperparameters_of_a_checkpoint() -> None:
    module = NetworkModule([1, 1], output="identity", seed=3)
    assert dict(module.hparams) == asdict(NetworkConfig([1, 1], output="identity", seed=3))
    with pytest.raises(InputError, match="seed: found -1"):
        NetworkModule([1, 1], seed=-1)
