"""Beginners' slips, each with the nearest right spelling, and templates that nobody has filled in."""

import pytest

from course_torch.exercises.check.answer import message
from course_torch.exercises.judge import calling
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.sandbox.client import Failure
from course_torch.mistakes.solution import replace_in, solution
from tests.exercises.in_this_process import caller_of
from tests.exercises.judged import Case, assert_answer, by_process, cases_of, verdict_on

# What Python does not read.
NO_PYTHON = r"""
logistic optimize: if i % 100 → if print_cost && i % 100 => unknown sign | does not know &&: write and
logistic optimize: if i % 100 → if not print_cost and i % 100 => right
logistic optimize: if i % 100 → if print_cost || i % 100 => unknown sign | does not know ||: write or
logistic optimize: if i % 100 → if !print_cost and i % 100 => unknown sign | does not know !: write not
logistic optimize: if i % 100 == 0 → if i > 1 and i % 100 = 0 => unknown sign | write if i > 1 and i % 100 ==
logistic optimize: if i % 100 == 0 → if i % 100 =< 0 => unknown sign | write <=
logistic predict: > 0.5 → =>0.5 => unknown sign | 应当写 >=
logistic predict: A > 0.5 → A >= 0.5 => right
logistic update: return w, b → return w b => unknown sign | does not know return w b: write return w, b
logistic update: return w, b → return w, b b => unknown sign | write return w, b, b
logistic optimize: for i in range(num_iterations): → for i in range(num_iterations); => unknown sign
    | write for i in range(num_iterations):
logistic predict: > 0.5 → > O.5 => unknown sign | does not know O.5: write 0.5
logistic propagate: np.sum(dZ) → np.1og(dZ) => unknown sign | does not know .1og: write .log
logistic predict: return A > 0.5 → Y = 0 * A\n    Y(0, 0) = 1\n    return Y => unknown sign
    | does not know Y(0, 0): write Y[0, 0] | !Maybe
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
logistic optimize: w - learning_rate → w - learning rate => unknown sign
    | does not know learning rate: write learning_rate
logistic predict: return A > 0.5 → if (A[0, 0] > 0.5:\n        pass\n    return A > 0.5 => unknown sign
    | write if (A[0, 0] > 0.5)
logistic predict: return A > 0.5 → if A is None:\n        pass\n    else A is X:\n        pass\n    return A > 0.5
    => unknown sign | does not know else A is X: write elif A is X
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
logistic model: initialize_with_zeros(X_train.shape[0]) → initialize_with_zeros(X_train.shape) => one change
    | initialize_with_zeros(X_train.shape[0]) in place of
logistic propagate: X @ dZ.T / m → 1 // m * X @ dZ.T => one change | with 1 / m * X in place of 1 // m * X
logistic propagate: X @ dZ.T / m → 1 / m * X @ dZ.T => right
logistic propagate: sigmoid(w.T @ X + b) → sigmoid(w.T @ X) + b => one change | sigmoid(w.T @ X + b) in place of
logistic propagate: sigmoid(w.T @ X + b) → sigmoid(b + w.T @ X) => right
deep L_model_backward: dA, grads[f"dW{L}"], grads[f"db{L}"] = linear_backward(output_gradient(AL, Y), caches[L - 1][0])
    → dAL = AL - Y\n    dA, grads[f"dW{L}"], grads[f"db{L}"] = linear_activation_backward(dAL, caches[L - 1], "sigmoid")
    => dZ as dA | dAL = AL - Y is dZ of the output layer, and dAL is asked: dA = -Y/A + (1 - Y)/(1 - A)
deep linear_forward: W @ A + b → np.dot(W, A) * b => one change
    | with (np.dot(W, A) + b, (A, W, b)) in place
logistic predict: return A > 0.5 → Y = np.zeros(A.shape)\n    for i in range(A.shape[1]):\n        Y[i] =
    A[0, i] > 0.5\n    return Y => one change | Y[0, i] in place of Y[i]
logistic optimize: w = w - learning_rate → w =- learning_rate => one change | w - learning_rate * grads['dw'] in place
logistic optimize: w = w - learning_rate → w = -learning_rate => one change
logistic optimize: w = w - learning_rate * → w = -learning_rate * grads["dw"] + w + 0 * => right
deep L_model_forward: len(parameters) // 2 → len(parameters) => one change | len(parameters) // 2 in place of
deep L_model_forward: len(parameters) // 2 → int(len(parameters) / 2) => right
deep initialize_parameters_deep: parameters = {} → parameters = [] => one change | {} in place of []
logistic predict: return A > 0.5 → Y = 0 * A\n    for i in range(A.shape[1]):\n        Y = 1\n    assert Y.shape
    => value of another kind | gives Y another kind of value: Y = 1
deep linear_backward: return dA_prev, dW, db → dW_temp, db_temp = dW, db\n    return dA_prev, db_temp, db_temp
    => one change | dW_temp
deep L_model_forward: A, caches = X, [] → A = X\n    caches = {} => one change | [] in place of {}
deep L_model_forward: caches.append(cache) → caches.append(caches) => one change
    | caches.append(cache) in place of caches.append(caches)
deep linear_forward: (A, W, b) → {A, W, b} => one change | (A, W, b)) in place of (W @ A + b, {A, W, b})
deep linear_backward: keepdims=True) / m → keepdims=True / m) => one change
    | keepdims=True) / m in place of
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


BLANK = r"""
logistic sigmoid(z): pass => missing
logistic sigmoid(z): ... => missing
logistic sigmoid(z): return => missing
logistic sigmoid(z): "docstring"\nreturn None => missing
logistic sigmoid(z): raise NotImplementedError => missing
logistic sigmoid(z): z\npass => no return
"""
LEFT = r"""
shallow layer_sizes(X, Y): n_x = None\nn_h = None\nn_y = None\nreturn (n_x, n_h, n_y) => missing: still None
    | None is left for n_x, n_h, n_y
