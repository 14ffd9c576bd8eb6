"""Configs are found by their names, and what YAML allows is read as it is meant, or told in plain words."""

from pathlib import Path

import pytest
import yaml

from course_torch.command_line.configs import checked, description, shipped_configs
from course_torch.command_line.parser import normalized
from course_torch.command_line.yaml_text import PLAIN, Loader, load_yaml, not_yaml
from course_torch.errors import InputError
from tests.support.fixture_types import Monkeypatch
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


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: Monkeypatch) -> Path:
    """An empty folder in which the names are looked up."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_name_means_a_file_of_the_user_or_else_the_shipped_config_and_no_folder(folder: Path) -> None:
    """A path or a text is not looked up."""
    assert all(Path(checked(name)).samefile(CONFIGS / "digits.yaml") for name in ("digits", "digits.yaml"))
    (folder / "digits").mkdir()
    assert Path(checked("digits")).samefile(CONFIGS / "digits.yaml")
    (folder / "digits").rmdir()
    for written, file in (("mine", "mine.yaml"), ("digits", "digits.yaml"), ("digits", "digits")):
        (folder / file).write_text("model: {seed: 7}")
        assert checked(written) == file
    with pytest.raises(InputError, match=r"^config: found 'elsewhere/digits.yaml', expected a file or one of "):
        checked("elsewhere/digits.yaml")
    assert checked("model: {seed: 1}") == "model: {seed: 1}"


@pytest.mark.parametrize("file", shipped_configs().values(), ids=shipped_configs())
def test_the_first_line_says_what_the_config_is(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith(f"# {description(file)}\n")
    assert description(file).endswith(".")


def test_anchors_aliases_and_merges_work() -> None:
    text = "a: &a {x: 1}\nb: *a\nc: {<<: *a, y: 2}\nd: 'R&D'\ne: '& [ no YAML'"
    a, c = {"x": 1}, {"x": 1, "y": 2}
    assert load_yaml(text) == {"a": a, "b": a, "c": c, "d": "R&D", "e": "& [ no YAML"}


TEXTS = {
    "a tab": ("model:\n\tseed: 1\n", "line 2: found a tab"),
    "a tab after spaces": ("model:\n  seed: 1\n\toutput: softmax\n", "line 3: found a tab"),
    "no colon, in the middle": ("model:\n  seed 1\n  output: softmax\n", "line 3: found a colon where none can stand"),
    "no colon, at the end": ("model:\n  seed: 1\n  output softmax\n", "line 3: found a name without a colon"),
    "no space behind a colon": ("model:\n  seed:1\n  output: softmax\n", "line 3: found a colon where none can stand"),
    "indented less": ("model:\n    seed: 1\n  output: softmax\n", "line 3: found another indentation"),
    "indented more": ("model:\n  seed: 1\n    output: softmax\n", "line 3: found a colon where none can stand"),
    "an open list": ("model:\n  layer_sizes: [1, 2\n  seed: 1\n", "line 2: found a list or group without its end"),
    "an open quote": ("model:\n  output: 'softmax\n  seed: 1\n", "line 2: found no closing quote"),
    "a colon in a text": ("data:\n  root: C: folder\n", "line 2: found a colon where none can stand"),
    "a sign": ("data:\n  root: @x\n", "line 2: found a sign that begins no value"),
    "a star": ("data:\n  root: *.csv\n", "line 2: found a * in front of a name"),
    "a star before a name": ("data: {root: *name}\n", "line 1: found a * in front of a name"),
    "a list behind a name": ("trainer:\n  callbacks: - EarlyStopping\n", "line 2: found '- ' behind a name"),
    "an open list at the end": ("a: [", ": found no value"),
}


@pytest.mark.parametrize("loader", [Loader, yaml.BaseLoader], ids=["libyaml", "PyYAML"])
@pytest.mark.parametrize(("text", "said"), TEXTS.values(), ids=TEXTS.keys())
def test_a_mistake_is_said_in_plain_words_with_its_line(text: str, said: str, loader: type[yaml.SafeLoader]) -> None:
    with pytest.raises(yaml.YAMLError) as error:
        yaml.load(text, Loader=loader)
    line = not_yaml(error.value, text)
    assert said in line.en
    assert "行：" in line.zh
    assert {line.zh.partition("：")[2]} <= {words.zh for words in PLAIN.values()} | {"有制表符，条目之前应为空格"}


def test_a_character_that_no_yaml_holds_keeps_the_words_of_the_library() -> None:
    with pytest.raises(yaml.YAMLError) as error:
        yaml.load("a: \x07", Loader=Loader)
    assert "control characters are not allowed" in not_yaml(error.value, "").en
