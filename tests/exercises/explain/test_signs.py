"""A function that is not Python: a product without its sign, and signs that Python does not know."""

import pytest

from course_torch.exercises.explain import signs
from tests.exercises.judged import Case, assert_answer, assert_in_both_languages, cases_of

PRODUCTS = r"""
# The function is right with the sign.
tensors weighted_sums: return w.T @ X + b → W = w.T\n    return W X + b => product without a sign
    | it is not Python: line 42 | W @ X in place of W X: a product needs its sign, * or @ for matrices | 乘号不能省略
logistic output_gradient: A - Y → 1A - 1 Y => product without a sign | 1 * A in place of 1A
logistic bias_gradient: np.sum(dZ) / m → m np.sum(dZ) / m**2 => product without a sign | m * np in place of m np
logistic weight_gradient: X @ dZ.T / m → X dZ.T / m => product without a sign | X @ dZ in place of X dZ
logistic update: w = w - learning_rate * dw → step = learning_rate dw\n    w = w - step => product without a sign
    | learning_rate * dw in place of learning_rate dw
tensors computation_graph: u = b * c → u = b c => product without a sign | b * c in place of b c
# Nothing else can be meant.
tensors computation_graph: J = 3 * v → J = 3c => product without a sign | 3 * c in place of 3c
tensors computation_graph: J = 3 * v → J = 0.5 a, b => product without a sign | 0.5 * a in place of 0.5 a
tensors computation_graph: db, dc = du * c, du * b → db = 3c\n    dc = 3b => product without a sign
    | 3 * c in place of 3c
tensors computation_graph: J = 3 * v → J = -(a log(b) + 1) => product without a sign | a * log in place of a log
tensors computation_graph: J = 3 * v → J = (1 - a) np.log(1 - a) => product without a sign | ) * np in place of ) np
tensors computation_graph: J = 3 * v → J = -1 / b np.sum(a) => product without a sign | b * np in place of b np
# A comma or any sign may be meant.
logistic update: w = w - learning_rate * dw → step = dw dw\n    w = w - step => wrong
tensors computation_graph: J = 3 * v → J = 3 * v + 0 * max(a b) => wrong
tensors computation_graph: u = b * c → u = b c, 1 => wrong
tensors computation_graph: J = 3 * v → J = a @ b a => wrong
tensors computation_graph: J = 3 * v → J = (a) b - 1 => wrong
# Something else is missing.
tensors computation_graph: J = 3 * v → J = (a + b => wrong | '(' was never closed
tensors computation_graph: J = 3 * v → for i in range(3)\n        J = a => wrong
tensors computation_graph: J = 3 * v → J = a if else b => wrong
tensors computation_graph: J = 3 * v → if a = b:\n        J = 3 => wrong
tensors computation_graph: J = 3 * v → J = a not b => wrong
tensors computation_graph: J = 3 * v → J = 1e-5 + => wrong
tensors computation_graph: J = 3 * v → J = 0xff + => wrong
tensors computation_graph: J = 3 * v → J = 'a b' + => wrong
"""
TYPED = r"""
deep sigmoid: 1 / (1 + np.exp(-Z)) → 1 / （1 + np.exp(-Z)） => unknown sign
    | Python does not know （ ）: write ( ), with an English keyboard. | 应当写 ( )；写代码时请用英文输入法。
deep relu(Z): return np.maximum(0，Z) => unknown sign | Python does not know ，: write ,, with an English keyboard
deep relu(Z): s ＝ Z\nreturn s => unknown sign | Python does not know ＝: write =, with an English keyboard
deep relu(Z): return（Z） * Z ＞ 0 => unknown sign
    | Python does not know （ ） ＞: write ( ) >, with an English keyboard
deep relu(Z): return　Z + 1 => unknown sign
    | Python does not know U+3000 U+00A0: write a space a space, with an English | 空格 空格
# The others come from formulas.
deep relu(Z): return Z − 1 => unknown sign | Python does not know −: write -.
deep relu(Z): return 1 - Z² => unknown sign | Python does not know ²: write **2. | 应当写 **2。
deep relu(Z): return W₁ * Z => unknown sign | Python does not know ₁: write 1.
deep relu(Z): return cache[“A”] => unknown sign | Python does not know “: write ".
deep relu(Z): return （Z b => unknown sign | Python does not know （: write (
# Python reads full-width letters, and has no sign for a sum.
deep relu(Z): return Ｚ * (Z > 0) => right
deep relu(Z): return ∑(Z) => wrong
"""


@pytest.mark.parametrize("case", cases_of(PRODUCTS + TYPED))
def test_what_is_not_python_is_written_as_python(case: Case) -> None:
    assert_answer(case)


def test_every_sentence_is_english_and_chinese() -> None:
    assert_in_both_languages(signs)
