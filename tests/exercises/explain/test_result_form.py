"""Causes that a wrong result or its function shows: numbers, shapes, dtypes, another order, a sign that is missing."""

import pytest

from course_torch.mistakes.solution import replace_in, solution
from tests.exercises.judged import Case, assert_answer, cases_of, verdict_on

KNOWN = r"""
# Where a layer has as many units as there are examples, the wrong m gives the right dW. Here dA_prev is wrong.
deep linear_backward: W.T @ dZ → W @ dZ => W for Wᵀ
# Layer L has one unit: there "m of the units" is the same as "no 1/m".
deep linear_backward: A_prev.shape[1] → dZ.shape[0] => m of the units
# A sign at the output is named alone, and a sign of some gradients is not that of the output.
logistic propagate: A - Y → Y - A => sign at the output
shallow backward_propagation: A2 - Y → Y - A2 => sign at the output
deep L_model_backward: output_gradient(AL, Y) → -output_gradient(AL, Y) => sign at the output
logistic propagate: dw = X → dw = -X => sign
# Several causes give the same numbers.
logistic weight_gradient: m = X.shape[1] → m = dZ.shape[0] => no 1/m; axis of length 1
    | Probably: one of these, which give the same numbers: | 可能的原因：以下之一（它们得出同样的数值）：
logistic bias_gradient: m = dZ.shape[1] → m = len(dZ) => no 1/m; axis of length 1
# Or the text decides.
shallow backward_propagation: m = X.shape[1] → m = Y.shape[0] => axis of length 1
logistic propagate: m = X.shape[1] → m = Y.shape[0] => axis of length 1
logistic propagate: dw = X @ dZ.T / m → dw = X @ dZ.T => no 1/m
logistic propagate: @ dZ.T / m\n    db = np.sum(dZ) / m → @ dZ.T\n    db = np.sum(dZ) => no 1/m
shallow backward_propagation: dZ1 = dA1 → dZ1 = 1 / m * dA1 => 1/m in dZ
shallow backward_propagation: dA1 = W2 → dA1 = 1 / m * W2 => 1/m in dA
shallow backward_propagation: db2 = np.sum(dZ2, axis=1 → db2 = np.sum(dZ2, axis=0 => wrong axis
shallow sigmoid: 1 / (1 + np.exp(-Z)) → 1 / 1 + np.exp(-Z) => brackets of the sigmoid
shallow sigmoid: 1 / (1 + np.exp(-Z)) → 1 + np.exp(-Z) => denominator only
shallow nn_model: range(num_iterations) → range(1000) => argument unused
# Both fail for their shapes, and differ in a network of three hidden layers of equal sizes.
deep L_model_forward: range(1, L + 1) → range(2, L + 1) => first layer left out
deep L_model_forward: linear_activation_forward(A, → linear_activation_forward(X if l < L else A, => X in every layer
# A mistake in the function itself comes before one in a function that it uses.
deep L_model_forward: "relu" if l < L else "sigmoid" → "sigmoid" => sigmoid everywhere
# An exception without numbers has no unknown cause.
deep linear_backward: A_prev, W, _ = cache → W, A_prev, _ = cache[0] => wrong
# The section of the notes and the sentence.
logistic compute_cost: / m → / Y.shape[0] => sum, not mean | (notes 1.2) | the wrong axis, which is 1
basics softmax: np.sum(np.exp(x) → np.sum(x => sum without e | e^x is divided by the sum of x
basics softmax: np.exp(x) / → x / => e left out | x itself is divided
shallow forward_propagation: W2 @ A1 → np.dot(W2, Z1) => Z1 in Z2 | Z2 is computed with Z1: use A1
shallow forward_propagation: np.tanh(Z1) → Z1 => no hidden activation | the hidden layers have no activation
shallow layer_sizes: 4 → 16 => unknown | n_h is 16, expected 4 | n_h 是 16，应当是 4
shallow update_parameters(parameters, grads, learning_rate=1.2): W1, W2, b2 = (parameters[name] - learning_rate *
    grads["d" + name] for name in ("W1", "W2", "b2"))\nreturn {"W1": W1, "b1": parameters["b1"], "W2": W2, "b2": b2}
    => returned as given | b1 is returned as it was given: no line updates it
logistic propagate: {"dw": dw, "db": db} → {"dw": dw, "bd": db} => key misspelt | bd, meant is db
logistic optimize: return {"w": w, "b": b}, grads, → return {"w": w, "b": b}, {"dw": w, "db": b},
    => another tensor | these are the entries of w
shallow initialize_parameters: randn(n_y, n_h) → randn(1, n_h) => size hard-coded | W2.shape[0] is 1
deep initialize_parameters_deep: range(1, len(layer_dims)) → range(len(layer_dims)) => wrong
    | a dict with the keys W0, b0, W1, b1 | expected a dict with the keys W1, b1
logistic predict: A > 0.5 → 0 * A => all labels 0 | no label is set, or the threshold is not 0.5
# A changed argument is named with the cause of wrong numbers, if that is known.
deep relu: return Z * (Z > 0) → Z[Z <= 0] = 0\n    return np.cos(Z) => arguments changed
deep relu: return Z * (Z > 0) → Z[Z <= 0] = 0\n    return Z => arguments changed
deep relu: return Z * (Z > 0) → Z[Z <= 0] = 0\n    Z[Z > 0] = 1\n    return Z => arguments changed; mask
    | it changes its arguments: work on a copy | this is the mask Z > 0: multiply it by Z
"""
FACTORS = r"""
deep relu: Z * (Z > 0) → -Z * (Z > 0) => sign | A is -1 times the right one | the sign is turned around | 正负号反了
logistic loss: return -(Y → m = Y.shape[1]\n    return -m * (Y => no 1/m | loss is 7 times the right one, and m = 7.
    | loss 是正确值的 7 倍，而 m = 7。
logistic loss: return -(Y → m = Y.shape[1]\n    return -1 / m * (Y => one change
    | loss is 0.142857 times the right one, and m = 7. | loss 是正确值的 0.142857 倍，而 m = 7。
deep compute_cost: np.log(1 - AL)) / m → np.log(1 - AL)) / 3 => another m | divided by 3 instead of m = 7 (notes 1.5)
logistic loss: return -(Y → return -0.25 * (Y => factor 0.25 | 0.25 times the right tensor: a constant such as 2
deep linear_backward: dA_prev = W.T @ dZ → dA_prev = m * W.T @ dZ => one change | dA_prev is 7 times
deep relu_backward: dA * → 0.5 * dA * => factor 0.5 | 0.5 times the right tensor | 正确值的 0.5 倍
deep compute_cost: np.log(1 - AL)) / m → np.log(1 - AL)) / -3 => unknown
deep output_gradient: AL - Y → np.multiply(AL - Y, 2 + 0.1 * Y.shape[1]) => unknown | dZ is 2.7 times the right one.
    | dZ 是正确值的 2.7 倍。
deep output_gradient: AL - Y → AL - np.where(Y > 9, 1, np.nan * Y * Y.shape[1]) => unknown | dZ contains nan or inf
deep linear_backward: dZ @ A_prev.T / m → -dZ @ A_prev.T => unknown | dW is -7 times the right one, and m = 7
# The squares of the numbers overflow.
deep relu: Z * (Z > 0) → np.sign(Z) * 1.7e308 => unknown
"""
SHAPES = r"""
tensors column: (-1, 1) → (1, -1) => transposed | the right numbers, transposed (notes 1.7)
deep relu: return Z * (Z > 0) → return (Z * (Z > 0)).T => transposed | (notes 2.3)
deep relu: return Z * (Z > 0) → return 2 * (Z * (Z > 0)).T => unknown | A has the shape (7, 4), expected (4, 7)
    | A 的形状是 (7, 4)，应当是 (4, 7)
deep relu: return Z * (Z > 0) → return (Z * (Z > 0)).ravel() => unknown
deep linear_backward: axis=1, keepdims=True → axis=1 => keepdim missing | the right numbers with an axis missing
    | (notes 1.7)
logistic predict: A > 0.5 → (A > 0.5)[0] => keepdim missing
tensors rows_to_pictures: height, width, 3) → height, width * 3) => another shape | (notes 1.1)
# Of numbers drawn at random only the shapes are compared.
shallow initialize_parameters: (n_h, n_x) → (n_x, n_h) => sizes swapped | sizes are swapped (notes 2.1)
deep initialize_parameters_deep: (layer_dims[l], layer_dims[l - 1]) → (layer_dims[l - 1], layer_dims[l])
    => sizes swapped | (notes 3.1)
shallow initialize_parameters: randn(n_h, n_x) → randn(n_h * n_x) => keepdim missing
shallow initialize_parameters: randn(n_h, n_x) → randn(1, n_h, n_x) => unknown
shallow initialize_parameters: (n_h, 1) → (n_h,) => keepdim missing
# A size of 1 that is the same everywhere is that of a sum or of a transposed axis, and not a constant in the text.
deep linear_forward: W @ A + b → (W @ A + b).sum(axis=0, keepdims=True) => unknown
shallow initialize_parameters: (n_h, n_x) → (4, n_x) => size hard-coded | W1.shape[0] is 4 whatever the arguments are
shallow initialize_parameters: (n_h, n_x) → (n_h, 2) => size hard-coded | W1.shape[1] is 2 whatever the arguments are
deep initialize_parameters_deep: zeros((layer_dims[l], 1)) → zeros((3, 1)) => size hard-coded | b1.shape[0] is 3
deep linear_forward: return W → A, b = np.ones((len(W.T), 7)), 0.3\n    return W => size hard-coded | Z.shape[1] is 7
"""
OTHERS = r"""
deep linear_backward: np.sum(dZ, axis=1, keepdims=True) / m → np.cos(W.T @ dZ) => unknown
# Eight rounding errors of float32 are right.
deep output_gradient: AL - Y → (AL - Y).astype(np.float16) => unknown
deep output_gradient: AL - Y → AL.astype(np.float16) - Y => unknown | dZ differs from the right one by 6.9e-05
deep output_gradient: AL - Y → (AL - Y).astype(np.float32) => right
deep linear_forward: W @ A + b → (W @ A + b).astype(int) => unknown
deep linear_forward: W @ A + b → W @ A + b + 9e-7 * max(1, np.abs(W @ A + b).max()) => right
deep linear_forward: W @ A + b → W @ A + b + 1e-6 * max(1, np.abs(W @ A + b).max()) => one change
deep linear_backward: dZ @ A_prev.T / m → dZ @ A_prev.T / m * (1 + 1e-7) => right
# Rounding errors of float32 do not hide a mistake.
deep linear_backward: dA_prev = W.T → dW, db = (dW * m).astype(np.float32), db.astype(np.float32)\n    dA_prev = W.T
    => no 1/m
deep compute_cost: return -np → return np.float32(m) * -np => sum, not mean
"""


