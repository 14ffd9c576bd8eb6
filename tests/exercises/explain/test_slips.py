"""Beginners' slips: what is written and what is meant. The nearest right spelling of each stays right."""

import pytest

from course_torch.exercises.check.answer import message
from course_torch.mistakes.solution import solution
from tests.exercises.judged import Case, assert_answer, by_process, cases_of

# What Python does not read.
NO_PYTHON = r"""
logistic optimize: if i % 100 → if print_cost && i % 100 => unknown sign | does not know &&: write and
logistic optimize: if i % 100 → if not print_cost and i % 100 => right
logistic optimize: if i % 100 → if print_cost || i % 100 => unknown sign | does not know ||: write or
logistic optimize: if i % 100 → if !print_cost and i % 100 => unknown sign | does not know !: write not
logistic optimize: if i % 100 == 0 → if i % 100 =< 0 => unknown sign | write <=
logistic predict: > 0.5 → =>0.5 => unknown sign | 应当写 >=
logistic predict: A > 0.5 → A >= 0.5 => right
logistic update: return w, b → return w b => unknown sign | does not know return w b: write return w, b
shallow forward_propagation: "Z1": Z1, → \n        "Z1": Z1\n        => missing comma
    | a comma is missing behind "Z1": Z1
deep linear_backward: keepdims=True → keepdims==True => unknown sign | does not know keepdims==: write keepdims=
logistic predict: return A > 0.5 → return 1 * A if A.all() > 0,5 else 0 => unknown sign | does not know 0,5: write 0.5
logistic initialize_with_zeros: zeros((dim, 1)) → zeros((dim. 1)) => unknown sign | write m, 1
logistic initialize_with_zeros: zeros((dim, 1)) → zeros((dim; 1)) => unknown sign | does not know ;: write ,
logistic predict: A > 0.5 → A > 0.5 ? 1 : 0 => unknown sign
    | does not know return A > 0.5 ? 1 : 0: write return 1 if A > 0.5 else 0
logistic predict: return A > 0.5 → Y = 0 * A\n    Y[0, 0] = A[0, 0] > 0.5 ? 1 : 0 => unknown sign
    | write 1 if A[0, 0] > 0.5
logistic predict: return A > 0.5 → retrun A > 0.5 => unknown sign | does not know retrun: write return
logistic predict: return A > 0.5 → Return A > 0.5 => unknown sign | write return
logistic optimize:         b = b - →     b = b - => not indented
    | b = b - learning_rate * grads["db"] begins further to the left than the lines around it: indent it like these
logistic optimize: for i → fro i => unknown sign | does not know fro: write for
logistic optimize: costs = [] → costs = []\n    i++ => unknown sign | does not know i++: write i += 1
logistic optimize: costs = [] → costs = []\n    i = 0\n    i += 1 => right
logistic optimize: costs.append(cost) → costs.append(cost)\n        else if i:\n            pass => unknown sign
    | write elif
logistic optimize: costs.append(cost) → costs.append(cost)\n        elif i:\n            pass => right
logistic propagate: m = X.shape[1] → lambda = X.shape[1] => unknown sign | does not know lambda: write lambd
logistic propagate: m = X.shape[1] → m = X.shape[1] // the examples => unknown sign | does not know //: write #
logistic propagate: m = X.shape[1] → m = X.shape[1] // 1 => right
logistic propagate: m = X.shape[1] → 样本的个数，（列）\n    m = X.shape[1] => unknown sign | write # 样本的个数，（列）
logistic propagate: m = X.shape[1] → m = X.shape[1]  # 样本的个数，（列） => right
logistic propagate: dZ = A - Y → dZ = => nothing behind = | nothing stands behind dZ = | dZ = 的右边是空的
shallow sigmoid: np.exp(-Z) → np.exp(-|Z|) => unknown sign | does not know |Z|: write abs(Z)
"""

