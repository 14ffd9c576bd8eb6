"""The tasks of the playground in a real browser: each is solved as a learner solves it, and progress is kept."""

import re
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest

from course_torch.playground.stored_page import with_lessons
from course_torch.reports.page import text_of
from tests.docs.texts import text_of as page_of
from tests.playground.conftest import OpenPage, fragment, ready, train, wait_for_setting, wait_for_step, wait_for_text
from tests.support.browser import Page, both_looks, keep, progress, violations

pytestmark = pytest.mark.browser

SECTION = re.compile(r'^  (\w+): \{\n    section: "(\d\.\d)",$', re.MULTILINE)
SECTIONS = dict(SECTION.findall(text_of("playground/tasks/tasks.js")))
"""Task -> its section of the notes."""
NAMES = [*SECTIONS]
IN_ORDER = """() => {
  const make = URL.createObjectURL;
  URL.createObjectURL = (blob) => make(new Blob(["Math.random = () => 0;\\n", blob], { type: blob.type }));
}"""
"""The engine then draws the first mistake of its list that shows."""
WITHOUT_STORAGE = """() => Object.defineProperty(window, "localStorage", { get() { throw new Error("forbidden"); } })"""


def press(page: Page, control: str, *keys: str) -> None:
    """Press keys on a control, and wait until the page shows what they change."""
    page.locator(f"#{control}").focus()
    for key in keys:
        page.keyboard.press(key)
    assert page.evaluate("() => document.activeElement.id") == control
    ready(page)


def choose(page: Page, task: str) -> None:
    """Choose a task by keyboard."""
    if page.locator("#tasks").get_attribute("open") is None:
        page.locator("#tasks > summary").press("Enter")
    press(page, "task", "Home", *["ArrowDown"] * (NAMES.index(task) + 1))
    assert page.locator("#task").input_value() == task
    wait_for_setting(page, "task", task)


def answer(page: Page, number: int) -> str:
    """Answer the question by keyboard. Returns what is said to a wrong answer."""
    press(page, f"task-{number}", "Enter")
    assert page.locator("#task-question [aria-pressed=true]").get_attribute("id") == f"task-{number}"
    return page.locator("#task-answer").inner_text()


def is_done(page: Page) -> bool:
    return page.locator("#task-done").inner_text().startswith("✓")


def wait_until_done(page: Page) -> None:
    wait_for_text(page, "task-done", "✓")


def asks(page: Page) -> bool:
    return page.locator("#task-question").is_visible()


def solve_circle_features(page: Page) -> None:
    press(page, "features-2", "Space")
    press(page, "features-3", "Space")
    assert not is_done(page)
    train(page)


def solve_learning_rate(page: Page) -> None:
    """A larger step on the slider than one leaves a gap: two values are not neighbours then."""
    press(page, "learning_rate", *["ArrowRight"] * 3)
    train(page)
    press(page, "learning_rate", *["ArrowRight"] * 2)
    train(page)
    assert not is_done(page)
    goal = page.locator("#task-goal").inner_text()
    assert re.search(r"0\.6[.。].* 3[.。]|0\.6[.。].*：3[.。]", goal), goal
    press(page, "learning_rate", "ArrowLeft")
    page.locator("#step").press("Enter")
    wait_for_step(page, 1)
    assert not is_done(page), "a single step proves little"
    train(page)


def solve_dead_unit(page: Page) -> None:
    assert not asks(page)
    press(page, "network", "ArrowRight")
    page.locator("#edit-b").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("-100")
    page.keyboard.press("Enter")
    page.locator("#task-question").wait_for()
    assert answer(page, 1) != answer(page, 3)
    assert "dW" in page.locator("#task-answer").inner_text()
    assert not is_done(page)
    answer(page, 2)


def solve_saturated(page: Page) -> None:
    press(page, "features-2", "Space")
    press(page, "features-3", "Space")
    wait_for_text(page, "task-goal", "✓")
    train(page)
    assert not is_done(page), "the initialization is the same"
    press(page, "initialization", "ArrowUp")
    train(page)
    assert not is_done(page), "LeCun saturates as well"
    press(page, "initialization", "Home")
    train(page)
    assert page.locator("#initialization").input_value() == "0"
    assert not is_done(page), "with zeros no unit is saturated, and none learns"
    press(page, "initialization", "ArrowDown")
    train(page)


def solve_not_squared(page: Page) -> None:
    train(page)
    assert not asks(page), "nothing is wrong yet"
    press(page, "reset", "Enter")
    page.locator("#mistake-search").fill(
        "squared" if page.evaluate("() => document.documentElement.lang") == "en" else "平方"
    )
    press(page, "mistake", "ArrowDown")
    page.locator("#mistake").select_option("A not squared")
    wait_for_text(page, "task-goal", "✓")
    train(page, 2)
    page.locator("#task-question").wait_for()
    rows = page.locator("#gradients tbody tr").all_inner_texts()
    assert {row.split("\t")[0].replace("\n", "") for row in rows if "✗" in row} == {"dW[1]", "db[1]", "dW[2]", "db[2]"}
    assert "✓" in "".join(row for row in rows if "[3]" in row)
    assert "autograd" in answer(page, 1)
    assert "dA[1]" in answer(page, 3).replace("\n", "")
    assert not is_done(page)
    answer(page, 2)


