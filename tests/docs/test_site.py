"""The built site is complete: its links lead somewhere, and each lesson is a page, a notebook and a script."""

import json
import re
import shutil
from base64 import b64decode
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from lxml.html import HtmlElement, document_fromstring
from PIL import Image

from course_torch.language import LANGUAGES
from tests.docs.texts import DOCS, PAGES, SECTIONS, text_of
from tests.support.engines import Engine, Firefox, wait_for
from tools.release import LARGEST


@pytest.fixture(scope="module")
def parsed(site: Path) -> dict[Path, HtmlElement]:
    """Every page of the site."""
    return read(site)


@pytest.mark.parametrize("page", ["notes", "glossary"])
def test_a_page_that_names_every_section_links_to_every_lesson(
    parsed: dict[Path, HtmlElement], site: Path, language: str, page: str
) -> None:
    html = parsed[site / language / "guides" / f"{page}.html"]
    named = html.xpath("//article//a/@href[starts-with(., '../lessons/')]")
    assert {*named} == {f"../lessons/{section}.html" for section in SECTIONS}


def test_no_page_asks_another_machine_or_names_an_anchor_twice(parsed: dict[Path, HtmlElement]) -> None:
    """A browser refuses modules from disk."""
    for path, page in parsed.items():
        assert [link for link in links(page) if urlsplit(link).netloc] == [], path
        assert page.xpath("//script[@type='module']") == [], path
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), path


@pytest.mark.parametrize("section", SECTIONS)
def test_a_lesson_is_rendered_when_it_is_built_and_links_its_notebook_and_its_script(
    parsed: dict[Path, HtmlElement], site: Path, language: str, section: str
) -> None:
    page = parsed[site / language / "lessons" / f"{section}.html"]
    assert page.get("lang").partition("-")[0] == language
    assert page.xpath("//math")
    assert page.xpath("//*[@data-cell] | //svg")
    assert "\\value" not in page.text_content()
    assert "{n}`" not in page.text_content(), "a table splits a cell at |, also within a role"
    assert {f"{section}.ipynb", f"{section}.py"} <= {*page.xpath("//@href")}
    script = site / language / "lessons" / f"{section}.py"
    assert script.read_bytes() == (DOCS / "code" / f"{section}.py").read_bytes()


def test_the_wheel_stays_small_has_the_licence_of_katex_and_pictures_with_a_palette(site: Path, tmp_path: Path) -> None:
    package = shutil.copytree(
        "course_torch", tmp_path / "package", ignore=shutil.ignore_patterns("site", "__pycache__")
    )
    packed = [shutil.make_archive(str(tmp_path / folder.name), "zip", folder) for folder in (site, package)]
    assert sum(Path(each).stat().st_size for each in packed) < LARGEST
    assert "The MIT License" in (site / "_static" / "katex" / "LICENSE").read_text(encoding="utf-8")
    pictures = [*site.glob("_images/*.png")]
    assert len(pictures) > 5
    for path in pictures:
        with Image.open(path) as picture:
            assert picture.mode == "P", path


def read(site: Path) -> dict[Path, HtmlElement]:
    return {path: document_fromstring(path.read_bytes()) for path in site.rglob("*.html")}


def links(page: HtmlElement) -> list[str]:
    return page.xpath("//@href | //@src | //@srcset | //@data-src")


def broken(parsed: dict[Path, HtmlElement]) -> list[str]:
    """The links within the site that lead nowhere, as "page: link".

    A fragment that a page's script reads, such as "task=zeros" or "step-9", is no anchor.
    """
    ids = {path.resolve(): {*page.xpath("//@id")} for path, page in parsed.items()}
    found = []
    for path, page in parsed.items():
        for link in set(links(page)):
            parts = urlsplit(link)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            has_anchor = (
                re.search(r"=|^step-\d+$", parts.fragment)
                or not parts.fragment
                or unquote(parts.fragment) in ids.get(target, {unquote(parts.fragment)})
            )
            if not parts.netloc and not parts.scheme and not (target.is_file() and has_anchor):
                found.append(f"{path}: {link}")
    return found


def test_every_text_is_a_page_and_every_link_leads_somewhere(parsed: dict[Path, HtmlElement], site: Path) -> None:
    assert sum(len(links(page)) for page in parsed.values()) > 1000
    assert broken(parsed) == []
    assert all((site / language / page).with_suffix(".html") in parsed for language in ("en", "zh") for page in PAGES)


@pytest.mark.parametrize(
    ("link", "is_broken"),
    [
        *[
            (link, False)
            for link in ("b.html", "b.html#there", "b.html#task=zeros", "#here", "https://example.org/none")
        ],
        *[(link, True) for link in ("c.html", "c.html#task=zeros", "b.html#nowhere", "#nowhere")],
    ],
)
def test_a_broken_link_is_found(tmp_path: Path, link: str, is_broken: bool) -> None:
    (tmp_path / "a.html").write_text(f'<p id="here"><a href="{link}">a</a></p>', encoding="utf-8")
    (tmp_path / "b.html").write_text('<p id="there">b</p>', encoding="utf-8")
    assert bool(broken(read(tmp_path))) == is_broken


lessons = pytest.mark.parametrize("section", SECTIONS)


