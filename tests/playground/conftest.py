"""The playground in tests: its page in a browser, and what a frame of its engine holds."""

import json
import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from functools import cache
from pathlib import Path
from struct import unpack_from
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl
from zlib import compressobj

import numpy as np
import pytest
import torch

from course_torch.playground.graphs import passes_graph
from course_torch.playground.kit import kit, networks
from course_torch.playground.packed import packed as packed_graphs
from course_torch.playground.points import MOST_ROWS, points_of, sets
from course_torch.playground.settings import Settings, offered
from tests.support.browser import Page, open_file
from tests.support.javascript import module

Shown = tuple[dict[str, Any], torch.Tensor, list[torch.Tensor]]
SIDE = 20
"""Pixels of the output's plane along each axis, in the tests of the engine: QuickJS is slow."""


def decoded(frame: bytes) -> Shown:
    """The header, the plane of the output, and the planes of the hidden units."""
    (length,) = unpack_from("<I", frame)
    header = json.loads(frame[4 : 4 + length])
    output = np.frombuffer(frame, "<u2", SIDE**2, 4 + length).astype(float).reshape(SIDE, SIDE)
    units = torch.tensor([*frame[4 + length + 2 * SIDE**2 :]], dtype=torch.uint8).reshape(-1, SIDE // 5, SIDE // 5)
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


TELL = """(messages) => {
  for (const message of messages) {
    engine.receive(Array.isArray(message) ? Uint8Array.from(message).buffer : message);
    if (message.type === "run") for (let i = 0; i < 3; i++) engine.work();
  }
  while (engine.draws()) engine.work();
  engine.credits = 2;
  return said.splice(0).map((each) => (each instanceof ArrayBuffer ? btoa(letters(each)) : each));
}"""
BEGIN = """(kit, sets) => {
  kit.passes = { forms: [], graphs: new Proxy({}, { get(_, name) {
    const { forms, graphs } = JSON.parse(recorded(name));
    kit.passes.forms.splice(0, Infinity, ...forms);
    return graphs[name];
  } }) };
  globalThis.said = [];
  globalThis.engine = new Engine({ ...kit, ...sets }, (message) => said.push(message));
  said.length = 0;
}"""
"""Begins with an engine that asks Python for the graph of a network when it needs the graph."""
STEP = {"type": "step", "steps": 1}
Tell = Callable[..., list[Any]]


@cache
def recorded(name: str) -> str:
    return json.dumps(packed_graphs({name: passes_graph(networks()[name])}))


def few_points(settings: Settings) -> dict[str, Any]:
    """Every eighth point of a set."""
    given = points_of(settings)
    return given | {name: given[name][::8] for name in ("train", "held_out")}


@cache
def engine_needs() -> tuple[dict[str, Any], dict[str, Any]]:
    """What the engine needs, without the graphs of the networks."""
    with (
        patch("course_torch.playground.kit.networks", dict),
        patch("course_torch.playground.points.points_of", few_points),
    ):
        return kit(), {"hello": offered() | {"most_rows": MOST_ROWS}, "sets": sets()}


def new_engine() -> Tell:
    """Sends messages, or the bytes of a file, to an engine. Returns its answers; the last is a frame."""
    engine = module("engine/engine.js", {"SIDE = 100": f"SIDE = {SIDE}"}, recorded=recorded)
    engine(BEGIN, *engine_needs())
    return lambda *messages: engine(TELL, messages)


@pytest.fixture
def tell() -> Tell:
    return new_engine()


def frame_of(answers: list[Any]) -> Shown:
    return decoded(b64decode(answers[-1]))
