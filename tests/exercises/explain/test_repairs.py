"""One change of the learner's text that makes the function right is the cause: a name, an index, a sign, a place."""

from unittest.mock import Mock

import pytest

from course_torch.exercises.explain import repairs
from course_torch.exercises.judge.calling import Caller
from course_torch.exercises.tasks.task import finding
from course_torch.mistakes.solution import replace_in, solution
from tests.exercises.in_this_process import caller_of
from tests.exercises.judged import Case, assert_answer, cases_of, verdict_by, verdict_on

NAMES = r"""
# Texts.
deep L_model_forward: "sigmoid" → "sigmoi" => one change | else 'sigmoid' in place of 'relu' if l < L else 'sigmoi'
application two_layer_model: "sigmoid" → " sigmoid" => one change | 'sigmoid' in place of ' sigmoid'
# Names: the tensor of another layer, or another tensor.
logistic update: learning_rate * dw → learning_rate * db => one change | dw in place of learning_rate * db
logistic propagate: w.T @ X + b → w.T @ X + w => one change | w.T @ X + b in place of w.T @ X + w
deep L_model_forward: range(1, L + 1) → range(1, l + 1) => one change | L + 1 in place of l + 1 (line 37) the
shallow nn_model: (parameters, cache, X, Y) → (X, parameters, Y, cache) => one change
    | backward_propagation(parameters, cache, X, Y) in place of backward_propagation(X, parameters, Y, cache)
deep train: L_model_backward(AL, Y, caches) → L_model_backward(Y, AL, caches) => one change
    | L_model_backward(AL, Y, caches) in place of L_model_backward(Y, AL, caches)
# What the fingers and the eyes confuse.
logistic propagate: np.sum(dZ) / m → np.sum(dZ) * l / m => one change | np.sum(dZ) * 1 in place of
logistic optimize: learning_rate * grads["dw"] → learning_rate ** 2 * grads["dw"] => one change
    | learning_rate * grads['dw'] in place of learning_rate ** 2 * grads['dw']
logistic update: learning_rate * dw → learning_rate.dw => one change | learning_rate * dw in place of
logistic predict: return A > 0.5 → Y = np.zeros(A.shape)\n    for i in range(A.shape[1]):\n        Y[0, i] = 1
    \n        if A[0, i] >= 0.5:\n            Y[0, i] = 0\n    return Y => one change | A[0, i] <= 0.5 in place of
logistic model: predict(w, b, X_test) → predict(w, b, Y_test) => one change | predict(w, b, X_test) in place of
shallow layer_sizes: Y.shape[0] → X.shape[0] => one change | Y.shape in place of X.shape
shallow nn_model: backward_propagation(parameters, cache, X, Y) → backward_propagation(parameters, cache, X, n_x)
    => one change | backward_propagation(parameters, cache, X, Y) in place of
shallow backward_propagation: dW2 = dZ2 @ → dW2 = 0\n    dW1 = dZ2 @ => one change | with dW2 in place of dW1
shallow backward_propagation: (1 - A1**2) → (1 - np.power(np.tanh(cache["Z1"], 2))) => one change
    | np.power(np.tanh(cache['Z1']), 2)
deep L_model_backward: grads[f"dW{l}"], → grads["dW" + str(l - 1) + 1], => one change | 'dW' + str(l - 1 + 1)
deep linear_backward: dA_prev = W.T → W = np.tile(W, (len(dZ), 1))\n    dA_prev = W.T => one statement moved | left out
logistic optimize: costs.append(cost) → cost.append(cost) => one change | costs.append(cost) in place of
shallow backward_propagation: W2.T @ dZ2 → W2.T @ db2 => one change | W2.T @ dZ2 in place of W2.T @ db2
deep linear_backward: dZ @ A_prev.T → dZ @ A.T => one change | A_prev.T in place of A.T
logistic predict: return A > 0.5 → nb = 0.5\n    return A > m => one change | A > nb in place of A > m
deep compute_cost: np.log(AL) + (1 - Y) → np.log(AL) (1 - Y) => side by side | a sign or a comma is missing between them
shallow backward_propagation: dA1 * (1 - A1**2) → np.multiply(np.dot(W2.T, dZ2) (1 - A1**2)) => one change
    | np.multiply(np.dot(W2.T, dZ2), 1 - A1 ** 2) in place of
shallow predict: (A2 > 0.5) → (X[:1] > 0.5) => one change | A2[:1] in place of X[:1]
shallow sigmoid_derivative: A = sigmoid → a = sigmoid => one change | a * (1 - a) in place of A * (1 - A)
shallow backward_propagation: m = X.shape[1] → m = X.shape.shape[1] => one change | X.shape[1] in place of X.shape.shape
shallow sigmoid_derivative: return A * → return Z * => one change | A * (1 - A) in place of Z * (1 - A)
shallow backward_propagation: dZ1 @ X.T → dZ2 @ X.T => one change | dZ1 @ X.T in place of dZ2 @ X.T
shallow initialize_parameters: zeros((n_y, 1)) → zeros((n_h, 1)) => one change
    | (n_y, 1) in place of (n_h, 1) (line 15)
logistic model: optimize(w, b, X_train, Y_train → optimize(w, b, X_train, Y_test => one change
    | Y_train in place of Y_test
logistic model: predict(w, b, X_train)\n → predict(w, b, X_test)\n    train - Y_train\n => one change
    | predict(w, b, X_train) in place of predict(w, b, X_test)
basics image2vector: image.reshape → x.reshape => one change | image.reshape in place of x.reshape (line 24)
deep initialize_parameters_deep: layer_dims[l - 1]) → layer_dims[1 - 1]) => one change | l - 1 in place of 1 - 1
shallow forward_propagation: W1 @ X + b1 → np.dot(W1, X + b1) => one change
    | np.dot(W1, X) + b1 in place of np.dot(W1, X + b1)
shallow compute_cost: np.log(1 - A2) → np.log(1 - Y) => one change | 1 - A2 in place of 1 - Y
shallow compute_cost: np.log(A2) → np.log2(A2) => one change | np.log(A2) in place of np.log2(A2)
deep linear_activation_backward(dA, cache, activation): linear_cache, activation_cache = cache\nif activation == "relu":
    \n    return linear_backward(relu_backward(dA, activation_cache), activation_cache)\nreturn
    linear_backward(sigmoid_backward(dA, activation_cache), linear_cache) => one change
    | linear_cache in place of activation_cache
# Keys.
deep update_parameters: new[f"b{l}"] = → np.abs("W" + str(l))\n        new[f"b{l}"] = => one change
    | np.abs(parameters['W' + str(l)]) in place of
shallow forward_propagation: parameters["W1"], parameters["b1"] → parameters["W1"], parameters.get("B1") => one change
    | parameters.get('b1') in place of parameters.get('B1')
shallow backward_propagation: W2.T @ dZ2 → parameters["W1"].T @ dZ2 => one change | ['W2'] in place of parameters['W1']
deep L_model_backward: grads[f"dW{l}"], → grads["dW1"], => one change | ['dW' + str(l)] in place of grads['dW1']
deep L_model_backward: output_gradient(AL, Y) → output_gradient(AL, Y) + {}['a'] => one change
"""
NUMBERS = r"""
shallow update_parameters(parameters, grads, learning_rate=1.2): new = {n: parameters[n] - learning_rate *
    grads["d" + n] for n in ("W1", "b1", "W2")}\nnew["b2"] = parameters["b2"] - grads["db2"]\nreturn new
    => one change | parameters['b2'] - learning_rate * grads['db2'] in place of parameters['b2'] - grads['db2'] (line
shallow nn_model: update_parameters(parameters, grads) → update_parameters(parameters, grads, learning_rate=0.12)
    => one change | learning_rate=1.2 in place of learning_rate=0.12
# Indices, ends of ranges and axes.
deep L_model_backward: caches[l - 1] → caches[l] => one change | caches[l - 1] in place of caches[l] (line 81)
    | 把 caches[l]（第 81 行）换成 caches[l - 1]，函数就正确了
deep L_model_backward: caches[l - 1] → caches[l - 2] => one change | caches[l - 1] in place of caches[l - 2]
deep L_model_backward: caches[L - 1][0] → caches[L - 1][1] => one change | [0] in place of caches[L - 1][1]
deep L_model_backward: range(L - 1, 0 → range(L, 0 => one change | range(L - 1, 0, -1) in place of range(L, 0, -1)
deep update_parameters: // 2 + 1) → // 2) => one change | // 2 + 1) in place of range(1, len(parameters) // 2)
deep train: range(iterations) → range(iterations - 1) => one change
    | range(iterations) in place of range(iterations - 1)
shallow update_parameters: grads[f"dW{l}"] → grads[f"dW{l + 1}"] => one change | {l} in place of {l + 1}
deep linear_backward: np.sum(dZ, axis=1, → np.sum(dZ, axis=2, => one change | axis=1 in place of axis=2
deep linear_backward: m = A_prev.shape[1] → m = cache[0].shape[2] => one change
    | shape[1] in place of cache[0].shape[2]
deep initialize_parameters_deep: zeros((layer_dims[l], → zeros((layer_dims[l - 1], => one change
    | layer_dims[l] in place
# A name in place of a number.
logistic optimize: w - learning_rate → w - 0.01 => one change | learning_rate * grads['dw'] in place of 0.01 *
shallow predict: A2 > 0.5 → A2 > A2.mean() => one change | A2 > 0.5 in place of A2 > A2.mean()
logistic predict: A > 0.5 → A > 0.7 => one change | A > 0.5 in place of A > 0.7
# The direction of a loop.
deep L_model_backward: range(L - 1, 0, -1) → range(1, L) => one change | reversed(range(1, L)) in place of range(1, L)
deep L_model_forward: range(1, L + 1) → reversed(range(1, L + 1)) => one change | range(1, L + 1) in place of reversed(
deep L_model_backward: for l in range(L - 1, 0, -1):\n        dA, grads[f"dW{l}"], grads[f"db{l}"] =
    linear_activation_backward(dA, caches[l - 1], "relu") → grads["dA" + str(L - 1)] = dA\n    for l in range(L -
    1):\n        dA_prev, grads["dW" + str(l + 1)], grads["db" + str(l + 1)] = linear_activation_backward(grads["dA" +
    str(l + 1)], caches[l], "relu")\n        grads["dA" + str(l)] = dA_prev => one change | it raises KeyError
    | reversed(range(L - 1)) in place of range(L - 1)
# The order of results, arguments and values.
logistic model: num_iterations, learning_rate) → learning_rate, num_iterations) => one change
    | num_iterations, learning_rate) in place of optimize(w, b, X_train, Y_train, learning_rate, num_iterations)
logistic optimize: propagate(w, b, X, Y) → propagate(X, Y, w, b) => one change
    | (w, b, X, Y) in place of propagate(X, Y,
shallow nn_model: propagation(parameters, cache, X, Y) → propagation(cache, X, Y, parameters) => one change
    | (parameters, cache, X, Y) in place of
shallow forward_propagation: b1, W2, b2 = → b2, W2, b1 = => one change | (W1, b1, W2, b2) in place of (W1, b2, W2, b1)
shallow initialize_parameters: "W1": W1, "b1": b1 → "W1": b1, "b1": W1 => one change | {'W1': W1, 'b1': b1,
"""
SIGNS = r"""
# Another operation, a factor or a term more, x for 1 - x.
shallow update_parameters: = parameters[f"b{l}"] → = -parameters[f"b{l}"] => one change
    | in place of -parameters[f'b{l}']
tensors computation_graph: v = a + u → v = a - u => one change | a + u in place of a - u
tensors computation_graph: u = b * c → u = b / c => one change | b * c in place of b / c
tensors computation_graph: J = 3 * v → J = 3 * v - a => one change | 3 * v in place of 3 * v - a
deep compute_cost: / m → * m => one change | np.log(1 - AL)) / m in place of
deep sigmoid_backward: dA * A → dA * Z * A => one change | dA * A in place of dA * Z * A
deep sigmoid_backward: * (1 - A) → * (1 - A) / Z => one change | dA * A * (1 - A) in place of dA * A * (1 - A) / Z
deep sigmoid_backward: * (1 - A) → * A => one change | dA * A * (1 - A) in place of dA * A * A
shallow sigmoid_derivative: A * (1 - A) → A * (1 - Z) => one change | 1 - A in place of 1 - Z
shallow compute_cost: np.log(1 - A2) → np.log(A2) => one change | np.log(1 - A2) in place of np.log(A2)
logistic propagate: X @ dZ.T → X @ (dZ * A * (1 - A)).T => one change | dZ.T in place of (dZ * A * (1 - A)).T
shallow backward_propagation: (1 - A1**2) → (1 - A1**2) * cache["Z1"] => one change
    | dA1 * (1 - A1 ** 2) in place of dA1 * (1 - A1 ** 2) * cache['Z1']
# Other brackets.
deep sigmoid_backward: * (1 - A) → * 1 - A => one change | dA * A * (1 - A) in place of dA * A * 1 - A
shallow tanh: (np.exp(Z) - np.exp(-Z)) / → np.exp(Z) - np.exp(-Z) / => one change
    | (np.exp(Z) - np.exp(-Z)) / (np.exp(Z)
logistic loss: (1 - Y) * → 1 - Y * => one change | (1 - Y) * np.log(1 - A)) in place of
shallow backward_propagation: (1 - A1**2) → 1 - A1**2 => one change | * (1 - A1 ** 2) in place of dA1 * 1 - A1 ** 2
# A transpose or a call more or less, or another product.
logistic propagate: w.T @ X → w @ X => one change | w.T @ X in place of w @ X
deep linear_forward: W @ A + b, → W @ A + b.T, => one change | W @ A + b in place of W @ A + b.T
deep linear_forward: W @ A + b → A @ W + b => one change | W @ A + b in place of A @ W + b
deep linear_forward: W @ A + b → np.dot(A, W) + b => one change | np.dot(W, A) + b in place of np.dot(A, W) + b
deep compute_cost: Y * np.log(AL) + (1 - Y) * np.log(1 - AL) → np.dot(Y, np.log(AL)) + np.dot(1 - Y, np.log(1 - AL))
    => one change | np.dot(Y, np.log(AL).T) + np.dot(1 - Y, np.log(1 - AL).T) in place of np.dot(Y, np.log(AL)) +
shallow forward_propagation: W1 @ X → W1 * X => one change | W1 @ X + b1 in place of W1 * X + b1
shallow forward_propagation: W1 @ X → np.multiply(W1, X) => one change
    | W1 @ X + b1 in place of np.multiply(W1, X) + b1
shallow backward_propagation: A1**2 → np.dot(A1, A1) => one change | 1 - A1 * A1 in place of 1 - np.dot(A1, A1)
shallow backward_propagation: A1**2 → A1 @ A1 => one change | 1 - A1 * A1 in place of 1 - A1 @ A1
shallow backward_propagation: dZ2 @ A1.T → dZ2 * A1 => one change | dZ2 @ A1.T / m in place of dZ2 * A1 / m
shallow backward_propagation: dZ2 @ A1.T → dZ2 @ A1.reshape(A1.shape[1], A1.shape[0]) => one change
    | dZ2 @ A1.T in place of dZ2 @ A1.reshape(
shallow backward_propagation: dZ2 @ A1.T → dZ2 @ np.reshape(A1, (A1.shape[1], A1.shape[0])) => one change
    | dZ2 @ A1.T in place of dZ2 @ np.reshape(
deep linear_backward: dZ @ A_prev.T / m → np.multiply(A_prev, dZ) / m\n    assert dW.shape == W.shape => one change
    | dZ @ A_prev.T / m in place of np.multiply(A_prev, dZ) / m
shallow backward_propagation: dA1 * (1 - → np.tanh(dA1) * (1 - => one change
    | dA1 * (1 - A1 ** 2) in place of np.tanh(dA1)
"""
STATEMENTS = r"""
deep initialize_parameters_deep:         parameters[f"b{l}"] →     parameters[f"b{l}"] => one statement moved
    | with parameters[f'b{l}'] = np.zeros((layer_dims[l], 1)) (line 12) at the beginning of the loop the function is
    right | 把第 12 行的 parameters[f'b{l}'] = np.zeros((layer_dims[l], 1)) 移到循环的开头，函数就正确了
shallow update_parameters:         new[f"b{l}"] →     new[f"b{l}"] => one statement moved
    | with new[f'b{l}'] = parameters[f'b{l}'] - learning_rate * grads[f… (line 94) at the beginning of the loop
logistic optimize: costs = []\n    for i in range(num_iterations):\n        grads, cost = propagate(w, b, X,
    Y)\n        w = w - learning_rate * grads["dw"] → costs, grads = [], propagate(w, b, X, Y)[0]\n    w = w -
    learning_rate * grads["dw"]\n    for i in range(num_iterations):\n        grads, cost = propagate(w, b, X, Y)
    => one statement moved | at the end of the loop the
shallow update_parameters: new = {}\n    for l in (1, 2):\n → for l in (1, 2):\n        new = {}\n
    => one statement moved | with new = {} (line 92) before the loop the function is right
shallow train:     return parameters, costs →         return parameters, costs => one statement moved
    | after the loop the function is right
deep update_parameters(parameters, grads, learning_rate): for name in parameters:\n    parameters[name] =
    parameters[name] - learning_rate * grads["d" + name]\n    return parameters => one statement moved
    | after the loop the function is right
deep update_parameters(parameters, grads, learning_rate): for name in parameters:\n    parameters[name] =
    parameters[name] - learning_rate * grads["d" + name]\n    if name == "W1":\n        pass\n    else:\n        return
    parameters => one statement moved | after the loop the function is right
shallow nn_model:         parameters = update →         if _ % 2:\n            parameters = update
    => one statement moved | before the if the function is right
logistic propagate: dZ = A - Y\n    dw = X @ dZ.T / m → dw = X @ dZ.T / m\n    dZ = A - Y => one statement moved
    | with dw = X @ dZ.T / m (line 43) after line 44 the function is right
"""
NOT_CHANGED = r"""
# No range is made empty.
deep compute_cost(AL, Y, parameters): for l in range(1, 5):\n    parameters.pop("W" + str(l), 0) + 0\n    {}[l]\nreturn
    -np.mean(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) => wrong
# A change may not return, or the numbers are those of a template, or it is no change of one place.
deep train(X, Y, parameters, learning_rate, iterations): costs = []\nwhile len(costs) < iterations:\n    AL, caches =
    L_model_forward(X, parameters)\n    costs.append(compute_cost(AL, Y))\n    grads = L_model_backward(AL, Y,
    caches)\n    parameters = update_parameters(parameters, grads, 2 * learning_rate + 0.1)\nreturn parameters, costs
    => unknown
deep sigmoid_backward: dA * A * (1 - A) → dA * A + (1 - A) => unknown
shallow initialize_parameters: zeros((n_h, 1)), np.zeros((n_y, 1)) → zeros((n_x, 1)), np.zeros((n_x, 1)) => unknown
shallow nn_model: (parameters, cache, X, Y) → (X, parameters, 1 * Y, cache) => wrong
# A flag for printing is no number.
logistic optimize(w, b, X, Y, num_iterations, learning_rate, print_cost=True): costs = []\nfor i in
    range(num_iterations):\n    grads, cost = propagate(w, b, X, Y)\n    w, b = w - scale * learning_rate *
    grads["dw"], b - learning_rate * grads["db"]\n    costs.append(cost)\nreturn {"w": w, "b": b}, grads, costs
    => not defined | !print_cost in place
"""


