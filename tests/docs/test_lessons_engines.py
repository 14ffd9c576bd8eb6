"""The lessons from disk in other engines than Chromium: every widget answers, and the networks in the pages start."""

from pathlib import Path

import pytest

from tests.docs.texts import PAGES
from tests.engines import Engine, wait_for

pytestmark = pytest.mark.slow
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


@pytest.mark.parametrize("name", NAMES)
def test_every_widget_of_a_page_answers(engine: Engine, site: Path, language: str, name: str) -> None:
    engine.open((site / language / f"{name}.html").as_uri())
    assert engine.evaluate("document.querySelectorAll('.controls[hidden]').length") == 0
    assert engine.evaluate(BROKEN) == []
    assert engine.evaluate(UNCHANGED) == []


def test_the_network_of_a_lesson_starts(engine: Engine, site: Path, language: str) -> None:
    """The frame tells the lesson its height when its engine answers."""
    engine.open((site / language / "lessons" / "2.5.html").as_uri())
    engine.evaluate("document.querySelector('course-networks').scrollIntoView()")
    wait_for(engine, "document.querySelector('course-networks iframe').style.height !== ''")


def test_the_search_finds_pages(engine: Engine, site: Path) -> None:
    engine.open(f"{(site / 'en' / 'search.html').as_uri()}?q=dW")
    wait_for(engine, "document.querySelectorAll('#search-results li').length > 5")
