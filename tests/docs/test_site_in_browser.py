"""The site from disk in a real browser: search, languages, phone, dark, no script, print, axe, and every button."""

from typing import TYPE_CHECKING

import pytest

from tests.browser import DRAWN, violations
from tests.docs.conftest import Open
from tests.docs.texts import PAGES, SECTIONS

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAMES = [page.removesuffix(".md") for page in PAGES]
JUDGED = [name for name in NAMES if name.startswith("lessons/")]
JUDGED += ["reference/formulas", "reference/commands", "reference/train", "index", "search"]
lessons = pytest.mark.parametrize("section", SECTIONS)
schemes = pytest.mark.parametrize("scheme", ["light", "dark"])
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


@pytest.mark.parametrize(
    ("language", "words", "section"),
    [
        ("en", "sigmoid", "1.2"),
        ("en", "chain rule", "2.5"),
        ("en", "cross-entropy", "1.2"),
        ("en", "qwertz", None),
        ("zh", "损失函数", "1.2"),
        ("zh", "链式法则", "2.5"),
        ("zh", "向量化", "2.5"),
        ("zh", "恐龙", None),
    ],
)
def test_search_finds_the_lesson_and_nothing_for_a_word_that_is_nowhere(
    open_page: Open, language: str, words: str, section: str | None
) -> None:
    page = open_page(f"{language}/search.html")
    page.fill("main input[name=q]", words)
    page.press("main input[name=q]", "Enter")
    # the page adds the results one by one, and then a summary
    page.wait_for_function("document.querySelector('#search-results .search-summary')?.innerText")
    links = page.eval_on_selector_all("#search-results ul.search a", "all => all.map(each => each.href)")
    if section is None:
        assert links == []
    else:
        assert any(f"/{language}/lessons/{section}.html" in link for link in links)


@pytest.mark.parametrize("name", [name for name in NAMES if "/" in name])
def test_a_page_fits_a_phone(open_page: Open, language: str, name: str) -> None:
    """It scrolls in one direction, a key reaches each box that scrolls sideways, and no link is cut off."""
    page = open_page(f"{language}/{name}.html", width=390)
    for box in ("html", ".bd-article-container"):
        wide, width = page.eval_on_selector(box, "each => [each.scrollWidth, each.clientWidth]")
        assert wide <= width, box
    assert page.eval_on_selector_all("article *", UNREACHABLE) == []
    assert page.eval_on_selector_all(".prev-next-area a", CUT) == []
    assert all(height >= 12 for height in page.eval_on_selector_all(".widget svg text", HEIGHTS))
    if name.startswith("guides/"):
        assert violations(page) == []


@schemes
@pytest.mark.parametrize("name", JUDGED)
def test_axe_finds_nothing_and_a_page_asks_for_files_of_the_site_alone(
    open_page: Open, language: str, name: str, scheme: str
) -> None:
    page = open_page(f"{language}/{name}.html", color_scheme=scheme)
    assert page.get_attribute("html", "data-theme") == scheme
    assert violations(page) == []
    page.wait_for_load_state("networkidle")
    assert all(address.startswith("file://") for address in page.requests)


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
    if section == "2.5":
        assert (page.is_visible(".layout-rows"), page.is_visible(".layout-columns")) == (True, False)
        page.check(".choose-columns")
        assert (page.is_visible(".layout-rows"), page.is_visible(".layout-columns")) == (False, True)


def test_names_stand_beside_their_meanings_and_on_a_phone_above(open_page: Open) -> None:
    for width, beside in ((1280, True), (390, False)):
        page = open_page("en/reference/commands.html", width=width)
        boxes = [page.locator(f"#command-grade dl.names > {tag}").nth(1).bounding_box() for tag in ("dt", "dd")]
        name, meaning = (box for box in boxes if box is not None)
        assert (meaning["x"] > name["x"] + name["width"] / 2 and meaning["y"] < name["y"] + name["height"]) == beside


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


def test_the_start_page_leads_to_the_language_of_the_browser(open_page: Open) -> None:
    for locale, language in (("zh-CN", "zh"), ("de-DE", "en")):
        open_page("index.html", locale=locale).wait_for_url(f"**/{language}/index.html")


def test_print_shows_both_layouts_and_all_steps(open_page: Open) -> None:
    page = open_page("en/lessons/2.5.html")
    page.emulate_media(media="print")
    assert all(each.is_visible() for each in page.locator(".layout-rows, .layout-columns, .step").all())
    assert not page.is_visible(".controls")


FILL = "part => getComputedStyle(part).fill"
STROKES = "all => all.map(each => getComputedStyle(each).stroke)"


@schemes
@lessons
def test_every_line_of_a_drawing_has_a_colour_and_names_differ_from_nodes(
    open_page: Open, section: str, scheme: str
) -> None:
    """The head of an arrow is filled."""
    page = open_page(f"en/lessons/{section}.html", java_script_enabled=False, color_scheme=scheme)
    strokes = page.eval_on_selector_all(".widget svg :is(.line, .axis:not(.head), .edge)", STROKES)
    assert "none" not in strokes
    nodes = page.locator("course-nodes .node").all()
    assert bool(nodes) == (section == "2.1")
    for node in nodes:
        circle, text = (node.locator(part).first.evaluate(FILL) for part in ("circle", "text"))
        assert circle != text


MOST = 60
"""More presses than a widget has steps."""


def ends(button: "Locator") -> bool:
    """Press a button until it can do nothing more. Asserts that it has the focus after each press."""
    page = button.page
    button.focus()
    for _ in range(MOST):
        if button.is_disabled():
            return True
        page.keyboard.press("Enter")
        page.evaluate(DRAWN)
        assert button.evaluate("each => document.activeElement === each"), button.inner_text()
    return False


@lessons
def test_a_pressed_button_keeps_the_focus(open_page: Open, section: str) -> None:
    """The second round finds buttons that could do nothing at first, such as "Back"."""
    buttons = open_page(f"en/lessons/{section}.html").locator(".widget button").all()
    for button in [*buttons, *buttons]:
        ends(button)


def test_a_button_at_the_end_does_nothing_and_back_leads_away(open_page: Open) -> None:
    """The graph of lesson 1.4 from its end."""
    page = open_page("en/lessons/1.4.html")
    widget = page.locator("course-computation-graph")
    assert ends(widget.locator(".all"))
    last = widget.locator(".arithmetic").inner_text()
    for name in ("all", "next"):
        widget.locator(f".{name}").focus()
        page.keyboard.press("Enter")
        assert widget.locator(".arithmetic").inner_text() == last
    assert ends(widget.locator(".back"))
    widget.locator(".next").focus()
    page.keyboard.press("Enter")
    assert widget.locator(".arithmetic").inner_text() not in ("", last)
