"""`course-torch configs` lists the shipped configs. A config of train.py is a config of the other commands too."""

import sys
from pathlib import Path

import pytest

from course_torch.commands.main import main
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Monkeypatch
from tests.training.conftest import CONFIGS

pytestmark = pytest.mark.usefixtures("here")


def test_the_list_has_a_line_for_each_config(capsys: Capsys) -> None:
    assert main(["configs"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(path.stem for path in CONFIGS.iterdir())
    assert "digits             Ten classes of handwritten digits: softmax, minibatches, momentum." in lines


def test_a_printed_config_is_a_file_to_change(capsys: Capsys) -> None:
    assert main(["configs", "planar_shallow"]) == 0
    assert capsys.readouterr().out == (CONFIGS / "planar_shallow.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["shapes", "compare", "trace"])
def test_a_command_finds_a_config_by_its_name(command: str, capsys: Capsys) -> None:
    assert main([command, "--config", "planar_shallow"]) == 0
    assert main([command, "--config=planar_shallow.yaml"]) == 0
    error = usage_error(main, [command, "--config", "planar_shalow"], capsys)
    assert error.endswith("; did you mean planar_shallow?\n")
    assert error.startswith("course-torch: error: config: found 'planar_shalow', ")


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


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize(
    "text",
    [
        "model: {class_path: planted.Planted}",
        "model: {output: {class_path: planted.Planted}}",
        "data: {root: {class_path: planted.Planted}}",
        "dtype: {class_path: planted.Planted}",
        "config: {class_path: planted.Planted}",
        "allow_code: true",
    ],
)
def test_a_class_in_a_config_is_rejected(text: str, capsys: Capsys) -> None:
    Path("config.yaml").write_text(text)
    usage_error(main, ["compare", "--config", "config.yaml"], capsys)
    assert "planted" not in sys.modules
    assert not Path("written").exists()


@pytest.mark.parametrize("command", ["predict", "export", "doctor", "bench", "reproduce", "figures", "vectorization"])
def test_the_other_commands_read_no_config(command: str, tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "config.yaml").write_text("trainer: {logger: {class_path: os.system}}")
    assert "--config" in usage_error(main, [command, "--config", str(tmp_path / "config.yaml")], capsys)


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["compare", "--max_steps", "3"], "--max_steps"),
        (["compare", "--precision=64"], "--precision"),
        (["shapes", "--trainer.max_epochs", "3"], "--trainer.max_epochs"),
        (["shapes", "--trainer.callbacks+=planted.Planted"], "--trainer.callbacks+"),
        (["shapes", "--trainer", "trainer.yaml"], "--trainer"),
        (["shapes", "--checkpoint_seconds=5"], "--checkpoint_seconds"),
        (["compare", "--threads", "1"], "--threads"),
        (["shapes", "--resume", "lightning_logs/version_0"], "--resume"),
        (["shapes", "--allow-code"], "--allow-code"),
        (["doctor", "--max_steps", "3"], "--max_steps"),
    ],
)
def test_an_option_of_training_is_rejected_on_the_command_line(
    arguments: list[str], option: str, capsys: Capsys
) -> None:
    assert f"error: {option}: an option of course-torch train alone" in usage_error(main, arguments, capsys)