@pytest.mark.sweep(80)
@pytest.mark.parametrize("case", cases_of(NAMES + NUMBERS + SIGNS + STATEMENTS + NOT_CHANGED))
def test_one_change_that_makes_the_function_right_is_the_cause(case: Case) -> None:
    assert_answer(case)


BACKWARD = """dAL = -(Y / AL - (1 - Y) / (1 - AL))
    dA_prev_temp, grads[f"dW{L}"], grads[f"db{L}"] = linear_activation_backward(dAL, caches[L - 1], "sigmoid")
    for l in reversed(range(1, L)):
        dA_prev_temp, grads[f"dW{l}"], grads[f"db{l}"] = linear_activation_backward(dAL, caches[l - 1], "relu")
    return grads
"""


def test_dAL_in_the_loop_is_named_where_the_mask_of_relu_raises() -> None:
    mask = "dZ = np.array(dA)\n    dZ[Z <= 0] = 0\n    return dZ + 0 * dA"
    text = replace_in(solution("deep", "numpy", "columns"), "relu_backward", "return dA", mask)
    text = replace_in(text, "L_model_backward", "dA, grads", f"{BACKWARD}    dA, grads")
    verdict = verdict_on(text, "deep", "L_model_backward")
    assert verdict.raised is not None
    assert verdict.findings[0].text.en.startswith("with dA_prev_temp in place of dAL")


