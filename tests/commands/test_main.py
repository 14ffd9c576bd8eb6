"""`course-torch train` is train.py: its configs, errors, help and processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_torch.commands.main import main
from course_torch.training.cli import main as train_py
from tests.conftest import usage_error
from tests.support.fixture_types import Capsys
from tests.training.conftest import SMALL, TRAIN, parameters_of

pytestmark = pytest.mark.usefixtures("here")


QUIET = ["--trainer.enable_progress_bar", "false"]
RUN = Path("lightning_logs", "version_0")


def test_a_config_is_found_by_its_name_in_a_folder_without_configs() -> None:
    assert main(["train", "--config", "planar_shallow", "--max_steps", "2", "--accelerator", "cpu", *QUIET]) == 0
    assert parameters_of(RUN)["network.layers.0.W"].shape == (4, 2)
    assert "name: planar" in (RUN / "config.yaml").read_text()


@pytest.mark.parametrize("arguments", [["--model.seed", "x"], ["--resume", "nothing"]])
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


@pytest.mark.slow
def test_the_command_starts_the_other_processes_of_ddp_itself(tmp_path: Path) -> None:
    """Lightning starts each of them with the command line of the first process."""
    command = [sys.executable, "-m", "course_torch", "train", *SMALL, "--strategy", "ddp", "--devices", "2"]
    environment = os.environ | {"PYTHONPATH": str(TRAIN.parent)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    assert "training on 2 × cpu" in done.stdout
