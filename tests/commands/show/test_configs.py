"""`course-torch configs`, and configs by their names for every command."""

import sys
from pathlib import Path

import pytest

from course_torch.commands.main import main
from tests.support.fixture_types import Capsys, Monkeypatch, Said
from tests.training.conftest import CONFIGS

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