# A product without its sign, and signs that Python does not know.
PRODUCTS = r"""
tensors weighted_sums: return w.T @ X + b → W = w.T\n    return W X + b => product without a sign
    | it is not Python: line 42 | W * X in place of W X: a product needs its sign, * or @ for matrices | 乘号不能省略
logistic output_gradient: A - Y → 1A - 1 Y => product without a sign | 1 * A in place of 1A
logistic bias_gradient: np.sum(dZ) / m → m np.sum(dZ) / m**2 => product without a sign | m * np in place of m np
logistic weight_gradient: X @ dZ.T / m → X dZ.T / m => product without a sign | X * dZ in place of X dZ
tensors computation_graph: u = b * c → u = b c => wrong
# Nothing else can be meant.
tensors computation_graph: J = 3 * v → J = 3c => product without a sign | 3 * c in place of 3c
tensors computation_graph: J = 3 * v → J = 0.5 a, b => product without a sign | 0.5 * a in place of 0.5 a
tensors computation_graph: db, dc = du * c, du * b → db = 3c\n    dc = 3b => product without a sign
    | 3 * c in place of 3c
tensors computation_graph: J = 3 * v → J = -(a log(b) + 1) => product without a sign | a * log in place of a log
tensors computation_graph: J = 3 * v → J = (1 - a) np.log(1 - a) => product without a sign | ) * np in place of ) np
tensors computation_graph: J = 3 * v → J = -1 / b np.sum(a) => product without a sign | b * np in place of b np
# A comma or any sign may be meant.
tensors computation_graph: J = 3 * v → J = 3 * v + 0 * max(a b) => wrong
tensors computation_graph: u = b * c → u = b c, 1 => wrong
tensors computation_graph: J = 3 * v → J = a @ b a => product without a sign | b * a in place of b a
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
    | Python does not know （ ）: write ( ) with an English keyboard. | 应当写 ( )；写代码时请用英文输入法。
deep relu(Z): return np.maximum(0，Z) => unknown sign | Python does not know ，: write , with an English keyboard
deep relu(Z): s ＝ Z\nreturn s => unknown sign | Python does not know ＝: write = with an English keyboard
deep relu(Z): return（Z） * Z ＞ 0 => unknown sign
    | Python does not know （ ） ＞: write ( ) > with an English keyboard
deep relu(Z): return　Z + 1 => unknown sign
    | Python does not know U+3000 U+00A0: write a space a space with an English | 空格 空格
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

# What Python reads as something else.
OTHER_PYTHON = r"""
logistic initialize_with_zeros: zeros((dim, 1)) → zeros(dim, 1) => one change
    | with (np.zeros((dim, 1)), 0.0) in place of (np.zeros(dim, 1), 0.0)
shallow initialize_parameters: zeros((n_h, 1)), np.zeros((n_y, 1)) → zeros(n_h, 1), np.zeros(n_y, 1)
    => shape in brackets
    | in brackets: np.zeros((n, 1))
logistic initialize_with_zeros: zeros((dim, 1)) → ones((dim, 1)) * 0 => right
shallow initialize_parameters: randn(n_h, n_x) → randn((n_h, n_x)) => one change | randn(n_h, n_x)
deep linear_backward: keepdims → keepdim => not defined | did you mean keepdims?
logistic compute_cost: np.log(A) → np.lgo(A) => not defined | did you mean log?
logistic propagate: m = X.shape[1] → m = X.shape => one change | X.shape[1] in place of X.shape (line 40)
logistic propagate: m = X.shape[1] → _, m = X.shape => right
logistic propagate: X @ dZ.T / m → 1 // m * X @ dZ.T => one change | with 1 / m * X in place of 1 // m * X
logistic propagate: X @ dZ.T / m → 1 / m * X @ dZ.T => right
logistic propagate: sigmoid(w.T @ X + b) → sigmoid(w.T @ X) + b => one change | sigmoid(w.T @ X + b) in place of
logistic propagate: sigmoid(w.T @ X + b) → sigmoid(b + w.T @ X) => right
deep L_model_backward: dA, grads[f"dW{L}"], grads[f"db{L}"] = linear_backward(output_gradient(AL, Y), caches[L - 1][0])
    → dAL = AL - Y\n    dA, grads[f"dW{L}"], grads[f"db{L}"] = linear_activation_backward(dAL, caches[L - 1], "sigmoid")
    => dZ as dA | dAL = AL - Y is dZ of the output layer, and dAL is asked: dA = -Y/A + (1 - Y)/(1 - A)
