"""Fixtures for tests in a real browser: headless Chromium that reaches no other machine, and axe-core.

Tests with these fixtures need the marker browser. Each module starts its own Chromium: while Playwright runs, other
tests of the process cannot call asyncio.run.
"""

import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
MISSING = None if CHROMIUM and find_spec("playwright") else "needs Chromium and the Python package playwright"
"""Why the tests cannot run on this machine, or None."""


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Chromium. Host names other than 127.0.0.1 do not resolve."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        offline = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", offline])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def empty_pages(browser: "Browser") -> dict[object, list["Page"]]:
    """Options of a page -> the empty pages with these options. A page has a process, and tests use it in turn."""
    return {}


def watched(page: "Page") -> "Page":
    """Let a page collect its requests in `page.requests` and the errors of its scripts in `page.errors`."""
    page.set_default_timeout(10_000)
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda message: page.errors.append(message.text) if message.type == "error" else None)
    return page


def empty(page: "Page") -> None:
    """Leave the page's document, and take back what a test has set for it or opened beside it."""
    page.goto("about:blank")
    page.emulate_media(media="null")
    page.context.clear_cookies()
    page.context.clear_permissions()
    for other in page.context.pages:
        if other is not page:
            other.close()


@pytest.fixture
def new_page(browser: "Browser", empty_pages: dict[object, list["Page"]]) -> Iterator[Callable[..., "Page"]]:
    """A function that opens an empty page, by default 1280 × 900 and light. Errors of the page's scripts fail the test.

    The page collects the addresses of its requests in `page.requests`.
    """
    used: list[tuple[object, Page]] = []

    def make(width: int = 1280, height: int = 900, **options: object) -> "Page":
        size, key = {"width": width, "height": height}, (width, height, *sorted(options.items()))
        pages = empty_pages.get(key)
        page = pages.pop() if pages else watched(browser.new_page(viewport=size, **options))
        page.set_viewport_size(size)
        page.requests, page.errors = [], []
        used.append((key, page))
        return page

    yield make
    for key, page in used:
        empty(page)
        empty_pages.setdefault(key, []).append(page)
    errors = [error for _, page in used for error in page.errors]
    assert errors == [], errors


def violations(page: "Page") -> list[str]:
    """What axe-core finds wrong on a page, as "rule: element".

    evaluate() passes the page's policy. A page from disk forbids to preload its styles.
    """
    source = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    found = page.evaluate(f"() => {{ {source}; return axe.run({{preload: false}}); }}")
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found["violations"] for node in rule["nodes"]]
