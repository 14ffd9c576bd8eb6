"""`course-torch configs` lists the shipped configs; every command with --config finds them."""

from pathlib import Path

import pytest

from course_torch.commands.main import main
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Monkeypatch
from tests.training.conftest import CONFIGS


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: Monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_list_has_a_line_for_each_config(capsys: Capsys) -> None:
    assert main(["configs"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(path.stem for path in CONFIGS.iterdir())
    assert "digits             Ten classes of handwritten digits: softmax, minibatches, momentum." in lines


def test_a_printed_config_is_a_file_to_change(capsys: Capsys) -> None:
    assert main(["configs", "planar_shallow"]) == 0
    assert capsys.readouterr().out == (CONFIGS / "planar_shallow.yaml").read_text(encoding="utf-8")


def test_a_wrong_name(capsys: Capsys) -> None:
    error = usage_error(main, ["configs", "planar_shalow"], capsys)
    assert error.startswith("course-torch: error: name: found 'planar_shalow', expected one of cats_deep, ")
    assert error.endswith("did you mean planar_shallow?\n")


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
