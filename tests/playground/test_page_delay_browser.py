"""The playground's page in a real browser while the server's answers are on their way.

A script of a test acts several times before the page can receive an answer.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.playground.pages import ready, settings, wait_for_setting, wait_for_step

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

OpenPage = Callable[..., "Page"]
WIDTHS = """() => {
  window.widths = [];
  const more = byId("units-1-more");
  new MutationObserver(() => widths.push(more.previousSibling.textContent)).observe(
    byId("hidden_layers"), { childList: true, subtree: true });
}"""
"""Collects the widths of layer 1 that the page shows from now on."""


def test_a_link_opened_right_after_a_change_stays_in_the_address(open_page: OpenPage) -> None:
    """The page writes a change into the address after a pause. That write must not replace the link."""
    page = open_page("data=moons")
    addresses = page.evaluate("""async () => {
      document.getElementById("units-1-more").click();
      while (document.getElementById("columns").ariaBusy !== "false") await new Promise(requestAnimationFrame);
      const chosen = performance.now();
      location.hash = "data=circles";
      while (performance.now() < chosen + 400);  // the pause is over before the server can answer
      const seen = new Set();
      for (const end = performance.now() + 1000; performance.now() < end; await new Promise(requestAnimationFrame))
        seen.add(location.hash);
      return [...seen];
    }""")
    assert addresses == ["#data=circles"]
    ready(page)
    assert settings(page) == settings(open_page("data=circles"))


@pytest.mark.parametrize("button", ["reset", "give-up"])
def test_an_answer_to_another_question_turns_no_setting_back(open_page: OpenPage, button: str) -> None:
    """A reset is answered by a start as a setting is, and giving up without a mistake by an error."""
    page = open_page()
    page.evaluate(WIDTHS)
    page.evaluate("(button) => { byId(button).click(); byId('units-1-more').click(); }", button)
    page.get_by_text("2-5-1, tanh").wait_for()
    ready(page)
    assert set(page.evaluate("() => widths")) == {"5"}


def test_a_refused_setting_leaves_the_page_busy_until_the_setting_before_it_is_drawn(open_page: OpenPage) -> None:
    page = open_page()
    page.evaluate("""() => {
      window.complete = [];
      new MutationObserver(() => {
        const facts = document.querySelector("#layers .facts").textContent;  // a frame writes them
        if (byId("columns").ariaBusy === "false") complete.push(facts !== "");
      }).observe(byId("columns"), { attributes: true });
      const seed = byId("data_seed");
      byId("units-1-more").click();
      seed.value = -1;
      seed.dispatchEvent(new Event("change"));
    }""")
    page.wait_for_function("() => byId('notice').textContent.startsWith('data_seed: found -1')")
    page.wait_for_function("() => complete.length > 0")
    assert set(page.evaluate("() => complete")) == {True}
    assert page.locator("#data_seed").input_value() == "1"


def test_a_number_that_is_being_typed_stays_when_an_earlier_setting_is_answered(open_page: OpenPage) -> None:
    page = open_page()
    page.locator("#data_seed").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("4")
    page.evaluate("() => byId('units-1-more').click()")
    page.get_by_text("2-5-1, tanh").wait_for()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    wait_for_setting(page, "data_seed", "42")


def test_a_new_unit_under_the_pointer_has_its_weights_with_the_first_frame(open_page: OpenPage) -> None:
    """The pointer moves after the start with five units and before its frame. An error would fail the test."""
    page = open_page()
    page.evaluate("""() => {
      const canvas = byId("network"), facts = byId("network-facts");
      new MutationObserver(() => {
        const { left, top, width, height } = canvas.getBoundingClientRect();
        const place = { clientX: left + width / 2, clientY: top + height - 20 };
        canvas.dispatchEvent(new PointerEvent("pointermove", place));
      }).observe(facts, { childList: true });
      byId("units-1-more").click();
    }""")
    page.get_by_text("Layer 1, unit 5: w = (").wait_for()
    page.locator("#step").click()
    wait_for_step(page, 1)
