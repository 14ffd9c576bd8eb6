"""A resumed run ends where an undisturbed one ends: bit for bit, and with the same rows in its logs."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from lightning import Callback, Trainer

from course_torch.training import run_folder
from course_torch.training.checkpoints import read_checkpoint
from course_torch.training.cli import main
from course_torch.training.loggers import MetricsWriter
from tests.conftest import usage_error
from tests.training.conftest import CONFIGS, SMALL, parameters_of

Train = Callable[..., Path]
DIGITS = ["--config", str(CONFIGS / "digits.yaml"), "--accelerator", "cpu", "--max_epochs", "3"]
RUNS = {
    "full batch": SMALL,
    "adam on minibatches": [
        *SMALL,
        "--data.batch_size",
        "30",
        "--model.optimizer",
        "adam",
    ],  # 14 batches, the last of 10
    "updates of three minibatches": [*SMALL, "--data.batch_size", "30", "--trainer.accumulate_grad_batches", "3"],
    "a validation part": DIGITS,  # 19 batches
    "validation within the epoch": [*DIGITS, "--trainer.val_check_interval", "4"],
    "validation across epochs": [
        *DIGITS,
        "--trainer.val_check_interval",
        "7",
        "--trainer.check_val_every_n_epoch",
        "null",
    ],
}


def rows_of(run_folder: Path) -> list[dict[str, str]]:
    with (run_folder / "metrics.csv").open() as file:
        return list(csv.DictReader(file))


def assert_same_run(resumed: Path, whole: Path) -> None:
    """The same parameters to the last bit, and the same rows without gaps or repeats."""
    expected = parameters_of(whole)
    assert all(torch.equal(value, expected[name]) for name, value in parameters_of(resumed).items())
    rows, expected_rows = rows_of(resumed), rows_of(whole)
    # A run that is ended is validated there, which an undisturbed one is not; all else is the same.
    assert [row for row in rows if row in expected_rows] == expected_rows
    assert all(row["validation/cost"] for row in rows if row not in expected_rows)


@pytest.mark.parametrize("config", RUNS.values(), ids=RUNS.keys())
def test_a_run_ended_anywhere_goes_on_as_if_it_had_not(config: list[str], train: Train, tmp_path: Path) -> None:
    """Ended within an epoch, at an epoch's end, where a validation is due, one update after the last end."""
    whole = train(config=config)
    steps = 1 + max(int(row["step"]) for row in rows_of(whole) if row["train/cost"])
    for stops in ([2], [4, steps // 2, steps // 2 + 1], [steps // 3, steps // 3 * 2], [steps - 1]):
        first, *later = stops
        resumed = train("--max_steps", str(first), config=config)
        for stop in later:
            assert train("--max_steps", str(stop), config=["--resume", str(resumed)]) == resumed
        assert train("--max_steps", "-1", config=["--resume", str(resumed)]) == resumed
        assert_same_run(resumed, whole)


def test_the_parts_of_an_unfinished_update_are_made_again(
    train: Train, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As --trainer.max_time ends a run between the third and the fourth of four batches that make an update."""

    class Stop(Callback):
        def on_train_batch_end(self, trainer: Trainer, *args: object) -> None:
            if trainer.fit_loop.epoch_loop.batch_progress.total.ready == 15:
                trainer.should_stop = True

    config = [*SMALL, "--data.batch_size", "10", "--trainer.accumulate_grad_batches", "4"]
    whole = train(config=config)
    with monkeypatch.context() as patched:
        patched.setattr("course_torch.training.cli.RichProgressBar", Stop)
        resumed = train(config=config)
    assert read_checkpoint(resumed / run_folder.LAST)["global_step"] == 3
    assert train(config=["--resume", str(resumed)]) == resumed
    assert_same_run(resumed, whole)


def refused(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The line with which a resume is refused; the run's folder is as before."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    capsys.readouterr()
    error = usage_error(main, ["--resume", str(folder), *arguments], capsys)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    return error


def test_what_cannot_be_resumed_is_refused_and_left_alone(train: Train, capsys: pytest.CaptureFixture[str]) -> None:
    run = train("--max_steps", "30")
    for arguments, message in [
        ([], "max_steps: found 30, expected more than the 30 that the run in"),
        (["--max_steps", "20"], "max_steps: found 20, expected more than the 30"),
        (
            ["--max_steps", "60", "--model.learning_rate", "0.1"],
            "model.learning_rate: found 0.1, expected 1.2, with which",
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
        (["--max_steps", "60", "--trainer.limit_train_batches", "50"], "in an epoch: found 50, expected 100, as"),
    ]:
        assert message in refused(run, capsys, *arguments)
    (run / "checkpoints" / "last.ckpt").write_bytes(b"half")
    assert "last.ckpt: not a checkpoint of train.py" in refused(run, capsys, "--max_steps", "60")
    (run / "checkpoints" / "last.ckpt").unlink()
    assert "last.ckpt: no such file" in refused(run, capsys, "--max_steps", "60")
    (run / "config.yaml").unlink()
    assert f"resume: found '{run}', expected the folder of a run" in refused(run, capsys, "--max_steps", "60")


def test_a_finished_run_goes_on_for_more_epochs(train: Train, capsys: pytest.CaptureFixture[str]) -> None:
    run, whole = train("--max_epochs", "1"), train("--max_epochs", "2")
    assert "max_epochs: found 1, expected more than the 1 that the run in" in refused(run, capsys)
    assert main(["--resume", str(run), "--max_epochs", "2"]) == 0
    assert_same_run(run, whole)


def test_a_run_that_still_runs_is_not_resumed(
    train: Train, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_folder, "ORPHANS", 0.1)
    run = train("--max_steps", "30")
    with run_folder.hold(run, new=False):
        assert f"{run}: another training is running in it" in refused(run, capsys, "--max_steps", "60")


def test_rows_of_steps_that_are_made_again_and_a_torn_row_are_dropped(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_text("step,train/cost\n9,0.5\n19,0.4\n29,0.3\n3")
    writer = MetricsWriter(str(tmp_path), done=20)
    writer.log_metrics({"train/cost": 0.25}, step=29)
    writer.log_metrics({"validation/cost": 0.6}, step=29)
    writer.save()
    rows = "step,train/cost,validation/cost\n9,0.5,\n19,0.4,\n29,0.25,\n29,,0.6\n"
    assert (tmp_path / "metrics.csv").read_text() == rows
