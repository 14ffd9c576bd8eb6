"""All widgets: visible without a script, and their buttons by keyboard."""

from typing import TYPE_CHECKING

import pytest

from tests.browser import DRAWN
from tests.docs.conftest import Open
from tests.docs.texts import SECTIONS

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STROKES = "all => all.map(each => getComputedStyle(each).stroke)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("section", SECTIONS)
def test_every_line_of_a_drawing_has_a_colour(open_page: Open, section: str, scheme: str) -> None:
    """The head of an arrow is filled."""
    page = open_page(f"en/lessons/{section}.html", java_script_enabled=False, color_scheme=scheme)
    strokes = page.eval_on_selector_all(".widget svg :is(.line, .axis:not(.head), .edge)", STROKES)
    assert "none" not in strokes


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_names_of_nodes_differ_from_the_nodes(open_page: Open, scheme: str) -> None:
    page = open_page("en/lessons/2.1.html", java_script_enabled=False, color_scheme=scheme)
    node, name = (
        page.eval_on_selector(f"course-nodes .node {each}", "each => getComputedStyle(each).fill")
        for each in ("circle", "text")
    )
    assert node != name


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


@pytest.mark.parametrize("section", SECTIONS)
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
