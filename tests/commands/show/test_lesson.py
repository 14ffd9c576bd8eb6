"""`course-torch lesson`: the pages of the lessons, opened in the browser."""

import webbrowser
from pathlib import Path

import pytest

from course_torch import lessons
from course_torch.commands.main import main
from course_torch.exercises.tasks import CHAPTERS
from tests.conftest import usage_error
from tests.support.fixture_types import Capsys, Monkeypatch, Said


@pytest.fixture
def lesson_opened(tmp_path: Path, monkeypatch: Monkeypatch) -> list[str]:
    """The addresses that the command opens. The package carries lesson 1.2 and lesson 2.5 in both languages."""
    for language in ("en", "zh"):
        (tmp_path / language / "lessons").mkdir(parents=True)
        for page in ("index", "lessons/1.2", "lessons/2.5"):
            (tmp_path / language / f"{page}.html").touch()
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")  # without the state of exercises
    addresses: list[str] = []
    monkeypatch.setattr(lessons, "SITE", tmp_path)
    monkeypatch.setattr(webbrowser, "open", addresses.append)
    return addresses


def test_the_list_of_lessons_and_a_lesson_in_chinese_are_opened(
    lesson_opened: list[str], tmp_path: Path, said: Said
) -> None:
    pages = tmp_path / "en" / "index.html", tmp_path / "zh" / "lessons" / "2.5.html"
    assert said(["lesson"]) == f"{pages[0]}\n"
    assert main(["lesson", "2.5", "--language", "zh"]) == 0
    assert lesson_opened == [page.as_uri() for page in pages]


@pytest.mark.slow
def test_the_page_learns_which_functions_of_the_folder_are_right(
    lesson_opened: list[str], tmp_path: Path, monkeypatch: Monkeypatch
) -> None:
    """Once the checker has judged a file. The address alone carries it, and no server."""
    folder = tmp_path / "exercises"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "shallow.py").write_text(
        'CHAPTER = "shallow"\nLIBRARY = "torch"\nLAYOUT = "rows"\n\n\ndef relu(Z):\n    return Z * (Z > 0)\n'
    )
    assert main(["check", "shallow.py"]) == 1
    assert main(["lesson", "2.5"]) == 0
    page, _, told = lesson_opened[0].partition("#exercises=")
    assert page == (tmp_path / "en" / "lessons" / "2.5.html").as_uri()
    counts = dict(each.split(":") for each in told.split(","))
    written = [task.section for task in CHAPTERS["shallow"].tasks]
    assert counts == {section: f"{int(section == '2.3')}/{written.count(section)}" for section in written}


def test_every_lesson_has_its_number() -> None:
    pages = Path(__file__).parents[3] / "docs" / "en" / "lessons"
    assert sorted(each.stem for each in pages.glob("*.md") if each.stem[0].isdigit()) == lessons.SECTIONS


def test_a_package_without_the_site(
    lesson_opened: list[str], tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.setattr(lessons, "SITE", tmp_path / "course_torch" / "site")
    for arguments, page in (([], ""), (["2.5"], "2.5.md")):
        error = usage_error(main, ["lesson", *arguments], capsys)
        assert error.endswith(f"read docs/en/lessons/{page} in its source repository\n")
        assert "make docs" not in error
    assert "docs/zh/lessons/2.5.md" in usage_error(main, ["lesson", "2.5", "--language", "zh"], capsys)
    (tmp_path / "Makefile").touch()
    assert usage_error(main, ["lesson"], capsys).endswith("make docs\n"), "a checkout builds them"
    assert "section: found '9.9', expected one of 1.1, " in usage_error(main, ["lesson", "9.9"], capsys)
    assert lesson_opened == []
