"""A resumed run ends at the parameters of an uninterrupted run, bit for bit; its checkpoint is checked before."""

import csv
import shlex
from pathlib import Path

import pytest
import torch
from lightning import Callback, Trainer

from course_torch.exchange.trained_network import read_checkpoint
from course_torch.training import run_folder
from course_torch.training.cli import main
from course_torch.training.results import MetricsWriter
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import CONFIGS, SMALL, parameters_of

DIGITS = ["--config", str(CONFIGS / "digits.yaml"), "--accelerator", "cpu", "--max_epochs", "3"]
STEEP = ["--lr_scheduler.patience", "0", "--lr_scheduler.threshold", "0.99"]
"""The metric would have to fall by 99 %: ReduceLROnPlateau divides the learning rate by 10 after each further epoch."""
RUNS = {
    "full batch": SMALL,
    # 14 batches, 10 examples in the last
    "adam on minibatches": [*SMALL, "--data.batch_size", "30", "--model.optimizer", "adam"],
    "updates of three minibatches": [*SMALL, "--data.batch_size", "30", "--trainer.accumulate_grad_batches", "3"],
    "a schedule": [*SMALL, "--max_epochs", "5", "--lr_scheduler", "CosineAnnealingLR", "--lr_scheduler.T_max", "5"],
    "a schedule with milestones": [*SMALL, "--lr_scheduler", "MultiStepLR", "--lr_scheduler.milestones", "[1]"],
    "a schedule by the training cost": [
        *(*SMALL, "--max_epochs", "4", "--model.optimizer", "momentum"),
        *("--lr_scheduler", "ReduceLROnPlateau", "--lr_scheduler.monitor", "train/cost", *STEEP),
    ],
    "a schedule by the validation": [
        *(*DIGITS, "--lr_scheduler", "ReduceLROnPlateau", "--lr_scheduler.monitor", "validation/cost", *STEEP)
    ],
    "a validation split": DIGITS,  # 19 batches
    "validation within the epoch": [*DIGITS, "--trainer.val_check_interval", "4"],
    "validation across epochs": [
        *(*DIGITS, "--trainer.val_check_interval", "7", "--trainer.check_val_every_n_epoch", "null")
    ],
}


def rows_of(run_folder: Path) -> list[dict[str, str]]:
    with (run_folder / "metrics.csv").open() as file:
        return list(csv.DictReader(file))


def assert_same_run(resumed: Path, whole: Path) -> None:
    """Check for equal parameters, bit for bit, and for equal rows without gaps or repeats."""
    expected = parameters_of(whole)
    assert all(torch.equal(value, expected[name]) for name, value in parameters_of(resumed).items())
    rows, expected_rows = rows_of(resumed), rows_of(whole)
    # A run that stops early is validated where it stops. All other rows must be equal.
    assert [row for row in rows if row in expected_rows] == expected_rows
    assert all(row["validation/cost"] for row in rows if row not in expected_rows)


@pytest.mark.sweep(3)
@pytest.mark.parametrize("config", RUNS.values(), ids=RUNS.keys())
def test_a_run_stopped_anywhere_resumes_to_the_result_of_an_uninterrupted_run(
    config: list[str], train: Train, tmp_path: Path
) -> None:
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


