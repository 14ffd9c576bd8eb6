"""The playground opened from disk in a real browser: what it asks for, its links, and a browser that cannot run it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import Page, open_file
from tests.playground.conftest import (
    OpenPage,
    fragment,
    packed,
    ready,
    step,
    wait_for_setting,
    wait_for_step,
    wait_for_text,
)

pytestmark = pytest.mark.browser
LARGEST_PAGE = 400_000
"""Bytes: a page with 26 mistakes in each of 74 recorded networks has 360,000, and each copy is sent whole."""


def steps(page: Page, hundreds: int) -> None:
    """Train for some hundreds of steps."""
    at = step(page)
    for number in range(1, hundreds + 1):
        page.locator("#step-100").click()
        wait_for_step(page, at + 100 * number)


def test_a_network_trains_from_disk_without_a_request(file: Path, open_page: OpenPage) -> None:
    assert file.stat().st_size < LARGEST_PAGE
    page = open_page()
    page.keyboard.press("Space")
    page.wait_for_function("() => Number(byId('at').textContent.match(/\\d+/)) > 20")
    page.keyboard.press("Space")
    assert "every gradient that trains equals autograd's" in page.locator("#gradients-verdict").inner_text()
    assert {address.partition("?")[0] for address in page.requests if not address.startswith("blob:")} == {
        file.as_uri()
    }


def seen_numbers(page: Page) -> list[str]:
    """The costs, and the ends of the histograms of each layer."""
    return [page.locator(part).inner_text() for part in ("#numbers", "#layers")]


def test_a_link_keeps_drawn_points_and_a_mistake(open_page: OpenPage) -> None:
    page = open_page()
    page.locator("#draw").click()
    box = page.locator("#plane").bounding_box()
    for label, y in ((0, 0.3), (1, 0.7)):
        page.locator(f"#draw-{label}").check()
        for x in (0.2, 0.4, 0.6, 0.8):
            page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.locator("#draw").click()
    ready(page)
    page.locator("#mistake").select_option("sign in db")
    wait_for_setting(page, "mistake", "sign in db")
    link = page.evaluate("() => location.hash.slice(1)")
    assert fragment(page).keys() == {"data", "drawn", "mistake"}
    steps(page, 1)
    other = open_page(link)
    wait_for_text(other, "diagnosis", "db")
    steps(other, 1)
    assert seen_numbers(other) == seen_numbers(page)
    assert fragment(other) == fragment(page)


CANNOT_START = {
    "starts no worker": (
        "window.Worker = class { constructor() { throw new Error('none here'); } };",
        "Error: none here",
    ),
    "loads no worker": (
        """window.Worker = class extends EventTarget {
          postMessage() { this.dispatchEvent(new Event("error")); }
        };""",
        "Worker",
    ),
    "unpacks nothing in a worker": (
        """const { Blob } = window;
        window.Blob = class extends Blob {
          constructor(parts, options) {
            const script = options?.type === "text/javascript";
            super(script ? ["delete self.DecompressionStream;", ...parts] : parts, options);
          }
        };""",
        "ReferenceError: DecompressionStream is not defined",
    ),
    "does not know a function": ("delete Object.groupBy;", "TypeError: Object.groupBy is not a function"),
}
"""What a browser does not do -> a script that takes it from Chromium, and what the page says of it."""


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", CANNOT_START)
def test_a_page_that_cannot_start_says_why(file: Path, new_page: Callable[..., Page], language: str, name: str) -> None:
    page = new_page(own_clock=True)
    script, why = CANNOT_START[name]
    page.add_init_script(script)
    open_file(page, f"{file.as_uri()}?language={language}")
    text = {"en": "The playground does not run in this browser: {}.", "zh": "训练场不能在这个浏览器里运行：{}。"}[
        language
    ]
    page.get_by_text(re.compile(re.escape(text).replace(r"\{\}", f"(Uncaught )?{why}"))).wait_for()
    page.errors.clear()


def test_a_page_that_cannot_unpack_itself_says_why_in_both_languages(file: Path, new_page: Callable[..., Page]) -> None:
    page = new_page(own_clock=True)
    page.add_init_script("delete window.DecompressionStream;")
    open_file(page, file.as_uri())
    for text in ("The playground does not run in this browser", "训练场不能在这个浏览器里运行"):
        page.get_by_text(text).wait_for()
    assert page.locator("#notice").inner_text().count("ReferenceError: DecompressionStream is not defined") == 2


def test_the_points_of_a_file_are_in_the_link(open_page: OpenPage, tmp_path: Path) -> None:
    points = tmp_path / "points.csv"
    points.write_text("".join(f"{i},{i * i % 11},{'ab'[i % 2]}\n" for i in range(40)), encoding="utf-8")
    page = open_page()
    page.locator("#csv").set_input_files(points)
    wait_for_setting(page, "data", "csv")
    assert len(fragment(page)["csv"]) < 0.75 * points.stat().st_size
    other = open_page(page.evaluate("() => location.hash.slice(1)"))
    steps(page, 1)
    steps(other, 1)
    assert seen_numbers(other) == seen_numbers(page)
    assert "y = 0 (a)" in other.locator("#legend").inner_text()


def test_a_link_that_is_cut_off_says_so_and_the_rest_of_it_holds(open_page: OpenPage) -> None:
    page = open_page("hidden_layers=7&data=csv&csv=S1Qy")
    wait_for_text(page, "notice", "cut off")
    assert "2-7-1" in page.locator("#network-facts").inner_text()


def test_points_that_somebody_else_wrote_are_refused_and_the_page_goes_on(open_page: OpenPage) -> None:
    page = open_page(f"hidden_layers=7&data=csv&drawn={packed(b'[1, 2]')}")
    wait_for_text(page, "notice", "points: found")
    assert "2-7-1" in page.locator("#network-facts").inner_text()
    steps(page, 1)


def test_a_link_that_unpacks_to_millions_of_bytes_is_cut_off(open_page: OpenPage) -> None:
    page = open_page(f"data=csv&csv={packed(b'1,2,a' + bytes(50_000_000))}")
    wait_for_text(page, "notice", "cut off")


def test_another_link_in_the_same_page_replaces_points_and_mistake(open_page: OpenPage) -> None:
    page = open_page("mistake=sign+in+dW")
    wait_for_text(page, "diagnosis", "dW[2]")
    page.evaluate("() => { location.hash = 'data=circles'; }")
    wait_for_setting(page, "data", "circles")
    page.wait_for_function("() => byId('mistake').value === ''")
    assert fragment(page) == {"data": "circles"}


def test_share_copies_the_link(open_page: OpenPage) -> None:
    page = open_page("data=moons")
    page.evaluate("() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; }")
    page.locator("#share").click()
    wait_for_text(page, "notice", "The link is copied")
    assert page.evaluate("() => copied").endswith("?language=en#data=moons")
