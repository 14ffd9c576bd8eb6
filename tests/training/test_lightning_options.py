"""Lightning's own options and callbacks work, or are rejected in one line before a file is written."""

import csv
from pathlib import Path

import pytest
from lightning import Callback, LightningModule, Trainer

from course_torch.training.cli import main
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import SMALL, metrics_of
from tests.training.test_interrupt import EARLY_STOPPING
from tests.training.test_resume import DIGITS

PLAIN = [*SMALL, "--trainer.callbacks", "[]"]


class Distance(Callback):
    """A callback of the user that logs a metric."""

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        pl_module.log("distance", 1.0)


def callback(name: str, **options: str) -> list[str]:
    return [f"--trainer.callbacks+={name}", *(f"--trainer.callbacks.{key}={value}" for key, value in options.items())]


REJECTED = {
    "validation every 0 epochs": (
        [*DIGITS, "--trainer.check_val_every_n_epoch", "0"],
        "check_val_every_n_epoch: found 0, expected at least 1, or null",
    ),
    "validation every 0 batches": (
        [*DIGITS, "--trainer.val_check_interval", "0"],
        "val_check_interval: found 0, expected more than 0",
    ),
    "validation after the epoch": (
        [*DIGITS, "--trainer.val_check_interval", "30"],
        "`val_check_interval` (30) must be less than or equal to the number of the training batches (19)",
    ),
    "LearningRateFinder": ([*PLAIN, *callback("LearningRateFinder")], "LearningRateFinder is not supported"),
    "BatchSizeFinder": ([*PLAIN, *callback("BatchSizeFinder")], "BatchSizeFinder is not supported: set --data.batch_"),
    "BackboneFinetuning": ([*PLAIN, *callback("BackboneFinetuning")], "the network has no backbone"),
    "ModelPruning": (
        [*PLAIN, *callback("ModelPruning", pruning_fn="l1_unstructured")],
        "ModelPruning is not supported: the layers have W and b",
    ),
    "OnExceptionCheckpoint": (
        [*PLAIN, *callback("OnExceptionCheckpoint", dirpath=".")],
        "every run keeps its last.ckpt",
    ),
    "EarlyStopping without its metric": (
        [*DIGITS, *callback("EarlyStopping", monitor="val_loss")],
        "EarlyStopping.monitor: found 'val_loss', expected one of train/cost, validation/cost, validation/accuracy",
    ),
    "EarlyStopping without a validation": (
        [*PLAIN, *callback("EarlyStopping", monitor="validation/cost")],
        "EarlyStopping.monitor: found 'validation/cost', expected train/cost\n",
    ),
    "ModelCheckpoint without its metric": (
        [*DIGITS, *callback("ModelCheckpoint", monitor="val_loss")],
        "ModelCheckpoint.monitor: found 'val_loss', expected one of train/cost, validation/cost, validation/accuracy",
    ),
    "LearningRateMonitor without a logger": (
        [*PLAIN, *callback("LearningRateMonitor"), "--trainer.logger", "false"],
        "Cannot use `LearningRateMonitor` callback with `Trainer` that has no logger",
    ),
    "profiler": ([*PLAIN, "--trainer.profiler", "fast"], "['simple', 'advanced', 'pytorch', 'xla']"),
}


@pytest.mark.parametrize(("arguments", "message"), REJECTED.values(), ids=REJECTED.keys())
def test_an_option_that_cannot_work_leaves_no_file(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    assert message in usage_error(main, arguments, capsys)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("lightning.pytorch.callbacks.device_stats_monitor._PSUTIL_AVAILABLE", False)
    assert "psutil" in usage_error(main, [*PLAIN, *callback("DeviceStatsMonitor")], capsys)
    assert list(tmp_path.iterdir()) == []


def test_a_metric_that_is_missing_in_the_end_gives_one_line(
    tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    """The run ends before its first validation."""
    monkeypatch.chdir(tmp_path)
    short = [*DIGITS, "--max_steps", "3", "--trainer.val_check_interval", "1.0"]
    error = usage_error(main, [*short, *callback("EarlyStopping", monitor="validation/cost")], capsys)
    assert "Early stopping conditioned on metric `validation/cost` which is not available" in error


def test_a_metric_of_a_users_own_callback_can_be_monitored(train: Train) -> None:
    own = callback(f"{__name__}.Distance")
    stopping = callback("EarlyStopping", monitor="distance", patience="1")
    folder = train(*own, *stopping, "--max_epochs", "5", "--allow-code", config=PLAIN)
    assert metrics_of(folder, "distance") == [1.0, 1.0]


def test_early_stopping_ends_the_run_and_the_learning_rate_is_logged(train: Train) -> None:
    """The cost rises with this learning rate, so two validations are enough."""
    options = [*EARLY_STOPPING, *callback("LearningRateMonitor"), "--max_epochs", "50"]
    folder = train(*options, "--model.learning_rate", "30", config=DIGITS)
    assert 2 <= len(metrics_of(folder, "validation/cost")) < 50
    assert set(metrics_of(folder, "lr-SGD")) == {30.0}


def test_timer_ends_the_run_and_stands_in_its_config(train: Train) -> None:
    folder = train(*callback("Timer", duration="00:00:00:01"), "--max_epochs", "100000", config=PLAIN)
    assert "interval: step" in (folder / "config.yaml").read_text()


def test_a_validation_interval_may_span_epochs(train: Train) -> None:
    """19 batches in an epoch: 38 batches have one validation, after the 30th batch."""
    across = ["--trainer.val_check_interval", "30", "--trainer.check_val_every_n_epoch", "null"]
    folder = train(*across, "--max_epochs", "2", config=DIGITS)
    with (folder / "metrics.csv").open() as file:
        steps = [int(row["step"]) for row in csv.DictReader(file) if row["validation/cost"]]
    assert steps == [29]


def test_log_every_n_steps_may_be_null(train: Train) -> None:
    """null means the default, 10."""
    folder = train("--trainer.log_every_n_steps", "null", "--max_steps", "30", config=PLAIN)
    assert len(metrics_of(folder, "train/cost")) == 3


def test_barebones_trains_without_files(tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*DIGITS, "--trainer.barebones", "true", "--max_epochs", "1"]) == 0
    out, error = capsys.readouterr()
    assert "│ test" in out
    assert error == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "options", [SMALL, [*DIGITS, "--trainer.limit_val_batches", "0"]], ids=["no split", "no limit"]
)
def test_a_trial_of_one_batch_has_no_validation_where_the_run_has_none(
    options: list[str], tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*options, "--trainer.fast_dev_run", "1"]) == 0
    printed = capsys.readouterr()
    assert "results of the last parameters (after 1 update)" in printed.out
    assert printed.err == ""
    assert list(tmp_path.iterdir()) == []
