"""What a result and the text of its function show: another order, a misspelt key, an argument without use."""

import pytest

from course_torch.mistakes.solution import changed, solution
from tests.exercises.judged import Case, assert_answer, cases_of, verdict_on

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
    | the key Y_prediciton_train is misspelt: Y_prediction_train
logistic optimize: "w": w, "b" → "W": w, "b" => key misspelt | the key W is misspelt: w
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
deep linear_forward: return W → A = np.sin(np.cos(A))\n    return W => unknown
deep linear_forward: return W → print(A, end="")\n    A = np.ones((len(W.T), 1))\n    return W => unknown
deep linear_forward: return W → if len(W):\n        A = np.ones((len(W.T), 1))\n    return W => unknown
shallow nn_model:         cache →         parameters = start or initialize_parameters(n_x, n_h, n_y)\n        cache
    => start in the loop | initialize_parameters is called in every iteration
"""


@pytest.mark.parametrize("case", cases_of(RESULTS + TEXTS))
def test_the_result_or_the_text_shows_the_cause(case: Case) -> None:
    assert_answer(case)


ROWS = r"""
shallow backward_propagation: m = X.shape[0] → m = X.shape[1] => m of the features | (line 77: m = X.shape[1])
"""


@pytest.mark.parametrize("case", cases_of(ROWS, ("numpy", "rows")))
def test_the_line_of_m_is_that_of_the_layout(case: Case) -> None:
    assert_answer(case)


def test_a_start_in_the_first_iteration_alone_is_no_start_in_the_loop() -> None:
    first = "        if _ == 0:\n            parameters = start or initialize_parameters(n_x, n_h, n_y)\n        cache"
    text = changed(solution("shallow", "numpy", "columns"), "nn_model", "        cache", first)
    wrong = verdict_on(
        changed(text, "nn_model", "(parameters, grads)", "(parameters, grads, 0.77)"), "shallow", "nn_model"
    )
    assert wrong.state == "wrong"
    assert "start in the loop" not in {cause.key for cause in wrong.findings}


def test_a_numpy_array_in_a_torch_file_is_named() -> None:
    text = changed(solution("shallow", "torch", "rows"), "sigmoid", "torch.exp(-Z))", "torch.exp(-Z)).numpy()")
    verdict = verdict_on(text, "shallow", "sigmoid")
    assert (verdict.state, [cause.key for cause in verdict.findings]) == ("wrong", ["NumPy in torch"])
    text = changed(solution("shallow", "torch", "rows"), "train", "parameters, costs", "parameters, numpy.array(costs)")
    costs = verdict_on(text.replace("import torch", "import numpy, torch", 1), "shallow", "train")
    assert costs.state == "right", "costs may be a NumPy array"
