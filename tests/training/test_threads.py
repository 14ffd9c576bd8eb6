"""train.py computes a small step on one thread, says so, and restores torch's number."""

from collections.abc import Iterator

import pytest
import torch
import yaml
from lightning import Callback, Trainer

from course_torch.training.cli import main
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import SMALL


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


def test_a_large_step_is_shared(train: Train, seen: list[int], capsys: Capsys) -> None:
    train("--max_steps", "1", config=["--accelerator", "cpu"])
    assert seen == [2]
    assert "2 threads: torch's own number, for a step of 838,1" in capsys.readouterr().out


def test_a_minibatch_counts_and_not_the_training_split(train: Train, seen: list[int], capsys: Capsys) -> None:
    train("--max_steps", "1", "--data.batch_size", "100", config=["--accelerator", "cpu"])
    assert seen == [1]
    train("--max_steps", "1", "--trainer.accumulate_grad_batches", "10", config=["--accelerator", "cpu"])
    assert seen == [1, 1]


def test_threads_overrides_the_rule_and_a_resumed_run_keeps_it(train: Train, seen: list[int], capsys: Capsys) -> None:
    run = train("--threads", "2", "--max_epochs", "1")
    assert "2 threads: as --threads says" in capsys.readouterr().out
    assert yaml.safe_load((run / "config.yaml").read_text())["threads"] == 2
    assert main(["--resume", str(run), "--max_epochs", "2"]) == 0
    assert seen == [2, 2]


@pytest.mark.parametrize("number", ["0", "-1", "100000"])
def test_an_impossible_number_of_threads_is_rejected(number: str, capsys: Capsys) -> None:
    error = usage_error(main, [*SMALL, "--threads", number], capsys)
    assert f"threads: found {number}, expected 1 to 1024, or null" in error


@pytest.mark.usefixtures("seen")
def test_the_number_of_threads_is_restored_after_an_error(train: Train, monkeypatch: Monkeypatch) -> None:
    class Broken(Callback):
        def on_train_start(self, *arguments: object) -> None:
            raise ZeroDivisionError

    monkeypatch.setattr("course_torch.training.cli.CostBar", Broken)
    with pytest.raises(ZeroDivisionError):
        train()
    assert torch.get_num_threads() == 2
