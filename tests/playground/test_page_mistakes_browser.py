"""Mistakes in the page in a real browser: chosen, guessed, and a line that the reader writes."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from course_torch.mistakes import MISTAKES
from course_torch.mistakes.faults import classic
from tests.playground.conftest import OpenPage, ready, train, wait_for_step, wait_for_text
from tests.support.browser import Page, both_looks, violations

pytestmark = pytest.mark.browser


FRAGMENT = "hidden_layers=3-4&initialization=lecun"


def test_a_chosen_mistake_shows_its_meaning_and_the_first_wrong_tensor(open_page: OpenPage) -> None:
    page = open_page(FRAGMENT)
    page.locator("#mistake").select_option("no g'")
    page.locator(".first-wrong").get_by_text("✗ first wrong tensor: dZ[2]").wait_for()
    assert page.locator("#meaning").inner_text().startswith("no g': ")
    assert "differ from autograd's" in page.locator("#gradients-verdict").inner_text()
    page.locator("#step").click()
    wait_for_step(page, 1)
    page.locator("#mistake").select_option("")
    page.wait_for_function("() => byId('gradients-verdict').className === 'good'")
    assert page.locator(".first-wrong").count() == 0


def test_the_names_of_mistakes_are_those_of_the_language(open_page: OpenPage) -> None:
    page = open_page(FRAGMENT, language="zh")
    page.locator("#mistake").select_option(label="没有乘 g'")
    page.locator("#meaning strong").wait_for()
    assert page.locator("#meaning strong").inner_text() == "没有乘 g'"
    assert "相对误差" in page.locator("#diagnosis").inner_text()
    page.locator("#guessing").click()
    page.locator("#give-up").click()
    page.locator("#mistake").wait_for()
    name, chinese = page.locator("#mistake").input_value(), {fault.name: fault.title.zh for fault in classic()}
    assert page.locator("#mistake-answer").inner_text() == f"答案：{chinese[name]}"
    page.locator("#language").click()
    assert page.locator("#mistake-answer").inner_text() == f"It was: {name}"
    assert name in page.locator("#mistake option").all_inner_texts()


@pytest.mark.parametrize(
    ("language", "word", "found"), [("en", "sign DB", "(1 of 30)"), ("zh", "正负号 DB", "（30 个中的 1 个）")]
)
def test_a_search_by_keyboard_finds_what_a_mistake_is_about_and_keeps_the_chosen_one(
    open_page: OpenPage, language: str, word: str, found: str
) -> None:
    """The words may stand in its group, its title or its sentence."""
    page = open_page(language=language)
    options = (
        "(id) => [...byId(id).querySelectorAll('option')].map((each) => [each.value, each.parentElement.label ?? ''])"
    )
    every = page.evaluate(options, "mistake")
    groups = {"sign in dW": {"en": "Sign", "zh": "正负号"}, "no g'": {"en": "Derivative g'(Z)", "zh": "导数 g'(Z)"}}
    assert dict(every).items() >= {name: group[language] for name, group in groups.items()}.items()
    page.locator("#mistake").select_option("no g'")
    page.locator("#meaning").wait_for()
    page.locator("#mistake-search").focus()
    page.keyboard.type(word)
    assert [name for name, _ in page.evaluate(options, "mistake")] == ["", "no g'", "sign in db"]
    assert [name for name, _ in page.evaluate(options, "guess")] == ["", "sign in db"]
    assert page.locator("#mistakes-found").inner_text() == found
    assert page.locator("#mistake").input_value() == "no g'"
    page.locator("#guessing").press("Enter")
    page.locator("#guess").wait_for()
    assert [name for name, _ in page.evaluate(options, "guess")] == ["", "sign in db"]
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


def command(page: Page) -> str:
    page.locator("#commands").evaluate("(part) => { part.open = true; }")
    return page.locator("#command").inner_text()


def run(words: str, folder: Path) -> str:
    """Run a command that the page shows. Returns what it prints on stdout."""
    words = words.replace("course-torch", f"{sys.executable} -m course_torch", 1)
    done = subprocess.run(words, shell=True, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


LINKS = {
    "mini-batches": "data=moons&batch_size=64&hidden_layers=3-2&model_seed=4",
    "heights": "data=bumps&initialization=lecun&learning_rate=0.03",
    "a learned slope": "hidden_activation=leaky_relu&learn_slope=true&slope=0.1&noise=0",
}


@pytest.mark.parametrize("name", LINKS)
def test_the_command_trains_to_the_same_cost(open_page: OpenPage, tmp_path: Path, name: str) -> None:
    page = open_page(LINKS[name])
    train(page)
    out = run(command(page), tmp_path)
    shown = float(page.locator("#cost-train").inner_text().removeprefix("J = "))
    assert shown == pytest.approx(float(re.search(r"train │ ([\d.]+)", out)[1]), rel=1e-3, abs=5e-5)


def test_before_the_first_step_the_command_traces_the_first_update(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("hidden_layers=3", language="zh")
    words = command(page)
    assert words.startswith('course-torch trace --model.layer_sizes "[2,3,1]" --model.generator numpy')
    page.locator("#network").press("ArrowRight")
    weights = [float(page.locator(f"#edit-w-{i}").input_value()) for i in (1, 2)]
    run(f"{words} --json trace.json", tmp_path)
    assert weights[0] != weights[1]
    record = json.loads((tmp_path / "trace.json").read_text(encoding="utf-8"))
    W = next(tensor for tensor in record["tensors"] if tensor["name"] == "W[1]")  # before the update
    assert W["values"][0] == pytest.approx(weights, abs=1e-5)


def test_no_command_reaches_a_state_with_a_mistake(open_page: OpenPage) -> None:
    """The command is copied. The picture is a PNG."""
    page = open_page("learning_rate=0.3")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    assert "--model.learning_rate 0.3" in command(page)
    page.locator("#copy").press("Enter")
    page.get_by_text("Copied").wait_for()
    assert page.evaluate("() => navigator.clipboard.readText()") == command(page)
    with page.expect_download() as download:
        page.locator("#picture").click()
    assert download.value.suggested_filename == "playground.png"
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    page.locator("#mistake").select_option("1/m twice in dW")
    page.locator("#step").click()
    wait_for_step(page, 1)
    wait_for_text(page, "command-says", "No command reaches this state")
    assert page.locator("#command").is_hidden()
    page.locator("#back").click()
    page.locator("#command").wait_for()
    page.locator("#mistake").select_option("transposed")
    page.locator("#run").click()
    wait_for_text(page, "notice", "dW[1]: shape (2, 4), expected (4, 2)")
    wait_for_text(page, "run", "▶ Run")


def test_numbers_that_have_become_nan_judge_no_line(open_page: OpenPage) -> None:
    page = open_page("learning_rate=3&line=dW+%3D+-9e300+*+W")
    page.locator("#run").click()
    wait_for_text(page, "notice", "J = ")
    page.locator("#line").fill("dW = dZ.T @ A_prev / m")
    page.locator("#line").press("Enter")
    wait_for_text(page, "line-answer", "have become nan")
    page.locator("#reset").click()
    wait_for_step(page, 0)
    page.locator("#line").press("Enter")
    page.locator("#line-answer.good").wait_for()


UNREAD = {"en": "the line ends too early", "zh": "这一行没有写完"}
SAID = {"en": "dW[2] is wrong first: ", "zh": "最先出错的是 dW[2]："}


@both_looks
def test_the_reader_writes_and_shares_a_line_by_keyboard(open_page: OpenPage, language: str, scheme: str) -> None:
    page = open_page(language=language, width=390, color_scheme=scheme)
    page.locator("#step-100").click()
    page.locator("#line").fill("dW = dZ.T @ A_prev")
    page.locator("#line").press("Enter")
    answer = page.locator("#line-answer.bad")
    sentence = MISTAKES["no 1/m"].sentence.say(language)
    answer.wait_for()
    assert SAID[language] + sentence in answer.inner_text()
    judged = page.locator("#gradients tbody tr", has_text="dW[2]").locator("td")
    assert re.fullmatch("1, [1-4]", judged.nth(2).inner_text()), "the entry that differs most"
    page.locator("#line").fill("dW = (")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text(UNREAD[language]).wait_for()
    train(page)
    assert page.locator("#line-answer").inner_text() == UNREAD[language], "frames of the line before leave it"
    assert page.locator("#line").input_value() == "dW = ("
    assert violations(page) == []
    page.locator("#line").fill("dW = dZ.T @ A_prev / m")
    page.locator("#line").press("Enter")
    page.locator("#line-answer.good").wait_for()
    page.wait_for_function("() => location.hash.endsWith('%2F+m')")
    again = open_page(page.evaluate("location.hash.slice(1)"), language=language)
    again.locator("#line-answer.good").wait_for()
    again.locator("#line-off").click()
    again.wait_for_function("() => !location.hash.includes('line=')")
    ready(again)
    assert again.locator("#line-answer").inner_text() == ""
    assert re.search(r"\(m, 2\)", again.locator("#line-shapes").inner_text())