deep compute_cost(AL, Y): m = Y.shape[1]\ncost = None\ncost = np.squeeze(cost)\nassert isinstance(cost, float)\nreturn
    cost => missing: still None | None is left for cost:
deep initialize_parameters_deep(layer_dims): parameters = {}\nfor l in range(1, len(layer_dims)):\n    parameters['W' +
    str(l)] = None\n    parameters['b' + str(l)] = None\nreturn parameters => missing: still None
    | parameters['b' + str(l)]: write
deep linear_activation_forward(A_prev, W, b, activation): if activation == 'sigmoid':\n    Z, linear_cache =
    None\n    A, activation_cache = None\nelse:\n    Z, linear_cache = None, None\n    A, activation_cache = None,
    None\nreturn A, (linear_cache, activation_cache) => missing: still None
    | None is left for Z, linear_cache, A, activation_cache:
deep linear_forward(A, W, b): Z = None\nreturn Z, (A, W, b) => missing: still None
deep linear_backward(dZ, cache): A_prev, W, b = cache\ndW = dZ @ A_prev.T / dZ.shape[1]\ndb = None\ndA_prev = W.T @
    dZ\nreturn dA_prev, dW, db => missing: still None
    | linear_backward: not written yet: None is left for db: write your code in its | 还没有写：
logistic sigmoid(z): t = np.exp(-z)\nreturn None => missing: still None | None is left for return:
deep relu(Z): A = None\nreturn A => missing: still None | None is left for A:
deep relu(Z): A, x = None, 1\nreturn A => missing: still None | None is left for A:
deep relu(Z): A, B = None\nreturn A + B => missing: still None | None is left for A, B:
deep relu(Z): (A, B), C = (None, 1), 2\nreturn A => missing: still None | None is left for A:
deep relu(Z): [A, B] = None, 1\nreturn A => missing: still None | None is left for A:
deep relu(Z): A = None\nA = Z + A\nreturn A => missing: still None | None is left for A:
deep relu(Z): A = None\nA -= Z\nreturn A => missing: still None | None is left for A:
deep relu(Z): A = B = None\nreturn A + B => missing: still None | None is left for A, B:
deep update_parameters(parameters, grads, learning_rate): new = dict(parameters)\nnew["W1"] = None\nreturn new
    => missing: still None | None is left for new['W1']:
# Nobody reads it, it has another value, or it is one of several results.
deep relu(Z): A = None\nreturn 2 * Z => unknown
deep relu(Z): A = None\nA = 2 * Z\nreturn A => unknown
deep relu(Z): A, B = np.cos(Z), 1\nB = None\nreturn A => unknown
deep relu(Z): if len(Z) > 99:\n    return None\nreturn np.cos(Z) => unknown
deep relu(Z): for A in Z:\n    A = None\nreturn np.cos(Z) if A is None else A => unknown
deep relu(Z): A = None\nA = lambda: None\nreturn A => wrong
deep update_parameters(parameters, grads, learning_rate): new = dict(parameters)\nnew["W1"] = None\nnew["W1"] =
    np.cos(parameters["W1"])\nreturn new => argument unused
