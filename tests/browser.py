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


@pytest.fixture
def new_page(browser: "Browser") -> Iterator[Callable[..., "Page"]]:
    """A function that opens an empty page, by default 1280 × 900 and light. Errors of the page's scripts fail the test.

    The page collects the addresses of its requests in `page.requests`.
    """
    pages: list[Page] = []
    errors: list[str] = []

    def make(width: int = 1280, height: int = 900, **options: object) -> "Page":
        page = browser.new_page(viewport={"width": width, "height": height}, **options)
        page.set_default_timeout(10_000)
        page.requests = []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        pages.append(page)
        return page

    yield make
    for page in pages:
        page.close()
    assert errors == []


def violations(page: "Page") -> list[str]:
    """What axe-core finds wrong on a page, as "rule: element".

    evaluate() passes the page's policy. A page from disk forbids to preload its styles.
    """
    source = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    found = page.evaluate(f"() => {{ {source}; return axe.run({{preload: false}}); }}")
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found["violations"] for node in rule["nodes"]]
