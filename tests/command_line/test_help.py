"""The help of the commands in Chinese: asked for by an option or a variable, whole, and folded to the terminal."""

import re
from contextlib import suppress

import pytest
from rich.cells import cell_len

from course_torch.command_line.help import folded, help_of, in_chinese
from course_torch.commands.main import COMMANDS, main
from course_torch.language import VARIABLE, asked
from tests.docs.texts import wrong_chinese
from tests.support.fixture_types import Capsys, Monkeypatch, Said


@pytest.mark.parametrize(
    ("variable", "arguments", "language"),
    [
        ("", "check a.py", "en"),
        ("", "check a.py --language zh", "zh"),
        ("", "check --language=zh a.py", "zh"),
        ("", "check --language zh --language en", "en"),
        ("", "check --language fr", "en"),
        ("zh", "check a.py", "zh"),
        ("zh", "check a.py --language en", "en"),
        ("fr", "", "en"),
    ],
)
def test_an_option_or_else_a_variable_asks_for_a_language(
    variable: str, arguments: str, language: str, monkeypatch: Monkeypatch
) -> None:
    monkeypatch.setenv(VARIABLE, variable)
    assert asked(arguments.split()) == language


def help_in(arguments: list[str], capsys: Capsys) -> str:
    with pytest.raises(SystemExit, match="0"):
        main([*arguments, "--help"])
    return capsys.readouterr().out


def test_the_help_of_a_command_is_chinese_with_its_headings_types_and_defaults(capsys: Capsys) -> None:
    lines = help_in(["check", "--language", "zh"], capsys).splitlines()
    assert lines[0].startswith("用法：course-torch check [--watch")
    assert {"参数：", "选项："} <= {*lines}
    assert "  -h, --help           显示这份帮助并退出。" in lines
    assert "  --watch              每次保存后是否重新检查，直到按下 Ctrl-C（默认：False）" in lines
    assert "                       或 3（最小的例子里的数）（类型：int，默认：0）" in lines
    assert max(map(cell_len, lines)) <= 80
    assert "必需" in help_in(["grade", "--language", "zh"], capsys)


@pytest.mark.parametrize(
    ("language", "before"), [("en", "usage: course-torch check "), ("zh", "用法：course-torch check ")]
)
def test_the_lines_of_the_usage_begin_at_one_column(language: str, before: str, capsys: Capsys) -> None:
    first, *others = help_in(["check", "--language", language], capsys).partition("\n\n")[0].splitlines()
    assert first.startswith(f"{before}[--watch]")
    assert {len(line) - len(line.lstrip()) for line in others} == {cell_len(before)}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("command", [*COMMANDS, "train --help_all", ""])
def test_every_help_fits_the_terminal_and_says_nothing_twice(
    command: str, language: str, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with suppress(SystemExit):
        main([*command.split(), "--help", "--language", language])
    text = capsys.readouterr().out
    assert [line for line in text.splitlines() if cell_len(line) > 80] == []
    sentences = [line for line in " ".join(text.split()).split(". ") if len(line) > 60]
    assert "train" in command or sentences == [*dict.fromkeys(sentences)]
    first = text.partition("\n\n")[2].partition("\n")[0]
    assert command == "" or text.count(first.rstrip(".。")) == 1


def test_the_help_of_train_shows_what_people_change(capsys: Capsys) -> None:
    text = help_in(["train"], capsys)
    assert len(text.splitlines()) < 70
    shown = re.findall(r"^  (--[\w.]+)", text, re.M)
    assert {"--config", "--accelerator", "--max_epochs", "--model.learning_rate", "--data.name"} <= {*shown}
    assert "--help_all" in shown[-1]
    words = " ".join(text.split())
    assert "(default: [12288, 40, 20, 10, 1])" in words
    assert "one of sigmoid, tanh, relu, leaky_relu, identity" in words
    assert "one of sigmoid (n_y yes-or-no answers), softmax (one of n_y classes), identity (n_y real numbers)" in words
    assert "--trainer.accumulate_grad_batches" not in shown
    with pytest.raises(SystemExit, match="0"):
        main(["train", "--help_all"])
    every = capsys.readouterr().out
    assert {*shown} - {"--accelerator", "--devices", "--precision", "--max_epochs"} <= {*re.findall(r"--[\w.]+", every)}
    assert "--trainer.accumulate_grad_batches" in every


def test_the_variable_stands_for_the_option_of_every_command(monkeypatch: Monkeypatch, said: Said) -> None:
    monkeypatch.setenv(VARIABLE, "zh")
    assert "笔记" in said(["exercise"])
    assert "notes" in said(["exercise", "--language", "en"])


@pytest.mark.parametrize("chinese", [*in_chinese().values(), *(line.zh for line in COMMANDS.values())])
def test_the_translations_are_good_chinese(chinese: str) -> None:
    assert wrong_chinese(chinese) == []


def test_a_text_is_translated_by_paragraphs_and_a_foreign_one_stays() -> None:
    assert help_of("the only function\n    that is judged\n\nforeign", "zh") == "唯一要检查的函数\n\nforeign"
    assert help_of("the only function that is judged", "en") == "the only function that is judged"


def test_a_line_is_folded_between_chinese_characters_and_no_mark_begins_it() -> None:
    lines = [*folded("检查文件，course-torch 列出（它们）。", 12)]
    assert lines == ["检查文件，", "course-torch", "列出（它", "们）。"]
    assert [*folded("a course-torch", 9)] == ["a", "course-to", "rch"], "a word longer than a line is cut"
    assert [*folded("", 10)] == [""]
