"""Which cause the checker names, and that it names none where the numbers do not tell."""

import pytest

from course_torch.exercises.judge.answer import message
from course_torch.exercises.tasks.task import Finding
from course_torch.mistakes.solution import changed, solution
from tests.exercises.judged import verdict_on

CALL = "linear_activation_forward("
# fmt: off
KEYS = [
    # Where a layer has as many units as there are examples, the wrong m gives the right dW. Here dA_prev is wrong.
    ("deep", "linear_backward", "W.T @ dZ", "W @ dZ", {"W for Wᵀ"}),
    # Layer L has one unit: there "m of the units" is the same as "no 1/m".
    ("deep", "linear_backward", "A_prev.shape[1]", "dZ.shape[0]", {"m of the units"}),
    # A sign at the output is named alone, and a sign of some gradients is not that of the output.
    ("logistic", "propagate", "A - Y", "Y - A", {"sign at the output"}),
    ("shallow", "backward_propagation", "A2 - Y", "Y - A2", {"sign at the output"}),
    ("deep", "L_model_backward", "output_gradient(AL, Y)", "-output_gradient(AL, Y)", {"sign at the output"}),
    ("logistic", "propagate", "dw = X", "dw = -X", {"sign"}),
    ("logistic", "weight_gradient", "m = X.shape[1]", "m = dZ.shape[0]", {"no 1/m", "axis of length 1"}),
    ("logistic", "bias_gradient", "m = dZ.shape[1]", "m = len(dZ)", {"no 1/m", "axis of length 1"}),
    ("logistic", "propagate", "m = X.shape[1]", "m = Y.shape[0]", {"axis of length 1"}),
    ("shallow", "backward_propagation", "m = X.shape[1]", "m = Y.shape[0]", {"no 1/m", "axis of length 1"}),
    # A result in float16 is named whatever its numbers are.
    ("deep", "output_gradient", "AL - Y", "(AL - Y).astype(np.float16)", {"result in float16"}),
    ("deep", "linear_backward", "    db ", "    dW = dW.astype(np.float16).astype(float)\n    db", {"float16"}),
    # Both fail for their shapes, and differ in a network of three hidden layers of equal sizes.
    ("deep", "L_model_forward", "range(1, L + 1)", "range(2, L + 1)", {"first layer left out"}),
    ("deep", "L_model_forward", f"{CALL}A,", f"{CALL}X if l < L else A,", {"X in every layer"}),
    # An exception without numbers has no unknown cause.
    ("deep", "linear_backward", "A_prev, W, _ = cache", "W, A_prev, _ = cache[0]", set()),
    # The cost has the factor -m.
    ("deep", "compute_cost", "    return -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / m",
     "    return np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))", {"sign and no 1/m"}),
    # A size of 1 that is the same everywhere is that of a sum or of a transposed axis, and not a constant in the text.
    ("deep", "linear_forward", "W @ A + b", "(W @ A + b).sum(axis=0, keepdims=True)", {"unknown"}),
    # Of several causes of the same numbers the text decides.
    ("logistic", "propagate", "dw = X @ dZ.T / m", "dw = X @ dZ.T", {"no 1/m"}),
    ("shallow", "backward_propagation", "dZ1 = dA1", "dZ1 = 1 / m * dA1", {"1/m in dZ"}),
    ("shallow", "backward_propagation", "dA1 = W2", "dA1 = 1 / m * W2", {"1/m in dA"}),
    ("shallow", "backward_propagation", "db2 = np.sum(dZ2, axis=1", "db2 = np.sum(dZ2, axis=0", {"wrong axis"}),
    ("shallow", "sigmoid", "return 1 / (1 + np.exp(-Z))", "return 1 / 1 + np.exp(-Z)", {"brackets of the sigmoid"}),
    ("shallow", "sigmoid", "return 1 / (1 + np.exp(-Z))", "return 1 + np.exp(-Z)", {"denominator only"}),
    # Another tensor in the place of the result, although its shape may be wrong.
    ("logistic", "optimize", '{"w": w, "b": b}', 'grads | {"w": grads["dw"], "b": grads["db"]}',
     {"numbers of another tensor"}),
    ("deep", "linear_backward", "np.sum(dZ, axis=1, keepdims=True) / m", "W.T @ dZ / m", {"numbers of another tensor"}),
    ("deep", "linear_backward", "np.sum(dZ, axis=1, keepdims=True) / m", "np.cos(W.T @ dZ)", {"unknown"}),
    # What is wrong beside a changed argument.
    ("deep", "relu", "return Z * (Z > 0)", "Z[Z <= 0] = 0\n    Z[Z > 0] = 1\n    return Z",
     {"arguments changed", "mask"}),
    ("deep", "relu", "return Z * (Z > 0)", "Z[Z <= 0] = 0\n    return Z", {"arguments changed"}),
    ("deep", "relu", "return Z * (Z > 0)", "Z[Z <= 0] = 0\n    return np.cos(Z)", {"arguments changed"}),
    # A start in every iteration gives the numbers of no update.
    ("shallow", "nn_model", "        cache", "        parameters = start or initialize_parameters(n_x, n_h, n_y)\n"
     "        cache", {"start in the loop"}),
    # A float that another function does not take comes from no division.
    ("logistic", "model", "Y_train, num_iterations", "Y_train, float(num_iterations) * 1.5 / 1.5", set()),
    # Pictures with two axes in one are no vector.
    ("tensors", "rows_to_pictures", "height, width, 3)", "height, width * 3)", {"another shape"}),
]
"""Chapter, function, old and new code, and the keys of the causes."""
START = "parameters = start or initialize_parameters(n_x, n_h, n_y)"
IN_TEXT = [
    ("logistic", "optimize", "range(num_iterations)", "range(100)", "the function never uses num_iterations"),
    ("logistic", "model", "num_iterations, learning_rate)", "2000, 0.5)",
     "the function never uses num_iterations, learning_rate"),
    ("shallow", "nn_model", "range(num_iterations)", "range(1000)", "the function never uses num_iterations"),
    ("shallow", "nn_model", "        cache", f"        {START}\n        cache",
     "initialize_parameters is called in every iteration"),
    ("shallow", "backward_propagation", "m = X.shape[1]", "m = X.shape[0]",
     "number of features of the layer's input instead of m (line 77: m = X.shape[0])"),
    ("shallow", "compute_cost", "m = Y.shape[1]", "m = 3", "divided by 3 instead of m = 7 (line 72: m = 3)"),
    ("basics", "softmax", "np.sum(np.exp(x)", "np.sum(x", "e^x is divided by the sum of x"),
    ("basics", "softmax", "np.exp(x) /", "x /", "x itself is divided"),
    ("shallow", "forward_propagation", "W2 @ A1", "np.dot(W2, Z1)", "Z2 is computed with Z1: use A1"),
    ("shallow", "forward_propagation", "np.tanh(Z1)", "Z1", "the hidden layers have no activation"),
    ("logistic", "model", '"Y_prediction_train"', '"Y_prediciton_train"',
     "the key Y_prediciton_train is misspelt: Y_prediction_train"),
    ("logistic", "optimize", '"w": w, "b"', '"W": w, "b"', "the key W is misspelt: w"),
    ("logistic", "optimize", 'return {"w": w', 'return {"v": w', "keys v, b, expected a dict with the keys w, b."),
    ("logistic", "optimize", '{"w": w, "b": b}', '{"w": grads["dw"], "b": grads["db"]}', "w holds the numbers of dw."),
    ("deep", "linear_backward", "np.sum(dZ, axis=1, keepdims=True) / m", "W.T @ dZ / m",
     "db holds the numbers of dA_prev / m."),
    ("logistic", "model", "optimize(w, b, X_train, Y_train, num_iterations", "optimize(w, b, X_train, Y_train, 0.5 * 4",
     "the function never uses num_iterations"),
]
"""A change, and words of the answer, which are true of the text."""
DEEP_SIZES = ("(layer_dims[l], layer_dims[l - 1])", "(layer_dims[l - 1], layer_dims[l])")
SECTIONS = [
    (("logistic", "compute_cost", "/ m", "/ Y.shape[0]"), "sum, not mean", "1.2", "the wrong axis, which is 1"),
    (("tensors", "column", "(-1, 1)", "(1, -1)"), "transposed", "1.7", ""),
    (("shallow", "initialize_parameters", "(n_h, n_x)", "(n_x, n_h)"), "sizes swapped", "2.1", "sizes are swapped"),
    (("deep", "initialize_parameters_deep", *DEEP_SIZES), "sizes swapped", "3.1", "sizes are swapped"),
]
"""A change, and the key, the section and words of its only cause."""
# fmt: on


