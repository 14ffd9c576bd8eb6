"""The playground opened from disk in a real browser: links, browsers that cannot run it, languages, widths, hidden."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.playground.conftest import (
    PICTURE,
    OpenPage,
    fragment,
    packed,
    ready,
    seen,
    settings,
    step,
    train,
    wait_for_setting,
    wait_for_step,
    wait_for_text,
)
from tests.support.browser import DRAWN, Page, both_looks, open_file, violations

pytestmark = pytest.mark.browser
LARGEST_PAGE = 400_000
"""Bytes: a page with 29 mistakes in each of 74 recorded networks has 383,000, and each copy is sent whole."""


def test_a_network_trains_from_disk_without_a_request(recorded_page: Path, open_page: OpenPage) -> None:
    assert recorded_page.stat().st_size < LARGEST_PAGE
    page = open_page()
    page.keyboard.press("Space")
    page.wait_for_function("() => Number(byId('at').textContent.match(/\\d+/)) > 20")
    page.keyboard.press("Space")
    assert "every gradient that trains equals autograd's" in page.locator("#gradients-verdict").inner_text()
    assert {address.partition("?")[0] for address in page.requests if not address.startswith("blob:")} == {
        recorded_page.as_uri()
    }


def test_without_a_link_the_network_trains_by_itself(open_page: OpenPage) -> None:
    page = open_page(reduced_motion="no-preference")
    page.wait_for_function("() => Number(byId('at').textContent.match(/\\d+/)) > 20")
    page.keyboard.press("Space")
    assert open_page("data=moons", reduced_motion="no-preference").locator("#at").inner_text() == "step 0"


def test_a_link_keeps_drawn_points_and_a_mistake_until_another_link_replaces_them(open_page: OpenPage) -> None:
    page = open_page()
    page.locator("#draw").click()
    box = page.locator("#plane").bounding_box()
    for label, y in ((0, 0.3), (1, 0.7)):
        page.locator(f"#draw-{label}").check()
        for x in (0.2, 0.4, 0.6, 0.8):
            page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.locator("#draw").click()
    page.locator("#plane").press("Escape")  # the last point is no longer the chosen one
    ready(page)
    page.locator("#mistake").select_option("sign in db")
    wait_for_setting(page, "mistake", "sign in db")
    link = page.evaluate("() => location.hash.slice(1)")
    assert fragment(page).keys() == {"data", "drawn", "mistake"}
    train(page)
    other = open_page(link)
    wait_for_text(other, "diagnosis", "db")
    train(other)
    assert seen(other) == seen(page)
    assert fragment(other) == fragment(page)
    other.evaluate("() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; }")
    other.locator("#share").click()
    wait_for_text(other, "notice", "The link is copied")
    address, _, state = other.evaluate("() => copied").partition("&state=")
    assert address.endswith(f"?language=en#{link}")
    shared = open_page(f"{link}&state={state}")
    wait_for_step(shared, 100)
    assert seen(shared) == seen(page)
    wait_for_text(open_page(f"{link}&state={state[:-9]}"), "notice", "its points or its weights cannot be read")
    other.evaluate("() => { location.hash = 'data=circles'; }")
    wait_for_setting(other, "data", "circles")
    other.wait_for_function("() => byId('mistake').value === ''")
    assert fragment(other) == {"data": "circles"}


DOES_NOT_RUN = {"en": "The playground does not run in this browser: {}.", "zh": "训练场不能在这个浏览器里运行：{}。"}
CANNOT_START = {
    "starts no worker": (
        "window.Worker = class { constructor() { throw new Error('none here'); } };", "Error: none here"),
    "loads no worker": (
        "window.Worker = class extends EventTarget { postMessage() { this.dispatchEvent(new Event('error')); } };",
        "Worker"),
    "unpacks nothing in a worker": (
        """const { Blob } = window;
        window.Blob = class extends Blob {
          constructor(parts, options) {
            const script = options?.type === "text/javascript";
            super(script ? ["delete self.DecompressionStream;", ...parts] : parts, options);
          }
        };""", "ReferenceError: DecompressionStream is not defined"),
    "does not know a function": ("delete Object.groupBy;", "TypeError: Object.groupBy is not a function"),
}  # fmt: skip
"""What a browser does not do -> a script that takes it from Chromium, and what the page says of it."""


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", CANNOT_START)
def test_a_page_that_cannot_start_says_why(
    recorded_page: Path, new_page: Callable[..., Page], language: str, name: str
) -> None:
    page = new_page(own_clock=True)
    script, why = CANNOT_START[name]
    page.add_init_script(script)
    open_file(page, f"{recorded_page.as_uri()}?language={language}")
    page.get_by_text(re.compile(re.escape(DOES_NOT_RUN[language]).replace(r"\{\}", f"(Uncaught )?{why}"))).wait_for()
    page.errors.clear()


def test_a_page_that_cannot_unpack_itself_says_why_in_both_languages(
    recorded_page: Path, new_page: Callable[..., Page]
) -> None:
    page = new_page(own_clock=True)
    page.add_init_script("delete window.DecompressionStream;")
    open_file(page, recorded_page.as_uri())
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
    train(page)
    train(other)
    assert seen(other) == seen(page)
    assert "y = 0 (a)" in other.locator("#legend").inner_text()


BAD_POINTS = {
    "a link that is cut off": ("csv=S1Qy", "cut off"),
    "points that somebody else wrote": (f"drawn={packed(b'[1, 2]')}", "points: found"),
    "a link that unpacks to millions of bytes": (f"csv={packed(b'1,2,a' + bytes(50_000_000))}", "cut off"),
}


@pytest.mark.parametrize("name", BAD_POINTS)
def test_bad_points_of_a_link_are_refused_and_the_rest_of_it_holds(open_page: OpenPage, name: str) -> None:
    points, said = BAD_POINTS[name]
    page = open_page(f"hidden_layers=7&data=csv&{points}")
    wait_for_text(page, "notice", said)
    assert "2-7-1" in page.locator("#network-facts").inner_text()
    train(page)


def test_language_and_theme_change_in_the_page_and_the_state_stays(open_page: OpenPage) -> None:
    page = open_page("data=moons&hidden_layers=3-3", color_scheme="dark")
    train(page)
    page.locator("#differences").click()
    judged = page.locator("#gradients td:last-child")
    wait_for_text(page, "differences-step", "at step 100")
    before, by_differences = settings(page), judged.all_inner_texts()
    page.get_by_role("button", name="中文").click()
    assert page.locator("#at").inner_text() == "第 100 步"
    assert page.locator("#data option:checked").inner_text() == "双月"
    assert "隐层" in page.locator("#network-facts").inner_text()
    assert page.evaluate("() => document.documentElement.lang") == "zh-CN"
    assert page.evaluate("() => location.search") == "?language=zh"
    assert settings(page) == before
    assert judged.all_inner_texts() == by_differences
    page.get_by_role("button", name="English").click()
    assert page.locator("#at").inner_text() == "step 100"
    dark = page.evaluate(PICTURE)
    page.get_by_role("button", name="Light").click()
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(PICTURE) != dark


def trained_step(page: Page) -> str:
    """The step at which the engine stands. Its answer comes after the frames on their way, and these are drawn."""
    page.evaluate("() => { byId('differences-step').textContent = ''; }")
    page.locator("#differences").click()
    page.wait_for_function("() => byId('differences-step').textContent !== ''")
    page.evaluate(DRAWN)
    return page.locator("#differences-step").inner_text()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_overflows_at_any_width(open_page: OpenPage, language: str) -> None:
    page = open_page("hidden_layers=12-12-12-12-12-12&hidden_activation=leaky_relu", language=language)
    page.locator("#commands > summary").press("Enter")
    page.locator("#mistake").select_option("1/m twice in dW")
    page.locator(".first-wrong").wait_for()
    for number in range(2, 7):
        page.locator(f"#features-{number}").evaluate("(box) => box.click()")
    ready(page)
    for key in ("ArrowDown", "ArrowRight"):
        page.locator("#network").press(key)
    assert page.locator("#unit-numbers input").count() == 13
    for width in (390, 801, 1280, 1900):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_function("() => byId('curve').width === byId('curve').parentElement.clientWidth")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width


@both_looks
def test_axe_finds_no_violation(open_page: OpenPage, language: str, scheme: str) -> None:
    page = open_page(language=language, color_scheme=scheme)
    train(page)
    assert violations(page) == []
    page.locator("#mistake").select_option("1/m twice in dW")
    page.locator(".first-wrong").wait_for()
    page.locator("#network").press("ArrowDown")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert violations(page) == []
    page.locator("#mistake").select_option("")
    page.locator("#reset").click()
    wait_for_step(page, 0)
    page.locator("#commands > summary").press("Enter")
    assert violations(page) == []
    page.evaluate("() => byId('speed').closest('label').replaceWith(byId('speed'))")
    assert [each.partition(":")[0] for each in violations(page)] == ["select-name"], "axe finds a violation put in"


def test_a_hidden_tab_does_not_train(open_page: OpenPage) -> None:
    page = open_page()
    hide = """(hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.locator("#run").click()
    page.wait_for_function("() => byId('at').textContent !== 'step 0'")
    page.evaluate(hide, True)
    trained, at = trained_step(page), step(page)
    page.wait_for_timeout(500)  # time for steps, if there were any
    assert trained_step(page) == trained
    assert step(page) == at
    page.evaluate(hide, False)
    page.wait_for_function("(at) => byId('at').textContent !== `step ${at}`", arg=at)
