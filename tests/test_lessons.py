"""How a message names a section of the notes, and how it leads to the lesson."""

from pathlib import Path

import pytest

from course_torch import lessons
from course_torch.language import Text
from course_torch.lessons import cited, linked, to_open


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
    said = "dW (notes 2.5), and A (notes 1.2), and db (notes 2.5)"
    assert to_open(said, "en") == ["To read on: course-torch lesson 2.5, course-torch lesson 1.2"]
    assert to_open("正负号反了（笔记 2.5）", "zh") == ["课文：course-torch lesson 2.5 --language zh"]


def test_a_message_without_a_section_leads_to_that_of_its_function() -> None:
    assert to_open("it raises KeyError", "en", "3.2") == ["To read on: course-torch lesson 3.2"]
    assert to_open("it raises KeyError", "en") == []


def test_html_links_to_the_lessons_in_its_language(site: str) -> None:
    assert (
        linked("<p>wrong (notes 2.5)</p>", "en") == f'<p>wrong (<a href="{site}en/lessons/2.5.html">notes 2.5</a>)</p>'
    )
    assert linked("<p>（笔记 1.2）</p>", "zh") == f'<p>（<a href="{site}zh/lessons/1.2.html">笔记 1.2</a>）</p>'


def test_without_the_site_nothing_is_a_link(site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lessons, "SITE", tmp_path / "absent")
    assert linked("<p>wrong (notes 2.5)</p>", "en") == "<p>wrong (notes 2.5)</p>"