SHOWN = [
    (
        ("deep", "relu_backward", "dA * (Z > 0)", "np.where(Z > 0, dA, np.cos(dA))"),
        "They show: wrong only where Z ≤ 0",
        "从数值可以看出：只在 Z ≤ 0 处出错",
    ),
    # Outside the backward pass: where the numbers are wrong, and the numbers there.
    (
        ("deep", "L_model_forward", "    return A, caches", "    A[0, -2:] = A[0, -1] ** 1.3\n    return A, caches"),
        "They show: wrong only in examples 6, 7.",
        "从数值可以看出：只有第 6、7 个样本出错。",
    ),
    (
        ("shallow", "predict", "A2 > 0.5", "A2**2 > 0.3"),
        "They show: wrong only in examples 5, 10, and the numbers there are 0.",
        "从数值可以看出：只有第 5、10 个样本出错；并且那里的数是 0。",
    ),
    (
        (
            "deep",
            "linear_forward",
            "    return",
            "    W = np.where(np.arange(len(W))[:, None] == 1, W * 3, W)\n"
            "    b = np.where(np.arange(len(W))[:, None] == 1, b * 3, b)\n    return",
        ),
        "They show: wrong only in unit 2, and the numbers there are 3 times the right ones.",
        "从数值可以看出：只有第 2 个单元出错；并且那里的数是正确值的 3 倍。",
    ),
    (
        ("deep", "linear_forward", "W @ A + b", "np.multiply(W @ A + b, 2 + np.cos(np.arange(A.shape[1])))"),
        "They show: each example is multiplied by a number of its own.",
        "从数值可以看出：每个样本各乘了一个数。",
    ),
    (
        ("deep", "update_parameters", "    return new", "    new['W1'][0, 0] += 1\n    return new"),
        "They show: wrong only in unit 1, input 1.",
        "从数值可以看出：只有第 1 个单元第 1 个输入出错。",
    ),
    (
        (
            "deep",
            "update_parameters",
            "    return new",
            "    new['b1'] += np.eye(len(new['b1']))[:, :2][:, -1:]\n    return new",
        ),
        "They show: wrong only in unit 2.",
        "从数值可以看出：只有第 2 个单元出错。",
    ),
]
"""A change that no record makes, and what is said of its numbers in both languages."""