def solve_zeros(page: Page) -> None:
    said = answer(page, 2)
    assert "dW" not in said, "the answer comes after the step"
    page.locator("#step").press("Enter")
    wait_for_text(page, "task-answer", "dW[2]")
    assert "b[2]" in page.locator("#task-goal").inner_text().replace("\n", "")
    assert "W[" not in page.locator("#task-goal").inner_text().replace("\n", "")
    assert "dA[1]" in answer(page, 1).replace("\n", "")
    assert not is_done(page)
    answer(page, 3)


def guess(page: Page, number: int) -> None:
    """Guess a mistake by its number in the list."""
    page.locator("#guess").focus()
    page.keyboard.press("Home")
    for _ in range(number + 1):
        page.keyboard.press("ArrowDown")
    page.locator("#guess-it").press("Enter")


def wait_for_guesses(page: Page, count: int) -> None:
    page.wait_for_function("(n) => byId('task-goal').textContent.match(/\\d+/)?.[0] === n", arg=str(count))


def begin_guessing(page: Page) -> None:
    page.locator("#guessing").press("Enter")
    page.locator("#guess").wait_for()


def solve_hidden_mistake(page: Page) -> None:
    """The mistake is the first of the list (IN_ORDER)."""
    begin_guessing(page)
    for wrong in (1, 2, 3):
        guess(page, wrong)
        wait_for_guesses(page, wrong)
    guess(page, 0)
    page.locator("#guessing").wait_for()
    wait_for_guesses(page, 4)
    assert not is_done(page), "four guesses are too many"
    begin_guessing(page)
    guess(page, 3)
    wait_for_guesses(page, 1)
    page.locator("#give-up").press("Enter")
    page.locator("#guessing").wait_for()
    assert not is_done(page), "a learner who gives up has not found it"
    begin_guessing(page)
    guess(page, 1)
    wait_for_guesses(page, 1)
    guess(page, 0)


def solve_few_units(page: Page) -> None:
    train(page, 10)
    assert progress(page) == {"best": {"few_units": 8}}, "8 units are not few"
    press(page, "units-1-fewer", *["Enter"] * 4)
    train(page, 10)
    wait_until_done(page)
    press(page, "units-1-fewer", "Enter")
    train(page, 10)
    press(page, "units-1-more", "Enter")
    wait_for_text(page, "task-goal", "4")


SOLVE: dict[str, Callable[[Page], None]] = {name: globals()[f"solve_{name}"] for name in NAMES}


def test_there_are_eight_tasks_each_with_a_section_that_its_lesson_links_back() -> None:
    assert len(NAMES) == 8
    for language in ("en", "zh"):
        for name, section in SECTIONS.items():
            assert f"```{{try}} {name}\n" in page_of(language, f"lessons/{section}.md"), (language, name)


@pytest.mark.parametrize(("name", "language"), [*zip(NAMES, cycle(("en", "zh")))])
def test_a_task_is_solved_from_disk(open_page: OpenPage, name: str, language: str) -> None:
    page = open_page(language=language, own_clock=True)
    if name == "hidden_mistake":
        page.add_init_script(f"({IN_ORDER})()")
        page.reload()
        ready(page)
    choose(page, name)
    assert page.locator("#task-text").inner_text()
    SOLVE[name](page)
    wait_until_done(page)
    assert page.locator("#task-answer").inner_text() == ""
    assert page.locator("#task option:checked").inner_text().startswith(f"✓ {SECTIONS[name]} ")
    best = {"best": {"few_units": 3}} if name == "few_units" else {}
    assert progress(page) == {"tasks": {name: True}} | best


def test_progress_outlives_a_reload_and_another_language_until_it_is_forgotten(open_page: OpenPage) -> None:
    page = open_page("task=zeros", own_clock=True)
    keep(page, "read/2.3")
    others = progress(page)
    SOLVE["zeros"](page)
    wait_until_done(page)
    page.locator("#language").press("Enter")
    assert page.locator("#tasks-done").inner_text() == "8 个中完成 1 个"
    assert is_done(page)
    page.reload()
    ready(page)
    assert page.locator("#task").input_value() == "zeros"
    wait_for_text(page, "tasks-done", "8 个中完成 1 个")
    assert page.locator("#task option:checked").inner_text().startswith("✓ 2.5")
    assert not is_done(page), "the task begins again"
    assert progress(page) == others | {"tasks": {"zeros": True}}
    page.locator("#step").press("Enter")
    answer(page, 3)
    wait_until_done(page)
    press(page, "task-forget", "Enter")
    wait_for_step(page, 0)
    assert page.locator("#tasks-done").inner_text() == "8 个中完成 0 个"
    assert progress(page) == others
    assert not is_done(page)


