"""A run that a signal ends, or that is killed, resumes to the result of an undisturbed run."""

import shlex
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep

import pytest
import torch
from lightning import Callback, Trainer

from course_torch.exchange.trained_network import read_checkpoint
from course_torch.training.cli import main
from course_torch.training.processes import ENDING
from course_torch.training.run_folder import LAST
from tests.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import SMALL, parameters_of
from tests.training.forked import Training
from tests.training.test_resume import DIGITS, assert_same_run, rows_of

EARLY_STOPPING = [
    *("--trainer.callbacks+=EarlyStopping", "--trainer.callbacks.monitor=validation/cost"),
    "--trainer.callbacks.patience=1",
]


@pytest.fixture(autouse=True)
def ctrl_c_raises() -> Iterator[None]:
    """Let Ctrl-C raise KeyboardInterrupt, as in a terminal. A worker of pytest-xdist ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def at_step(monkeypatch: Monkeypatch) -> Callable[..., None]:
    """A function that sets an action for the start of the batch after `step` updates."""

    def set_action(step: int, action: Callable[[], object]) -> None:
        class Act(Callback):
            def on_train_batch_start(self, trainer: Trainer, *args: object) -> None:
                if trainer.global_step == step:
                    action()

        monkeypatch.setattr("course_torch.training.cli.CostBar", Act)

    return set_action


def send(*numbers: signal.Signals) -> Callable[[], None]:
    def action() -> None:
        for number in numbers:
            signal.raise_signal(number)  # in this thread: Python handles the signal before the next line

    return action


@pytest.mark.parametrize("number", ENDING, ids=lambda number: number.name)
def test_a_signal_stops_training_with_a_checkpoint_and_the_table(
    number: signal.Signals, train: Train, capsys: Capsys, at_step: Callable[..., None]
) -> None:
    at_step(30, send(number))
    before = signal.getsignal(number)
    folder = train("--max_epochs", "100000")
    assert read_checkpoint(folder / LAST)["global_step"] == 31
    assert signal.getsignal(number) is before
    assert parameters_of(folder)
    out = capsys.readouterr().out
    assert "│ train" in out
    assert out.splitlines()[-1] == "interrupted after 31 updates; to go on: --resume lightning_logs/version_0"


def test_a_run_under_nohup_outlives_the_terminal(train: Train, at_step: Callable[..., None]) -> None:
    at_step(30, send(signal.SIGHUP))
    previous = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        folder = train("--max_steps", "40")
    finally:
        signal.signal(signal.SIGHUP, previous)
    assert read_checkpoint(folder / LAST)["global_step"] == 40


def test_the_folder_to_resume_is_quoted_for_the_shell(
    train: Train, capsys: Capsys, at_step: Callable[..., None]
) -> None:
    at_step(0, send(signal.SIGINT))
    assert main([*SMALL, "--trainer.default_root_dir", "my runs"]) == 0
    line = capsys.readouterr().out.splitlines()[-1]
    assert line == "interrupted after 1 update; to go on: --resume 'my runs/lightning_logs/version_0'"
    at_step(0, send())
    assert main(shlex.split(line.partition("to go on: ")[2])) == 0
    assert "interrupted" not in capsys.readouterr().out


def test_without_checkpoints_an_interrupted_run_cannot_go_on(
    train: Train, capsys: Capsys, at_step: Callable[..., None]
) -> None:
    at_step(30, send(signal.SIGINT))
    train("--trainer.enable_checkpointing", "false")
    assert capsys.readouterr().out.splitlines()[-1] == "interrupted after 31 updates"


def test_a_second_sigterm_changes_nothing(train: Train, at_step: Callable[..., None]) -> None:
    at_step(30, send(signal.SIGTERM, signal.SIGTERM))
    assert read_checkpoint(train("--trainer.min_steps", "100") / LAST)["global_step"] == 31


def test_a_second_ctrl_c_stops_immediately(train: Train, capsys: Capsys, at_step: Callable[..., None]) -> None:
    at_step(30, send(signal.SIGINT, signal.SIGINT))
    train(code=130)
    out, error = capsys.readouterr()
    assert error == "train.py: interrupted twice: stopped immediately, without results\n"
    assert "│ train" not in out


@pytest.mark.sweep(1)
@pytest.mark.parametrize("steps", [(2,), (19,), (25, 26)], ids=["early", "end of an epoch", "twice"])
def test_an_interrupted_run_resumes_to_the_files_of_an_undisturbed_run(
    steps: tuple[int, ...], train: Train, at_step: Callable[..., None]
) -> None:
    """An epoch has 19 updates. A validation outside the order would add a row, could win best.ckpt, and would count for
    EarlyStopping."""
    config = [*DIGITS, *EARLY_STOPPING]
    whole = train(config=config)
    arguments = config
    for step in steps:
        at_step(step - 1, send(signal.SIGINT))
        folder = train(config=arguments)
        arguments = ["--resume", str(folder)]
        assert read_checkpoint(folder / LAST)["global_step"] == step
    at_step(0, send())
    assert train(config=arguments) == folder
    assert rows_of(folder) == rows_of(whole)
    for name in ("best.ckpt", "last.ckpt"):
        resumed, expected = (read_checkpoint(run / "checkpoints" / name) for run in (folder, whole))
        assert resumed["global_step"] == expected["global_step"]
        assert all(torch.equal(value, resumed["state_dict"][key]) for key, value in expected["state_dict"].items())
    assert read_checkpoint(folder / LAST)["callbacks"].keys() == expected["callbacks"].keys()
    for key, state in expected["callbacks"].items():
        if key.startswith("EarlyStopping"):
            assert resumed["callbacks"][key] == state


def test_a_run_can_be_killed_after_its_first_update(train: Train, at_step: Callable[..., None], tmp_path: Path) -> None:
    def die() -> None:
        raise KeyError("killed")

    whole = train()
    at_step(2, die)
    with pytest.raises(KeyError, match="killed"):
        train("--checkpoint_seconds", "1000")
    folder = tmp_path / "lightning_logs" / "version_1"
    assert read_checkpoint(folder / LAST)["global_step"] == 1
    at_step(0, send())
    assert main(["--resume", str(folder)]) == 0
    assert rows_of(folder) == rows_of(whole)
    assert all(torch.equal(value, parameters_of(whole)[name]) for name, value in parameters_of(folder).items())


@pytest.mark.slow
def test_a_run_killed_three_times_resumes_to_the_result_of_an_uninterrupted_run(train: Train, tmp_path: Path) -> None:
    """It saves after every update, so that SIGKILL may come while it writes a checkpoint."""
    config, run = [*DIGITS, "--max_epochs", "30"], tmp_path / "killed" / "lightning_logs" / "version_0"
    arguments = [*config, "--checkpoint_seconds", "0"]

    def done() -> int:
        return read_checkpoint(run / LAST)["global_step"] if (run / LAST).exists() else 0

    for seconds in (0.03, 0.1, 0.3):
        before = done()
        with Training(run.parents[1], tmp_path / "printed", arguments) as training:  # killed at its end
            while training.process.is_alive() and done() == before:
                sleep(0.1)
            sleep(seconds)
        assert before < done() < 570
        arguments = ["--resume", str(run)]
    assert main([*arguments, "--checkpoint_seconds", "1000"]) == 0
    assert_same_run(run, train(config=config))
