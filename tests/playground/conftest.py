"""The playground in tests: a session, a client of a connection, a child process, and its page in a browser."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from struct import unpack_from
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
import torch

from course_torch.playground.connections import PageConnection
from course_torch.playground.controller import OwnFile
from course_torch.playground.session import Session
from course_torch.playground.settings import Settings
from course_torch.playground.standalone import standalone_page
from tests.browser import PATIENCE, Page, open_file

Shown = tuple[dict[str, Any], torch.Tensor, list[torch.Tensor]]


def decoded(frame: bytes) -> Shown:
    """The header, the plane of the output, and the planes of the hidden units."""
    (length,) = unpack_from("<I", frame)
    header = json.loads(frame[4 : 4 + length])
    output = np.frombuffer(frame, "<u2", 10_000, 4 + length).astype(float).reshape(100, 100)
    units = torch.tensor([*frame[4 + length + 20_000 :]], dtype=torch.uint8).reshape(-1, 20, 20)
    return header, torch.from_numpy(output), list(units)


def session_of(steps: int = 0, **changes: object) -> Session:
    session = Session(Settings().changed(changes))
    for _ in range(steps):
        session.advance()
    return session


class Client:
    """A client of a connection, without a browser. It keeps the answers, and the headers of the frames."""

    def __init__(self, own: OwnFile | None = None) -> None:
        self.answers: list[dict[str, Any]] = []
        self.frames: list[dict[str, Any]] = []
        self.connection = PageConnection("a", self._take, lambda: None, own)

    def _take(self, answer: str | bytes) -> None:
        if isinstance(answer, bytes):
            self.frames.append(decoded(answer)[0])
        else:
            self.answers.append(json.loads(answer))

    def say(self, kind: str, **content: Any) -> dict[str, Any] | None:
        """Send a message. Returns the answer, if there is one."""
        before = len(self.answers)
        self.connection.receive(json.dumps({"type": kind, **content}))
        return self.answers[-1] if len(self.answers) > before else None

    def error(self, kind: str, **content: Any) -> str:
        """Send a message that is wrong. Returns the line of the error."""
        answer = self.say(kind, **content)
        assert answer is not None
        assert answer["type"] == ("refused" if kind in ("settings", "points", "reset") else "error")
        assert "\n" not in answer["message"]["en"]
        return answer["message"]["en"]

    def work(self, times: int = 1) -> dict[str, Any]:
        """Let the connection work and draw. Returns the last frame."""
        for _ in range(times):
            self.connection.work()
            self.say("drawn")
        return self.frames[-1]


OpenPage = Callable[..., Page]
Standalone = Callable[..., Page]
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

    def open(self, page: Page, fragment: str = "", language: str = "en") -> None:
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
def open_page(new_page: Callable[..., Page], playground: Playground) -> OpenPage:
    """A function that opens the playground in a page with these options."""

    def open_page(fragment: str = "", language: str = "en", **options: object) -> Page:
        page = new_page(**options)
        playground.open(page, fragment, language)
        return page

    return open_page


@pytest.fixture(scope="session")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "playground.html"
    path.write_text(standalone_page(), encoding="utf-8")
    return path


@pytest.fixture
def standalone(file: Path, new_page: Callable[..., Page]) -> Standalone:
    """A function that opens the file, with a link's fragment, and waits for the first frame."""

    def open_(fragment: str = "", language: str = "en", **options: object) -> Page:
        page = new_page(**options)
        open_file(page, f"{file.as_uri()}?language={language}#{fragment}")
        ready(page)
        return page

    return open_


def ready(page: Page) -> None:
    """Wait until a frame shows the settings: the server has answered every change."""
    page.wait_for_selector("#columns[aria-busy='false']", state="attached", timeout=PATIENCE)


def settings(page: Page) -> list[str]:
    """The values of the controls of the settings."""
    return page.evaluate(VALUES)


def step(page: Page) -> int:
    return int(re.sub(r"\D", "", page.locator("#at").inner_text()))


def fragment(page: Page) -> dict[str, str]:
    """The settings in the address."""
    return dict(parse_qsl(page.evaluate("() => location.hash.slice(1)"), keep_blank_values=True))


def wait_for_setting(page: Page, name: str, value: str) -> None:
    """Wait until the address has a setting: the page writes the address a moment after the server's answer."""
    page.wait_for_function(
        "([name, value]) => new URLSearchParams(location.hash.slice(1)).get(name) === value", arg=[name, value]
    )


def seen(page: Page) -> list[str]:
    """The numbers of a frame: cost and accuracy, gradients, layers, the point's forward pass."""
    return [page.locator(part).inner_text() for part in ("#numbers", "#gradients", "#layers", "#point")]


def wait_for_step(page: Page, number: int) -> None:
    page.wait_for_function(
        "(n) => document.getElementById('at').textContent.match(/\\d+/)?.[0] === String(n)", arg=number
    )


def wait_for_text(page: Page, name: str, text: str) -> None:
    """Wait until an element contains a text."""
    page.wait_for_function("([name, text]) => byId(name).textContent.includes(text)", arg=[name, text])