@pytest.mark.parametrize("stored", ["", "no JSON", "null", "7"])
def test_progress_that_cannot_be_read_is_none(open_page: OpenPage, stored: str) -> None:
    page = open_page("task=circle_features", own_clock=True)
    keep(page, "tasks/circle_features", stored)
    page.reload()
    ready(page)
    assert page.locator("#tasks-done").inner_text() == "0 of 8 done"
    SOLVE["circle_features"](page)
    wait_until_done(page)
    assert progress(page) == {"tasks": {"circle_features": True}}


def test_a_page_without_storage_knows_its_progress_until_it_is_reloaded(open_page: OpenPage) -> None:
    page = open_page("task=circle_features", own_clock=True)
    page.add_init_script(f"({WITHOUT_STORAGE})()")
    page.reload()
    ready(page)
    SOLVE["circle_features"](page)
    wait_until_done(page)
    assert page.locator("#tasks-done").inner_text() == "1 of 8 done"
    press(page, "task-forget", "Enter")
    assert page.locator("#tasks-done").inner_text() == "0 of 8 done"


def test_the_address_keeps_the_task_and_what_differs_from_its_beginning(open_page: OpenPage) -> None:
    page = open_page(own_clock=True)
    choose(page, "learning_rate")
    ready(page)
    page.clock.run_for(300)  # the address is written after a pause
    assert fragment(page) == {"task": "learning_rate"}
    press(page, "learning_rate", "ArrowRight")
    press(page, "data", "Home")
    wait_for_setting(page, "data", "planar")
    assert fragment(page) == {"task": "learning_rate", "learning_rate": "0.1", "data": "planar"}, (
        "as usual, but not here"
    )
    other = open_page(page.evaluate("() => location.hash.slice(1)"))
    assert other.locator("#learning_rate-value").inner_text() == "0.1"
    assert other.locator("#data").input_value() == "0"
    assert other.locator("#task").input_value() == "learning_rate"
    press(other, "task", "Home")
    other.wait_for_function("() => location.hash === ''")
    assert other.locator("#task-body").is_hidden()
    assert "2-4-1" in other.locator("#network-facts").inner_text()
    other = open_page("task=no+such+task&data=moons")
    assert other.locator("#tasks").get_attribute("open") is None
    assert other.locator("#data").input_value() == "1"


def test_a_goal_counts_only_with_the_settings_of_its_task(open_page: OpenPage) -> None:
    page = open_page("task=circle_features")
    press(page, "layers-more", "Enter")
    wait_for_text(page, "task-goal", "data set, hidden layers")
    for number in (2, 3):
        press(page, f"features-{number}", "Space")
    train(page)
    assert page.locator("#accuracy-train").inner_text() == "100.0 % right"
    assert not is_done(page)
    press(page, "task-again", "Enter")
    wait_for_step(page, 0)
    assert fragment(page) == {"task": "circle_features"}
    SOLVE["circle_features"](page)
    wait_until_done(page)


def test_a_task_that_begins_again_takes_a_hidden_mistake_away(open_page: OpenPage) -> None:
    page = open_page("task=hidden_mistake")
    begin_guessing(page)
    press(page, "task-again", "Enter")
    page.locator("#guessing").wait_for()
    assert "✓" in page.locator("#gradients-verdict").inner_text()


@both_looks
def test_the_panel_can_be_used_by_everybody_also_at_390_pixels(open_page: OpenPage, language: str, scheme: str) -> None:
    page = open_page("task=zeros", language, color_scheme=scheme, width=390)
    page.locator("#task-body summary").press("Enter")
    for number, said in ((1, "#task-answer"), (3, "#task-done")):
        answer(page, number)
        page.locator("#step").press("Enter")
        page.wait_for_function("(at) => document.querySelector(at).textContent.includes('=')", arg=said)
        assert violations(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_beside_the_lessons_a_task_leads_to_its_lesson_and_a_mistake_to_its_section(
    recorded_page: Path, new_page: Callable[..., Page], tmp_path: Path
) -> None:
    path = tmp_path / "playground.html"
    path.write_text(with_lessons(recorded_page.read_text(encoding="utf-8"), ""), encoding="utf-8")
    page = new_page()
    page.goto(f"{path.as_uri()}?language=zh#task=zeros")
    ready(page)
    page.locator("#mistake").select_option("A not squared")
    link = page.locator("#meaning a")
    assert (link.inner_text(), link.get_attribute("href")) == ("笔记 2.4", "zh/lessons/2.4.html")
    assert link.get_attribute("target") == "_blank", "the training goes on"
    assert page.locator("#task-lesson a").get_attribute("href") == "zh/lessons/2.5.html"
    page.locator("#language").press("Enter")
    assert page.locator("#task-lesson a").get_attribute("href") == "en/lessons/2.5.html"
    course = page.locator("#course")
    assert (course.inner_text(), course.get_attribute("href")) == ("The course", "en/index.html")