def findings(chapter: str, function: str, old: str, new: str) -> tuple[Finding, ...]:
    return verdict_on(changed(solution(chapter, "numpy", "columns"), function, old, new), chapter, function).findings


@pytest.mark.parametrize(("chapter", "function", "old", "new", "keys"), KEYS)
def test_the_causes(chapter: str, function: str, old: str, new: str, keys: set[str]) -> None:
    assert {cause.key for cause in findings(chapter, function, old, new)} == keys


@pytest.mark.parametrize(("change", "key", "section", "words"), SECTIONS)
def test_a_cause_leads_to_its_section(change: tuple[str, str, str, str], key: str, section: str, words: str) -> None:
    (cause,) = findings(*change)
    assert (cause.key, cause.section) == (key, section)
    assert words in cause.text.en


@pytest.mark.parametrize(("chapter", "function", "old", "new", "words"), IN_TEXT)
def test_the_cause_is_true_of_the_text(chapter: str, function: str, old: str, new: str, words: str) -> None:
    text = changed(solution(chapter, "numpy", "columns"), function, old, new)
    assert words in message(verdict_on(text, chapter, function), "en")


def test_a_right_line_of_m_is_no_cause() -> None:
    text = changed(
        solution("shallow", "numpy", "columns"), "backward_propagation", "dZ1 @ X.T / m", "dZ1 @ X.T / len(X)"
    )
    answer = message(verdict_on(text, "shallow", "backward_propagation"), "en")
    assert "number of features" in answer
    assert "line" not in answer


def test_a_start_in_the_first_iteration_alone_is_no_start_in_the_loop() -> None:
    first = f"        if _ == 0:\n            {START}\n        cache"
    text = changed(solution("shallow", "numpy", "columns"), "nn_model", "        cache", first)
    assert "is called in every iteration" not in message(
        verdict_on(changed(text, "nn_model", "(parameters, grads)", "(parameters, grads, 0.1)"), "shallow", "nn_model"),
        "en",
    )


@pytest.mark.parametrize(("change", "english", "chinese"), SHOWN)
def test_what_the_numbers_show_of_an_unknown_mistake(
    change: tuple[str, str, str, str], english: str, chinese: str
) -> None:
    chapter, function, *edit = change
    verdict = verdict_on(changed(solution(chapter, "numpy", "columns"), function, *edit), chapter, function)
    assert [cause.key for cause in verdict.findings] == ["unknown"]
    assert english in message(verdict, "en")
    assert chinese in message(verdict, "zh")


def test_numbers_that_are_wrong_everywhere_show_no_place() -> None:
    text = changed(solution("deep", "numpy", "columns"), "linear_forward", "W @ A + b", "(W + b) @ A")
    assert "They show" not in message(verdict_on(text, "deep", "linear_forward"), "en")


def test_small_differences_are_shown_as_powers_of_ten() -> None:
    text = solution("deep", "numpy", "rows")
    text = changed(text, "output_gradient", "AL - Y", "AL.astype(np.float16) - Y")
    symptom = verdict_on(text, "deep", "output_gradient").symptom
    assert symptom is not None
    assert "e-0" in symptom.en
