"""The playground's page in a real browser: mistakes, guesses, export, picture, trace."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from course_torch.verification.faults import FAULTS
from tests.browser import Browser, Page, watched
from tests.playground.conftest import OpenPage, Playground, ready, seen, step, wait_for_step, wait_for_text

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
FIRST_WRONG = {
    "sign at the output": "dZ[3]",
    "squared error in dZ[L] of sigmoid": "dZ[3]",
    "labels inverted": "dZ[3]",
    "no g'": "dZ[2]",
    "1 left out in dZ of tanh": "dZ[2]",
    "sign in dA": "dA[2]",
    "no 1/m in dW": "dW[3]",
    "an example lost in dW": "dW[3]",
    "one example only in dW": "dW[3]",
    "no 1/m in db": "db[3]",
}
"""Mistake -> the first wrong tensor of a network with three layers."""
FRAGMENT = "hidden_layers=3-4&initialization=lecun"


@pytest.fixture(scope="module")
def panel(browser: Browser, playground: Playground) -> Iterator[Page]:
    """A page for one mistake after the other. A test begins with a reset."""
    page = watched(browser.new_page())
    playground.open(page, FRAGMENT)
    yield page
    page.context.close()
    assert page.errors == [], page.errors


@pytest.mark.parametrize(("name", "first"), FIRST_WRONG.items())
def test_the_panel_names_the_mistake_that_was_chosen(panel: Page, name: str, first: str) -> None:
    page = panel
    page.locator("#reset").click()
    ready(page)
    assert step(page) == 0
    page.locator("#mistake").select_option(name)
    tensor = page.locator(".first-wrong")
    assert tensor.inner_text() == f"✗ first wrong tensor: {first}"
    meaning = page.locator("#meaning").inner_text().removeprefix(f"{name}: ")
    told = page.locator("#told li").all_inner_texts()
    assert any(meaning in each for each in told), (meaning, told)
    assert "differ from autograd's" in page.locator("#gradients-verdict").inner_text()
    page.locator("#step").click()
    wait_for_step(page, 1)
    page.locator("#mistake").select_option("")
    page.wait_for_function("() => byId('gradients-verdict').className === 'good'")
    assert tensor.count() == 0


def test_the_names_of_mistakes_are_those_of_the_language(open_page: OpenPage) -> None:
    page = open_page(FRAGMENT, language="zh")
    page.locator("#mistake").select_option(label="没有乘 g'")
    page.locator("#meaning strong").wait_for()
    assert page.locator("#meaning strong").inner_text() == "没有乘 g'"
    assert "相对误差" in page.locator("#diagnosis").inner_text()
    page.locator("#guessing").click()
    page.locator("#give-up").click()
    page.locator("#mistake").wait_for()
    name, chinese = page.locator("#mistake").input_value(), {fault.name: fault.title.zh for fault in FAULTS}
    assert page.locator("#mistake-answer").inner_text() == f"答案：{chinese[name]}"
    page.locator("#language").click()
    assert page.locator("#mistake-answer").inner_text() == f"It was: {name}"
    assert name in page.locator("#mistake option").all_inner_texts()


@pytest.mark.parametrize(
    ("language", "word", "found"), [("en", "SIGN dw", "(3 of 102)"), ("zh", "正负号 dw", "（102 个中的 3 个）")]
)
def test_a_search_by_keyboard_narrows_the_groups_of_mistakes_and_keeps_the_chosen_one(
    open_page: OpenPage, language: str, word: str, found: str
) -> None:
    page = open_page(language=language)
    options = (
        "(id) => [...byId(id).querySelectorAll('option')].map((each) => [each.value, each.parentElement.label ?? ''])"
    )
    every = page.evaluate(options, "mistake")
    groups = {
        "sign in dW": "dW[l]",
        "sign in dA": "dA[l]",
        "no g'": "dZ[l]，隐层" if language == "zh" else "dZ[l], hidden layers",
    }
    assert dict(every).items() >= groups.items()
    page.locator("#mistake").select_option("swapped")
    page.locator("#meaning").wait_for()
    page.locator("#mistake-search").focus()
    page.keyboard.type(word)
    narrowed = ["", "sign in dW", "sign, and no 1/m, in dW", "sign, and 1/m twice, in dW"]
    assert [name for name, _ in page.evaluate(options, "mistake")] == [*narrowed, "swapped"]
    assert [name for name, _ in page.evaluate(options, "guess")] == narrowed
    assert page.locator("#mistakes-found").inner_text() == found
    assert page.locator("#mistake").input_value() == "swapped"
    page.locator("#guessing").press("Enter")
    page.locator("#guess").wait_for()
    assert [name for name, _ in page.evaluate(options, "guess")] == narrowed
    page.locator("#mistake-search").focus()
    page.locator("#language").evaluate("(button) => button.click()")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    assert page.evaluate("() => document.activeElement.id") == "mistake-search"
    assert page.locator("#mistakes-found").inner_text() == ""
    assert {name for name, _ in page.evaluate(options, "guess")} == {name for name, _ in every}
    page.keyboard.type("no such mistake")
    page.locator("#give-up").press("Enter")
    page.locator("#mistake").wait_for()
    title = page.locator("#mistake option:checked").inner_text()
    assert title
    assert title in page.locator("#mistake-answer").inner_text()


def test_a_hidden_mistake_is_guessed(open_page: OpenPage) -> None:
    page = open_page()
    page.locator("#guessing").click()
    page.locator("#guess-it").wait_for()
    names = page.locator("#guess option").evaluate_all("(all) => all.map((each) => each.value)")[1:]
    answer = page.locator("#mistake-answer")
    for guesses, name in enumerate(names, start=1):
        assert page.locator("#told, #meaning").count() == 0
        page.locator("#guess").select_option(name)
        page.locator("#guess-it").click()
        page.wait_for_function(
            """([name, n]) => byId("mistake-answer").textContent === `✗ No, it is not: ${name}` ?
          byId("diagnosis").textContent.includes(`so far: ${n}`) : byId("mistake-answer").className === "good\"""",
            arg=[name, guesses],
        )
        if answer.get_attribute("class") == "good":
            break
    assert answer.inner_text().startswith("✓ Right: ")
    page.locator("#mistake").wait_for()
    name = page.locator("#mistake").input_value()
    assert name
    assert name in answer.inner_text()


