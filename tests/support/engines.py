"""Other engines than Chromium: WebKit, the engine of Safari, as Debian's WebKitGTK, and Firefox.

Tests with the fixture `engine` need the marker slow. Selenium drives WebKit. Firefox needs no driver: it speaks
WebDriver BiDi itself.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import pytest

from tests.support.browser import PATIENCE

MINI_BROWSER = next(Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser"), None)
DRIVER = shutil.which("WebKitWebDriver")
XVFB = shutil.which("Xvfb")
FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
NO_WEBKIT = "needs WebKitGTK: the Debian packages webkit2gtk-driver and xvfb, and the Python package selenium"
NO_FIREFOX = "needs Firefox, and the Python package websocket-client"
MISSING = {
    "webkit": None if MINI_BROWSER and DRIVER and XVFB and find_spec("selenium") else NO_WEBKIT,
    "firefox": None if FIREFOX and find_spec("websocket") else NO_FIREFOX,
}
"""Engine -> why it cannot run on this machine, or None."""
HALF_READ = "Invalid markup:"
"""So Firefox begins its error of a formula that lacks children.

Firefox lays out a page while it reads the page: a right formula may then lack the children that are still to come.
"""


class Engine(Protocol):
    """A browser with one page. `errors` has the errors of its scripts, but WebKit tells none."""

    errors: list[str]

    def open(self, address: str) -> None: ...

    def evaluate(self, expression: str) -> Any:
        """The value of an expression of JavaScript in the page."""


class WebKit:
    """WebKitGTK, driven by selenium."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver
        self.errors: list[str] = []

    def open(self, address: str) -> None:
        self.driver.get("about:blank")  # from another fragment of one page a browser loads nothing
        self.driver.get(address)

    def evaluate(self, expression: str) -> Any:
        return self.driver.execute_script(f"return {expression}")


class Firefox:
    """Firefox, driven over the socket of its WebDriver BiDi."""

    def __init__(self, socket: Any) -> None:
        self.socket, self.numbers = socket, count(1)
        self.errors: list[str] = []
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["log.entryAdded"])
        self.page = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of a command. Before its answer the events of earlier commands come."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (answer := json.loads(self.socket.recv())).get("id") != number:
            event = answer["params"]
            if event.get("level") == "error":
                self.errors.append(event["text"])
        assert answer["type"] == "success", answer
        return answer["result"]

    def open(self, address: str) -> None:
        for each in ("about:blank", address):
            self.ask("browsingContext.navigate", context=self.page, url=each, wait="complete")
        self.evaluate("0")  # the events of the page's reading come before its answer
        self.errors = [each for each in self.errors if not each.startswith(HALF_READ)]

    def evaluate(self, expression: str) -> Any:
        """BiDi has types of its own for objects: the value comes as JSON."""
        target = {"context": self.page}
        text = f"JSON.stringify({expression})"
        answer = self.ask("script.evaluate", expression=text, target=target, awaitPromise=False)
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"]) if "value" in answer["result"] else None


@contextmanager
def started(*command: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A process that ends with the block."""
    process = subprocess.Popen(command, text=True, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def webkit() -> Iterator[Engine]:
    from selenium.webdriver import WebKitGTK, WebKitGTKOptions, WebKitGTKService

    options = WebKitGTKOptions()
    options.binary_location = str(MINI_BROWSER)
    options.add_argument("--automation")
    with started(
        str(XVFB), "-displayfd", "1", "-nolisten", "tcp", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as xvfb:
        assert xvfb.stdout is not None
        with closing(xvfb.stdout):
            display = xvfb.stdout.readline().strip()
            service = WebKitGTKService(str(DRIVER), env=os.environ | {"DISPLAY": f":{display}"})
            driver = WebKitGTK(options=options, service=service)
            try:
                yield WebKit(driver)
            finally:
                driver.quit()


@contextmanager
def firefox() -> Iterator[Engine]:
    from websocket import create_connection

    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = (str(FIREFOX), "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0")
        with started(*command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
            written = Path(profile, "WebDriverBiDiServer.json")
            server = waited(lambda: written.exists() and written.read_text(encoding="utf-8"))
            address = "ws://{ws_host}:{ws_port}/session".format(**json.loads(server))
            # Firefox rejects the sockets of web pages, which name their origin.
            with closing(create_connection(address, PATIENCE / 1000, suppress_origin=True)) as socket:
                yield Firefox(socket)


ENGINES = {"webkit": webkit, "firefox": firefox}


@pytest.fixture(scope="module", params=ENGINES)
def running_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if reason := MISSING[request.param]:
        pytest.skip(reason)
    with ENGINES[request.param]() as engine:
        yield engine


@pytest.fixture
def engine(running_engine: Engine) -> Iterator[Engine]:
    """An engine. Errors of the scripts of its pages fail the test."""
    running_engine.errors.clear()
    yield running_engine
    running_engine.evaluate("0")  # the events before its answer are all of the test
    assert running_engine.errors == [], running_engine.errors


def wait_for(engine: Engine, expression: str) -> None:
    """Wait until an expression is true in the page."""
    assert waited(lambda: engine.evaluate(expression)), f"{expression}: {engine.evaluate('document.body.innerText')}"


def waited(value: Callable[[], Any], seconds: float = PATIENCE / 1000) -> Any:
    """The value as soon as it is true, or after some seconds."""
    end = time.monotonic() + seconds
    while not (found := value()) and time.monotonic() < end:
        time.sleep(0.05)
    return found