def cells(site: Path, language: str, section: str, kind: str) -> list[dict[str, Any]]:
    notebook = json.loads((site / language / "lessons" / f"{section}.ipynb").read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert len({each["id"] for each in notebook["cells"]}) == len(notebook["cells"])
    return [each for each in notebook["cells"] if each["cell_type"] == kind]


@lessons
@pytest.mark.usefixtures("float64")
def test_the_notebook_runs_from_top_to_bottom(site: Path, section: str, capsys: pytest.CaptureFixture[str]) -> None:
    namespace: dict[str, object] = {"__name__": "__main__"}
    codes = cells(site, "en", section, "code")
    assert [cell["source"] for cell in codes] == [cell["source"] for cell in cells(site, "zh", section, "code")]
    stored = printed = ""
    for cell in codes:
        exec(compile(cell["source"], f"{section}.ipynb", "exec"), namespace)
        stored += "".join(output["text"] for output in cell["outputs"]).rstrip()
        printed += capsys.readouterr().out.rstrip()
    assert "def " in printed, "the sources are printed"
    stored, printed = (re.sub(r"at least \d+", "at least n", text) for text in (stored, printed))  # times of lesson 1.6
    assert stored == printed


@lessons
def test_a_notebook_is_plain_markdown_with_its_picture_and_quotes_what_moves(
    site: Path, language: str, section: str
) -> None:
    """The picture is an image that needs no other file. A quote links to the page, where it moves."""
    sources = [cell["source"] for cell in cells(site, language, section, "markdown")]
    words = "\n\n".join(sources)
    assert words.startswith(f"# {section} ")
    assert words.count("<details>") == words.count("</details>") >= 4
    assert re.findall(r"\{\w+\}`|```\{|^\(.*\)=$|\\value|^\+\+\+$|\.md\)", words, flags=re.MULTILINE) == []
    asking = [text for text in sources if re.search(r"\b[Pp]ress (Run|Play|Next)|按“(运行|播放|下一步)”", text)]
    assert all(text.startswith("> ") for text in asking)
    assert any(text.startswith("> ") and f"]({section}.html)" in text for text in sources)
    if "{picture}" in text_of(language, f"lessons/{section}.md"):
        (title, data), *_ = re.findall(r"!\[(.+?)\]\(data:image/svg\+xml;base64,(.+?)\)", words)
        svg = ElementTree.fromstring(b64decode(data))
        namespace = {"svg": "http://www.w3.org/2000/svg"}
        assert svg.findtext("svg:title", namespaces=namespace) == title
        style = svg.findtext("svg:style", "", namespace)
        assert set(re.findall(r"var\((--pst[\w-]+)", style)) <= set(re.findall(r"(--pst[\w-]+):", style))
        assert "url(" not in style


NAMES = [page.removesuffix(".md") for page in PAGES if page.startswith(("lessons/", "start/"))]
UNCHANGED = """[...document.querySelectorAll("article *")].filter((widget) => {
  if (!widget.localName.startsWith("course-")) return false;
  const before = widget.innerHTML;
  let changed = false;
  for (const control of widget.querySelectorAll(".controls :is(button, input, select)")) {
    if (control.type === "range") {
      control.value = control.value === control.max ? control.min : control.max;
      control.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (control.localName === "select") {
      control.selectedIndex = control.options.length - 1;
      control.dispatchEvent(new Event("change", { bubbles: true }));
    } else control.click();
    changed ||= widget.innerHTML !== before;
  }
  return !changed;
}).map((widget) => widget.localName)"""
"""Uses every control of every widget. The widgets that no control changes."""

BROKEN = """Object.entries({ mfrac: 2, mroot: 2, msub: 2, msup: 2, mover: 2, munder: 2, msubsup: 3, munderover: 3 })
  .flatMap(([name, n]) => [...document.querySelectorAll(name)].filter((part) => part.children.length !== n))
  .map((part) => part.outerHTML)"""
"""The parts of formulas that have too few or too many children: a browser draws them as an error."""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "turn"), [*zip(NAMES, cycle((0, 1)))])
def test_every_widget_of_a_page_answers(engine: Engine, site: Path, name: str, turn: int) -> None:
    """Each engine opens each page in one language, the other engine in the other."""
    language = LANGUAGES[turn if isinstance(engine, Firefox) else 1 - turn]
    engine.open((site / language / f"{name}.html").as_uri())
    assert engine.evaluate("document.querySelectorAll('.controls[hidden]').length") == 0
    assert engine.evaluate(BROKEN) == []
    assert engine.evaluate(UNCHANGED) == []


@pytest.mark.slow
def test_the_network_of_a_lesson_starts(engine: Engine, site: Path, language: str) -> None:
    """The frame tells the lesson its height when its engine answers."""
    engine.open((site / language / "lessons" / "2.5.html").as_uri())
    engine.evaluate("document.querySelector('course-networks').scrollIntoView()")
    wait_for(engine, "document.querySelector('course-networks iframe').style.height !== ''")


@pytest.mark.slow
def test_the_search_finds_pages(engine: Engine, site: Path) -> None:
    engine.open(f"{(site / 'en' / 'search.html').as_uri()}?q=dW")
    wait_for(engine, "document.querySelectorAll('#search-results li').length > 5")