# Wrong numbers of which a mistake is known come from this mistake, although a name may still be None.
deep linear_backward(dZ, cache): A_prev, W, b = cache\nextra = None\ndW = dZ @ A_prev.T\ndb = dZ.sum(1,
    keepdims=True)\nif extra:\n    pass\nreturn W.T @ dZ, dW, db => no 1/m
deep linear_backward(dZ, cache): A_prev, W, b = cache\nextra = None\ndW = np.cos(dZ @ A_prev.T)\ndb = dZ.sum(1,
    keepdims=True)\nif extra:\n    pass\nreturn W.T @ dZ, dW, db => missing: still None | None is left for extra:
logistic sigmoid(z): s = None\nt = 1 / (1 + np.exp(-z))\nreturn t => right
logistic sigmoid(z): s = None\ns = 1 / (1 + np.exp(z))\nreturn s => sign in e^(-Z)
"""
PLACES = r"""
logistic sigmoid(z): # YOUR CODE STARTS HERE\n\n# YOUR CODE ENDS HERE\nreturn s => missing | (learner.py:9)
    | 还没有写：
logistic sigmoid(z): s = None\n# YOUR CODE STARTS HERE\n\n# YOUR CODE ENDS HERE\n# YOUR CODE STARTS HERE\n# YOUR CODE
    ENDS HERE\nreturn s => missing | nothing stands between the two comments | (learner.py:10, learner.py:13)
logistic sigmoid(z): s\n### START CODE HERE ### (2 lines)\n\n  # a comment\n### END CODE HERE ###\nreturn s => missing
    | (learner.py:10)
logistic sigmoid(z): # START CODE HERE\n# START CODE HERE\n# END CODE HERE\nreturn s => missing | (learner.py:10)
logistic sigmoid(z): # START CODE HERE\n# END CODE HERE\n# END CODE HERE\nreturn s => missing | (learner.py:9)
logistic sigmoid(z): # START CODE HERE\n\n# END CODE HERE\nreturn z => missing | (learner.py:9)
logistic sigmoid(z): # 开始\n\n# 结束\nreturn s => missing | (learner.py:9)
logistic predict(w, b, X): Y = np.zeros((1, X.shape[1]))\nfor i in range(X.shape[1]):\n    # YOUR CODE STARTS
    HERE\n    # YOUR CODE ENDS HERE\n    pass\nreturn Y => missing
logistic initialize_with_zeros(dim): ### START CODE HERE ###\n\n### END CODE HERE ###\nassert w.shape == (dim,
    1)\nreturn w, b => missing
logistic optimize(w, b, X, Y, num_iterations=100, learning_rate=0.009): for i in range(num_iterations):\n    # YOUR
    CODE STARTS HERE\n    # YOUR CODE ENDS HERE\n    dw, db = grads['dw'], grads['db']\ngrads = {'dw': dw, 'db':
    db}\nreturn {'w': w, 'b': b}, grads, [] => missing
deep update_parameters(parameters, grads, learning_rate): L = 2\n### 在这里开始写代码 ###\n### 在这里结束写代码
    ###\nreturn parameters => missing
# A place for a call: the function does not call what the solution calls.
logistic predict(w, b, X): A = w.T @ X + b\n### START CODE HERE ###\n### END CODE HERE ###\nreturn A > 0.5 => missing
logistic predict(w, b, X): A = sigmoid(w.T @ X)\n### START CODE HERE ###\n### END CODE HERE ###\nreturn A > 0.5
    => missing
logistic predict(w, b, X): A = sigmoid(w.T @ X - b)\n### START CODE HERE ###\n### END CODE HERE ###\nreturn A > 0.5
    => bias subtracted
# No place is blank, or the code stands beside it.
logistic sigmoid(z): # END CODE HERE\n\n# END CODE HERE\nreturn s => not defined
logistic sigmoid(z): # START CODE HERE\n\nreturn s => not defined
logistic sigmoid(z): # we start coding\n# the end code is here\nreturn s => not defined
logistic sigmoid(z): # YOUR CODE STARTS HERE\ns = 1 / (1 + np.exp(z))\n# YOUR CODE ENDS HERE\nreturn s
    => sign in e^(-Z)