def test_the_micro_batches_of_an_incomplete_update_are_repeated(
    train: Train, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
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
    assert read_checkpoint(resumed / run_folder.LAST)["global_step"] == 3
    assert train(config=["--resume", str(resumed)]) == resumed
    assert_same_run(resumed, whole)


@pytest.mark.parametrize(("seconds", "saves"), [("0", 40), ("1000", 2)])
def test_the_rows_reach_the_disk_before_each_checkpoint_and_not_at_each_row(
    seconds: str, saves: int, train: Train, monkeypatch: Monkeypatch
) -> None:
    """After a power cut last.ckpt must not be ahead of metrics.csv. A wait for the disk takes longer than an update."""
    events: list[int | str] = []

    def on_disk(path: Path) -> None:
        events.append(path.read_text().count("\n") - 1)

    monkeypatch.setattr("course_torch.training.results.to_disk", on_disk)
    monkeypatch.setattr(
        "lightning.Trainer.save_checkpoint", lambda trainer, path: events.append(f"{path.name} {trainer.global_step}")
    )
    train("--checkpoint_seconds", seconds, "--trainer.log_every_n_steps", "1", "--trainer.callbacks", "[]")
    rows, checkpoints = events[::2], events[1::2]
    assert checkpoints == [f"last.ckpt {row}" for row in rows]
    assert len(checkpoints) == saves
    assert rows[-1] == 40


def rejection(folder: Path, capsys: Capsys, *arguments: str) -> str:
    """Return the error line of a rejected resume, and check that the run folder did not change."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    capsys.readouterr()
    error = usage_error(main, ["--resume", str(folder), *arguments], capsys)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    return error


def resume_finished(folder: Path, capsys: Capsys, words: str) -> list[str]:
    """Resume a finished run. Check that its folder did not change, and return the options that the message names."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert main(["--resume", str(folder)]) == 0
    first, more = capsys.readouterr().out.splitlines()
    assert words in first
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    return shlex.split(more.partition("with: ")[2])


def test_a_run_that_cannot_be_resumed_is_rejected_and_not_changed(train: Train, capsys: Capsys) -> None:
    run = train("--max_steps", "30")
    for arguments, message in [
        (["--max_steps", "20"], "max_steps: found 20, expected more than the 30"),
        (
            ["--max_steps", "60", "--model.learning_rate", "0.1"],
            "model.learning_rate: found 0.1, expected 1.2, as in the run in",
        ),
        (
            ["--max_steps", "60", "--model.layer_sizes", "[2, 5, 1]"],
            "model.layer_sizes: found [2, 5, 1], expected [2, 4, 1]",
        ),
        (["--max_steps", "60", "--data.batch_size", "10"], "data.batch_size: found 10, expected None"),
        (
            ["--max_steps", "60", "--trainer.accumulate_grad_batches", "2"],
            "accumulate_grad_batches: found 2, expected 1",
        ),
        (["--max_steps", "60", "--trainer.limit_train_batches", "10"], "in an epoch: found 10, expected 20, as"),
    ]:
        assert message in rejection(run, capsys, *arguments)
    (run / "checkpoints" / "last.ckpt").write_bytes(b"half")
    assert "last.ckpt: not a checkpoint of train.py" in rejection(run, capsys, "--max_steps", "60")
    (run / "checkpoints" / "last.ckpt").unlink()
    assert "last.ckpt: no such file" in rejection(run, capsys, "--max_steps", "60")
    (run / "config.yaml").unlink()
    assert f"resume: found '{run}', expected the folder of a run" in rejection(run, capsys, "--max_steps", "60")


def test_a_finished_run_resumes_for_more_epochs(train: Train, capsys: Capsys) -> None:
    run, whole = train("--max_epochs", "1").rename("a run's folder"), train("--max_epochs", "2")
    finished = "this run is finished: it has reached max_epochs 1 (after 20 updates)"
    more = resume_finished(run, capsys, finished)
    assert more == ["--resume", str(run), "--max_epochs", "2"]
    assert main(more) == 0
    assert_same_run(run, whole)


def test_a_run_that_has_reached_both_limits_names_both(train: Train, capsys: Capsys) -> None:
    run = train("--max_epochs", "1", "--max_steps", "20")
    more = resume_finished(run, capsys, "reached max_epochs 1 and max_steps 20 (after 20 updates)")
    assert main(more) == 0
    assert read_checkpoint(run / run_folder.LAST)["global_step"] == 40


def test_a_run_of_a_version_without_an_option_resumes_with_its_default(train: Train) -> None:
    run = train("--max_epochs", "1")
    checkpoint = torch.load(run / run_folder.LAST, weights_only=True)
    del checkpoint["hyper_parameters"]["generator"]
    torch.save(checkpoint, run / run_folder.LAST)
    assert main(["--resume", str(run), "--max_epochs", "2"]) == 0


def test_a_run_that_is_still_training_cannot_be_resumed(train: Train, capsys: Capsys, monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(run_folder, "ORPHANS", 0.1)
    run = train("--max_steps", "30")
    with run_folder.training_in(run):
        assert f"{run}: another training is running in this folder" in rejection(run, capsys, "--max_steps", "60")


def test_rows_of_repeated_steps_and_a_truncated_row_are_dropped(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_text("step,train/cost\n9,0.5\n19,0.4\n29,0.3\n3")
    writer = MetricsWriter(str(tmp_path), done=20)
    writer.log_metrics({"train/cost": 0.25}, step=29)
    writer.log_metrics({"validation/cost": 0.6}, step=29)
    writer.save()
    rows = "step,train/cost,validation/cost\n9,0.5,\n19,0.4,\n29,0.25,\n29,,0.6\n"
    assert (tmp_path / "metrics.csv").read_text() == rows