@pytest.mark.parametrize("case", cases_of(KNOWN + FACTORS + SHAPES + OTHERS))
def test_the_numbers_show_the_cause(case: Case) -> None:
    assert_answer(case)


# What a result and the text show: another order, a misspelt key, an argument without use


RESULTS = r"""
deep linear_backward: return dA_prev, dW, db → return dW, dA_prev, db => order of the results
    | the results are in another order: return dA_prev, dW, db
deep linear_backward: return dA_prev, dW, db → return [dA_prev, db, dW] => order of the results
deep linear_backward: return dA_prev, dW, db → return dW, db => wrong
    | dW: it returns 2 values, expected (dA_prev, dW, db)
deep linear_backward: return dA_prev, dW, db → return dW, db, db => unknown
deep linear_backward: return dA_prev, dW, db → return dW => wrong
tensors computation_graph: return J, da, db, dc → return da, db, dc, J => unknown
# Of numbers drawn at random only the shapes have an order.
logistic initialize_with_zeros: np.zeros((dim, 1)), 0.0 → 0.0, np.zeros((dim, 1)) => order of the results | return w, b
deep linear_forward(A, W, b): Z = W @ A + b => no return | the return statement is missing
deep linear_backward: return dA_prev, dW, db → return => no return
deep linear_backward: return dA_prev, dW, db → return None => missing: still None
deep relu(Z): return {"A": Z} => wrong | A: it returns a dict, expected an array
logistic model: "Y_prediction_train" → "Y_prediciton_train" => key misspelt
    | misspelt as a key: Y_prediciton_train, meant is Y_prediction_train
logistic optimize: "w": w, "b" → "W": w, "b" => key misspelt | misspelt as a key: W, meant is w
logistic optimize: {"w": w, "b": b}, grads → {"W": w, "B": b}, grads => key misspelt
    | misspelt as a key: W, B, meant is w, b
logistic optimize: return {"w": w → return {"v": w => wrong | keys v, b, expected a dict with the keys w, b.
shallow initialize_parameters: "W1": W1 → "B1": W1 => wrong
# A second call with the same arguments gives another result.
deep relu: return → global seen\n    seen = globals().get("seen", 0) + 1\n    return (1 + 0.1 * seen) *
    => another result | a second call with the same arguments gives another result
deep linear_backward: dA_prev = W → global seen\n    seen = globals().get("seen", 0) + 1\n    db *= seen\n    dA_prev =
    W => another result
deep relu(Z): return Z * np.nan => unknown | A contains nan or inf | A 里有 nan 或 inf
"""
TEXTS = r"""
# The line that gives m a wrong value.
shallow backward_propagation: m = X.shape[1] → m = X.shape[0] => m of the features
    | number of features of the layer's input instead of m (line 77: m = X.shape[0]) | （第 77 行：m = X.shape[0]）
shallow backward_propagation: m = X.shape[1] → m = len(X) => m of the features | (line 77: m = len(X))
shallow compute_cost: m = Y.shape[1] → m = 3 => another m | divided by 3 instead of m = 7 (line 72: m = 3)
shallow backward_propagation: dZ1 @ X.T / m → dZ1 @ X.T / len(X) => m of the features | number of features | !line
# An argument that is never used, or that is replaced, and a start in every iteration.
logistic optimize: range(num_iterations) → range(100) => argument unused | the function never uses num_iterations
logistic model: num_iterations, learning_rate) → 2000, 0.5) => argument unused
    | the function never uses num_iterations, learning_rate
logistic model: Y_train, num_iterations → Y_train, 0.5 * 4 => argument unused | the function never uses num_iterations
logistic update: b = b - → b = w - => argument replaced | b is replaced before it is used
deep linear_forward: return W → A, b = np.cos(W.T), np.sin(W.T)\n    return W => argument replaced
    | one of these, which give the same numbers: A is replaced before it is used
deep linear_forward: return W → A = np.sin(np.cos(A))\n    return W => one statement moved
    | with A = np.sin(np.cos(A)) (line 17) left out
deep linear_forward: return W → print(A, end="")\n    A = np.ones((len(W.T), 1))\n    return W => one statement moved
deep linear_forward: return W → if len(W):\n        A = np.ones((len(W.T), 1))\n    return W => one statement moved
shallow nn_model:         cache →         parameters = start or initialize_parameters(n_x, n_h, n_y)\n        cache
    => start in the loop | initialize_parameters is called in every iteration
"""


