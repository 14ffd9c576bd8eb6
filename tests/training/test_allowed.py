"""What a config may name: classes of Lightning, and code of others only if the command line permits it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonargparse import Namespace
from lightning.pytorch import callbacks, loggers

from course_torch.errors import InputError
from course_torch.training.allowed import allowed_classes, allowed_paths, check_no_code
from course_torch.training.cli import main
from course_torch.training.module import SCHEDULES
from tests.conftest import usage_error
from tests.support.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import SMALL

PLAIN = [*SMALL, "--trainer.callbacks", "[]"]


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


def test_each_allowed_name_is_a_class_of_lightning_or_of_this_project_or_a_schedule() -> None:
    classes = allowed_classes() - set(SCHEDULES)
    assert {each.__module__.partition(".")[0] for each in classes} == {"lightning", "course_torch"}
    assert callbacks.LambdaCallback not in classes
    assert loggers.WandbLogger in classes
    assert len(set(allowed_paths())) < 400
