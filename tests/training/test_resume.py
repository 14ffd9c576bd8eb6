"""The folder of a run, its number and lock; and a run that ends early resumes to the result of an undisturbed run.

It ends by a limit, a signal or a kill, and the results are equal bit for bit.
"""

import errno
import os
import shlex
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep
from typing import Any

import pytest
import torch
from filelock import FileLock
from lightning import Callback, Trainer

from course_torch.checkpoint import read_checkpoint
from course_torch.training import run_folder
from course_torch.training.callbacks.interrupt import ENDING
from course_torch.training.cli import main
from course_torch.training.lightning_private import MetricsWriter
from course_torch.training.run_folder import LAST, next_folder
from tests.conftest import usage_error
from tests.support.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import (
    DIGITS,
    EARLY_STOPPING,
    SMALL,
    Training,
    assert_same_run,
    files_of,
    rows_of,
    updates_of,
)

AtStep = Callable[..., None]
RUNS = {
    "full batch": SMALL,
    # 14 batches, 10 examples in the last
    "adam on minibatches": [*SMALL, "--data.batch_size", "30", "--model.optimizer", "adam"],
    "half of each epoch": [
        *(*SMALL, "--data.batch_size", "30", "--trainer.limit_train_batches", "0.5"),
        *("--trainer.log_every_n_steps", "5"),
    ],
    "updates of three minibatches": [*SMALL, "--data.batch_size", "30", "--trainer.accumulate_grad_batches", "3"],
    "a validation split": DIGITS,  # 19 batches
    "validation within the epoch": [*DIGITS, "--trainer.val_check_interval", "4"],
    "validation across epochs": [
        *(*DIGITS, "--trainer.val_check_interval", "7", "--trainer.check_val_every_n_epoch", "null")
    ],
}


