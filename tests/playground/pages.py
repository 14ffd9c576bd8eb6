"""The playground as a child process, and its page in a browser."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pytest

from tests.browser import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Page

VALUES = """() => [...document.querySelectorAll("#settings :is(select, input, output)")].map((each) =>
  (each.type === "checkbox" ? String(each.checked) : each.value))"""


class Playground:
    """A running `course-torch playground`, with a `browser` to open or none.

    `address` is the printed address, `origin` the part before the token, `secret` what a page got for the token.
    """

    def __init__(self, *arguments: str, port: int = 0, browser: Path | None = None) -> None:
        command = [sys.executable, "-m", "course_torch", "playground", "--port", str(port), *arguments]
        command += ["--no-open"] if browser is None else []
        environment = os.environ | {"COLUMNS": "200", "BROWSER": str(browser)}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self.process.stdout is not None
        found = None
        while found is None and (line := self.process.stdout.readline()):
            found = re.search(r"(http://127\.0\.0\.1:(\d+))/\S*token=([\w-]+)", line)
        assert found is not None, "the playground printed no address"
        self.address, self.origin, self.port, self.token = found[0], found[1], int(found[2]), found[3]
        self.secret: str | None = None

    def open(self, page: "Page", fragment: str = "", language: str = "en") -> None:
        """Open the playground with settings in the fragment, in any browser, and wait for the first frame."""
        if self.secret is None:
            page.goto(self.address)
            ready(page)
            self.secret = page.evaluate("() => localStorage.getItem('secret')")
        else:
            page.goto(f"{self.origin}/style.css")
            page.evaluate("(secret) => localStorage.setItem('secret', secret)", self.secret)
        page.goto(f"{self.origin}/?language={language}#{fragment}")
        ready(page)

    def end(self) -> int:
        """Ask the process to end. Returns the exit code. SIGINT would not do: a shell's background jobs ignore it."""
        self.process.terminate()
        try:
            return self.process.wait(PATIENCE / 1000)
        finally:
            self.process.kill()
            assert self.process.stdout is not None
            self.process.stdout.close()


@pytest.fixture(scope="session")
def playground() -> Iterator[Playground]:
    running = Playground()
    yield running
    assert running.end() == 0


@pytest.fixture
def open_page(new_page: Callable[..., "Page"], playground: Playground) -> Callable[..., "Page"]:
    """A function that opens the playground in a page with these options."""

    def open_page(fragment: str = "", language: str = "en", **options: object) -> "Page":
        page = new_page(**options)
        playground.open(page, fragment, language)
        return page

    return open_page


def ready(page: "Page") -> None:
    """Wait until a frame shows the settings: the server has answered every change."""
    page.wait_for_selector("#columns[aria-busy='false']", state="attached", timeout=PATIENCE)


def settings(page: "Page") -> list[str]:
    """The values of the controls of the settings."""
    return page.evaluate(VALUES)


def step(page: "Page") -> int:
    return int(re.sub(r"\D", "", page.locator("#at").inner_text()))


def fragment(page: "Page") -> dict[str, str]:
    """The settings in the address."""
    return dict(parse_qsl(page.evaluate("() => location.hash.slice(1)"), keep_blank_values=True))


def wait_for_setting(page: "Page", name: str, value: str) -> None:
    """Wait until the address has a setting: the page writes the address a moment after the server's answer."""
    page.wait_for_function(
        "([name, value]) => new URLSearchParams(location.hash.slice(1)).get(name) === value", arg=[name, value]
    )


def seen(page: "Page") -> list[str]:
    """The numbers of a frame: cost and accuracy, gradients, layers, the point's forward pass."""
    return [page.locator(part).inner_text() for part in ("#numbers", "#gradients", "#layers", "#point")]


def wait_for_step(page: "Page", number: int) -> None:
    page.wait_for_function(
        "(n) => document.getElementById('at').textContent.match(/\\d+/)?.[0] === String(n)", arg=number
    )