logistic sigmoid(z): # YOUR CODE STARTS HERE\ns = 1 / (1 + np.exp(-y))\n# YOUR CODE ENDS HERE\nreturn s => one change
# What was written there and taken out stands elsewhere.
logistic predict(w, b, X): A = w.T @ X + b\n### START CODE HERE ###\n#for i in range(m):\n#    p[0, i] = A[0, i] > 0.5\n
    ### END CODE HERE ###\nreturn A > 0.5 => threshold 0.5 for z
shallow update_parameters(parameters, grads, learning_rate=1.2): ### START CODE HERE ###\n# W1 = …\n### END CODE HERE
    ###\nreturn {name: value + learning_rate * grads['d' + name] for name, value in parameters.items()} => + for -
deep linear_forward(A, W, b): ### START CODE HERE ###\n### END CODE HERE ###\nreturn W @ A.T + b, (A, W, b)
    => one change
"""


@pytest.mark.parametrize("case", cases_of(BLANK + LEFT + PLACES))
def test_a_template_is_not_written_yet_and_code_is(case: Case) -> None:
    """What is begun has a call, with which a hint shows the arguments."""
    verdict = verdict_on(case.text, case.chapter, case.function)
    assert_answer(case, verdict)
    assert verdict.symptom is None or verdict.call is not None


def test_a_function_that_is_no_def_is_written() -> None:
    assert verdict_on("import numpy as np\nrelu = np.tanh\n", "deep", "relu").state == "wrong"


# Loops that never end: what nothing in them changes


def stopped(text: str, line: int) -> Verdict:
    """The verdict on relu in a text, which was stopped in this line."""
    caller = caller_of(text, "deep")
    task = next(task for task in caller.chapter.tasks if task.name == "relu")
    return caller.verdict_on_failure(task, caller.calls(task)[0], Failure("NotReturning", "20", ("learner.py", line)))


NESTED = """def relu(X, m=3):
    for x in X:
        for i in range(m):
            m += i
    while m > 0:
        m += 1
        for x in X:
            while x < 1:
                x += 1
    while X:
        while m:
            m -= 1
    return m
"""


@pytest.mark.parametrize(
    ("running", "named"), [(4, 2), (3, 2), (6, 5), (7, 5), (9, 8), (12, 11), (11, 11), (10, 10), (13, 13), (1, 1)]
)
def test_the_loop_is_named_whichever_of_its_lines_is_running(running: int, named: int) -> None:
    assert message(stopped(NESTED, running), "en").startswith(
        f"relu: it does not return: line {named} is still running"
    )


LOGISTIC = solution("logistic", "numpy", "rows")
LOOP = "    i = 0\n    while i < len(Z):\n        A = 1 / (1 + np.exp(-Z))\n    return A\n"
ENDLESS = {
    "nothing changes the condition": (
        "sigmoid", "    return (1 + np.tanh(Z / 2)) / 2", LOOP,
        "    while i"),
    "a change of its text would not return either": (
        "optimize", "    costs = []\n    for i",
        "    costs = [0]\n    for cost in costs:\n        costs.append(cost)\n    for i", "    for cost"),
    "a function that the loop calls is running": (
        "optimize", "    for i in range(num_iterations):\n", "    i = 0\n    while i < num_iterations:\n",
        "    while"),
}  # fmt: skip
"""Function, old and new code, and the line that is running."""


@pytest.mark.slow
@pytest.mark.parametrize(("function", "old", "new", "line"), ENDLESS.values(), ids=ENDLESS)
def test_an_endless_loop_is_named_and_the_functions_that_call_it_are_judged(
    monkeypatch: pytest.MonkeyPatch, function: str, old: str, new: str, line: str
) -> None:
    monkeypatch.setattr(calling, "PATIENCE", 0.3)
    text = replace_in(LOGISTIC, function, old, new)
    number = text[: text.index(line, text.index(f"def {function}"))].count("\n") + 1
    verdicts = {verdict.task.name: verdict for verdict in by_process(text, "logistic")}
    wrong = verdicts.pop(function)
    assert (wrong.state, wrong.findings) == ("wrong", ())
    assert f"it does not return: line {number} is still running" in message(wrong, "en")
    assert message(wrong, "zh").startswith(f"{function}: 它没有返回：还在执行第 {number} 行。")
    assert {verdict.state for verdict in verdicts.values()} == {"right"}
