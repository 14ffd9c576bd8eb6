"""The site of the lessons, built once for all tests of a run, and its pages in a browser."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from tests.docs.texts import DOCS
from tests.support.browser import Page, open_file
from tools import katex
from tools.build_site import build

Open = Callable[..., Page]
COMMIT = """() => {
  const forms = document.querySelectorAll(".asks form.commit");
  for (const form of forms) {
    const field = form.querySelector("input");
    if (field.type === "radio") field.checked = true;
    else field.value = "1";
    form.requestSubmit();
  }
  return forms.length > 0;
}"""
"""Answers every prediction of a page, so that everything is visible, and returns whether there are any."""
UNREACHABLE = """async () => {
  const unreachable = () => [...document.querySelectorAll("article *")].filter((each) =>
    each.scrollWidth > each.clientWidth + 1 && each.tabIndex < 0 &&
    ["auto", "scroll"].includes(getComputedStyle(each).overflowX));
  for (const end = performance.now() + 2000; unreachable().length && performance.now() < end;)
    await new Promise((done) => setTimeout(done, 50));
  return unreachable().map((each) => each.outerHTML.slice(0, 200));
}"""
"""The boxes that scroll sideways and that no key scrolls: the theme lets keys scroll them 300 ms after a change."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the built site as slow before pytest selects by markers: the first of them builds the site."""
    for item in items:
        if "site" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the parallel workers of a run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def katex_files(shared: Path) -> None:
    """KaTeX, which is downloaded for the first run. Without it the test is skipped, and fails in CI."""
    try:
        with FileLock(shared / "katex.lock"):
            katex.fill(DOCS)
    except RuntimeError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def site(shared: Path, katex_files: None, recorded_page: Path) -> Path:
    """The folder of the site. Parallel workers of a run share it."""
    folder = shared / "site"
    with FileLock(shared / "site.lock"):
        if not (folder / "index.html").exists():
            build(folder, playground=recorded_page)
    return folder


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def open_page(site: Path, new_page: Open) -> Open:
    """A function that opens a page of the site from disk."""

    def open_(page: str, **options: object) -> Page:
        opened = new_page(**options)
        open_file(opened, (site / page).as_uri())
        return opened

    return open_
