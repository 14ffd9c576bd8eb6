"""The site from disk in a real browser: search, language switch, phone, dark, no script, axe."""

from typing import TYPE_CHECKING

import pytest

from tests.browser import violations
from tests.docs.conftest import Open
from tests.docs.texts import PAGES, SECTIONS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LESSONS = [(language, section) for language in ("en", "zh") for section in SECTIONS]
GUIDES = [page.removesuffix(".md") for page in PAGES if page.startswith("guides/")]
guides = pytest.mark.parametrize("guide", GUIDES)
languages = pytest.mark.parametrize("language", ["en", "zh"])
lessons = pytest.mark.parametrize(("language", "section"), LESSONS)
REFERENCE = [
    f"{language}/reference/{name}.html" for language in ("en", "zh") for name in ("formulas", "commands", "train")
]
reference = pytest.mark.parametrize("path", REFERENCE)
AT_THE_TOP = """() => {
  const { top } = document.getElementById("mistakes").getBoundingClientRect();
  return 0 <= top && top < 200;
}"""
"""Whether the page is scrolled to the mistakes: the browser scrolls a moment after it has loaded the page."""
UNREACHABLE = """all => all.filter((each) => each.scrollWidth > each.clientWidth + 1 && each.tabIndex < 0 &&
  ["auto", "scroll"].includes(getComputedStyle(each).overflowX)).map((each) => each.outerHTML.slice(0, 200))"""
"""The boxes that scroll sideways and that no key scrolls."""
HEIGHTS = """all => all.map((each) => parseFloat(getComputedStyle(each).fontSize) *
  each.ownerSVGElement.getBoundingClientRect().width / each.ownerSVGElement.viewBox.baseVal.width)"""
"""The height of the words of drawings in pixels of the screen."""
CUT = "all => all.filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.textContent.trim())"
"""The words of links that are cut off."""


def search(page: "Page", words: str) -> None:
    """Look for words with the field of the search page, and wait for the last result: the page adds them one by one."""
    page.fill("main input[name=q]", words)
    page.press("main input[name=q]", "Enter")
    page.wait_for_function("document.querySelector('#search-results .search-summary')?.innerText")


def assert_fits_a_phone(page: "Page") -> None:
    """The page scrolls in one direction, a key reaches each box that scrolls sideways, and no link is cut off."""
    for box in ("html", ".bd-article-container"):
        wide, width = page.eval_on_selector(box, "each => [each.scrollWidth, each.clientWidth]")
        assert wide <= width, box
    assert page.eval_on_selector_all("article *", UNREACHABLE) == []
    assert page.eval_on_selector_all(".prev-next-area a", CUT) == []


