"""A prediction asks before the page answers: its texts, what the page gives away, and what the reader does with it."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.docs.conftest import COMMIT, UNREACHABLE, Open
from tests.docs.texts import IN_TURN, PAGES, text_of
from tests.support.browser import DRAWN, both_looks, keep, progress, shown, violations

CHOICE = re.compile(r"^- \[([ x])\] ", re.MULTILINE)
QUESTIONS = [page for page in PAGES if "{predict}" in text_of("en", page)]


@pytest.mark.parametrize("page", QUESTIONS)
def test_the_same_choice_is_right_in_both_languages(page: str) -> None:
    english, chinese = (
        [CHOICE.findall(part) for part in text_of(language, page).split("\n+++\n")] for language in ("en", "zh")
    )
    assert english == chinese
    assert all(2 <= len(choices) <= 4 and choices.count("x") == 1 for choices in english if choices)


def numbers(strings: Iterable[str]) -> set[str]:
    """The numbers without signs. A digit in a name, such as W1, is no number."""
    return set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?!\w|\.\d)", " ".join(strings)))


def telling(number: str) -> bool:
    """Whether a number has two digits that count. A single digit is somewhere in every lesson."""
    return len(number.replace(".", "").strip("0")) >= 2


def equal(shown: str, answer: str) -> bool:
    """Whether the page shows the number of an answer, with as many decimals or more."""
    return abs(float(shown) - float(answer)) < 0.5 * 10.0 ** -len(answer.partition(".")[2])


def without_twins(html: str) -> BeautifulSoup:
    """A page without scripts, without the second and third form of each formula, and without links to sections."""
    page = BeautifulSoup(html, "lxml")
    for part in page.select("script, annotation, .katex-html, a"):
        part.decompose()
    return page


def given_away(page: BeautifulSoup) -> list[set[str]]:
    """For each prediction, the numbers of its answer that the page shows before the reader has committed.

    A number of the answer must not stand above the prediction, where the reader has opened the earlier predictions and
    what they hide. It must not stand below, up to the end of the section, unless this prediction or a later prediction
    hides the block. A number of the question is given. A number with a single digit says nothing.
    """
    found = []
    for box in page.select("article .predict"):
        section, answer = box.find_parent("section"), box.select_one("details")
        assert section is not None
        assert answer is not None
        closed = section.select(".predict, .answers")
        above = box.find_all_previous(string=True)
        below = [text for text in box.find_all_next(string=True) if section in text.parents]
        visible = numbers([*above, *(text for text in below if not any(part in text.parents for part in closed))])
        given = numbers(text for text in box.find_all(string=True) if answer not in text.parents)
        answers = {number for number in numbers(answer.find_all(string=True)) if telling(number)}
        unknown = {number for number in answers if not any(equal(other, number) for other in given)}
        found.append({number for number in unknown if any(equal(shown, number) for shown in visible)})
    return found


@pytest.mark.parametrize("page", QUESTIONS)
def test_no_page_shows_the_number_of_an_answer_before_the_reader_has_committed(
    site: Path, language: str, page: str
) -> None:
    found = given_away(without_twins((site / language / page).with_suffix(".html").read_text(encoding="utf-8")))
    assert found
    assert not any(found), found


BOX = '<div class="predict"><p>7.25 and?</p><details>7.25, 0.1192</details></div>'


@pytest.mark.parametrize(
    ("above", "below", "found"),
    [
        ("", "", set()),
        ("<p>0.119203</p>", "", {"0.1192"}),
        ("<p>−0.1192</p>", "", {"0.1192"}),
        ("", "<pre>0.1192</pre>", {"0.1192"}),
        ("", '<div class="answers">0.1192</div>', set()),
        ("", '<div class="answers">0.1</div><p>0.1192</p>', {"0.1192"}),
        ("", '<div class="predict"><details>0.1192</details></div>', set()),
        ('<div class="predict"><details>0.1192</details></div>', "", {"0.1192"}),
        ("<p>7.25, 0.1193, 0.12, x0.1192</p>", "</section><section><p>0.1192</p>", set()),
    ],
)
def test_a_number_that_is_given_away_is_found(above: str, below: str, found: set[str]) -> None:
    html = f"<article><section>{above}{BOX}{below}</section></article>"
    page = BeautifulSoup(html, "html.parser")
    boxes = [box for box in page.select(".predict") if "7.25" in box.get_text()]
    assert given_away(page)[page.select(".predict").index(boxes[0])] == found


browser = pytest.mark.browser
SAID = {"en": "You said: ", "zh": "你的回答："}
AGAIN = {"en": "Answer again", "zh": "重新回答"}
FOCUS = "document.activeElement.matches({!r})"


@browser
def test_the_reader_types_looks_reloads_and_answers_again_by_keyboard(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/lessons/2.3.html", width=390)
    keep(page, "tasks/zeros")
    box = page.locator(".predict").first
    field, answer, said, blocks = (
        box.locator("input"),
        box.locator("details > p"),
        box.locator(".said"),
        page.locator(".answers"),
    )
    assert not any(part.is_visible() for part in (answer.first, blocks.first, box.locator("summary")))
    field.press("Enter")
    assert not answer.first.is_visible(), "an empty line is no prediction"
    field.fill(" about 0.1 ")
    field.press("Enter")
    for again in (False, True):
        assert all(part.is_visible() for part in (answer.first, blocks.first))
        assert not blocks.nth(1).is_visible(), "the next prediction hides its own blocks"
        assert said.inner_text().startswith(f"{SAID[language]}about 0.1 ")
        assert not field.is_visible()
        assert progress(page)["tasks"] == {"zeros": True}
        assert progress(page)["predictions"] == {"2.3-1": "about 0.1"}
        assert page.evaluate(UNREACHABLE) == []
        assert violations(page) == []
        if not again:
            assert page.evaluate(FOCUS.format(".said"))
            page.reload()
    said.get_by_role("button", name=AGAIN[language]).press("Enter")
    page.evaluate(DRAWN)
    assert page.evaluate(FOCUS.format(".predict input"))
    assert field.input_value() == ""
    assert not any(part.is_visible() for part in (answer.first, blocks.first, said.locator("span")))
    assert "predictions" not in progress(page)


@browser
@both_looks
def test_the_reader_chooses_and_the_right_choice_is_marked(open_page: Open, language: str, scheme: str) -> None:
    page = open_page(f"{language}/lessons/3.2.html", width=390, color_scheme=scheme)
    box = page.locator(".predict").first
    right = box.locator(".right")
    assert not right.is_visible()
    assert violations(page) == []
    box.locator("input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert right.is_visible()
    assert box.locator("label").nth(1).locator(".right").count() == 1
    assert box.locator(".said math").count() == 1, "the choice stands there with its formula"
    assert progress(page)["predictions"] == {"3.2-1": "1"}
    assert page.evaluate(UNREACHABLE) == []
    assert violations(page) == []
    other = "zh" if language == "en" else "en"
    page.goto(page.url.replace(f"/{language}/", f"/{other}/"))
    page.locator(".said").first.get_by_text(SAID[other]).wait_for()
    assert page.locator(".predict input").first.is_checked()


@browser
@pytest.mark.parametrize("kept", ["no JSON", "null", '"9"', "1"])
def test_progress_that_a_page_cannot_read_is_no_answer(open_page: Open, kept: str) -> None:
    page = open_page("en/lessons/3.2.html")
    keep(page, "predictions/3.2-1", kept)
    page.reload()
    assert page.locator(".predict [type=submit]").first.is_visible()
    assert not page.locator(".predict details").first.is_visible()
    page.evaluate(COMMIT)
    assert page.locator(".predict details").first.is_visible()


@browser
@pytest.mark.parametrize(("section", "language"), IN_TURN)
def test_in_print_everything_is_readable(open_page: Open, language: str, section: str) -> None:
    page = open_page(f"{language}/lessons/{section}.html")
    folded = ".answers, .predict details > *:not(summary), .question details > .formula"
    assert not any(hidden := shown(page, folded))
    assert hidden
    page.emulate_media(media="print")
    assert all(shown(page, f"{folded}, .layout-rows, .layout-columns, .step:not(button)"))
    assert not any(used := shown(page, ".predict button, .question :is(input, button), .controls"))
    assert used


READ = {
    "en": "✓ read · 2 of 2 predicted · 1 of 4 questions right",
    "zh": "✓ 已读 · 2 个预测做了 2 个 · 4 道题答对了 1 道",
}


@browser
def test_the_list_of_lessons_shows_what_was_read_and_forgets_it(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/index.html", width=390)
    button, done = page.locator(".reader-progress button"), page.locator(".done")
    assert not button.is_visible()
    page.goto(page.url.replace("index", "lessons/3.2"))
    page.evaluate(COMMIT)
    page.wait_for_function("localStorage['course-torch/predictions/3.2-2']")
    question = page.locator('form.answer[data-name="3.2-A"]')
    for entry, number in zip(question.locator("input").all(), ["0", "1", "0", "0"], strict=True):
        entry.fill(number)
    question.locator("button").click()
    page.evaluate("scrollTo(0, 0)")
    assert progress(page)["lessons"] == {"3.2": {"predictions": 2, "questions": 4}}, "the end was not on the screen"
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_function("localStorage['course-torch/read/3.2']")
    page.go_back()
    page.wait_for_selector(".done:not(:empty)")
    assert [text for text in done.all_inner_texts() if text] == [READ[language]]
    assert page.locator("li", has_text="3.2 ").locator(".done").last.inner_text() == READ[language]
    assert violations(page) == []
    for accept in (False, True):
        page.once("dialog", lambda dialog, accept=accept: dialog.accept() if accept else dialog.dismiss())
        button.press("Enter")
        assert bool(progress(page)) != accept
    assert not any(done.all_inner_texts())
    assert not button.is_visible()


@browser
def test_a_lesson_follows_another_tab_and_keeps_what_is_typed(open_page: Open) -> None:
    """And each writes what it adds and nothing else: no answer is lost."""
    page = open_page("en/lessons/2.3.html")
    fields, answers = page.locator(".predict input"), page.locator(".predict details > p:first-of-type")
    fields.nth(0).fill("about 0.2")
    with page.expect_popup() as opened:
        page.evaluate("open(location.href)")
    other = opened.value
    other.wait_for_load_state()
    other.locator(".predict input").nth(1).fill("0")
    other.locator(".predict input").nth(1).press("Enter")
    keep(other, "questions/2.3-leaky")
    page.locator(".done").first.wait_for()
    answers.nth(1).wait_for()
    assert not answers.nth(0).is_visible()
    assert fields.nth(0).input_value() == "about 0.2"
    fields.nth(0).press("Enter")
    other.locator(".predict .said", has_text="about 0.2").wait_for()
    assert progress(page)["predictions"] == {"2.3-1": "about 0.2", "2.3-2": "0"}
    page.locator(".again").nth(1).click()
    other.locator(".predict input").nth(1).wait_for()


@browser
def test_the_list_of_lessons_follows_a_lesson_that_is_open_in_another_tab(open_page: Open) -> None:
    page = open_page("en/index.html")
    with page.expect_popup() as opened:
        page.evaluate("open('lessons/3.2.html')")
    opened.value.wait_for_load_state()
    opened.value.evaluate(COMMIT)
    page.locator(".done", has_text="2 of 2 predicted").first.wait_for()


RIGHT = {"en": "1 of 5 functions right", "zh": "5 个函数写对了 1 个"}


@browser
def test_the_list_of_lessons_shows_the_right_functions_that_the_command_told(open_page: Open, language: str) -> None:
    """The address is then without them, so that a copy of it gives nothing away."""
    page = open_page(f"{language}/index.html")
    page.goto(page.url.replace("index", "lessons/2.4") + "#exercises=2.4:0/5,1.2:3/3,<b>:1/1")
    page.wait_for_function("() => location.hash === ''")
    assert progress(page)["exercises"] == {"2.4": [0, 5], "1.2": [3, 3]}
    page.goto(page.url.replace("lessons/2.4", "index"))
    page.goto(f"{page.url}#exercises=2.4:1/5")
    entry = page.locator("li", has_text="2.4 ").locator(".done").last
    page.wait_for_function("(said) => document.body.innerText.includes(said)", arg=RIGHT[language])
    assert entry.inner_text().endswith(RIGHT[language])
    assert progress(page)["exercises"] == {"2.4": [1, 5], "1.2": [3, 3]}
    assert violations(page) == []
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator(".reader-progress button").click()
    assert progress(page) == {}
    assert entry.inner_text() == ""
