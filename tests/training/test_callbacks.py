"""Callbacks: they stop a training at a cost that is not finite, and set the threads."""

from collections.abc import Iterator
from math import nan
from pathlib import Path

import pytest
import torch
import yaml
from lightning import Callback, Trainer
from torch.utils._python_dispatch import TorchDispatchMode

from course_torch import DeepNetwork
from course_torch.data.data_set import DataSet
from course_torch.data.split import Split
from course_torch.data.table import load_data_set
from course_torch.training import callbacks
from course_torch.training.callbacks import reads_at_once
from course_torch.training.cli import main
from course_torch.training.data_module import CourseData
from course_torch.training.run_folder import LAST
from tests.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import TANH, metrics_of, parameters_of, updates_of


def test_only_the_cpu_is_read_at_once() -> None:
    assert [reads_at_once(torch.device(name)) for name in ("cpu", "cuda", "mps")] == [True, False, False]


WILD = [*TANH, "--model.hidden_activation", "identity", "--model.learning_rate", "1e6"]
"""Identity units with α = 1e6: the parameters grow in each step until a product overflows at step 4."""


@pytest.fixture
def as_on_an_accelerator(monkeypatch: Monkeypatch) -> None:
    """Read numbers of the CPU as rarely as numbers of an accelerator."""
    monkeypatch.setattr(callbacks, "reads_at_once", lambda device: False)


LATER = [
    "the cost is nan at step 4: its parameters were overwritten before the cost was read;",
    "--trainer.log_every_n_steps 1 reads each cost and names the first value that is not finite;",
]
DIVERGED: dict[str, tuple[bool, list[str], list[str], int]] = {
    # name: as on an accelerator, options, what is said, step of last.ckpt
    "read at once": (
        False,
        ["--checkpoint_seconds", "0"],
        ["is in Z[2]; start a new run with --model.learning_rate 100000 instead of 1e+06;"],
        4,
    ),
    "read at a save": (True, ["--checkpoint_seconds", "0"], LATER, 4),
    "read at the tenth step": (True, ["--checkpoint_seconds", "1000"], LATER, 1),
    "each cost is logged": (True, ["--trainer.log_every_n_steps", "1"], ["not finite is in Z[2];"], 1),
}


@pytest.mark.parametrize("name", ["W", "b", "slope"])
def test_the_parameter_that_is_not_finite_is_named_and_not_what_it_makes(name: str) -> None:
    network = DeepNetwork([2, 3, 1], "leaky_relu", learn_slope=True)
    with torch.no_grad():
        getattr(network.layers[0], name).fill_(nan)
    assert callbacks.first_non_finite(network, torch.ones(2, 2)) == f"{name}[1]"


@pytest.mark.parametrize(("rarely", "options", "words", "saved"), DIVERGED.values(), ids=DIVERGED.keys())
def test_a_cost_that_is_not_finite_stops_training_and_its_step_is_told(
    rarely: bool,
    options: list[str],
    words: list[str],
    saved: int,
    train: Train,
    request: pytest.FixtureRequest,
    capsys: Capsys,
) -> None:
    if rarely:
        request.getfixturevalue("as_on_an_accelerator")
    folder = train(*options, config=WILD, code=1)
    line = capsys.readouterr().err.splitlines()[-1]
    for said in ("training stopped: the cost is nan at step 4: ", *words, f"{folder / LAST} holds an earlier step"):
        assert said in line
    assert updates_of(folder) == saved
    assert all(tensor.isfinite().all() for tensor in parameters_of(folder).values())
    if (folder / "metrics.csv").exists():
        assert all(cost < float("inf") for cost in metrics_of(folder, "train/cost"))


def test_features_that_are_too_large_are_named_instead_of_the_learning_rate(train: Train, capsys: Capsys) -> None:
    Path("rows.csv").write_text("".join(f"{i}.5,-{i}e4,{'ab'[i % 2]}\n" for i in range(1, 21)))
    train("--data.name", "csv", "--data.root", "rows.csv", config=WILD, code=1)
    line = capsys.readouterr().err.splitlines()[-1]
    assert "; scale the features, which go up to 2e+05: networks need features of order 1;" in line
    assert "learning_rate" not in line


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
    assert "training stopped: W[1] is not finite after 1 update, though all costs were finite; scale the" in line
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
