"""Training stops at a cost that is not finite, before a log or a checkpoint contains it."""

from pathlib import Path

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from course_torch.data.data_set import DataSet
from course_torch.data.split import Split
from course_torch.data.table import load_data_set
from course_torch.exchange.trained_network import read_checkpoint
from course_torch.training import callbacks
from course_torch.training.data_module import CourseData
from course_torch.training.run_folder import LAST
from tests.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import CONFIGS, metrics_of, parameters_of

TANH = ["--config", str(CONFIGS / "planar_shallow.yaml"), "--max_epochs", "5"]
WILD = [*TANH, "--model.hidden_activation", "identity", "--model.learning_rate", "1e6"]
"""Identity units with α = 1e6: the parameters grow in each step until a product overflows at step 4."""


@pytest.fixture
def as_on_an_accelerator(monkeypatch: Monkeypatch) -> None:
    """Read numbers of the CPU as rarely as numbers of an accelerator."""
    monkeypatch.setattr(callbacks, "reads_at_once", lambda device: False)


def assert_nothing_wrong_was_written(folder: Path) -> None:
    assert all(tensor.isfinite().all() for tensor in parameters_of(folder).values())
    if (folder / "metrics.csv").exists():
        assert all(cost < float("inf") for cost in metrics_of(folder, "train/cost"))


def test_a_cost_that_is_not_finite_stops_training(train: Train, capsys: Capsys) -> None:
    folder = train("--checkpoint_seconds", "0", config=WILD, code=1)
    line = capsys.readouterr().err.splitlines()[-1]
    saved = read_checkpoint(folder / LAST)
    assert f"training stopped: the cost is nan at step {saved['global_step']}: the first value that is not" in line
    assert "is in Z[2]; start a new run with --model.learning_rate 100000 instead of 1e+06;" in line
    assert f"{folder / LAST} holds an earlier step" in line
    assert_nothing_wrong_was_written(folder)


@pytest.mark.usefixtures("as_on_an_accelerator")
@pytest.mark.parametrize("seconds", ["0", "1000"], ids=["read at a save", "read at the tenth step"])
def test_a_cost_that_is_read_later_still_tells_its_step(seconds: str, train: Train, capsys: Capsys) -> None:
    folder = train("--checkpoint_seconds", seconds, config=WILD, code=1)
    line = capsys.readouterr().err.splitlines()[-1]
    assert "the cost is nan at step 4: its parameters were overwritten before the cost was read;" in line
    assert "--trainer.log_every_n_steps 1 reads each cost and names the first value that is not finite;" in line
    assert f"{folder / LAST} holds an earlier step" in line
    assert_nothing_wrong_was_written(folder)
    assert read_checkpoint(folder / LAST)["global_step"] == (4 if seconds == "0" else 1)


@pytest.mark.usefixtures("as_on_an_accelerator")
def test_a_run_that_logs_each_cost_names_the_first_wrong_value(train: Train, capsys: Capsys) -> None:
    train("--trainer.log_every_n_steps", "1", config=WILD, code=1)
    line = capsys.readouterr().err.splitlines()[-1]
    assert "the cost is nan at step 4: the first value that is not finite is in Z[2];" in line


@pytest.mark.parametrize("end", [["--max_steps", "1"], ["--max_epochs", "1"]], ids=["last update", "later updates"])
def test_parameters_that_are_not_finite_are_not_saved(
    end: list[str], train: Train, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    """At α = 1e6 and features of 1e36 a step exceeds the largest number of float32, 3e38. The first cost is finite."""
    flower = load_data_set("planar")
    far = DataSet(train=Split(flower.train.X * 1e36, flower.train.Y), class_names=flower.class_names)
    monkeypatch.setattr(CourseData, "data_set", far)
    train(*end, config=WILD, code=1)
    line = capsys.readouterr().err.splitlines()[-1]
    assert "training stopped: W[1] is not finite after 1 update, though all costs were finite; start a new" in line
    assert line.endswith("no checkpoint was written yet")


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
    assert reads_of(train, 90) - reads_of(train, 30) < 54
