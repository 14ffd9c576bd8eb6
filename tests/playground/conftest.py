"""The playground in tests: its page in a browser, and what a frame of its engine holds."""

import json
import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from struct import unpack_from
from typing import Any
from urllib.parse import parse_qsl
from zlib import compressobj, decompress

import numpy as np
import pytest
import torch

from course_torch.reports.page import joined
from tests.support.browser import Page, open_file

Shown = tuple[dict[str, Any], torch.Tensor, list[torch.Tensor]]


def decoded(frame: bytes) -> Shown:
    """The header, the plane of the output, and the planes of the hidden units."""
    (length,) = unpack_from("<I", frame)
    header = json.loads(frame[4 : 4 + length])
    output = np.frombuffer(frame, "<u2", 10_000, 4 + length).astype(float).reshape(100, 100)
    units = torch.tensor([*frame[4 + length + 20_000 :]], dtype=torch.uint8).reshape(-1, 20, 20)
    return header, torch.from_numpy(output), list(units)


OpenPage = Callable[..., Page]
PICTURE = "() => byId('plane').toDataURL()"
VALUES = """() => [...document.querySelectorAll("#settings :is(select, input, output)")].map((each) =>
  (each.type === "checkbox" ? String(each.checked) : each.value))"""


@pytest.fixture
def open_page(recorded_page: Path, new_page: Callable[..., Page]) -> OpenPage:
    """A function that opens the page from disk, with a link's fragment, and waits for the first frame.

    It does not begin to train by itself, as for a reader who wants little motion.
    """

    def open_(fragment: str = "", language: str = "en", **options: object) -> Page:
        page = new_page(**{"reduced_motion": "reduce", **options})
        open_file(page, f"{recorded_page.as_uri()}?language={language}#{fragment}")
        ready(page)
        return page

    return open_


def ready(page: Page) -> None:
    """Wait until a frame shows the settings: the engine has answered every change."""
    page.wait_for_selector("#columns[aria-busy='false']", state="attached")


def settings(page: Page) -> list[str]:
    """The values of the controls of the settings."""
    return page.evaluate(VALUES)


def step(page: Page) -> int:
    return int(re.sub(r"\D", "", page.locator("#at").inner_text()))


def fragment(page: Page) -> dict[str, str]:
    """The settings in the address."""
    return dict(parse_qsl(page.evaluate("() => location.hash.slice(1)"), keep_blank_values=True))


def wait_for_setting(page: Page, name: str, value: str) -> None:
    """Wait until the address has a setting: the page writes the address a moment after the engine's answer."""
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


def train(page: Page, hundreds: int = 1) -> None:
    """Train for some hundreds of steps, by keyboard."""
    at = step(page)
    for number in range(1, hundreds + 1):
        page.locator("#step-100").press("Enter")
        wait_for_step(page, at + 100 * number)


def wait_for_text(page: Page, name: str, text: str) -> None:
    """Wait until an element contains a text."""
    page.wait_for_function("([name, text]) => byId(name).textContent.includes(text)", arg=[name, text])


def packed(content: bytes) -> str:
    """The points of a link."""
    made = compressobj(9, wbits=-15)
    return urlsafe_b64encode(made.compress(content) + made.flush()).decode().rstrip("=")


SCRIPT = """window.begin = async (kit) => {
  const { Engine } = await engine_engine_js;
  window.said = [];
  window.engine = new Engine(JSON.parse(kit), (message) => said.push(message));
  said.length = 0;
};
window.tell = (messages) => {
  for (const message of messages) {
    engine.receive(Array.isArray(message) ? Uint8Array.from(message).buffer : message);
    if (message.type === "run") for (let i = 0; i < 3; i++) engine.work();
  }
  while (engine.draws()) engine.work();
  engine.credits = 2;
  const text = (frame) => btoa(Array.from(new Uint8Array(frame), (byte) => String.fromCharCode(byte)).join(""));
  return JSON.stringify(said.splice(0).map((each) => (each instanceof ArrayBuffer ? text(each) : each)));
};"""
"""What is large crosses as a text: a browser's driver takes numbers one by one."""
STEP = {"type": "step", "steps": 1}
Tell = Callable[..., list[Any]]


def block(html: str, name: str) -> dict[str, Any]:
    """What a page holds compressed under a name."""
    found = re.search(rf'id="{name}">([^<]*)<', html)
    assert found is not None
    return json.loads(decompress(b64decode(found[1])))


@pytest.fixture(scope="module")
def kit(recorded_page: Path) -> dict[str, Any]:
    html = recorded_page.read_text(encoding="utf-8")
    return block(html, "kit") | block(html, "sets")


@pytest.fixture
def tell(new_page: Callable[..., Page], kit: dict[str, Any]) -> Tell:
    """Sends messages, or the bytes of a file, to an engine in the page. Returns its answers; the last is a frame."""
    page = new_page()
    page.add_script_tag(content=f"{joined('engine/engine.js')}{SCRIPT}")
    page.evaluate("(kit) => begin(kit)", json.dumps(kit))
    return lambda *messages: json.loads(page.evaluate("(messages) => tell(messages)", [*messages]))


def frame_of(answers: list[Any]) -> Shown:
    return decoded(b64decode(answers[-1]))
