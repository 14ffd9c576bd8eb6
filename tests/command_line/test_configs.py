"""Configs are found by their names, and what YAML and jsonargparse say of a mistake becomes one plain sentence."""

import shlex
from pathlib import Path

import pytest

from course_torch.command_line.configs import checked_config, description, normalized, shipped_configs
from course_torch.command_line.sentences import did_you_mean
from course_torch.commands.main import main
from course_torch.errors import InputError
from tests.conftest import usage_error
from tests.support.fixture_types import Capsys, Monkeypatch, Said
from tests.training.conftest import CONFIGS


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: Monkeypatch) -> Path:
    """An empty folder in which the names are looked up."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_short_flags_are_expanded_and_configs_come_first(folder: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (folder / name).write_text("model: {seed: 1}")
    given = [
        *("--accelerator", "cpu", "--devices=2", "--trainer.precision", "64", "--config", "a.yaml"),
        *("--model.seed", "1", "--config=b.yaml"),
    ]
    assert normalized(given) == [
        *("--config", "a.yaml", "--config=b.yaml", "--trainer.accelerator", "cpu", "--trainer.devices=2"),
        *("--trainer.precision", "64", "--model.seed", "1"),
    ]


def test_a_config_may_be_written_on_the_command_line() -> None:
    assert normalized(["--config", "model: {seed: 1}"]) == ["--config", "model: {seed: 1}"]
    with pytest.raises(InputError, match=r"^config: model: found \[1\], expected options$"):
        normalized(["--config", "model: [1]"])


def test_a_name_means_a_file_of_the_user_or_else_the_shipped_config_and_no_folder(folder: Path) -> None:
    """A path is no name of a shipped config, and a text is a config itself."""
    assert all(Path(checked_config(name)).samefile(CONFIGS / "digits.yaml") for name in ("digits", "digits.yaml"))
    (folder / "digits").mkdir()
    assert Path(checked_config("digits")).samefile(CONFIGS / "digits.yaml")
    (folder / "digits").rmdir()
    for written, file in (("mine", "mine.yaml"), ("digits", "digits.yaml"), ("digits", "digits")):
        (folder / file).write_text("model: {seed: 7}")
        assert checked_config(written) == file
    with pytest.raises(InputError, match=r"^config: found 'elsewhere/digits.yaml', expected a file or one of "):
        checked_config("elsewhere/digits.yaml")
    assert checked_config("model: {seed: 1}") == "model: {seed: 1}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_config_and_a_config_inside_it_are_read_in_the_encodings_of_consoles_and_editors(
    encoding: str, folder: Path, said: Said
) -> None:
    """Windows PowerShell writes UTF-16: course-torch configs digits > mine.yaml."""
    (folder / "mine.yaml").write_bytes("model: model.yaml  # 我的\r\ndata:\r\n  name: planar\r\n".encode(encoding))
    (folder / "model.yaml").write_bytes("# 网络\r\nlayer_sizes: [2, 3, 1]\r\n".encode(encoding))
    assert "(3, 2)" in said(["shapes", "--config", "mine.yaml"])


@pytest.mark.parametrize("file", shipped_configs().values(), ids=shipped_configs())
def test_the_first_line_says_what_the_config_is(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith(f"# {description(file)}\n")
    assert description(file).endswith(".")


TEXTS = {
    "model:\n\tseed: 1\n": "line 2: while scanning for the next token, found character that cannot start any token",
    "model:\n    seed: 1\n  output: softmax\n": "line 3: while parsing a block mapping, did not find expected key",
    "model:\n  output: 'softmax\n": "line 3: while scanning a quoted scalar, found unexpected end of stream (begun in",
    "a: \x07": "control characters are not allowed",
    "model: {seed: !foo 1}": "line 1: could not determine a constructor for the tag '!foo'",
    "&a [*a]": "Circular reference detected",
    "model: &a {x: *a}": "Circular reference detected",
}


@pytest.mark.parametrize(("text", "said"), TEXTS.items())
def test_a_mistake_of_yaml_is_named_with_its_file_and_line_if_yaml_knows_it(text: str, said: str, folder: Path) -> None:
    (folder / "a.yaml").write_text(text)
    with pytest.raises(InputError) as error:
        checked_config("a.yaml")
    assert str(error.value).startswith("a.yaml: ")
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("check --hint", "course-torch check：错误：--hint：后面应有一个值\n"),
        ("check a.py relu --hnt 1", "course-torch check：错误：没有这个选项或参数：--hnt 1；你要的是 --hint 吗？\n"),
        ("compare --model.learning_rate nan", "model.learning_rate：得到 'nan'，应为 float\n"),
        ("configs planar_shalow", "planar_shallow 之一；你要的是 planar_shallow 吗？\n"),
    ],
)
def test_a_refusal_is_chinese_where_the_language_is(line: str, message: str, capsys: Capsys) -> None:
    """tests/test_refusals.py compares the two languages of every refusal."""
    assert usage_error(main, [*shlex.split(line), "--language", "zh"], capsys).endswith(message)


SUGGESTED = {
    "unrecognized arguments: --learning_rate 1": "--model.learning_rate",
    "unrecognized arguments: --model.seeds 1": "--data.seed",
    "Group 'data' does not accept option 'sed'": "--data.seed",
    "Option 'models.seed' is not accepted": "--data.seed",
    "unrecognized arguments: --weather": "",
    "unrecognized arguments: a.py": "",
    "seed": "",
}


@pytest.mark.parametrize(("message", "option"), SUGGESTED.items())
def test_the_option_of_any_group_that_is_spelled_alike_is_suggested(message: str, option: str) -> None:
    """Of several that end alike the first is meant."""
    options = ["help", "model.learning_rate", "data.seed", "seed", "trainer.accelerator"]
    assert did_you_mean(message, options, ["function"]).en == (f"; did you mean {option}?" if option else "")