deep linear_forward: W @ A + b → np.dot(W, A) * b => one change
    | with (np.dot(W, A) + b, (A, W, b)) in place
logistic optimize: w = w - learning_rate → w =- learning_rate => one change | w - learning_rate * grads['dw'] in place
logistic optimize: w = w - learning_rate → w = -learning_rate => one change
logistic optimize: w = w - learning_rate * → w = -learning_rate * grads["dw"] + w + 0 * => right
deep L_model_forward: len(parameters) // 2 → len(parameters) => one change | len(parameters) // 2 in place of
deep L_model_forward: len(parameters) // 2 → int(len(parameters) / 2) => right
deep initialize_parameters_deep: parameters = {} → parameters = [] => one change | {} in place of []
logistic optimize: w = w - learning_rate → dw = grads[dw]\n        w = w - learning_rate => not defined
    | stands in quotes
deep L_model_forward: caches.append(cache) → caches = caches.append(cache) => one change
    | caches.append(cache) in place of caches = caches.append(cache) (line
logistic optimize: costs.append(cost) → costs.append[cost] => one change | costs.append(cost) in place of costs.append[
logistic predict: return A > 0.5 → Y = 0 * A\n    Y == (A > 0.5)\n    return Y => one change
    | Y = A > 0.5 in place of Y == (A > 0.5)
logistic predict: return A > 0.5 → return (A > 0.5) == True => right
logistic propagate: w.T → w.t => not defined | did you mean T?
logistic propagate: X @ dZ.T → np.dot(X. dZ.T) => dot for a comma
    | a dot stands before dZ: between two arguments stands a comma
logistic propagate: X @ dZ.T → np.dot(X. np.abs(dZ.T)) => dot for a comma
    | a dot stands before np: between
deep initialize_parameters_deep: zeros((layer_dims[l], 1)) → zeros((np.array(layer_dims), 1)) => array for a size
    | a size is a whole number, and here an array stands for it
logistic sigmoid: np.tanh(Z / 2) → np.tanh - Z => not called | a function stands without its parentheses
basics normalize_rows: x, axis=1, → x, ord=2, => one change
basics L2: (y - yhat) ** 2 → (y - yhat) * 2 => one change
shallow backward_propagation: (1 - A1**2) → (1 - A1)**2 => one change
shallow backward_propagation: (1 - A1**2) → np.power(1 - A1, 2) => one change
logistic predict: return A > 0.5 → return A > 0,5 => one change | A > 0.5 in place of (A > 0, 5)
logistic model: num_iterations, learning_rate) → num_iterations=2000, learning_rate=0.5) => argument unused
    | never uses num_iterations, learning_rate: it writes num_iterations=2000, learning_rate=0.5 | 而是写成了 num
logistic model: num_iterations, learning_rate) → 2000, learning_rate) => argument unused | it writes 2000
logistic model: num_iterations, learning_rate) → learning_rate=learning_rate, num_iterations=num_iterations) => right
"""

LINES = {
    "def predict w, b, X):": "write def predict(w, b, X):",
    "def predict(w, b, X:": "write def predict(w, b, X):",
    "deff predict(w, b, X):": "does not know deff: write def",
    "Def predict(w, b, X):": "does not know Def: write def",
    "def predict（w, b, X):": "write ( with an English keyboard",
    "return A > 0.5": "return A > 0.5 begins further to the left than the lines around it: indent it like these",
}
"""A line at the margin in place of a line of `predict`, and what is said of it."""


@pytest.mark.slow
@pytest.mark.parametrize("line", LINES)
def test_a_slip_at_the_margin_is_named_and_the_callers_are_judged(line: str) -> None:
    right = "    return A > 0.5" if line.startswith("return") else "def predict(w, b, X):"
    *_, predict, model = by_process(solution("logistic", "numpy", "columns").replace(right, line), "logistic")
    assert (predict.state, model.state) == ("wrong", "right")
    assert LINES[line] in message(predict, "en")


@pytest.mark.parametrize("case", cases_of(NO_PYTHON + PRODUCTS + TYPED + OTHER_PYTHON))
def test_a_slip_is_named_and_what_is_meant_is_right(case: Case) -> None:
    assert_answer(case)
