"""Every number that is logged, worked out by hand; and callbacks: when a device is read, and with how many threads."""

from collections.abc import Iterator
from dataclasses import asdict
from math import log

import pytest
import torch
import yaml
from lightning import Callback, Trainer
from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint, TQDMProgressBar
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from course_torch.data.split import Batch
from course_torch.errors import InputError
from course_torch.network.config import GRADIENTS, NetworkConfig
from course_torch.training.callbacks.display import CostBar
from course_torch.training.callbacks.ranks import reads_at_once
from course_torch.training.cli import main
from course_torch.training.module import NetworkModule
from tests.support.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import TANH

RATE = 0.1


class OnlySteps:
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
    trainer, logged = OnlySteps(), []
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


def test_only_the_cpu_is_read_at_once() -> None:
    assert [reads_at_once(torch.device(name)) for name in ("cpu", "cuda", "mps")] == [True, False, False]


class Reads(TorchDispatchMode):
    """Counts the numbers that Python reads from tensors. Each reading makes an accelerator finish its work."""

    number = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
        self.number += function is torch.ops.aten._local_scalar_dense.default
        return function(*args, **(kwargs or {}))


def reads_of(train: Train, steps: int) -> int:
    with Reads() as reads:
        train("--max_steps", str(steps), "--checkpoint_seconds", "1000", config=TANH)
    return reads.number


@pytest.mark.usefixtures("as_on_an_accelerator")
def test_an_accelerator_waits_only_for_the_costs_that_are_logged(train: Train) -> None:
    """60 more steps log 6 more costs. Loggers and bar read each of them a few times; 54 steps read nothing."""
    assert 6 <= reads_of(train, 90) - reads_of(train, 30) < 54


@pytest.fixture
def seen(monkeypatch: Monkeypatch) -> Iterator[list[int]]:
    """The number of threads at each start of a training, while torch has two threads outside the training."""
    numbers: list[int] = []

    class Note(Callback):
        def on_train_start(self, trainer: Trainer, *arguments: object) -> None:
            numbers.append(torch.get_num_threads())

    monkeypatch.setattr("course_torch.training.cli.CostBar", Note)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield numbers
    torch.set_num_threads(before)


def test_a_small_step_is_computed_by_one_thread(train: Train, seen: list[int], capsys: Capsys) -> None:
    train()
    assert seen == [1]
    assert "1 thread: a step of 11,200 multiplications is too small to share" in capsys.readouterr().out
    assert torch.get_num_threads() == 2


@pytest.mark.slow
def test_a_minibatch_counts_and_not_the_training_split(train: Train, seen: list[int], capsys: Capsys) -> None:
    train("--max_steps", "1", "--data.batch_size", "100", config=["--accelerator", "cpu"])
    assert seen == [1]
    train("--max_steps", "1", "--trainer.accumulate_grad_batches", "10", config=["--accelerator", "cpu"])
    assert seen == [1, 1]


@pytest.mark.slow
def test_threads_overrides_the_rule_and_a_resumed_run_keeps_it(train: Train, seen: list[int], capsys: Capsys) -> None:
    run = train("--threads", "2", "--max_epochs", "1")
    assert "2 threads: as --threads says" in capsys.readouterr().out
    assert yaml.safe_load((run / "config.yaml").read_text())["threads"] == 2
    assert main(["--resume", str(run), "--max_epochs", "2"]) == 0
    assert seen == [2, 2]


@pytest.mark.usefixtures("seen")
def test_the_number_of_threads_is_restored_after_an_error(train: Train, monkeypatch: Monkeypatch) -> None:
    class Broken(Callback):
        def on_train_start(self, *arguments: object) -> None:
            raise ZeroDivisionError

    monkeypatch.setattr("course_torch.training.cli.CostBar", Broken)
    with pytest.raises(ZeroDivisionError):
        train()
    assert torch.get_num_threads() == 2
