"""What other users of this machine see of a playground: the processes, and what a browser sends to their ports."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest

from tests.browser import PATIENCE
from tests.playground.pages import Playground, ready, wait_for_setting

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

NewPage = Callable[..., "Page"]
PROC = Path("/proc")
BROWSER = """#!/bin/sh
while kill -0 $PPID 2> /dev/null; do sleep 0.1; done
"""
"""A browser whose process stays as long as the playground."""


def processes(name: str) -> list[str]:
    """The command line, or the environment, of every process."""
    found = []
    for file in PROC.glob(f"[0-9]*/{name}"):
        with suppress(OSError):  # the process has ended
            found.append(file.read_text(encoding="utf-8", errors="replace"))
    return found


def command_line_of(program: Path) -> list[str]:
    """Wait until a process runs the program. Returns the arguments of the process."""
    end = monotonic() + PATIENCE / 1000
    while monotonic() < end:
        for line in processes("cmdline"):
            if str(program) in (words := line.split("\0")):
                return words[words.index(str(program)) + 1 :]
        sleep(0.05)
    raise AssertionError(f"no process runs {program}")


class Listener:
    """A server of another user, on another port. `received` are the requests that a browser sends there."""

    def __init__(self) -> None:
        received = self.received = list[str]()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                received.append(f"{self.requestline}\n{self.headers}")
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        Thread(target=self.server.serve_forever).start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.server.shutdown()
    listener.server.server_close()


@pytest.mark.skipif(not PROC.exists(), reason="needs Linux")
def test_no_process_shows_the_token_and_the_file_leads_to_the_page(new_page: NewPage, tmp_path: Path) -> None:
    program = tmp_path / "browser"
    program.write_text(BROWSER)
    program.chmod(0o700)
    running = Playground("--language", "zh", browser=program)
    try:
        address = command_line_of(program)[0]
        assert not [each for name in ("cmdline", "environ") for each in processes(name) if running.token in each]
        page = new_page()
        page.goto(address)
        page.wait_for_url(f"{running.origin}/**")
        ready(page)
        assert page.locator("#run").inner_text() == "▶ 运行"
        page.locator("#data").select_option("1")
        wait_for_setting(page, "data", "moons")
        assert running.token not in page.url
        page.goto("about:blank")
    finally:
        assert running.end() == 0
    assert not Path(address.removeprefix("file://")).exists()


def test_the_browser_sends_no_secret_to_another_port(
    new_page: NewPage, listener: Listener, playground: Playground
) -> None:
    page = new_page()
    playground.open(page)
    with page.expect_navigation(url=listener.address):
        page.evaluate("(address) => { location = address; }", listener.address)
    assert page.evaluate("() => localStorage.length") == 0
    sent = "\n".join(listener.received)
    assert sent.startswith("GET / HTTP/1.1")
    assert "Cookie" not in sent
    assert playground.origin not in sent
    assert playground.token not in sent
    assert str(playground.secret) not in sent