def exported(page: Page) -> tuple[str, str]:
    """The config and the command of the export."""
    page.locator("#export").click()
    page.locator("#exported").wait_for()
    return page.locator("#config").inner_text(), page.locator("#command").inner_text()


@pytest.mark.slow
def test_the_exported_command_trains_to_the_same_cost(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page()
    page.locator("#step-100").click()
    wait_for_step(page, 100)
    _, command = exported(page)
    with page.expect_download() as download:
        page.locator("#download").click()
    download.value.save_as(tmp_path / download.value.suggested_filename)
    words = command.replace("course-torch train", f"{sys.executable} {ROOT / 'train.py'}")
    done = subprocess.run(words, shell=True, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    page.locator("#close").click()
    shown = float(page.locator("#cost-train").inner_text().removeprefix("J = "))
    assert shown == pytest.approx(float(re.search(r"train │ ([\d.]+)", done.stdout)[1]), abs=5e-5)


def test_the_export_stands_in_a_dialog_and_a_mistake_that_has_trained_or_breaks_shapes_is_told(
    open_page: OpenPage,
) -> None:
    """The command is copied. The picture is a PNG."""
    page = open_page("learning_rate=0.3")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    config, command = exported(page)
    assert "learning_rate: 0.3" in config
    page.locator("#copy").press("Enter")
    page.get_by_text("Copied").wait_for()
    assert page.evaluate("() => navigator.clipboard.readText()") == command
    page.keyboard.press("Escape")
    page.locator("#exported").wait_for(state="hidden")
    with page.expect_download() as download:
        page.locator("#picture").click()
    assert download.value.suggested_filename == "playground.png"
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    page.locator("#mistake").select_option("factor in dW")
    page.locator("#step").click()
    wait_for_step(page, 1)
    page.locator("#export").click()
    wait_for_text(page, "notice", "export: a mistake has trained")
    page.locator("#mistake").select_option("transposed")
    page.locator("#run").click()
    wait_for_text(page, "notice", "dW[2]: shape (4, 1), expected (1, 4)")
    wait_for_text(page, "run", "▶ Run")


def test_the_trace_shows_the_network_of_the_step(open_page: OpenPage, playground: Playground) -> None:
    page = open_page("hidden_layers=3", language="zh")
    page.locator("#step").click()
    wait_for_step(page, 1)
    with page.context.expect_page() as opened:
        page.locator("#trace").press("Enter")
    trace = opened.value
    assert re.search("2-3-1 的追踪", trace.locator("#title").inner_text())
    assert trace.url.partition("#")[0] == f"{playground.origin}/trace"
    assert seen(page)
    ready(page)
