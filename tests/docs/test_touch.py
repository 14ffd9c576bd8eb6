"""Everything that can be pulled is pulled by a finger as by the mouse. Beside it a finger scrolls the page."""

from math import isfinite
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.docs.conftest import COMMIT, Open
from tests.docs.texts import DOCS, module_of_extension
from tests.support.browser import Locator, Page, open_file, place_in, swipe
from tests.support.engines import waited

pytestmark = pytest.mark.browser
FAR, FINGER = 60, 24
"""How far a handle is pulled, and how wide and how high it must be for a finger, in pixels."""
RIGHT, UP = (FAR, 0), (0, -FAR)


class Handle(NamedTuple):
    """A kind of handle. The scripts know the handle as `part`, and the way of the pull in the drawing as `far`."""

    page: str
    part: str
    """The selector of the handle, or of the canvas with the handle."""
    value: str
    """A script: the number that a pull changes."""
    expected: str
    """A script: how much the pull changes the number."""
    step: float
    """The distance of two numbers that a pull can reach."""
    beside: str
    """The selector of something beside the handle. A swipe there scrolls the page."""
    way: tuple[int, int] = RIGHT
    place: tuple[float, float] = (0.5, 0.5)
    """The middle of the handle, as fractions of the part's width and height."""
    beside_place: tuple[float, float] = (0.5, 0.5)
    keys: tuple[tuple[str, ...], ...] = ()
    """Keys to press before, each group after the selector of what gets them."""
    script: str = ""
    """What else is to be done before."""


WEIGHT = Handle(
    "en/index.html",
    "[data-mark='1 1 0'] .box",
    "part.parentNode.ariaValueNow",
    "far / 60",
    0.1,
    "[data-unit='1 1']",
    UP,
)
BIAS = WEIGHT._replace(part="[data-mark='1 1 b'] .box")
COST = WEIGHT._replace(
    part=".ball", value="byMark('2 0 0')", expected="far / 210 * 5", beside=".curve .title", way=RIGHT
)
HILL = Handle("alone", ".ball", "byName('hill-slope')", "far / 390 * 8.8 / 0.5", 1, "course-hill text")
LOSS = Handle("en/lessons/1.2.html", "course-loss .pull", "byName('loss-a')", "far / 380 * 100", 1, "course-loss text")
NUDGE = Handle(
    "en/lessons/1.4.html", "course-nudge .pull", "byName('nudge-point')", "far / 390 * 4 / 0.5", 1, "course-nudge text"
)
ACTIVATION = Handle(
    "en/lessons/2.4.html", "course-activations .pull", "byName('activations-z')", "far / 400 * 100", 1, "svg .name"
)
SLIDER = Handle(
    "en/lessons/1.2.html",
    "[name=loss-a]",
    "part.value",
    "far / (part.offsetWidth - 16) * (part.max - part.min)",
    2,
    "course-loss text",
)
LINE = Handle(
    "playground#hidden_layers=2&initialization=lecun",
    "#network",
    "byId('edit-w-1').value",
    "1.2",
    0.06,
    "#network",
    UP,
    (1 / 3, 0.39),
    (1 / 2, 0.39),
    (("#network", "ArrowDown"),),
)
POINT = Handle(
    "playground#",
    "#plane",
    "document.querySelector('#point td').textContent",
    "far / part.clientWidth * (([from, to]) => to - from)(byId('axis-1').textContent.match(/-?[\\d.]+/g).slice(-2))",
    0.1,
    "#plane-title",
    place=(0.52, 0.5),
    keys=(("#plane", "ArrowRight"),),
)
DRAWING = POINT._replace(
    value="/Points: (\\d+)/.exec(byId('draw-state').textContent)?.[1] ?? 2",
    expected="4",
    place=(0.5, 0.5),
    keys=(
        ("#draw", "Enter"),
        ("#draw-0", "ArrowRight"),
        ("#plane", "ArrowUp", "Enter", "ArrowUp", "Enter"),
        ("#draw-1", "ArrowLeft"),
    ),
)
"""A stroke with a point every 20 pixels. Two points of the other class are there already."""
IGNORED = "document.head.insertAdjacentHTML('beforeend', '<style>.pull { touch-action: auto !important; }</style>')"
NOT_REFUSED = "addEventListener('touchstart', event => event.stopPropagation(), true)"
HANDLES = {
    "box of a weight": WEIGHT,
    "box of a weight where touch-action is ignored": WEIGHT._replace(script=IGNORED),
    "box of a weight where no touch can be refused": WEIGHT._replace(script=NOT_REFUSED),
    "box of a bias": BIAS,
    "ball on J": COST,
    "ball on a hill": HILL,
    "point on the loss": LOSS,
    "point of a nudge": NUDGE,
    "point of a tiny nudge": NUDGE._replace(keys=(("[name=nudge-size]", "End"),)),
    "point on an activation": ACTIVATION,
    "slider of a lesson": SLIDER,
    "slider of the trace": SLIDER._replace(
        page="en/start/steps.html", part="#slider", beside="#count", place=(8 / 147, 0.5)
    ),
    "slider of the playground": SLIDER._replace(
        page="playground#",
        part="#learning_rate",
        beside="#settings summary",
        place=(0.684, 0.5),
        keys=(("details:has(#learning_rate) summary", "Enter"),),
    ),
    "line of a weight": LINE,
    "point of the plane": POINT,
    "stroke in the plane": DRAWING,
}
HELPERS = """
const byName = (name) => document.querySelector(`[name=${name}]`).value;
const byMark = (mark) => document.querySelector(`[data-mark='${mark}']`).ariaValueNow;
const far = 60 / (part.closest("svg")?.getScreenCTM().a ?? 1);
"""
HOLDS = """(part, [x, y]) => {
  const holds = (x, y) => {
    const found = document.elementFromPoint(x, y);
    if (part.id !== "network") return (part.closest(".pull") ?? part).contains(found);
    part.dispatchEvent(new PointerEvent("pointermove", { clientX: x, clientY: y, isPrimary: true }));
    return found === part && part.style.cursor === "ns-resize";
  };
  const reach = (right, down) => {
    let n = 0;
    while (n < 100 && holds(x + n * right, y + n * down)) n += 1;
    return n;
  };
  return [reach(1, 0) + reach(-1, 0) - 1, reach(0, 1) + reach(0, -1) - 1];
}"""
"""How many pixels in a row and in a column through a place belong to the handle."""