@pytest.mark.parametrize(
    ("language", "words", "section"),
    [
        ("en", "sigmoid", "1.2"),
        ("en", "chain rule", "2.5"),
        ("en", "cross-entropy", "1.2"),
        ("zh", "损失函数", "1.2"),
        ("zh", "链式法则", "2.5"),
        ("zh", "向量化", "2.5"),
    ],
)
def test_search_finds_the_lesson(open_page: Open, language: str, words: str, section: str) -> None:
    page = open_page(f"{language}/search.html")
    search(page, words)
    links = page.eval_on_selector_all("#search-results ul.search a", "all => all.map(each => each.href)")
    assert any(f"/{language}/lessons/{section}.html" in each for each in links)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_search_finds_nothing_for_a_word_that_is_nowhere(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/search.html")
    search(page, "qwertz" if language == "en" else "恐龙")
    assert page.query_selector_all("#search-results ul.search a") == []


@lessons
def test_without_script_everything_is_there(open_page: Open, language: str, section: str) -> None:
    page = open_page(f"{language}/lessons/{section}.html", java_script_enabled=False)
    assert page.locator(".controls").count() > 0
    assert not any(each.is_visible() for each in page.locator(".controls").all())
    shown = page.locator(".widget table, .widget svg").all()
    assert shown
    assert all(each.is_visible() for each in shown)
    page.locator("details.folded summary").first.click()
    assert page.locator("details.folded > p").first.is_visible()


def test_rows_and_columns_switch_without_script(open_page: Open) -> None:
    page = open_page("en/lessons/2.5.html", java_script_enabled=False)
    assert (page.is_visible(".layout-rows"), page.is_visible(".layout-columns")) == (True, False)
    page.check(".choose-columns")
    assert (page.is_visible(".layout-rows"), page.is_visible(".layout-columns")) == (False, True)


@lessons
def test_a_phone_scrolls_in_one_direction(open_page: Open, language: str, section: str) -> None:
    page = open_page(f"{language}/lessons/{section}.html", width=390)
    assert_fits_a_phone(page)
    assert all(height >= 12 for height in page.eval_on_selector_all(".widget svg text", HEIGHTS))


@guides
@languages
def test_a_guide_fits_a_phone_and_axe_finds_nothing(open_page: Open, language: str, guide: str) -> None:
    page = open_page(f"{language}/{guide}.html", width=390)
    assert_fits_a_phone(page)
    assert violations(page) == []


@lessons
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page: Open, language: str, section: str, scheme: str) -> None:
    page = open_page(f"{language}/lessons/{section}.html", color_scheme=scheme)
    assert page.get_attribute("html", "data-theme") == scheme
    assert violations(page) == []


@languages
@pytest.mark.parametrize("name", [each.removesuffix(".md") for each in PAGES if each.startswith("reference/")])
def test_a_phone_scrolls_the_reference_in_one_direction(open_page: Open, language: str, name: str) -> None:
    assert_fits_a_phone(open_page(f"{language}/{name}.html", width=390))


@reference
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_reference(open_page: Open, path: str, scheme: str) -> None:
    assert violations(open_page(path, color_scheme=scheme)) == []


def test_names_stand_beside_their_meanings_and_on_a_phone_above(open_page: Open) -> None:
    for width, beside in ((1280, True), (390, False)):
        page = open_page("en/reference/commands.html", width=width)
        boxes = [page.locator(f"#command-grade dl.names > {tag}").nth(1).bounding_box() for tag in ("dt", "dd")]
        name, meaning = (box for box in boxes if box is not None)
        assert (meaning["x"] > name["x"] + name["width"] / 2 and meaning["y"] < name["y"] + name["height"]) == beside


@pytest.mark.parametrize("page", ["en/index.html", "zh/index.html", "en/search.html"])
def test_axe_finds_nothing_on_the_other_pages(open_page: Open, page: str) -> None:
    assert violations(open_page(page)) == []


@lessons
def test_the_language_switch_keeps_the_place(open_page: Open, language: str, section: str) -> None:
    page, other = open_page(f"{language}/lessons/{section}.html"), "zh" if language == "en" else "en"
    page.evaluate("document.getElementById('mistakes').scrollIntoView()")
    page.wait_for_function(AT_THE_TOP)
    box = page.locator(".language-switch >> visible=true").bounding_box()  # click() would scroll
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(f"**/{other}/lessons/{section}.html#mistakes")
    page.wait_for_function(AT_THE_TOP)


@lessons
def test_a_page_asks_for_files_of_the_site_alone(open_page: Open, language: str, section: str) -> None:
    page = open_page(f"{language}/lessons/{section}.html")
    page.wait_for_load_state("networkidle")
    assert all(each.startswith("file://") for each in page.requests)


def test_the_start_page_leads_to_the_language_of_the_browser(open_page: Open) -> None:
    for locale, language in (("zh-CN", "zh"), ("de-DE", "en")):
        open_page("index.html", locale=locale).wait_for_url(f"**/{language}/index.html")


def test_print_shows_both_layouts_and_all_steps(open_page: Open) -> None:
    page = open_page("en/lessons/2.5.html")
    page.emulate_media(media="print")
    assert all(each.is_visible() for each in page.locator(".layout-rows, .layout-columns, .step").all())
    assert not page.is_visible(".controls")
