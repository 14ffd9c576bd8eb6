"""Callbacks: an accelerator is seldom read, and a small step is computed by one thread."""

from collections.abc import Iterator

import pytest
import torch
import yaml
from lightning import Callback, Trainer
from torch.utils._python_dispatch import TorchDispatchMode

from course_torch.training.callbacks import reads_at_once
from course_torch.training.cli import main
from tests.support.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import TANH


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