def number(part: Locator, script: str) -> float:
    return part.evaluate(f"(part) => {{ {HELPERS} return parseFloat({script}); }}")


def page_alone() -> str:
    """A page with the widget of a hill, which needs no site."""
    widgets, hill = map(module_of_extension, ("lessons.widgets", "_widgets.hill"))
    space = '<div style="height: 900px"></div>'
    style, data = (DOCS / "_static" / "site.css").read_text("utf-8"), widgets.as_data(hill.data({}))
    return (
        f'<!doctype html><meta charset="utf-8"><style>{style}</style>{space}<course-hill class="widget">'
        f'{hill.html({}, "en", "slope")}<script type="application/json">{data}</script></course-hill>{space}'
        f"<script>{widgets.together()}</script>"
    )


@pytest.fixture
def open_handle(request: pytest.FixtureRequest, new_page: Open, tmp_path: Path) -> Open:
    """A function that opens the page of a handle on a phone, and scrolls the handle to the middle of the window."""

    def open_(handle: Handle) -> tuple[Page, Locator]:
        page = new_page(390, 844, has_touch=True, reduced_motion="reduce")
        if handle.page == "alone":
            (tmp_path / "alone.html").write_text(page_alone(), encoding="utf-8")
            page.goto((tmp_path / "alone.html").as_uri())
        elif handle.page.startswith("playground"):
            address = request.getfixturevalue("recorded_page").as_uri()
            open_file(page, address + handle.page.replace("playground", "?language=en"))
            page.wait_for_selector("#columns[aria-busy='false']", state="attached")
        else:
            open_file(page, (request.getfixturevalue("site") / handle.page).as_uri())
            page.evaluate(COMMIT)
        for selector, *keys in handle.keys:
            page.locator(selector).first.focus()
            for key in keys:
                page.keyboard.press(key)
        page.evaluate(f"() => {{ {handle.script} }}")
        part = page.locator(handle.part).first
        assert waited(lambda: isfinite(number(part, handle.value)))
        part.evaluate("(part) => part.scrollIntoView({ block: 'center', behavior: 'instant' })")
        return page, part

    return open_


def pulled(page: Page, part: Locator, handle: Handle, finger: bool) -> float:
    """The number after a pull. It is what was expected, and the page did not scroll."""
    scrolled = page.evaluate("scrollY")
    expected = number(part, handle.value) + number(part, handle.expected)
    swipe(page, place_in(part, handle.place), handle.way, finger)
    waited(lambda: abs(number(part, handle.value) - expected) <= handle.step / 2)
    found = number(part, handle.value)
    assert found == pytest.approx(expected, abs=handle.step / 2)
    assert page.evaluate("scrollY") == scrolled
    return found


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.smoke if each is HILL else ()) for kind, each in HANDLES.items()]
)
def test_a_finger_pulls_a_handle_as_the_mouse_does_and_scrolls_the_page_beside_it(open_handle: Open, kind: str) -> None:
    handle = HANDLES[kind]
    by_mouse = pulled(*open_handle(handle), handle, finger=False)
    page, part = open_handle(handle)
    assert min(part.evaluate(HOLDS, place_in(part, handle.place))) >= FINGER
    assert pulled(page, part, handle, finger=True) == by_mouse
    before = page.evaluate("scrollY")
    swipe(page, place_in(page.locator(handle.beside).first, handle.beside_place), UP, finger=True)
    page.wait_for_function("(before) => scrollY > before", arg=before + FAR / 2)
    assert number(part, handle.value) == by_mouse
