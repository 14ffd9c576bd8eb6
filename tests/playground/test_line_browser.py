"""A line that the reader writes: what it computes, what it is told, and what the page does not read."""

import re
from typing import Any

import pytest

from course_torch.mistakes import MISTAKES
from tests.playground.conftest import STEP, OpenPage, Tell, frame_of, ready
from tests.support.browser import violations

pytestmark = pytest.mark.browser

# line => what is wrong first, and the known mistake; or what the page says. After ":" the line has columns as examples.
LINES = r"""
dW = dZ.T @ A_prev / m => right
dW = np.dot(dZ.T, A_prev) * (1 / m) => right
dW: dZ @ A_prev.T / m => right
db = np.sum(dZ, axis=0, keepdims=True) / m => right
db = mean(dZ, axis=0, keepdims=True) => right
db: np.sum(dZ, axis=1, keepdims=True) / m => right
dA_prev = dZ @ W => right
dA_prev: np.dot(W.T, dZ) => right
dZ = A - Y => right
dZ: -(Y - A) => right
dZ = dA * (1 - np.tanh(Z)**2) => right
dZ = np.multiply(dA, 1 - A * A) => right
dZ: dA * (1 - A ** 2) => right
dW = dZ.T @ A_prev => dW[2] no 1/m in dW
dW: dZ @ A_prev.T => dW[2] no 1/m in dW
dW = dZ.T @ A_prev / m / m => dW[2] 1/m twice in dW
dW = -dZ.T @ A_prev / m => dW[2] sign in dW
dW = A_prev.T @ dZ / m => dW[2] transposed
db = sum(dZ, axis=0, keepdims=True) => db[2] no 1/m in db
db = -sum(dZ, axis=0, keepdims=True) / m => db[2] sign in db
db = sum(dZ, axis=0) / m => db[2] keepdim missing
dA_prev = -dZ @ W => dA[1] sign in dA
dZ = dA => dZ[1] no g'
dZ = dA * A => dZ[1] A for g'
dZ = dA * Z => dZ[1] Z for g'
dZ = dA * (1 - A) => dZ[1] A not squared
dZ = dA * A**2 => dZ[1] 1 left out in dZ of tanh
dZ = Y - A => dZ[2] sign at the output
dZ = A => dZ[1]
dZ = 0 * Y + A => dZ[2] Y left out
dZ = A - (1 - Y) => dZ[2] labels inverted
dZ = (A > 0.5) - Y => dZ[2] decided labels for A
dZ = (A - Y) * A * (1 - A) => dZ[2] squared error in dZ[L] of sigmoid
dZ = (A - Y) / m => dZ[2] 1/m in dZ in dZ[L]
dZ = 2 * (A - Y) => dZ[2]
dW = dZ @ A_prev / m => (400, 1) @ (400, 4): the inner sizes 1 and 400 must be equal
dA_prev = dZ.T @ A_prev => dA[1] has the shape (1, 4), expected (400, 4)
dA_prev = dZ * W + Z => the shapes
dW = dZ.T @ m => @ needs two matrices: found (1, 400) @ ()
dW = constructor => constructor is not known in layer 2. There are Z, A, A_prev, W, b, m
dW = dW => dW is not known
dW = toString(dZ) => the page does not have toString
dW = sum(dZ, axis=2) => the page does not have sum
dZ = dA * dB => dB is not known
constructor = 3 => the line begins with dZ, dW, db, dA_prev and =
dW = dZ.T @ (A_prev / m => the line ends too early
dW = dZ.T @ A_prev) => nothing is expected behind the formula: “)”
dW = * 3 => a tensor, a number or a bracket is expected in place of “*”
dW + 3 => “=” is expected in place of “+”
dW = dZ.T $ 3 => the page cannot read “$”
"""
FLOWER = {"data": "planar", "features": ["x1", "x2"], "hidden_layers": [4], "hidden_activation": "tanh"}


def written(text: str) -> dict[str, Any]:
    """The message of a line."""
    columns = ":" in text
    return {"type": "line", "text": text.replace(":", " =") if columns else text, "columns": columns}


@pytest.mark.parametrize("case", LINES.strip().split("\n"))
def test_a_line_is_told_what_it_computes(tell: Tell, case: str) -> None:
    line, said = case.split(" => ")
    answers = tell({"type": "settings", "settings": FLOWER}, STEP, STEP, written(line))
    if (unread := [answer for answer in answers[:-1] if answer["type"] == "unread"]) != []:
        assert said in unread[0]["message"]["en"]
        return
    mistake = frame_of(answers)[0]["mistake"]
    tensor, _, name = said.partition(" ")
    assert (mistake["diagnosis"] or {"tensor": "right"})["tensor"] == tensor
    cause = mistake["line"]["cause"]
    assert (cause["name"] if cause else "") == name


def test_a_wrong_line_reaches_the_layers_below_and_a_right_line_trains_like_the_formulas(tell: Tell) -> None:
    begin = {"type": "settings", "settings": FLOWER | {"hidden_layers": [3, 2]}}
    (usual, *_), (right, *_), (wrong, *_) = (
        frame_of(tell(begin, *lines, {"type": "step", "steps": 20}))
        for lines in ([], [written("dA_prev = dZ @ W")], [written("dA_prev = -dZ @ W")])
    )
    assert right["cost"] == pytest.approx(usual["cost"], rel=1e-12)
    assert wrong["cost"] != pytest.approx(usual["cost"], rel=1e-9)
    # Turned twice, dA[1] is right again.
    assert wrong["mistake"]["diagnosis"]["wrong"] == ["dA[2]", "dZ[2]", "dW[2]", "db[2]", "dA[0]"]


def test_a_line_without_1_over_m_overshoots(tell: Tell) -> None:
    begin = {"type": "settings", "settings": FLOWER}
    before = frame_of(tell(begin, STEP))[0]["cost"][0]
    after = frame_of(tell(written("dW = dZ.T @ A_prev"), STEP, STEP, STEP))[0]["cost"][0]
    assert after > 10 * before


def test_a_line_stays_with_other_settings_where_it_can_be_read(tell: Tell) -> None:
    tell({"type": "settings", "settings": FLOWER}, written("dZ = dA"))
    kept = frame_of(tell({"type": "settings", "settings": {"hidden_layers": [5, 5]}}))[0]["mistake"]
    assert kept["line"]["text"] == "dZ = dA"
    assert frame_of(tell({"type": "settings", "settings": {"hidden_layers": []}}))[0]["mistake"] is None


UNREAD = {"en": "the line ends too early", "zh": "这一行没有写完"}
SAID = {"en": "dW[2] is wrong first: ", "zh": "最先出错的是 dW[2]："}


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh", "dark")])
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
