"""A function that is not Python: a product without its sign, and signs that Python does not know."""

from pathlib import Path

import pytest

from course_torch.exercises.explain.signs import missing_signs, of_signs
from course_torch.exercises.judge.answer import message
from course_torch.exercises.judge.checking import check_file
from course_torch.exercises.sandbox.cells import piece_of
from course_torch.mistakes.solution import changed, solution
from tests.exercises.judged import written


def products(body: str, right: str = "nothing is right") -> str:
    """What is said of a function with this body, which is right if it holds the text `right`."""
    causes = missing_signs(piece_of("mine.py", f"def f(x):\n    {body}\n"), lambda code: right in code)
    return "; ".join(cause.text.en.partition(":")[0] for cause in causes)


# fmt: off
SURE = [
    ("J = 3c", "3 * c in place of 3c"),
    ("db = 3c\n    dc = 3b", "3 * c in place of 3c"),
    ("return 0.5 a, b", "0.5 * a in place of 0.5 a"),
    ("return -(a log(b) + 1)", "a * log in place of a log"),
    ("return (1 - a) torch.log(1 - a)", ") * torch in place of ) torch"),
    ("return -1 / b np.sum(a)", "b * np in place of b np"),
]
NOT = [
    "return a b",  # a comma or any sign
    "return a @ b a",
    "return (a) b - 1",
    "return a b, 1",
    "return (a + b",
    "for i in range(3)\n        a = a",
    "return a if else b",
    "if a = b:\n        pass",
    "return a not b",
    "return 1e-5 +",
    "return 0xff +",
    "return 'a b' +",
]
# fmt: on


@pytest.mark.parametrize(("body", "words"), SURE)
def test_a_product_without_a_sign(body: str, words: str) -> None:
    assert products(body) == words


@pytest.mark.parametrize("body", NOT)
def test_what_may_be_no_product(body: str) -> None:
    assert products(body) == ""


@pytest.mark.parametrize(
    ("right", "words"), [("a * b", "a * b in place of a b"), ("a @ b", "a @ b in place of a b"), ("a, b", "")]
)
def test_a_function_that_is_right_with_the_sign_needs_no_other_evidence(right: str, words: str) -> None:
    assert products("return a b", right) == words
    assert products("return 1 + f(a b)", right) == words, "f(a, b) lacks a comma"


# fmt: off
FILES = [
    ("tensors", "weighted_sums", "X @ w + b", "X w + b"),
    ("logistic", "output_gradient", "A - Y", "1A - 1 Y"),
    ("logistic", "bias_gradient", "np.sum(dZ) / m", "m np.sum(dZ) / m**2"),
    ("logistic", "weight_gradient", "X.T @ dZ / m", "X.T dZ / m"),
]
# fmt: on


@pytest.mark.slow
@pytest.mark.parametrize(("chapter", "function", "old", "new"), FILES)
def test_the_checker_says_what_to_write(tmp_path: Path, chapter: str, function: str, old: str, new: str) -> None:
    text = changed(solution(chapter, "numpy", "rows"), function, old, new)
    (wrong,) = (one for one in check_file(written(tmp_path, text)).verdicts if one.task.name == function)
    assert [cause.key for cause in wrong.findings] == ["product without a sign"]
    assert "it is not Python: line" in message(wrong, "en")
    assert "乘号不能省略" in message(wrong, "zh")


@pytest.mark.slow
def test_the_function_is_called_with_the_signs(tmp_path: Path) -> None:
    """A line that is no formula may lack a comma."""
    text = solution("logistic", "numpy", "rows")
    for old, key in (("learning_rate * dw", ["product without a sign"]), ("dw * dw", [])):
        step = f"    step = {old.replace(' *', '')}\n    w = w - step\n"
        broken = changed(text, "update", "    w = w - learning_rate * dw\n", step)
        (wrong,) = (one for one in check_file(written(tmp_path, broken)).verdicts if one.task.name == "update")
        assert [cause.key for cause in wrong.findings] == key


# fmt: off
TYPED = [
    ("return 1 / （1 + e(-Z)）", "（ ）", "( )", "()"),
    ("return np.maximum(0，Z)", "，", ",", ","),
    ("s ＝ Z\n    return s", "＝", "=", "="),
    ("return Z − 1", "−", "-", "-"),
    ("return 1 - A²", "²", "**2", "**2"),
    ("return Ａ @ Z", "", "", ""),  # Python reads full-width letters
    ("return W₁ * Z", "₁", "1", "1"),
    ("return\u3000Z\u00a0+ 1", "U+3000 U+00A0", "a space a space", "空格空格"),
    ("return cache[“A”]", "“", '"', '"'),
    ("return ∑(Z)", "", "", ""),  # Python has no sign for it
    ("return （Z b", "（", "(", "("),
]
# fmt: on


@pytest.mark.parametrize(("body", "found", "english", "chinese"), TYPED)
def test_signs_of_a_chinese_keyboard(body: str, found: str, english: str, chinese: str) -> None:
    causes = of_signs(piece_of("mine.py", f"def f(Z):\n    {body}\n"), lambda code: False)
    keyboard = not {*found} & {*"−²₁“"}  # the others come from formulas
    advice = ", with an English keyboard" * keyboard, "；写代码时请用英文输入法" * keyboard
    said = [f"Python does not know {found}: write {english}{advice[0]}"] * bool(found)
    assert [cause.text.en for cause in causes] == said
    assert all(f"应当写{chinese}{advice[1]}" in cause.text.zh.replace(" ", "") for cause in causes)


@pytest.mark.slow
def test_the_checker_says_what_to_type(tmp_path: Path) -> None:
    text = changed(solution("logistic", "numpy", "rows"), "sigmoid", "np.tanh(Z / 2)", "np.tanh（Z / 2）")
    (wrong,) = (one for one in check_file(written(tmp_path, text)).verdicts if one.task.name == "sigmoid")
    assert message(wrong, "zh").endswith("应当写 ( )；写代码时请用英文输入法。")
