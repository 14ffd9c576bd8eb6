"""A line that the reader writes: what it computes, the mistake that it makes, and what cannot be read."""

from typing import Any

import pytest

from tests.playground.conftest import STEP, Tell, frame_of, new_engine

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
dA_prev = dZ @ W / m => dA[1] 1/m in dA
dAprev: W.T @ dZ => right
db = dZ.sum(axis=0, keepdims=True) / m => right
db = dZ.mean(axis=0, keepdims=True) => right
dW = dZ.T.dot(A_prev) / m => right
dZ = dA * A * (1 - A) => dZ[1] g' of sigmoid
dZ = dA => dZ[1] no g'
dZ = 1 - A**2 => dZ[1] g' without dA
dZ = dA * A => dZ[1] A for g'
dZ = dA * Z => dZ[1] Z for g'
dZ = dA * (1 - A) => dZ[1] A not squared
dZ = dA * A**2 => dZ[1] 1 left out in dZ of tanh
dZ = dA * (1 - Z**2) => dZ[1] Z for A in g' in dZ of tanh
dZ = Y - A => dZ[2] sign at the output
dZ = A => dZ[1]
dZ = 0 * Y + A => dZ[2] Y left out
dZ = A - (1 - Y) => dZ[2] labels inverted
dZ = (A > 0.5) - Y => dZ[2] decided labels for A
dZ = (A - Y) * A * (1 - A) => dZ[2] squared error in dZ[L] of sigmoid
dZ = (A - Y) / m => dZ[2] 1/m in dZ in dZ[L]
dZ = 2 * (A - Y) => dZ[2]
dW = dZ @ A_prev / m => the inner sizes 1 and 50 must be equal. Turn matrix 1: add .T
dA_prev = dZ @ W.T => (50, 1) @ (4, 1): the inner sizes 1 and 4 must be equal. Turn matrix 2: add .T
dW = A_prev.T @ W / m => (4, 50) @ (1, 4): the inner sizes 50 and 1 must be equal
dA_prev = dZ.T @ A_prev => dA[1] has the shape (1, 4), expected (50, 4)
dA_prev = dZ * W + Z => the shapes
dW = dZ.T @ m => @ needs two matrices: found (1, 50) @ ()
dW = constructor => constructor is not known in layer 2. There are Z, A, A_prev, W, b, m
dW = dW => dW is not known
dW = toString(dZ) => the page does not have toString
dW = sum(dZ, axis=2) => the page does not have sum
dZ = dA * dB => dB is not known
constructor = 3 => the line begins with dZ, dW, db, dA_prev and =
dW = dZ.T @ (A_prev / m => a bracket is not closed
db = sum(dZ, axis=0 => a bracket is not closed
db = sum() => the page does not have sum
db = dZ.sum => the line ends too early
dW = dZᵀ @ A_prev / m => write “.T” in place of “ᵀ”
dZ = dA * (1 - A²) => write “**2” in place of “²”
dZ = dA * (1 - A^2) => write “**” in place of “^”
dW = dZ.T A_prev / m => an operation such as @ or * is missing before “A_prev”
dZ = dA (1 - A**2) => the page does not have dA
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


@pytest.fixture(scope="module")
def flower() -> Tell:
    """An engine for all lines: after two steps in the flower, which a line does not change."""
    tell = new_engine()
    tell({"type": "settings", "settings": FLOWER}, STEP, STEP)
    return tell


@pytest.mark.parametrize("case", LINES.strip().split("\n"))
def test_a_line_is_told_what_it_computes(flower: Tell, case: str) -> None:
    line, said = case.split(" => ")
    answers = flower(written(line))
    if isinstance(answers[0], dict):
        assert answers[0]["type"] == "unread"
        assert said in answers[0]["message"]["en"]
        return
    mistake = frame_of(answers)[0]["mistake"]
    tensor, _, name = said.partition(" ")
    assert (mistake["diagnosis"] or {"tensor": "right"})["tensor"] == tensor
    cause = mistake["line"]["cause"]
    assert (cause["name"] if cause else "") == name


REASONS = {
    "dW = dZ.T @ A_prev / 2": "divided by 2 instead of m = 50",
    "db = sum(dZ) / m": "db adds up over the examples: axis=0, keepdims=True",
    "db: dZ / m": "db adds up over the examples: axis=1, keepdims=True",
}


@pytest.mark.parametrize("line", REASONS)
def test_a_line_that_makes_no_classic_mistake_is_told_what_it_needs(flower: Tell, line: str) -> None:
    assert REASONS[line] in frame_of(flower(written(line)))[0]["mistake"]["line"]["cause"]["sentences"]["en"]


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
    kept = frame_of(tell({"type": "settings", "settings": {"hidden_layers": [5]}}))[0]["mistake"]
    assert kept["line"]["text"] == "dZ = dA"
    assert frame_of(tell(STEP, {"type": "reset"}))[0]["mistake"]["line"]["text"] == "dZ = dA", "its field shows it"
    assert frame_of(tell({"type": "settings", "settings": {"hidden_layers": []}}))[0]["mistake"] is None
