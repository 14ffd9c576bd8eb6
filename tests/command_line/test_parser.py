"""The parser: errors of YAML by file and line, shipped configs by their names; progress bars fit the terminal."""

from pathlib import Path

import pytest

from course_torch.command_line.parser import checked, load_yaml, normalized
from course_torch.command_line.shipped import description, shipped_configs
from course_torch.console import warn
from course_torch.errors import InputError
from tests.fixture_types import Capsys, Monkeypatch
from tests.training.conftest import CONFIGS


def test_short_flags_are_expanded_and_configs_come_first(tmp_path: Path) -> None:
    first, second = (str(tmp_path / name) for name in ("a.yaml", "b.yaml"))
    for path in (first, second):
        Path(path).write_text("model: {seed: 1}")
    given = [
        *("--accelerator", "cpu", "--devices=2", "--trainer.precision", "64", "--config", first),
        *("--model.seed", "1", f"--config={second}"),
    ]
    assert normalized(given) == [
        *("--config", first, f"--config={second}", "--trainer.accelerator", "cpu", "--trainer.devices=2"),
        *("--trainer.precision", "64", "--model.seed", "1"),
    ]


def test_a_config_may_be_written_on_the_command_line() -> None:
    assert normalized(["--config", "model: {seed: 1}"]) == ["--config", "model: {seed: 1}"]
    with pytest.raises(InputError, match=r"^config: model: found \[1\], expected options$"):
        normalized(["--config", "model: [1]"])


def test_anchors_aliases_and_merges_work() -> None:
    text = "a: &a {x: 1}\nb: *a\nc: {<<: *a, y: 2}\nd: 'R&D'\ne: '& [ no YAML'"
    a, c = {"x": 1}, {"x": 1, "y": 2}
    assert load_yaml(text) == {"a": a, "b": a, "c": c, "d": "R&D", "e": "& [ no YAML"}


LINE = "10 classes and 10 sigmoid outputs: --model.output softmax gives each example one class"


def test_a_terminal_gets_a_warning_folded_at_words(monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # for rich, stderr is a terminal then
    monkeypatch.setenv("COLUMNS", "80")
    warn(LINE)
    printed = capsys.readouterr().err.splitlines()
    assert max(map(len, printed)) <= 80
    assert " ".join(each.strip() for each in printed) == f"warning: {LINE}"


def test_every_other_reader_gets_a_warning_in_one_line(monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    warn(f"{LINE} [2]")
    assert capsys.readouterr().err == f"warning: {LINE} [2]\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: Monkeypatch) -> Path:
    """An empty folder in which the names are looked up."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_config_of_the_checkout_is_found() -> None:
    assert shipped_configs() == {path.stem: path for path in CONFIGS.glob("*.yaml")}


@pytest.mark.parametrize("name", ["digits", "digits.yaml"])
def test_a_name_means_the_shipped_config(name: str) -> None:
    assert Path(checked(name)).samefile(CONFIGS / "digits.yaml")


@pytest.mark.parametrize(("written", "file"), [("digits", "digits"), ("digits", "digits.yaml"), ("mine", "mine.yaml")])
def test_a_file_of_the_user_comes_first(written: str, file: str, folder: Path) -> None:
    (folder / file).write_text("model: {seed: 7}")
    assert checked(written) == file


def test_a_folder_with_the_name_is_no_config(folder: Path) -> None:
    (folder / "digits").mkdir()
    assert Path(checked("digits")).samefile(CONFIGS / "digits.yaml")


def test_a_path_or_a_text_is_not_looked_up() -> None:
    with pytest.raises(InputError, match=r"^config: found 'elsewhere/digits.yaml', expected a file or one of "):
        checked("elsewhere/digits.yaml")
    assert checked("model: {seed: 1}") == "model: {seed: 1}"


@pytest.mark.parametrize("file", shipped_configs().values(), ids=shipped_configs())
def test_the_first_line_says_what_the_config_is(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith(f"# {description(file)}\n")
    assert description(file).endswith(".")
