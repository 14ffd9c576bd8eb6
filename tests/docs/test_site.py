"""The built site is complete in itself: nothing is asked of other machines, formulas are HTML."""

import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from tests.docs.lessons import PAGES, SECTIONS

LARGEST = 3 * 2**20
"""Bytes that the site may add to the wheel."""
languages = pytest.mark.parametrize("language", ["en", "zh"])


@pytest.fixture(scope="module")
def parsed(site: Path) -> dict[Path, BeautifulSoup]:
    """Every page of the site."""
    return {path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in site.rglob("*.html")}


@languages
def test_every_text_is_a_page(site: Path, language: str) -> None:
    assert all((site / language / page).with_suffix(".html").is_file() for page in PAGES)


@languages
@pytest.mark.parametrize("page", ["notes", "glossary"])
def test_a_page_that_names_every_section_links_to_every_lesson(
    parsed: dict[Path, BeautifulSoup], site: Path, language: str, page: str
) -> None:
    links = parsed[site / language / "guides" / f"{page}.html"].select("article a[href^='../lessons/']")
    assert {each["href"] for each in links} == {f"../lessons/{section}.html" for section in SECTIONS}


def test_no_script_style_or_picture_comes_from_another_machine(parsed: dict[Path, BeautifulSoup]) -> None:
    for path, page in parsed.items():
        loaded = [each.get("src") or each.get("href") for each in page.select("[src], link[href]")]
        assert [each for each in loaded if "//" in each] == [], path


def test_no_script_is_a_module(parsed: dict[Path, BeautifulSoup]) -> None:
    """A browser refuses modules from disk."""
    assert [page for page in parsed.values() if page.select("script[type=module]")] == []


@languages
@pytest.mark.parametrize("section", SECTIONS)
def test_a_lesson_is_rendered_when_it_is_built(
    parsed: dict[Path, BeautifulSoup], site: Path, language: str, section: str
) -> None:
    page = parsed[site / language / "lessons" / f"{section}.html"]
    assert page.html is not None
    assert page.html["lang"].partition("-")[0] == language
    assert page.select("math")
    assert page.select("[data-cell], table.values, svg")
    assert "\\value" not in page.get_text()
    assert "{n}`" not in page.get_text(), "a table splits a cell at |, also within a role"


def test_the_site_is_small_in_the_wheel(site: Path, tmp_path: Path) -> None:
    packed = shutil.make_archive(str(tmp_path / "site"), "zip", site)
    assert Path(packed).stat().st_size < LARGEST


def test_the_pictures_have_a_palette(site: Path) -> None:
    pictures = [*site.glob("*/_images/*.png")]
    assert len(pictures) > 10
    for path in pictures:
        with Image.open(path) as picture:
            assert picture.mode == "P", path
