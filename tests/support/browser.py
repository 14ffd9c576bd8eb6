"""Fixtures for tests in a real browser: headless Chromium that reaches no other machine, and axe-core.

Tests with these fixtures need the marker browser. Each module starts its own Chromium.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from course_torch.language import Language

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page
else:
    Browser = BrowserContext = Locator = Page = Any  # for annotations: Playwright may be missing

CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome"))), None)
"""The shell is Chromium without its windows, which the tests do not need."""
ARGUMENTS = [
    "--no-sandbox",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    # Without this feature a reload keeps its frame (see `open_file`): on a busy machine 0 of 1644 reloads lost the
    # storage. With it 6 of 882 did, also without a script of ours.
    "--disable-features=RenderDocument",
]
NO_SCRIPT = (Path(__file__).parents[2] / "docs" / "_static" / "site.css").as_uri()
PATIENCE = 120_000
"""Milliseconds of waiting. A slow machine is no mistake, and a wait ends as soon as its condition holds."""
MISSING = None if CHROMIUM and find_spec("playwright") else "needs Chromium and the Python package playwright"
"""Why the tests cannot run on this machine, or None."""

OF_ALIKE_ONCE = Path(__file__).with_name("axe.js").read_text(encoding="utf-8")
LOOKS: list[tuple[Language, str]] = [("en", "light"), ("zh", "dark")]
"""One language in the light, the other in the dark: the colours are the same in both languages."""
both_looks = pytest.mark.parametrize(("language", "scheme"), LOOKS)
SHOWN = """all => all.map((each) => {
  const { width, height } = each.getBoundingClientRect();
  return width > 0 && height > 0 && each.checkVisibility({ visibilityProperty: true });
})"""
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Waits until the page is drawn: only then does an element that is disabled or gone lose the focus."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Host names other than 127.0.0.1 do not resolve."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def empty_pages(browser: Browser) -> dict[object, list[Page]]:
    """Options of a page -> the empty pages with these options. A page has a process, and tests use it in turn."""
    return {}


def watched(page: Page) -> Page:
    """Let a page collect its requests in `page.requests` and the errors of its scripts in `page.errors`."""
    page.requests, page.errors = [], []
    page.context.set_default_timeout(PATIENCE)
    page.add_init_script("window.byId = (id) => document.getElementById(id);")  # short, for the scripts of tests
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda message: page.errors.append(message.text) if message.type == "error" else None)
    return page


def open_file(page: Page, address: str) -> None:
    """Open a page from disk whose storage is kept.

    A script that asks for the storage before Chromium has noted which origin the page's new frame has, as happens on a
    busy machine, gets an empty storage that nothing keeps. So the frame first shows a file of disk without a script.
    """
    page.goto(NO_SCRIPT)
    page.requests = []
    page.goto(address)


def empty(page: Page) -> None:
    """Leave the page's document, and take back what a test has set for it or opened beside it."""
    page.evaluate("() => { try { localStorage.clear(); } catch { /* the page may not store anything */ } }")
    page.goto("about:blank")
    page.mouse.move(0, 0)
    page.emulate_media(media="null")
    page.context.clear_cookies()
    page.context.clear_permissions()
    for other in page.context.pages:
        if other is not page:
            other.close()


def progress(page: Page) -> dict[str, dict[str, Any]]:
    """What the page's browser has kept of the learner: {"tasks": {"zeros": True}}."""
    found: dict[str, dict[str, Any]] = {}
    for key, value in page.evaluate("Object.entries(localStorage)"):
        if key.startswith("course-torch/"):  # the theme keeps another thing
            _, part, name = key.split("/")
            found.setdefault(part, {})[name] = json.loads(value)
    return found


def keep(page: Page, fact: str, value: str = "true") -> None:
    """Let the browser keep a fact ("tasks/zeros"), as another page would. `value` is JSON, or none."""
    page.evaluate("([key, value]) => localStorage.setItem(key, value)", [f"course-torch/{fact}", value])


@pytest.fixture
def new_page(browser: Browser, empty_pages: dict[object, list[Page]]) -> Iterator[Callable[..., Page]]:
    """A function that opens an empty page, by default 1280 × 900 and light. Errors of the page's scripts fail the test.

    The page collects the addresses of its requests in `page.requests`. The timers of a page with `own_clock` go by
    `page.clock`, which the test can run ahead.
    """
    used: list[tuple[object, Page]] = []

    def make(width: int = 1280, height: int = 900, own_clock: bool = False, **options: object) -> Page:
        size = {"width": width, "height": height}
        key = None if own_clock else (width, height, *sorted(options.items()))
        pages = empty_pages.get(key)
        page = pages.pop() if pages else watched(browser.new_page(viewport=size, **options))
        if own_clock:
            page.clock.install(time=0)
        page.set_viewport_size(size)
        page.requests, page.errors = [], []
        used.append((key, page))
        return page

    yield make
    for key, page in used:
        empty(page)
        if key is None:
            page.context.close()
        else:
            empty_pages.setdefault(key, []).append(page)
    errors = [error for _, page in used for error in page.errors]
    assert errors == [], errors


def place_in(part: Locator, place: tuple[float, float] = (0.5, 0.5)) -> tuple[float, float]:
    """A place of the window, from fractions of an element's width and height."""
    box = part.bounding_box()
    assert box is not None
    return box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"]


def swipe(page: Page, place: tuple[float, float], way: tuple[float, float], finger: bool = False) -> None:
    """Press at a place of the window, move in six steps, and release."""
    (x, y), (right, down) = place, way
    places = [(x + right * k / 6, y + down * k / 6) for k in range(7)]
    if not finger:
        page.mouse.move(x, y)
        page.mouse.down()
        for each in places[1:]:
            page.mouse.move(*each)
        return page.mouse.up()
    session = page.context.new_cdp_session(page)
    for kind, (x, y) in zip(["touchStart", *["touchMove"] * 6], places, strict=True):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    return session.detach()


def shown(page: Page, selector: str) -> list[bool]:
    """Whether each element of a selector is visible."""
    return page.eval_on_selector_all(selector, SHOWN)


def violations(page: Page, *rules: str) -> list[str]:
    """What axe-core finds wrong on a page by these rules, or by all, as "rule: element"."""
    if page.evaluate("() => typeof axe") == "undefined":
        axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
        page.evaluate(f"() => {{ {axe}\n{OF_ALIKE_ONCE} }}")  # evaluate() passes the page's policy
    return page.evaluate("(rules) => violationsOf(rules)", rules)


@pytest.fixture
def open_html(new_page: Callable[..., Page], tmp_path: Path) -> Callable[..., Page]:
    """A function that writes a page, and opens it from disk, with a link's fragment."""

    def open_html(html: str, address: str = "", **options: object) -> Page:
        (file := tmp_path / "page.html").write_text(html, encoding="utf-8")
        page = new_page(**options)
        page.goto(file.as_uri() + address)
        return page

    return open_html


def assert_readable(html_in: Callable[[Language], str], open_html: Callable[..., Page]) -> None:
    """A page has no violation of axe-core, fits its window and has the colours asked for, in both looks.

    A page with the project's style, on a phone and on a wide screen.
    """
    for (language, scheme), width in product(LOOKS, (390, 1280)):
        page = open_html(html_in(language), width=width, color_scheme=scheme)
        assert violations(page) == [], (language, scheme, width)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)" if scheme == "light" else "rgb(22, 24, 28)"
        )
