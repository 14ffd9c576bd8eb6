"""A config runs no code of others: a name that is not allowed is rejected before anything is imported."""

import builtins
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lightning
import pytest
import yaml
from jsonargparse import Namespace
from lightning.pytorch import loggers

from course_torch.errors import InputError
from course_torch.training.cli import main
from course_torch.training.schedule import SCHEDULES
from course_torch.training.settings import allowed_classes, allowed_paths, check_values
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import SMALL

PLANTED = """
from pathlib import Path
Path({written!r}).write_text("imported")
from lightning import Callback
class Planted(Callback):
    def on_fit_start(self, trainer, module): Path({written!r}).write_text("run")
def function(*arguments, **options): Path({written!r}).write_text("run")
class Instance:
    def __call__(self): pass
"""
"""A module that writes a file when it is imported, and another text when it is run."""


@pytest.fixture
def written(tmp_path: Path, monkeypatch: Monkeypatch) -> Iterator[Path]:
    """The file that the module `planted` writes. The module is on sys.path, and so is the package `package.planted`."""
    written = tmp_path / "written"
    (tmp_path / "modules" / "package").mkdir(parents=True)
    for place in ("planted.py", "package/__init__.py", "package/planted.py"):
        (tmp_path / "modules" / place).write_text(PLANTED.format(written=str(written)))
    monkeypatch.syspath_prepend(tmp_path / "modules")
    monkeypatch.chdir(tmp_path)
    yield written
    for name in ("planted", "package", "package.planted"):
        sys.modules.pop(name, None)


