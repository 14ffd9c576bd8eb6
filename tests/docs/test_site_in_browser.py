"""The site from disk in a real browser: search, widgets by keyboard, language switch, phone, dark, no script, axe."""

import re
from collections.abc import Callable
from math import log
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch

from course_torch import DeepNetwork
from tests.browser import violations
from tests.docs.lessons import SECTIONS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LESSONS = [(language, section) for language in ("en", "zh") for section in SECTIONS]
lessons = pytest.mark.parametrize(("language", "section"), LESSONS)
Open = Callable[..., "Page"]


@pytest.fixture
def open_page(site: Path, new_page: Open) -> Open:
    """A function that opens a page of the site from disk."""

    def open_(page: str, **options: object) -> "Page":
        opened = new_page(**options)
        opened.goto((site / page).as_uri())
        return opened

    return open_


def number(text: str) -> float:
    """The last number of a text, with a typographic minus."""
    return float(re.findall(r"−?\d+\.\d+", text)[-1].replace("−", "-"))


def search(page: "Page", words: str) -> None:
    """Look for words with the field of the search page."""
    page.fill("main input[name=q]", words)
    page.press("main input[name=q]", "Enter")


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
    page.wait_for_selector("#search-results ul.search a")
    links = page.eval_on_selector_all("#search-results ul.search a", "all => all.map(each => each.href)")
    assert any(f"/{language}/lessons/{section}.html" in each for each in links)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_search_finds_nothing_for_a_word_that_is_nowhere(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/search.html")
    search(page, "qwertz" if language == "en" else "鸡蛋")
    page.wait_for_selector("#search-results .search-summary")
    assert page.query_selector_all("#search-results ul.search a") == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_loss_widget_by_keyboard(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/1.2.html")
    page.focus("course-loss input[type=range]")
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    assert page.inner_text("[data-value=a]") == "0.80"
    assert float(page.inner_text("[data-value=L]")) == pytest.approx(-log(0.8), abs=5e-5)
    assert number(page.inner_text("[data-value=z]")) == pytest.approx(log(0.8 / 0.2), abs=5e-5)
    page.focus("[name=loss-y]:checked")
    page.keyboard.press("ArrowRight")
    assert float(page.inner_text("[data-value=L]")) == pytest.approx(-log(1 - 0.8), abs=5e-5)
    assert page.inner_text("[data-value=dz]") == "0.80"


def gradients() -> dict[str, torch.Tensor]:
    """The derivatives of lesson 2.5 by autograd, from the inputs on its page."""
    net = DeepNetwork([2, 2, 1], "tanh", dtype=torch.float64)
    given = ([[0.5, -0.2], [0.3, 0.4]], [[0.2, -0.3]], [[2.0, -1.0]], [[0.5]])
    with torch.no_grad():
        for own, rows in zip(net.parameters(), given, strict=True):
            own.copy_(torch.tensor(rows))
    X = torch.tensor([[1.0, 2.0], [2.0, -1.0]], dtype=torch.float64)
    Y = torch.tensor([[1.0], [0.0]], dtype=torch.float64)
    first, second = net.autograd_gradients(X, Y)
    return {"dW2": second.dW, "db2": second.db, "dW1": first.dW, "db1": first.db}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_six_equations_by_keyboard(open_page: Open, language: str) -> None:
    """The first entry of each result, then its last entry by the arrow keys. The arithmetic leads to its result."""
    page = open_page(f"{language}/lessons/2.5.html")
    expected, seen = gradients(), []
    page.focus("course-six-equations .next")
    for step in range(6):
        result = page.get_attribute("course-six-equations .step:not([hidden])", "aria-label")
        assert result is not None
        seen.append(result)
        for place in (0, -1):
            arithmetic = page.inner_text("course-six-equations .arithmetic")
            assert arithmetic.startswith(f"{result}(")
            if result in expected:
                assert number(arithmetic) == pytest.approx(expected[result].flatten()[place].item(), abs=5e-5)
            sum_ = re.sub("²", "**2", arithmetic.split(" = ")[1]).replace("·", "*").replace("−", "-")
            assert eval(sum_) == pytest.approx(number(arithmetic), abs=3e-4)
            page.focus("course-six-equations td.chosen")
            for key in ("ArrowRight", "ArrowDown"):
                page.keyboard.press(key)
        if step < 5:
            page.focus("course-six-equations .next")
            page.keyboard.press("Enter")
    assert seen == ["dZ2", "dW2", "db2", "dZ1", "dW1", "db1"]
    assert page.is_disabled("course-six-equations .next")


def test_the_factors_of_an_entry_are_marked(open_page: Open) -> None:
    page = open_page("en/lessons/2.5.html")
    page.click("course-six-equations .next")
    page.click('.step:not([hidden]) [data-cell="dW2 0 1"]')
    used = page.eval_on_selector_all(
        ".step:not([hidden]) td.used", "all => all.map(each => each.getAttribute('data-cell'))"
    )
    assert used == ["dZ2 0 0", "dZ2 1 0", "A1 0 1", "A1 1 1"]


@lessons
def test_without_script_everything_is_there(open_page: Open, language: str, section: str) -> None:
    page = open_page(f"{language}/lessons/{section}.html", java_script_enabled=False)
    assert page.locator(".controls").count() > 0
    assert not any(each.is_visible() for each in page.locator(".controls").all())
    tables = page.locator(".widget table").all()
    assert tables
    assert all(each.is_visible() for each in tables)
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
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@lessons
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page: Open, language: str, section: str, scheme: str) -> None:
    page = open_page(f"{language}/lessons/{section}.html", color_scheme=scheme)
    assert page.get_attribute("html", "data-theme") == scheme
    assert violations(page) == []


@pytest.mark.parametrize("page", ["en/index.html", "zh/index.html", "en/search.html"])
def test_axe_finds_nothing_on_the_other_pages(open_page: Open, page: str) -> None:
    assert violations(open_page(page)) == []


@lessons
def test_the_language_switch_keeps_the_place(open_page: Open, language: str, section: str) -> None:
    page, other = open_page(f"{language}/lessons/{section}.html"), "zh" if language == "en" else "en"
    page.evaluate("document.getElementById('mistakes').scrollIntoView()")
    box = page.locator(".language-switch >> visible=true").bounding_box()  # click() would scroll
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(f"**/{other}/lessons/{section}.html#mistakes")
    top = page.evaluate("document.getElementById('mistakes').getBoundingClientRect().top")
    assert 0 <= top < 200


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