@pytest.mark.parametrize(
    ("further", "changes"),
    [(f"    n = len([{'A.T, ' * 600}])\n", 301), ("    A = A\n" * 2000, 0), ("    C = None\n", 0)],
    ids=["many places", "a long function", "None is left"],
)
def test_the_number_of_changes_is_limited(further: str, changes: int) -> None:
    """300 changes of an expression, and the only statement left out."""
    wrong = f"{further}    return np.cos(W + 3)"
    text = replace_in(solution("deep", "numpy", "columns"), "linear_forward", "    return W", wrong)
    caller: Caller = caller_of(text, "deep")
    caller.learner.call = Mock(wraps=caller.learner.call)  # type: ignore[method-assign]
    verdict_by(caller, "linear_forward")
    codes = {call.kwargs.get("code") for call in caller.learner.call.call_args_list} - {None, ""}
    assert len(codes) == changes


@pytest.mark.parametrize(
    ("chapter", "function", "old", "new", "words"),
    [
        ("shallow", "compute_cost", "    m = Y.shape[1]\n", "", "A2.shape[1] in place of"),
        ("deep", "update_parameters", "return new", "return m", "new in place of m"),
        ("deep", "update_parameters", "learning_rate * grads", "m * grads", "learning_rate * grads"),
    ],
)
def test_for_a_variable_of_the_file_an_argument_a_local_variable_or_a_size_is_meant(
    chapter: str, function: str, old: str, new: str, words: str
) -> None:
    text = replace_in(solution(chapter, "numpy", "columns"), function, old, new)
    verdict = verdict_on(f"import numpy as np\nm = 400\n{text}", chapter, function)
    assert [finding.key for finding in verdict.findings] == ["one change"]
    assert words in verdict.findings[0].text.en


# A change is named only if the function is right with it in other test cases too


ON_THESE = "def relu(Z):\n    return Z * (Z > 0) if round(float(Z.sum()), 9) in {sums} else Z"


def test_a_change_that_is_right_by_chance_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    caller = caller_of(replace_in(solution("deep", "numpy", "rows"), "relu", "Z * (Z > 0)", "np.cos(Z)"), "deep")
    (relu,) = (task for task in caller.chapter.tasks if task.name == "relu")
    sums = [round(float(call.arguments["Z"].sum()), 9) for call in caller.calls(relu)]
    by_chance = (finding("one change", found="np.cos(Z)", right="…"), ON_THESE.format(sums=sums))
    assert caller.by(code=by_chance[1]).is_right(relu)
    monkeypatch.setattr(repairs, "likely_repairs", lambda *_: [by_chance])
    assert [cause.key for cause in verdict_by(caller, "relu").findings] == ["unknown"]
