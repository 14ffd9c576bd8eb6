"""The built site is complete: its links lead somewhere, and each lesson is a page, a notebook and a script."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from tests.docs.texts import DOCS, PAGES, SECTIONS

LARGEST = 3 * 2**20
"""Bytes that the site may add to the wheel."""


@pytest.fixture(scope="module")
def parsed(site: Path) -> dict[Path, BeautifulSoup]:
    """Every page of the site."""
    return read(site)


@pytest.mark.parametrize("page", ["notes", "glossary"])
def test_a_page_that_names_every_section_links_to_every_lesson(
    parsed: dict[Path, BeautifulSoup], site: Path, language: str, page: str
) -> None:
    links = parsed[site / language / "guides" / f"{page}.html"].select("article a[href^='../lessons/']")
    assert {each["href"] for each in links} == {f"../lessons/{section}.html" for section in SECTIONS}


def test_no_page_asks_another_machine_or_names_an_anchor_twice(parsed: dict[Path, BeautifulSoup]) -> None:
    """A browser refuses modules from disk."""
    for path, page in parsed.items():
        assert [link for link in links(page) if urlsplit(link).netloc] == [], path
        assert page.select("script[type=module]") == [], path
        ids = [element["id"] for element in page.select("[id]")]
        assert len(ids) == len(set(ids)), path


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


def test_the_site_is_small_in_the_wheel_and_its_pictures_have_a_palette(site: Path, tmp_path: Path) -> None:
    packed = shutil.make_archive(str(tmp_path / "site"), "zip", site)
    assert Path(packed).stat().st_size < LARGEST
    pictures = [*site.glob("*/_images/*.png")]
    assert len(pictures) > 10
    for path in pictures:
        with Image.open(path) as picture:
            assert picture.mode == "P", path


LINKS = {"href": "[href]", "src": "[src]", "srcset": "[srcset]"}


def read(site: Path) -> dict[Path, BeautifulSoup]:
    return {path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in site.rglob("*.html")}


def links(page: BeautifulSoup) -> Iterator[str]:
    for attribute, selector in LINKS.items():
        yield from (str(element[attribute]) for element in page.select(selector))


def broken(parsed: dict[Path, BeautifulSoup]) -> list[str]:
    """The links within the site that lead nowhere, as "page: link"."""
    ids = {path.resolve(): {element["id"] for element in page.select("[id]")} for path, page in parsed.items()}
    found = []
    for path, page in parsed.items():
        for link in set(links(page)):
            parts = urlsplit(link)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            has_anchor = not parts.fragment or unquote(parts.fragment) in ids.get(target, {unquote(parts.fragment)})
            if not parts.netloc and not parts.scheme and not (target.is_file() and has_anchor):
                found.append(f"{path}: {link}")
    return found


def test_every_text_is_a_page_and_every_link_leads_somewhere(parsed: dict[Path, BeautifulSoup], site: Path) -> None:
    assert sum(len(list(links(page))) for page in parsed.values()) > 1000
    assert broken(parsed) == []
    assert all((site / language / page).with_suffix(".html") in parsed for language in ("en", "zh") for page in PAGES)


@pytest.mark.parametrize(
    ("link", "is_broken"),
    [
        *[(link, False) for link in ("b.html", "b.html#there", "#here", "https://example.org/none")],
        *[(link, True) for link in ("c.html", "b.html#nowhere", "#nowhere")],
    ],
)
def test_a_broken_link_is_found(tmp_path: Path, link: str, is_broken: bool) -> None:
    (tmp_path / "a.html").write_text(f'<p id="here"><a href="{link}">a</a></p>', encoding="utf-8")
    (tmp_path / "b.html").write_text('<p id="there">b</p>', encoding="utf-8")
    assert bool(broken(read(tmp_path))) == is_broken


lessons = pytest.mark.parametrize("section", SECTIONS)


def cells(site: Path, language: str, section: str, kind: str) -> list[str]:
    notebook = json.loads((site / language / "lessons" / f"{section}.ipynb").read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert len({each["id"] for each in notebook["cells"]}) == len(notebook["cells"])
    return [each["source"] for each in notebook["cells"] if each["cell_type"] == kind]


@lessons
@pytest.mark.usefixtures("float64")
def test_the_notebook_runs_from_top_to_bottom(site: Path, section: str, capsys: pytest.CaptureFixture[str]) -> None:
    namespace: dict[str, object] = {"__name__": "__main__"}
    codes = cells(site, "en", section, "code")
    assert codes == cells(site, "zh", section, "code")
    for code in codes:
        exec(compile(code, f"{section}.ipynb", "exec"), namespace)
    assert "def " in capsys.readouterr().out, "the sources are printed"


@lessons
def test_the_words_are_plain_markdown(site: Path, language: str, section: str) -> None:
    words = "\n\n".join(cells(site, language, section, "markdown"))
    assert words.startswith(f"# {section} ")
    assert words.count("<details>") == words.count("</details>") >= 4
    assert re.findall(r"\{\w+\}`|```\{|^\(.*\)=$|\\value|^\+\+\+$|\.md\)", words, flags=re.MULTILINE) == []


@lessons
def test_the_page_links_both_and_the_script_is_the_code_file(site: Path, language: str, section: str) -> None:
    page = (site / language / "lessons" / f"{section}.html").read_text(encoding="utf-8")
    assert f'href="{section}.ipynb"' in page
    assert f'href="{section}.py"' in page
    script = site / language / "lessons" / f"{section}.py"
    assert script.read_bytes() == (DOCS / "code" / f"{section}.py").read_bytes()
