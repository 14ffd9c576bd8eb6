"""Options of Lightning work, alone and in a config, and run code of others only if a user permits it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonargparse import Namespace
from lightning import Callback, LightningModule, Trainer
from lightning.pytorch import callbacks, loggers

from course_torch.errors import InputError
from course_torch.training.allowed import allowed_classes, allowed_paths, check_no_code
from course_torch.training.cli import main
from tests.conftest import usage_error
from tests.support.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import DIGITS, SMALL, metrics_of

PLAIN = [*SMALL, "--trainer.callbacks", "[]"]


class Distance(Callback):
    """A callback of the user that logs a metric."""

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        pl_module.log("distance", 1.0)


def callback(name: str, **options: str) -> list[str]:
    return [f"--trainer.callbacks+={name}", *(f"--trainer.callbacks.{key}={value}" for key, value in options.items())]


def test_a_missing_package_is_named(here: Path, monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    monkeypatch.setattr("lightning.pytorch.callbacks.device_stats_monitor._PSUTIL_AVAILABLE", False)
    assert "psutil" in usage_error(main, [*PLAIN, *callback("DeviceStatsMonitor")], capsys)
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    "options",
    [callback("EarlyStopping", monitor="val_loss"), callback("ModelCheckpoint", monitor="val_loss")],
    ids=["EarlyStopping", "ModelCheckpoint"],
)
def test_a_metric_that_the_run_does_not_log_ends_it_in_lightnings_line(
    options: list[str], here: Path, capsys: Capsys
) -> None:
    error = usage_error(main, [*DIGITS, "--max_epochs", "1", *options], capsys)
    assert error.startswith("train.py: error: trainer: ")
    assert "val_loss" in error
    assert "validation/cost" in error, "the metrics of the run"


def test_a_metric_of_a_users_own_callback_can_be_monitored(train: Train) -> None:
    own = callback(f"{__name__}.Distance")
    stopping = callback("EarlyStopping", monitor="distance", patience="1")
    folder = train(*own, *stopping, "--max_epochs", "5", "--allow-code", config=PLAIN)
    assert metrics_of(folder, "distance") == [1.0, 1.0]


@pytest.mark.slow
def test_timer_ends_the_run_and_stands_in_its_config(train: Train) -> None:
    folder = train(*callback("Timer", duration="00:00:00:01"), "--max_epochs", "100000", config=PLAIN)
    assert "interval: step" in (folder / "config.yaml").read_text()


def test_log_every_n_steps_may_be_null(train: Train) -> None:
    """null means the default, 10."""
    folder = train("--trainer.log_every_n_steps", "null", "--max_steps", "30", config=PLAIN)
    assert len(metrics_of(folder, "train/cost")) == 3


LAST_OF_ONE = "results of the last parameters (after 1 update)"


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ([*DIGITS, "--trainer.barebones", "true", "--max_epochs", "1"], "│ test"),
        ([*SMALL, "--trainer.fast_dev_run", "1"], LAST_OF_ONE),
        ([*DIGITS, "--trainer.limit_val_batches", "0", "--trainer.fast_dev_run", "1"], LAST_OF_ONE),
    ],
    ids=["barebones", "a trial without a validation split", "a trial without validation"],
)
def test_a_run_without_files_shows_its_results(options: list[str], shown: str, here: Path, capsys: Capsys) -> None:
    assert main(options) == 0
    out, error = capsys.readouterr()
    assert shown in out
    assert error == ""
    assert list(here.iterdir()) == []


@pytest.fixture
def written(tmp_path: Path, monkeypatch: Monkeypatch) -> Iterator[Path]:
    """The file that the module `planted` writes when it is imported, and again when its callback runs."""
    written, modules = tmp_path / "written", tmp_path / "modules"
    modules.mkdir()
    (modules / "planted.py").write_text(
        f"from pathlib import Path\nfrom lightning import Callback\nPath({str(written)!r}).write_text('imported')\n"
        f"class Planted(Callback):\n"
        f"    def on_fit_start(self, trainer, module): Path({str(written)!r}).write_text('run')\n"
    )
    monkeypatch.syspath_prepend(modules)
    yield written
    sys.modules.pop("planted", None)


def spec(path: str, **arguments: Any) -> dict[str, Any]:
    return {"class_path": path, "init_args": arguments}


def test_the_command_line_may_name_the_address_of_a_server() -> None:
    logger = Namespace(tracking_uri="http://localhost:1")
    config = Namespace(model=Namespace(gradients="manual"), trainer=Namespace(logger=logger))
    check_no_code(config, ["--trainer.logger.tracking_uri=http://localhost:1"])
    with pytest.raises(InputError, match="found 'http://localhost:1', expected a local path, or a URL on the command"):
        check_no_code(config, ["--config", "x.yaml"])


def test_the_config_of_a_resumed_run_is_limited(train: Train, written: Path, capsys: Capsys) -> None:
    run = train()
    config = yaml.safe_load((run / "config.yaml").read_text())
    config["trainer"]["callbacks"] = [spec("planted.Planted")]
    (run / "config.yaml").write_text(yaml.safe_dump(config))
    error = usage_error(main, ["--resume", str(run), "--max_epochs", "3"], capsys)
    assert "trainer.callbacks: found 'planted.Planted', expected CompareGradients or a class of Lightning" in error
    assert not written.exists()


PUBLIC = "lightning.pytorch"
ALLOWED = {
    "EarlyStopping": {"callbacks": [spec(f"{PUBLIC}.callbacks.EarlyStopping", monitor="train/cost")]},
    "EarlyStopping by its short name": {"callbacks": [spec("EarlyStopping", monitor="train/cost")]},
    "LearningRateMonitor": {"callbacks": [{"class_path": f"{PUBLIC}.callbacks.LearningRateMonitor"}]},
    "CompareGradients": {"callbacks": ["course_torch.training.compare_gradients.CompareGradients"]},
    "CSVLogger": {"logger": spec(f"{PUBLIC}.loggers.CSVLogger", save_dir="csv")},
    "SimpleProfiler": {"profiler": spec(f"{PUBLIC}.profilers.SimpleProfiler", dirpath="times", filename="x")},
    "SingleDeviceStrategy": {"strategy": spec(f"{PUBLIC}.strategies.SingleDeviceStrategy", device="cpu")},
    "LayerSync": {"plugins": [f"{PUBLIC}.plugins.TorchSyncBatchNorm"]},
}


@pytest.mark.parametrize("trainer", ALLOWED.values(), ids=ALLOWED.keys())
def test_allowed_classes_train(trainer: dict[str, Any], train: Train, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({"trainer": trainer}))
    train("--config", "config.yaml", "--max_steps", "2")


def test_allow_code_permits_a_class_of_the_user_for_one_call(train: Train, written: Path, capsys: Capsys) -> None:
    run = train("--trainer.callbacks+=planted.Planted", "--allow-code")
    assert written.read_text() == "run"
    assert "allow_code" not in (run / "config.yaml").read_text()
    written.unlink()
    assert "--allow-code" in usage_error(main, [*SMALL, "--trainer.callbacks+=planted.Planted"], capsys)
    assert not written.exists()


def test_each_allowed_name_is_a_class_of_lightning_or_of_this_project() -> None:
    classes = allowed_classes()
    assert {each.__module__.partition(".")[0] for each in classes} == {"lightning", "course_torch"}
    assert callbacks.LambdaCallback not in classes
    assert loggers.WandbLogger in classes
    assert len(set(allowed_paths())) < 400
