"""The words of errors and warnings, texts in two languages, links to lessons, and names of others on a terminal."""

import io
import json
import os
import re
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from course_torch import lessons
from course_torch.console import warn
from course_torch.errors import InputError, check_name, one_of
from course_torch.language import Text, same
from course_torch.lessons import cited, linked, to_open
from course_torch.text import html_table, quoted, shown, tolerate_every_character
from tests.support.fixture_types import Capsys, Monkeypatch
from tests.support.html_cells import cells


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("猫 cat.png", "猫 cat.png"),
        ("a[copy].png", "a[copy].png"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("two\nlines\r", r"two\nlines\r"),
        ("caf\udce9", r"caf\xe9"),  # the byte e9 of Latin-1 in a file name
        ("\u202egnp.exe", r"\u202egnp.exe"),  # right-to-left override
        ("a\x00b", r"a\x00b"),
        (3.5, "3.5"),
    ],
)
def test_characters_that_a_terminal_would_act_on_are_escaped(text: object, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("word", "posix", "windows"),
    [
        ("deep.py", "deep.py", "deep.py"),
        ("my deep.py", "'my deep.py'", '"my deep.py"'),
        (r"runs\version_0", r"'runs\version_0'", r"runs\version_0"),
        ("#mistake=no+1%2Fm", "'#mistake=no+1%2Fm'", '"#mistake=no+1%2Fm"'),
    ],
)
def test_a_word_to_type_is_quoted_for_the_shells_of_the_system(
    word: str, posix: str, windows: str, monkeypatch: Monkeypatch
) -> None:
    """In cmd single quotes are part of the word."""
    for system, expected in (("posix", posix), ("nt", windows)):
        with monkeypatch.context() as patch:
            patch.setattr(os, "name", system)
            said = quoted(word)
        assert said == expected


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "α ≤ 猫 ┏ é ?"),
        ("ascii", "alpha <= ? ? ? ?"),
        ("cp1252", "alpha <= ? ? é ?"),
        ("cp437", "α ≤ ? ? é ?"),
        ("gbk", "α ≤ 猫 ┏ é ?"),
    ],
)
def test_a_console_replaces_what_its_encoding_lacks(
    encoding: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.BytesIO()
    console = io.TextIOWrapper(written, encoding=encoding)
    monkeypatch.setattr(sys, "stdout", console)
    tolerate_every_character()
    print("α ≤ 猫 ┏ é \udc80", end="", flush=True)
    assert written.getvalue().decode(encoding) == expected


def test_a_single_choice_is_named_alone() -> None:
    assert one_of(["a", "b"]) == ("one of a, b", "a, b 之一")
    assert one_of(iter(["a"])) == ("a", "a")
    with pytest.raises(InputError, match=r"^monitor: found 'x', expected train/cost$"):
        check_name("monitor", "x", {"train/cost": 0})


RETURNS = Text("it returns {found} here", "返回了 {found} 才对")


@pytest.mark.parametrize(
    ("found", "chinese"),
    [
        (Text("a dict", "一个字典"), "返回了一个字典才对"),
        (Text("a dict", "一个 dict"), "返回了一个 dict 才对"),
        (Text("3 values", "3 个值"), "返回了 3 个值才对"),
        (same("None"), "返回了 None 才对"),
    ],
)
def test_no_space_stands_between_two_chinese_characters(found: Text, chinese: str) -> None:
    assert RETURNS.fill(found=found) == Text(f"it returns {found.en} here", chinese)


def test_a_value_that_is_no_text_keeps_its_spaces() -> None:
    """It may be a name that the user has chosen."""
    assert RETURNS.fill(found="我的 文件").zh == "返回了 我的 文件 才对"


def test_every_text_of_a_table_is_escaped_and_it_has_no_colours_of_its_own() -> None:
    html = html_table("a <b>", ["<i>"], [["<script>"], ["x & \x1b[2J"]])
    assert cells(html) == [["&lt;i&gt;"], ["&lt;script&gt;"], ["x &amp; \\x1b[2J"]]
    assert html.startswith("<p>a &lt;b&gt;</p>")
    assert not re.search(r"colou?r|background|class=", html)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a folder of lessons."""
    monkeypatch.setattr(lessons, "SITE", tmp_path)
    return f"{tmp_path.as_uri()}/"


def test_a_sentence_names_its_section_in_both_languages() -> None:
    said = Text("the sign is turned around", "正负号反了")
    assert cited(said, "2.5") == ("the sign is turned around (notes 2.5)", "正负号反了（笔记 2.5）")
    assert cited(said, "") == said


def test_the_commands_open_each_lesson_that_a_message_names_once() -> None:
    """A message that names none leads to the lesson of its function."""
    said = "dW (notes 2.5), and A (notes 1.2), and db (notes 2.5)"
    assert to_open(said, "en") == ["To read on: course-torch lesson 2.5, course-torch lesson 1.2"]
    assert to_open("正负号反了（笔记 2.5）", "zh") == ["课文：course-torch lesson 2.5 --language zh"]
    assert to_open("it raises KeyError", "en", "3.2") == ["To read on: course-torch lesson 3.2"]
    assert to_open("it raises KeyError", "en") == []


def test_html_links_to_the_lessons_in_its_language_if_the_site_is_there(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (
        linked("<p>wrong (notes 2.5)</p>", "en") == f'<p>wrong (<a href="{site}en/lessons/2.5.html">notes 2.5</a>)</p>'
    )
    assert linked("<p>（笔记 1.2）</p>", "zh") == f'<p>（<a href="{site}zh/lessons/1.2.html">笔记 1.2</a>）</p>'
    monkeypatch.setattr(lessons, "SITE", tmp_path / "absent")
    assert linked("<p>wrong (notes 2.5)</p>", "en") == "<p>wrong (notes 2.5)</p>"


LINE = "10 classes and 10 sigmoid outputs: --model.output softmax gives each example one class"


def test_a_terminal_gets_a_warning_folded_at_words_and_every_other_reader_in_one_line(
    monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    warn(f"{LINE} [2]")
    assert capsys.readouterr().err == f"warning: {LINE} [2]\n"
    monkeypatch.setenv("FORCE_COLOR", "1")  # for rich, stderr is a terminal then
    warn(LINE)
    printed = capsys.readouterr().err.splitlines()
    assert max(map(len, printed)) <= 80
    assert " ".join(each.strip() for each in printed) == f"warning: {LINE}"


WEB = files("course_torch") / "web"
TEXTS = {name: json.loads((WEB / f"texts/{name}.json").read_text(encoding="utf-8")) for name in ("en", "zh")}


def test_both_languages_have_the_same_texts() -> None:
    assert list(TEXTS["en"]) == list(TEXTS["zh"])


def test_both_languages_fill_the_same_placeholders() -> None:
    for key, text in TEXTS["en"].items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", TEXTS["zh"][key])), key


def test_a_space_separates_chinese_from_latin_letters_and_never_two_chinese_characters() -> None:
    chinese, latin = "[\u4e00-\u9fff]", "[A-Za-z0-9]"
    for key, text in TEXTS["zh"].items():
        assert not re.search(f"{chinese}{latin}|{latin}{chinese}|{chinese} +{chinese}", text), key
