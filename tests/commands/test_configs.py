"""Configs by their names, for every command that reads them; `course-torch train` is train.py under another name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_torch.commands.main import main, train
from course_torch.training.cli import main as train_py
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Monkeypatch, Said
from tests.training.conftest import CONFIGS, SMALL, TRAIN, parameters_of

pytestmark = pytest.mark.usefixtures("here")


def test_the_list_has_a_line_for_each_config_and_a_name_prints_its_file(said: Said) -> None:
    lines = said(["configs"]).splitlines()
    assert [line.split()[0] for line in lines] == sorted(path.stem for path in CONFIGS.iterdir())
    assert "digits             Ten classes of handwritten digits: softmax, minibatches, momentum." in lines
    assert said(["configs", "planar_shallow"]) == (CONFIGS / "planar_shallow.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["shapes", "compare", "trace"])
def test_a_command_finds_a_config_by_its_name(command: str) -> None:
    assert main([command, "--config", "planar_shallow"]) == 0
    assert main([command, "--config=planar_shallow.yaml"]) == 0


@pytest.mark.parametrize("command", ["shapes", "compare", "trace", "train"])
def test_the_help_says_that_a_file_comes_first(command: str, capsys: Capsys) -> None:
    with pytest.raises(SystemExit, match=r"^0$"):
        main([command, "--help"])
    assert "a file NAME or NAME.yaml in the current folder comes before the shipped config NAME" in " ".join(
        capsys.readouterr().out.split()
    )


NETWORK = "model: {layer_sizes: [2, 4, 1]}\ndata: {name: planar}\n"
TRAINING = {
    "options": "trainer: {max_epochs: 3}\ncheckpoint_seconds: 5\nthreads: 2",
    "a command as logger": "trainer: {logger: {class_path: os.system, init_args: {command: touch written}}}",
    "a callback": "trainer: {callbacks: [{class_path: planted.Planted}]}",
    "dotted keys": "trainer.callbacks: [planted.Planted]\ntrainer.logger.class_path: planted.Planted",
    "a class as seconds": "checkpoint_seconds: {class_path: planted.Planted}",
}


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: Monkeypatch) -> None:
    """A module that writes the file `written` when it is imported."""
    (tmp_path / "planted.py").write_text("open('written', 'w')\nclass Planted: pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("training", TRAINING.values(), ids=TRAINING.keys())
def test_training_options_of_a_config_are_neither_checked_nor_imported(training: str) -> None:
    Path("config.yaml").write_text(NETWORK + training)
    assert main(["shapes", "--config", "config.yaml"]) == 0
    assert "planted" not in sys.modules
    assert not Path("written").exists()


QUIET = ["--trainer.enable_progress_bar", "false"]
RUN = Path("lightning_logs", "version_0")


def test_a_config_is_found_by_its_name_in_a_folder_without_configs() -> None:
    assert main(["train", "--config", "planar_shallow", "--max_steps", "2", "--accelerator", "cpu", *QUIET]) == 0
    assert parameters_of(RUN)["network.layers.0.W"].shape == (4, 2)
    assert "name: planar" in (RUN / "config.yaml").read_text()


@pytest.mark.parametrize(
    "arguments",
    [["--config", "planar_shalow"], ["--model.seed", "x"], ["--data.name", "plane"], ["--resume", "nothing"]],
)
def test_both_names_give_the_same_error_with_their_own_name(arguments: list[str], capsys: Capsys) -> None:
    error = usage_error(main, ["train", *arguments], capsys)
    assert error.startswith("course-torch train: error: ")
    assert usage_error(train_py, arguments, capsys) == error.replace("course-torch train", "train.py", 1)


def test_the_help_is_that_of_train_py_with_the_name_of_the_command(capsys: Capsys) -> None:
    for options, usage in (
        (["--help"], "[--config NAME]"),
        (["--lr_scheduler.help", "StepLR"], "--lr_scheduler.step_size STEP_SIZE"),
    ):
        texts = []
        for program, arguments in ((main, ["train"]), (train_py, [])):
            with pytest.raises(SystemExit, match=r"^0$"):
                program([*arguments, *options])
            texts.append(" ".join(capsys.readouterr().out.split()))
        assert texts[0].startswith(f"usage: course-torch train {usage}")
        assert texts[1] == texts[0].replace("course-torch train", "train.py", 1)


def test_torch_is_told_to_keep_its_stacks_to_itself_unless_the_user_wants_them(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setenv("TORCH_CPP_LOG_LEVEL", "")
    monkeypatch.delenv("TORCH_CPP_LOG_LEVEL")
    monkeypatch.setattr("course_torch.training.cli.main", lambda arguments, program: 0)
    assert train([]) == 0
    assert os.environ["TORCH_CPP_LOG_LEVEL"] == "ERROR"
    monkeypatch.setenv("TORCH_CPP_LOG_LEVEL", "INFO")
    train([])
    assert os.environ["TORCH_CPP_LOG_LEVEL"] == "INFO"


@pytest.mark.slow
def test_the_command_starts_the_other_processes_of_ddp_itself(tmp_path: Path) -> None:
    """Lightning starts each of them with the command line of the first process."""
    command = [sys.executable, "-m", "course_torch", "train", *SMALL, "--strategy", "ddp", "--devices", "2"]
    environment = os.environ | {"PYTHONPATH": str(TRAIN.parent)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    assert "training on 2 × cpu" in done.stdout