@pytest.fixture
def imported(monkeypatch: Monkeypatch) -> list[str]:
    """Every name that `__import__` gets during the test."""
    names = []
    original = builtins.__import__

    def recording(name: str, *arguments: Any, **options: Any) -> Any:
        names.append(name)
        return original(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", recording)
    return names


def spec(path: str, **arguments: Any) -> dict[str, Any]:
    return {"class_path": path, "init_args": arguments}


EARLY = "lightning.pytorch.callbacks.EarlyStopping"
AVERAGE = "lightning.pytorch.callbacks.StochasticWeightAveraging"
CONFIGS: dict[str, Any] = {
    "a command as logger": {"logger": spec("os.system", command="touch written")},
    "a command among loggers": {"logger": [spec("os.system", command="touch written")]},
    "subprocess as profiler": {"profiler": spec("subprocess.Popen", args=["touch", "written"])},
    "a function as callback": {"callbacks": [spec("planted.function")]},
    "a class as callback": {"callbacks": spec("planted.Planted")},
    "a path alone as callback": {"callbacks": ["planted.Planted"]},
    "a class of a package": {"callbacks": ["package.planted.Planted"]},
    "a strategy": {"strategy": spec("planted.Planted")},
    "an accelerator": {"accelerator": spec("planted.Planted")},
    "a plugin": {"plugins": [spec("planted.Planted")]},
    "a plugin alone": {"plugins": spec("planted.Planted")},
    "a plugin in a strategy": {
        "strategy": spec("lightning.pytorch.strategies.DDPStrategy", precision_plugin=spec("planted.Planted"))
    },
    "a function as argument": {"callbacks": [spec(AVERAGE, swa_lrs=0.1, avg_fn="planted.function")]},
    "a callable class as argument": {"callbacks": [spec(AVERAGE, swa_lrs=0.1, avg_fn=spec("planted.Instance"))]},
    "a hook of ddp": {"strategy": spec("lightning.pytorch.strategies.DDPStrategy", ddp_comm_hook="planted.function")},
    "LambdaCallback": {
        "callbacks": [spec("lightning.pytorch.callbacks.LambdaCallback", on_fit_start="planted.function")]
    },
    "LambdaCallback by its short name": {"callbacks": [spec("LambdaCallback", on_fit_start="planted.function")]},
    "LambdaCallback by its definition": {
        "callbacks": [spec("lightning.pytorch.callbacks.lambda_function.LambdaCallback", on_fit_start="os.getcwd")]
    },
    "torch.hub.load": {"logger": spec("torch.hub.load", repo_or_dir=".", model="planted", source="local")},
    "torch.load": {"logger": spec("torch.load", f="planted.ckpt", weights_only=False)},
    "os through torch": {"logger": spec("torch.os.system", command="touch written")},
    "os through lightning": {"logger": spec("lightning.pytorch.trainer.trainer.os.system", command="touch written")},
    "os through course_torch": {"logger": spec("course_torch.training.cli.sys.modules")},
    "a method as argument": {"callbacks": [spec("BackboneFinetuning", lambda_func=f"{EARLY}.load_state_dict")]},
    "a callback that does not fit": {"callbacks": ["lightning.pytorch.callbacks.LearningRateFinder"]},
    "a command of setuptools": {"logger": spec("torch.utils.cpp_extension.load", name="x", sources=["x.cpp"])},
    "jsonargparse itself": {"logger": spec("jsonargparse.set_parsing_settings")},
    "a URL as folder": {"default_root_dir": "reference::http://localhost/template.json"},
    "a URL as folder of a logger": {"logger": spec("lightning.pytorch.loggers.CSVLogger", save_dir="memory://x")},
    "a URL as folder of a callback": {"callbacks": [spec("ModelCheckpoint", dirpath="memory://x")]},
}


@pytest.mark.slow
@pytest.mark.parametrize("trainer", CONFIGS.values(), ids=CONFIGS.keys())
def test_a_config_runs_and_imports_nothing_of_others(
    trainer: dict[str, Any], written: Path, imported: list[str], capsys: Capsys
) -> None:
    Path("config.yaml").write_text(yaml.safe_dump({"trainer": trainer}))
    error = usage_error(main, [*SMALL, "--config", "config.yaml"], capsys)
    assert "--allow-code" in error
    assert len(error) < 400
    assert not written.exists()
    assert not {"planted", "package", "package.planted", "subprocess.Popen", "torch.os"} & set(imported)
    assert not Path("lightning_logs").exists()


TEXTS = {
    "an anchor": "model: {seed: &a 1}\ntrainer: {callbacks: [&b {class_path: planted.Planted}, *b]}",
    "a merged mapping": "trainer: {callbacks: [{<<: {class_path: planted.Planted}}]}",
    "a dotted key": "trainer.callbacks: planted.Planted",
    "a key that appends": "trainer.callbacks+: planted.Planted",
    "a config of the trainer": "trainer: inner.yaml",
    "a config of the callbacks": "trainer: {callbacks: [callback.yaml]}",
    "a config in a config": "config: outer.yaml",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_other_ways_to_write_a_class_path(text: str, written: Path, capsys: Capsys) -> None:
    Path("outer.yaml").write_text("trainer: {callbacks: planted.Planted}")
    Path("inner.yaml").write_text("callbacks: planted.Planted")
    Path("callback.yaml").write_text("class_path: planted.Planted")
    Path("config.yaml").write_text(text)
    assert "planted.Planted" in usage_error(main, [*SMALL, "--config", "config.yaml"], capsys)
    assert not written.exists()


OPTIONS = [
    ["--trainer.logger=os.system", "--trainer.logger.command=touch written"],
    ["--trainer.logger", "{class_path: os.system, init_args: {command: touch written}}"],
    ["--trainer.callbacks+=planted.Planted"],
    ["--trainer.callbacks=planted.Planted"],
    ["--trainer.callbacks", "[planted.Planted]"],
    ["--trainer.callbacks.class_path=planted.Planted"],
    ["--trainer.callbacks+=EarlyStopping", "--trainer.callbacks+=planted.Planted"],
    ["--trainer.profiler=planted.Planted"],
    ["--trainer.profiler.class_path=planted.Planted"],
    ["--trainer.plugins+=planted.Planted"],
    ["--strategy=planted.Planted"],
    ["--accelerator=planted.Planted"],
    ["--trainer.logger.help=planted.Planted"],
    ["--trainer", "{callbacks: planted.Planted}"],
    ["--trainer=planted.Planted"],
    ["--model=planted.Planted"],
    ["--model", "{class_path: planted.Planted}"],
    ["--model.output", "{class_path: planted.Planted}"],
    ["--data", "{class_path: planted.Planted}"],
    [f"--trainer.callbacks={EARLY}.load_state_dict"],
]


@pytest.mark.parametrize("options", OPTIONS, ids=[" ".join(options) for options in OPTIONS])
def test_options_run_nothing_of_others(options: list[str], written: Path, imported: list[str], capsys: Capsys) -> None:
    usage_error(main, [*SMALL, *options], capsys)
    assert not written.exists()
    assert "planted" not in imported


def test_the_command_line_may_name_the_address_of_a_server() -> None:
    config = Namespace(trainer=Namespace(logger=Namespace(tracking_uri="http://localhost:1")))
    check_values(config, ["--trainer.logger.tracking_uri=http://localhost:1"])
    with pytest.raises(InputError, match="found 'http://localhost:1', expected a local path, or a URL on the command"):
        check_values(config, ["--config", "x.yaml"])


def test_the_config_of_a_resumed_run_is_limited(train: Train, written: Path, capsys: Capsys) -> None:
    run = train()
    config = yaml.safe_load((run / "config.yaml").read_text())
    config["trainer"]["callbacks"] = [spec("planted.Planted")]
    (run / "config.yaml").write_text(yaml.safe_dump(config))
    assert "planted.Planted" in usage_error(main, ["--resume", str(run), "--max_epochs", "3"], capsys)
    assert not written.exists()


ALLOWED = {
    "EarlyStopping": {"callbacks": [spec(EARLY, monitor="train/cost")]},
    "EarlyStopping by its short name": {"callbacks": [spec("EarlyStopping", monitor="train/cost")]},
    "LearningRateMonitor": {"callbacks": [{"class_path": "lightning.pytorch.callbacks.LearningRateMonitor"}]},
    "CompareGradients": {"callbacks": ["course_torch.training.compare_gradients.CompareGradients"]},
    "CSVLogger": {"logger": spec("lightning.pytorch.loggers.CSVLogger", save_dir="csv")},
    "SimpleProfiler": {"profiler": spec("lightning.pytorch.profilers.SimpleProfiler", dirpath="times", filename="x")},
    "SingleDeviceStrategy": {"strategy": spec("lightning.pytorch.strategies.SingleDeviceStrategy", device="cpu")},
    "LayerSync": {"plugins": ["lightning.pytorch.plugins.TorchSyncBatchNorm"]},
}


@pytest.mark.parametrize("trainer", ALLOWED.values(), ids=ALLOWED.keys())
def test_allowed_classes_train(trainer: dict[str, Any], train: Train, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({"trainer": trainer}))
    train("--config", "config.yaml", "--max_steps", "2")


def test_allow_code_on_the_command_line_permits_a_class_of_the_user(train: Train, written: Path) -> None:
    run = train("--trainer.callbacks+=planted.Planted", "--allow-code")
    assert written.read_text() == "run"
    assert "allow_code" not in (run / "config.yaml").read_text()


def test_allow_code_holds_for_one_call(train: Train, written: Path, capsys: Capsys) -> None:
    train("--allow-code")
    assert "--allow-code" in usage_error(main, [*SMALL, "--trainer.callbacks+=planted.Planted"], capsys)
    assert not written.exists()


@pytest.mark.parametrize("value", ["true", "false", "{class_path: planted.Planted}"])
def test_a_config_cannot_allow_code(value: str, written: Path, capsys: Capsys) -> None:
    Path("config.yaml").write_text(f"allow_code: {value}\ntrainer: {{callbacks: planted.Planted}}")
    usage_error(main, [*SMALL, "--config", "config.yaml"], capsys)
    Path("config.yaml").write_text(f"allow_code: {value}")
    if value == "true":
        assert "allow_code: found it in a config" in usage_error(main, [*SMALL, "--config", "config.yaml"], capsys)
    assert not written.exists()


def test_each_allowed_name_is_a_class_of_lightning_or_of_this_project_or_a_schedule() -> None:
    classes = allowed_classes() - set(SCHEDULES)
    assert {each.__module__.partition(".")[0] for each in classes} == {"lightning", "course_torch"}
    assert lightning.pytorch.callbacks.LambdaCallback not in classes
    assert loggers.WandbLogger in classes
    assert len(set(allowed_paths())) < 400


def test_a_config_cannot_name_a_learners_file_that_training_would_run(tmp_path: Path, capsys: Capsys) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("model: {gradients: mine.py}\n")
    error = usage_error(main, ["--config", str(config)], capsys)
    assert "model.gradients: found 'mine.py' in a config" in error
    assert "--allow-code" in error