@pytest.mark.sweep(3)
@pytest.mark.parametrize("config", RUNS.values(), ids=RUNS.keys())
def test_a_run_stopped_anywhere_resumes_to_the_result_of_an_uninterrupted_run(config: list[str], train: Train) -> None:
    """The run stops within an epoch, at its end, before a validation, and one update after the last stop.

    The first run stops five times, the second run twice.
    """
    whole = train(config=config)
    steps = 1 + max(int(row["step"]) for row in rows_of(whole) if row["train/cost"])
    for stops in ([2, 4, steps // 2, steps // 2 + 1, steps - 1], [steps // 3, steps // 3 * 2]):
        first, *later = stops
        resumed = train("--max_steps", str(first), config=config)
        for stop in later:
            assert train("--max_steps", str(stop), config=["--resume", str(resumed)]) == resumed
        assert train("--max_steps", "-1", config=["--resume", str(resumed)]) == resumed
        assert_same_run(resumed, whole)


def test_the_micro_batches_of_an_incomplete_update_are_repeated(train: Train, monkeypatch: Monkeypatch) -> None:
    """The run stops between the third and the fourth micro-batch of an update, as --trainer.max_time can stop it."""

    class Stop(Callback):
        def on_train_batch_end(self, trainer: Trainer, *args: object) -> None:
            if trainer.fit_loop.epoch_loop.batch_progress.total.ready == 15:
                trainer.should_stop = True

    config = [*SMALL, "--data.batch_size", "10", "--trainer.accumulate_grad_batches", "4"]
    whole = train(config=config)
    with monkeypatch.context() as patched:
        patched.setattr("course_torch.training.cli.CostBar", Stop)
        resumed = train(config=config)
    assert updates_of(resumed) == 3
    assert train(config=["--resume", str(resumed)]) == resumed
    assert_same_run(resumed, whole)


@pytest.mark.parametrize(("seconds", "saves"), [("0", 40), ("1000", 2)])
def test_the_rows_are_written_before_each_checkpoint(
    seconds: str, saves: int, train: Train, monkeypatch: Monkeypatch
) -> None:
    saved: list[int] = []

    def save(trainer: Trainer, path: Path) -> None:
        rows = (path.parents[1] / "metrics.csv").read_text().count("\n") - 1
        saved.append(trainer.global_step)
        assert rows == trainer.global_step

    monkeypatch.setattr("lightning.Trainer.save_checkpoint", save)
    train("--checkpoint_seconds", seconds, "--trainer.log_every_n_steps", "1", "--compare_gradients", "false")
    assert len(saved) == saves


@pytest.mark.parametrize(
    ("limits", "reached", "more", "updates"),
    [
        (["--max_epochs", "1"], "this run is finished: it has reached max_epochs 1", ["--max_epochs", "2"], 40),
        (["--max_epochs", "1", "--max_steps", "20"], "reached max_epochs 1 and max_steps 20", None, 40),
    ],
)
def test_a_finished_run_stays_as_it_is_and_says_how_to_go_on(
    limits: list[str], reached: str, more: list[str] | None, updates: int, train: Train, capsys: Capsys
) -> None:
    run, whole = train(*limits).rename("a run's folder"), train("--max_epochs", "2")
    before = files_of(run)
    capsys.readouterr()
    assert main(["--resume", str(run)]) == 0
    first, line = capsys.readouterr().out.splitlines()
    assert f"{reached} (after 20 updates)" in first
    assert files_of(run) == before
    told = shlex.split(line.partition("with: ")[2])
    assert more is None or told == ["--resume", str(run), *more]
    assert main(told) == 0
    assert updates_of(run) == updates
    assert_same_run(run, whole)


def test_a_run_that_is_still_training_cannot_be_resumed(train: Train, capsys: Capsys) -> None:
    run = train("--max_steps", "30")
    before = files_of(run)
    with run_folder.training_in(run):
        error = usage_error(main, ["--resume", str(run), "--max_steps", "60"], capsys)
    assert f"{run}: another training is running in this folder" in error
    assert files_of(run) == before


def test_runs_that_start_together_get_different_folders(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        folders = list(threads.map(lambda i: next_folder(tmp_path / "lightning_logs"), range(80)))
    assert {folder.name for folder in folders} == {f"version_{i}" for i in range(80)}
    assert all(folder.is_dir() for folder in folders)


def test_a_resume_reads_the_checkpoint_after_it_holds_the_lock(train: Train, monkeypatch: Monkeypatch) -> None:
    """A second resume waits for the lock, and the first resume makes 10 updates before it releases the lock."""
    run, whole = train("--max_steps", "10"), train("--max_steps", "30")
    acquire = FileLock.acquire

    def wait_for_the_first(lock: FileLock, **options: Any) -> None:
        monkeypatch.setattr(FileLock, "acquire", acquire)
        assert main(["--resume", str(run), "--max_steps", "20"]) == 0
        acquire(lock, **options)

    monkeypatch.setattr(FileLock, "acquire", wait_for_the_first)
    assert main(["--resume", str(run), "--max_steps", "30"]) == 0
    assert_same_run(run, whole)


def test_a_file_system_without_locks_gives_a_warning(train: Train, monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    def refuse(lock: FileLock, **options: Any) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr(FileLock, "acquire", refuse)
    folder = train("--max_steps", "2")
    assert f"warning: {folder}: the file system has no locks" in capsys.readouterr().err


def test_rows_of_repeated_steps_and_a_truncated_row_are_dropped(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_text("step,train/cost\n9,0.5\n19,0.4\n29,0.3\n3")
    writer = MetricsWriter(str(tmp_path), done=20)
    writer.log_metrics({"train/cost": 0.25}, step=29)
    writer.log_metrics({"validation/cost": 0.6}, step=29)
    writer.save()
    rows = "step,train/cost,validation/cost\n9,0.5,\n19,0.4,\n29,0.25,\n29,,0.6\n"
    assert (tmp_path / "metrics.csv").read_text() == rows


@pytest.fixture
def at_step(monkeypatch: Monkeypatch) -> Iterator[AtStep]:
    """A function that sets an action for the start of the batch after `step` updates.

    The signals do what they do in a terminal. A worker of pytest-xdist ignores Ctrl-C. Under `nohup` the tests would
    ignore SIGHUP, and a training of 100,000 epochs would not stop.
    """

    def set_action(step: int, action: Callable[[], object]) -> None:
        class Act(Callback):
            def on_train_batch_start(self, trainer: Trainer, *args: object) -> None:
                if trainer.global_step == step:
                    action()

        monkeypatch.setattr("course_torch.training.cli.CostBar", Act)

    terminal = {number: signal.SIG_DFL for number in ENDING} | {signal.SIGINT: signal.default_int_handler}
    before = {number: signal.signal(number, handler) for number, handler in terminal.items()}
    yield set_action
    for number, handler in before.items():
        signal.signal(number, handler)


def send(*numbers: signal.Signals) -> Callable[[], None]:
    def action() -> None:
        for number in numbers:
            signal.raise_signal(number)  # in this thread: Python handles the signal before the next line

    return action


@pytest.mark.parametrize("number", ENDING, ids=lambda number: number.name)
def test_a_signal_stops_training_with_a_checkpoint_and_the_table(
    number: signal.Signals, train: Train, capsys: Capsys, at_step: AtStep
) -> None:
    """The exit code tells that the run is not finished."""
    at_step(30, send(number))
    before = signal.getsignal(number)
    folder = train("--max_epochs", "100000", code=128 + number)
    assert updates_of(folder) == 31
    assert signal.getsignal(number) is before
    out = capsys.readouterr().out
    assert "│ train" in out
    assert out.splitlines()[-1] == "interrupted after 31 updates; to go on: --resume lightning_logs/version_0"


def test_an_error_is_one_line_before_the_first_update_and_a_traceback_after_it(
    train: Train, capsys: Capsys, at_step: AtStep
) -> None:
    """Before it, a setting is to blame."""

    def fail() -> None:
        raise ValueError("no such thing")

    at_step(0, fail)
    assert usage_error(main, SMALL, capsys) == "train.py: error: trainer: no such thing\n"
    at_step(1, fail)
    with pytest.raises(ValueError, match="no such thing"):
        train()


def test_a_run_under_nohup_outlives_the_terminal(train: Train, at_step: AtStep) -> None:
    at_step(30, send(signal.SIGHUP))
    previous = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert updates_of(train("--max_steps", "40")) == 40
    finally:
        signal.signal(signal.SIGHUP, previous)


def test_the_folder_to_resume_is_quoted_for_the_shell(train: Train, capsys: Capsys, at_step: AtStep) -> None:
    at_step(0, send(signal.SIGINT))
    assert main([*SMALL, "--trainer.default_root_dir", "my runs"]) == 130
    line = capsys.readouterr().out.splitlines()[-1]
    assert line == "interrupted after 1 update; to go on: --resume 'my runs/lightning_logs/version_0'"
    at_step(0, send())
    assert main(shlex.split(line.partition("to go on: ")[2])) == 0
    assert "interrupted" not in capsys.readouterr().out


def test_without_checkpoints_an_interrupted_run_cannot_go_on(train: Train, capsys: Capsys, at_step: AtStep) -> None:
    at_step(30, send(signal.SIGINT))
    train("--trainer.enable_checkpointing", "false", code=130)
    line = "interrupted after 31 updates; the results are in lightning_logs/version_0"
    assert capsys.readouterr().out.splitlines()[-1] == line


def test_the_end_of_an_interrupted_run_is_told_in_chinese_too(train: Train, capsys: Capsys, at_step: AtStep) -> None:
    at_step(30, send(signal.SIGINT))
    train("--language", "zh", code=130)
    assert capsys.readouterr().out.splitlines()[-1] == "31 次更新之后中断；继续训练：--resume lightning_logs/version_0"


def test_a_second_sigterm_changes_nothing(train: Train, at_step: AtStep) -> None:
    at_step(30, send(signal.SIGTERM, signal.SIGTERM))
    assert updates_of(train("--trainer.min_steps", "100", code=143)) == 31


def test_a_second_ctrl_c_stops_immediately(train: Train, capsys: Capsys, at_step: AtStep) -> None:
    at_step(30, send(signal.SIGINT, signal.SIGINT))
    train(code=130)
    out, error = capsys.readouterr()
    assert error == "train.py: interrupted twice: stopped immediately, without results\n"
    assert "│ train" not in out


@pytest.mark.sweep(1)
@pytest.mark.parametrize("steps", [(2,), (19,), (25, 26)], ids=["early", "end of an epoch", "twice"])
def test_an_interrupted_run_resumes_to_the_files_of_an_undisturbed_run(
    steps: tuple[int, ...], train: Train, at_step: AtStep
) -> None:
    """An epoch has 19 updates. A validation outside the order would add a row, could win best.ckpt, and would count for
    EarlyStopping."""
    config = [*DIGITS, *EARLY_STOPPING]
    whole = train(config=config)
    arguments = config
    for step in steps:
        at_step(step - 1, send(signal.SIGINT))
        folder = train(config=arguments, code=130)
        arguments = ["--resume", str(folder)]
        assert updates_of(folder) == step
    at_step(0, send())
    assert train(config=arguments) == folder
    assert rows_of(folder) == rows_of(whole)
    for name in ("best.ckpt", "last.ckpt"):
        resumed, expected = (read_checkpoint(run / "checkpoints" / name) for run in (folder, whole))
        assert resumed["global_step"] == expected["global_step"]
        assert all(torch.equal(value, resumed["state_dict"][key]) for key, value in expected["state_dict"].items())
    assert resumed["callbacks"].keys() == expected["callbacks"].keys()
    (key,) = (key for key in expected["callbacks"] if key.startswith("EarlyStopping"))
    assert resumed["callbacks"][key] == expected["callbacks"][key]


@pytest.mark.slow
def test_a_run_killed_three_times_resumes_to_the_result_of_an_uninterrupted_run(train: Train, tmp_path: Path) -> None:
    """It saves after every update, so that SIGKILL may come while it writes a checkpoint."""
    config, run = [*DIGITS, "--max_epochs", "30"], tmp_path / "killed" / "lightning_logs" / "version_0"
    arguments = [*config, "--checkpoint_seconds", "0"]

    def done() -> int:
        return updates_of(run) if (run / LAST).exists() else 0

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