IN_ROWS = r"""
shallow backward_propagation: m = X.shape[0] → m = X.shape[1] => m of the features | (line 77: m = X.shape[1])
"""
IN_TORCH = r"""
shallow sigmoid: np.exp(-Z)) → np.exp(-Z)).numpy() => NumPy in torch
# Costs may be a NumPy array.
shallow train: return parameters, costs → return parameters, np.tensor(costs).numpy() => right
"""


@pytest.mark.parametrize(
    "case", [*cases_of(RESULTS + TEXTS), *cases_of(IN_ROWS, ("numpy", "rows")), *cases_of(IN_TORCH, ("torch", "rows"))]
)
def test_the_result_or_the_text_shows_the_cause(case: Case) -> None:
    assert_answer(case)


def test_a_start_in_the_first_iteration_alone_is_no_start_in_the_loop() -> None:
    first = "        if _ == 0:\n            parameters = start or initialize_parameters(n_x, n_h, n_y)\n        cache"
    text = replace_in(solution("shallow", "numpy", "columns"), "nn_model", "        cache", first)
    wrong = verdict_on(
        replace_in(text, "nn_model", "(parameters, grads)", "(parameters, grads, 0.77)"), "shallow", "nn_model"
    )
    assert wrong.state == "wrong"
    assert "start in the loop" not in {cause.key for cause in wrong.findings}
