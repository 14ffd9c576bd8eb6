"""The learner's function with one change in its text: what makes it right, and what its asserts hide."""

import ast

import pytest

from course_torch.exercises.explain.changed_text import KINDS, MOST, changes, repairs, returning_keys, without_asserts
from course_torch.exercises.judge.answer import message
from course_torch.mistakes.solution import changed, solution
from tests.exercises.judged import function_of, verdict_on


def said(chapter: str, function: str, *edit: str, layout: str = "columns") -> tuple[list[str], str]:
    """The keys of the causes of a change in the solution, and the answer."""
    verdict = verdict_on(changed(solution(chapter, "numpy", layout), function, *edit), chapter, function)
    assert verdict.state == "wrong"
    return [cause.key for cause in verdict.findings], message(verdict, "en")


# fmt: off
ONE_CHANGE = [
    ("deep", "L_model_backward", "caches[l - 1]", "caches[l]", "caches[l - 1] in place of", "caches[l]"),
    ("deep", "L_model_backward", "range(L - 1, 0, -1)", "range(L, 0, -1)", "range(L - 1, 0, -1) in place of",
     "range(L, 0, -1)"),
    ("shallow", "backward_propagation", "W2.T @ dZ2", 'parameters["W1"].T @ dZ2', "parameters['W2'] in place of",
     "parameters['W1']"),
    ("shallow", "update_parameters", '= parameters[f"b{l}"]', '= -parameters[f"b{l}"]', "parameters[f'b{l}'] -",
     "in place of -parameters[f'b{l}'] -"),
    ("application", "two_layer_model", "dA2, cache2", "dA2, cache1", "(dA2, cache2, 'sigmoid')", "(dA2, cache1,"),
    ("logistic", "optimize", "w - learning_rate", "w - 0.01", "learning_rate * grads['dw']", "0.01 * grads['dw']"),
    ("shallow", "sigmoid_derivative", "A * (1 - A)", "A * (1 - Z)", "1 - A in place of", "1 - Z"),
    ("shallow", "compute_cost", "np.log(1 - A2)", "np.log(A2)", "np.log(1 - A2) in place of", "np.log(A2)"),
    ("deep", "L_model_backward", "range(L - 1, 0, -1)", "range(1, L)", "reversed(range(1, L))", "range(1, L)"),
    ("deep", "L_model_backward", 'grads[f"dW{l}"], grads[f"db{l}"] = linear_a',
     'grads["dW" + str(l + 1)], grads["db" + str(l + 1)] = linear_a', "str(l) in place of",
     "str(l + 1) (2 times: line 81)"),
    ("deep", "L_model_forward", 'parameters[f"b{l}"]', 'parameters["b1"]', "'b' + str(l)", "parameters['b1']"),
    ("deep", "L_model_forward", '"sigmoid"', '"sigmoi"', "else 'sigmoid' in place of", "else 'sigmoi'"),
    ("application", "two_layer_model", '"sigmoid"', '" sigmoid"', "'sigmoid' in place of", "' sigmoid'"),
    ("shallow", "backward_propagation", "A1**2", "np.dot(A1, A1)", "1 - A1 * A1 in place of", "np.dot(A1, A1)"),
    ("deep", "sigmoid_backward", "dA * A * (1 - A)", "np.dot(dA, A * (1 - A))", "dA * (A * (1 - A)) in place of",
     "np.dot(dA, A * (1 - A))"),
    ("shallow", "backward_propagation", "dZ2 @ A1.T", "dZ2 @ A1.reshape(A1.shape[1], A1.shape[0])", "dZ2 @ A1.T",
     "A1.reshape("),
    ("shallow", "forward_propagation", "W2 @ A1 + b2", "np.dot(W2 + b2, A1)", "W2 @ A1 + b2 in place of",
     "np.dot(W2 + b2, A1)"),
    ("shallow", "forward_propagation", "W2 @ A1 + b2", "W2 @ (A1 + b2)", "W2 @ A1 + b2 in place of", "W2 @ (A1 + b2)"),
    ("shallow", "forward_propagation", "W2 @ A1 + b2", "W2 @ A1 + b1", "W2 @ A1 + b2 in place of", "W2 @ A1 + b1"),
    ("shallow", "initialize_parameters", "zeros((n_y, 1))", "zeros((n_h, 1))", "(n_y, 1) in place of",
     "(n_h, 1) (line 15)"),
    ("deep", "initialize_parameters_deep", "randn(layer_dims[l],", "randn(layer_dims[1],",
     "(layer_dims[l], layer_dims[l - 1])", "(layer_dims[1], layer_dims[l - 1])"),
    ("logistic", "model", "predict(w, b, X_train)\n", "predict(w, b, X_test)\n    train - Y_train\n",
     "predict(w, b, X_train) in place of", "predict(w, b, X_test) (line"),
    ("logistic", "model", "num_iterations, learning_rate)", "learning_rate, num_iterations)",
     "num_iterations, learning_rate) in place of", "learning_rate, num_iterations)"),
    ("logistic", "model", "w, b = initialize_with_zeros(X_train", "w, b = initialize_with_zeros(pictures",
     "X_train.shape", "pictures.shape"),
    ("shallow", "backward_propagation", "(1 - A1**2)", '(1 - A1**2) * cache["Z1"]', "dA1 * (1 - A1 ** 2) in place of",
     "dA1 * (1 - A1 ** 2) * cache['Z1']"),
    ("tensors", "slope_by_nudge", "(f(a + nudge) - f(a)) / nudge", "f(a + nudge) - f(a) / nudge",
     "(f(a + nudge) - f(a)) / nudge in place of", "f(a + nudge) - f(a) / nudge"),
    ("logistic", "optimize", "propagate(w, b, X, Y)", "propagate(X, Y, w, b)", "propagate(w, b, X, Y) in place of",
     "propagate(X, Y, w, b)"),
    ("deep", "linear_backward", "dZ @ A_prev.T / m", "np.multiply(A_prev, dZ) / m\n    assert dW.shape == W.shape",
     "dZ @ A_prev.T / m in place of", "np.multiply(A_prev, dZ) / m"),
]
"""Chapter, function, old and new code, and words of the answer."""
REPAIRS = [
    ("return W1", "return W2", False),  # no name of the text
    ("W2 = 1\n    return W1", "return W2", True),
    ("return grads['dW1']", "return grads['db1']", True),
    ("return grads['dW1']", "return grads['dW2']", True),
    ("return caches[l]", "return caches[l + 1]", True),
    ("return caches[l - 1]", "return caches[l]", True),
    ("return caches[l - 1]", "return caches[l - 2]", True),
    ("return range(l)", "return range(l + 1)", True),
    ("return p['a']", "return p['a' + 1]", False),
    ("return p[1:l]", "return p[1:l + 1]", False),
    ("return p[1]", "return p[2]", True),
    ("return p[l - 1]", "return p[l - 1 + 1]", False),  # it is p[l]
    ("return p[l + 2]", "return p[l + 1]", True),
    ("return p[l + 2]", "return p[l + 3]", True),
    ("return p[l * 2]", "return p[l * 2 + 1]", True),
    ("return str(l)", "return str(l + 1)", True),
    ("return len(l)", "return len(l + 1)", False),
    ("return f(l, axis=0)", "return f(l, axis=1)", True),
    ("return f(l, dim=0)", "return f(l, dim=1)", True),
    ("return f(l, start=2)", "return f(l, start=3)", False),
    ("return x / a", "return x * a", True),
    ("return x * a", "return x / a", True),
    ("return x // a", "return x / a", False),
    ("return f(x)", "return f(1 - x)", True),
    ("return x + a", "return x + (1 - a)", False),
    ("return 2 - a", "return a", True),
    ("return x - a", "return a", True),
    ("return a", "return a.T", False),
    ("return a @ b", "return a.T @ b", True),
    ("return a @ b", "return a @ b.T", True),
    ("return np.matmul(a, b)", "return a * b", True),
    ("return np.add(a, b)", "return a * b", False),
    ("return np.dot(a, b, x)", "return a * b", False),
    ("return x @ (a + b)", "return x @ a + b", True),
    ("return (a - b) @ x", "return a @ x + b", False),
    ("return torch.reshape(a, (b, x))", "return a.T", True),
    ("return a.reshape()", "return a.T", False),
    ("return a.sum(1)", "return 1", True),
    ("return sum(a)", "return a", False),
    ("return f(a, b)", "return f(b, a)", True),
    ("return f(x, 'RELU')", "return f(x, 'relu')", True),
    ("return 0.5 * learning_rate", "return learning_rate * learning_rate", True),
    ("return 0 * learning_rate", "return learning_rate * learning_rate", False),
    ("return 'W1' * learning_rate", "return learning_rate * learning_rate", False),
    ("return p['W']", "return p['W' + str(l)]", False),
    ("return p['dW2']", "return p['dW' + str(l)]", True),
    ("return p['dW2']", "return p['db2']", True),
    ("return p['dW2']", "return p['dW1']", True),
    ("return p['dW2']", "return p['dW3']", True),
    ("return p['dW2']", "return p['dW4']", False),
    ("return range(l)", "return (range + 1)(l)", False),
    ("return p[f'W{l}']", "return p[f'W{l + 1}']", True),
    ("return x.sum(axis=1)", "return x.sum(axis=0)", True),
    ("return f(x, ' relu')", "return f(x, 'relu')", True),
    ("return f(x, 'relu')", "return f(x, 'sigmoid')", True),
    ("return f(x, 'mean')", "return f(x, 'relu')", False),
    ("return x + 1", "return x - 1", True),
    ("return -x", "return x", True),
    ("return x.T", "return x", True),
    ("return f(x)", "return f(x.T)", True),
    ("return a @ b", "return b @ a", True),
    ("return np.dot(a, b)", "return np.dot(b, a)", True),
    ("return np.squeeze(x)", "return x", True),
    ("return np.sum(x, axis=0)", "return x", False),
    ("return a, b, x", "return b, a, x", True),
    ("return a, b, x", "return a, x, b", True),
    ("return {'dw': a, 'db': b}", "return {'dw': b, 'db': a}", True),
    ("return p['W' + str(l)]", "return p['b' + str(l)]", True),
    ("return p['W1']", "return p['W' + str(l)]", True),
    ("return cache1, cache2", "return cache2, cache2", True),
    ("return f(x, 'sigmoi')", "return f(x, 'sigmoid')", True),
    ("return f(x, 'sign')", "return f(x, 'sigmoid')", False),
    ("return x - 0.01 * learning_rate", "return x - learning_rate * learning_rate", True),
    ("return x - 1 * learning_rate", "return x - learning_rate * learning_rate", False),
    ("return x * a", "return x * (1 - a)", True),
    ("return np.log(1 - a)", "return np.log(a)", True),
    ("return np.dot(a, b)", "return a * b", True),
    ("return a @ b", "return a * b", True),
    ("return np.dot(a + b, x)", "return a @ x + b", True),
    ("return a.reshape(b, x)", "return a.T", True),
    ("return np.reshape(a, (b, x))", "return a.T", True),
    ("return p[l], x[l], a[l]", "return p[l + 1], x[l + 1], a[l + 1]", True),
    ("return p[l], x[l], a[l]", "return p[l + 1], x[l], a[l + 1]", True),
    ("return p[l], x[l], a[l]", "return p[l + 1], x[l - 1], a[l]", False),
    ("return x[0, 0]", "return x[0, l]", True),
    ("return x[1]", "return x[l]", True),
    ("return x['a']", "return x[l]", False),
    ("return x > x.mean()", "return x > 0.5", True),
    ("return x.shape[0]", "return x.shape[l]", False),
    ("return f(a, b, x)", "return f(x, b, a)", True),
    ("A = 1\n    AL = x", "A = 1\n    A = x", True),
    ("return a * b", "return b", True),
    ("return a + b", "return a", True),
    ("return a / x + b", "return a / (x + b)", True),
    ("return f(a + x) - f(a) / x", "return (f(a + x) - f(a)) / x", True),
    ("return a - b / l", "return (a - b) / l", True),
    ("return a - b ** 2 / l", "return (a - b) ** 2 / l", True),
    ("return 2 * a * 1 - b ** 2", "return 2 * a * (1 - b ** 2)", True),
    ("return (a - b) / l", "return a - b / l", True),
    ("return x * (a - b / l)", "return x * ((a - b) / l)", True),
    ("return a + b + x", "return a + (b + x)", False),
    ("return torch.max(0, a)", "return torch.max(torch.tensor(0), a)", True),
    ("return torch.max(a, 0.0)", "return torch.max(a, torch.tensor(0.0))", True),
    ("return torch.sum(a, 0)", "return torch.sum(a, torch.tensor(0))", False),
    ("return f(a, b, x, l)", "return f(x, l, a, b)", True),
    ("return f(a, b, x)", "return f(b, x, a)", True),
    ("return a, b, x", "return b, x, a", False),
    ("return a * b", "return b @ a.T", True),
    ("return np.multiply(a, b.T)", "return a @ b", True),
    ("return 2 * b", "return 2 @ b", False),
]
"""A body, a changed body, and whether it is tried."""
# fmt: on


@pytest.mark.sweep(8)
@pytest.mark.parametrize(("chapter", "function", "old", "new", "right", "found"), ONE_CHANGE)
def test_a_change_that_makes_the_function_right_is_the_cause(
    chapter: str, function: str, old: str, new: str, right: str, found: str
) -> None:
    keys, answer = said(chapter, function, old, new)
    assert keys == ["one change"]
    assert right in answer
    assert found in answer


@pytest.mark.parametrize(("body", "other", "tried"), REPAIRS)
def test_one_place_of_the_text_changes_at_a_time(body: str, other: str, tried: bool) -> None:
    text = "def function(x, a, b, l, L, p, grads, caches, learning_rate=0):\n    "
    made = {code.splitlines()[-1] for _, code in repairs(function_of(text + body))}
    assert (ast.unparse(function_of(text + other)).splitlines()[-1] in made) == tried


def test_the_function_itself_stays_as_it_is() -> None:
    function = function_of("def step(W1, W2, l):\n    return W1[l - 1] @ W2.T")
    before = ast.unparse(function)
    assert before not in {code for _, code in repairs(function)}
    assert ast.unparse(function) == before


@pytest.mark.parametrize(("loop", "other"), [("range(l)", "reversed(range(l))"), ("reversed(range(l))", "range(l)")])
def test_a_loop_may_run_in_the_other_direction(loop: str, other: str) -> None:
    text = "def function(x, l):\n    for i in {}:\n        x = x[i]\n    return x"
    assert ast.unparse(function_of(text.format(other))) in {code for _, code in repairs(function_of(text.format(loop)))}


def test_a_missing_key_of_a_loop_in_the_wrong_direction() -> None:
    """The change that makes the function right says more than the keys that are there."""
    loop = """    grads["dA" + str(L - 1)] = dA
    for l in range(L - 1):
        dA_prev, dW, db = linear_activation_backward(grads["dA" + str(l + 1)], caches[l], "relu")
        grads["dA" + str(l)], grads["dW" + str(l + 1)], grads["db" + str(l + 1)] = dA_prev, dW, db
    return grads
    for"""
    keys, answer = said("deep", "L_model_backward", "    for", loop)
    assert keys == ["one change"]
    assert "it raises KeyError" in answer
    assert "reversed(range(L - 1)) in place of range(L - 1)" in answer


def test_an_expression_that_is_nested_too_deeply_has_no_cause() -> None:
    deep = " + ".join(["0"] * 400)
    keys, answer = said("deep", "linear_forward", "W @ A + b", f"W @ A - b + {deep}")
    assert keys == []
    assert "nested too deeply" in answer
    right = changed(solution("deep", "numpy", "columns"), "linear_forward", "W @ A + b", f"W @ A + b + {deep}")
    assert verdict_on(right, "deep", "linear_forward").state == "right"


def test_a_function_that_may_never_return_is_not_changed() -> None:
    assert list(repairs(function_of("def long(W1):\n" + 500 * "    W1 = W1 + 1\n"))) == []
    assert list(repairs(function_of("def loop(W1, W2):\n    while W1 < W2:\n        W1 = W1 + 1"))) == []


def test_a_function_with_none_left_in_it_is_not_changed() -> None:
    """Its numbers are those of a template."""
    assert list(repairs(function_of("def step(W1, W2):\n    Z, cache = None, W1 @ W2\n    return Z, cache"))) == []


def test_the_number_of_changes_is_limited() -> None:
    assert (
        len(
            list(
                repairs(
                    function_of(f"def long(x):\n    return {[f'a{i}.T' for i in range(2 * MOST)]}".replace("'", ""))
                )
            )
        )
        == 300
    )


@pytest.mark.parametrize(("times", "pairs"), [(2, 0), (3, 3), (6, 15), (7, 0)])
def test_up_to_six_equal_expressions_are_changed_two_at_a_time(times: int, pairs: int) -> None:
    """All of them are changed together too, in any number."""
    function = function_of(f"def f(p, l):\n    return {', '.join(['p[l]'] * times)}")
    made = [code.splitlines()[-1].count("l + 1") for _, code in changes(function, KINDS)]
    assert made.count(2) == pairs + (times == 2)
    assert times == 2 or made.count(times) == 1


def test_a_change_is_shown_with_the_expression_around_it_if_that_is_short() -> None:
    for length, whole in ((60, True), (61, False)):
        name = "p" + "_" * (length - len("p[l + 1]"))
        (change,) = (
            cause for cause, code in repairs(function_of(f"def f({name}, l):\n    return {name}[l]")) if "l + 1" in code
        )
        assert (f"{name}[l + 1] in place of {name}[l]" in change.text.en) is whole
        assert ("with l + 1 in place of l (line 2) the" in change.text.en) is not whole


def test_equal_changes_are_counted_with_their_lines() -> None:
    text = "def f(p, l):\n    a = p[l]\n    return a, p[l]"
    (change,) = (cause for cause, code in repairs(function_of(text)) if code.count("l + 1") == 2)
    assert "in place of p[l] (2 times: lines 2, 3) the function" in change.text.en
    assert "p[l]（2 处：第 2, 3 行）" in change.text.zh


def test_a_function_without_its_asserts() -> None:
    text = "def step(x):\n    if x:\n        assert x > 1\n    assert x\n    return x"
    assert "assert" not in without_asserts(function_of(text))
    namespace: dict[str, object] = {}
    exec(without_asserts(function_of(text)), namespace)
    step = namespace["step"]
    assert callable(step)
    assert [step(0), step(1)] == [0, 1]


def test_the_keys_of_the_dicts_where_a_key_is_missing() -> None:
    namespace: dict[str, object] = {}
    exec(returning_keys(function_of("def step(l):\n    grads = {'dA2': 1}\n    return grads[f'dA{l}']")), namespace)
    step = namespace["step"]
    assert callable(step)
    assert step(1) == {"grads": ["dA2"]}
    assert step(2) == 1


def test_a_space_in_the_name_of_an_activation() -> None:
    """The helper raises nothing for an unknown name: a name has no value, and this is not the cause."""
    text = """import numpy as np
CHAPTER, LIBRARY, LAYOUT = "deep", "numpy", "columns"
def linear_activation_forward(A_prev, W, b, activation):
    Z = W @ A_prev + b
    if activation == "sigmoid":
        A = 1 / (1 + np.exp(-Z))
    elif activation == "relu ":
        A = np.maximum(Z, 0)
    return A, ((A_prev, W, b), Z)
"""
    verdict = verdict_on(text, "deep", "linear_activation_forward")
    assert [cause.key for cause in verdict.findings] == ["one change"]
    assert "activation == 'relu' in place of activation == 'relu '" in message(verdict, "en")
    assert "把 activation == 'relu '（第 7 行）换成 activation == 'relu'" in message(verdict, "zh")


# fmt: off
BEHIND_ASSERTS = [
    ("np.sum(dZ, axis=1, keepdims=True) / m", "np.sum(dZ, axis=1) / m\n    assert db.shape == (W.shape[0], 1)",
     "keepdim missing"),
    ("np.sum(dZ, axis=1, keepdims=True) / m",
     "np.sum(dZ, axis=0, keepdims=True) / m\n    assert db.shape == (W.shape[0], 1)", "wrong axis"),
    ("dZ @ A_prev.T / m", "dZ @ A_prev.T\n    assert np.abs(dW).max() < 1e-3", "no 1/m"),
    ("    return dA", "    assert m == 0\n    return dA", "assert of a right result"),
    ("    return dA", "    dW = dW + np.cos(dW)\n    assert m == 0\n    return dA", "assert"),
]
"""Old and new code of linear_backward, and the cause."""
# fmt: on


@pytest.mark.parametrize(("old", "new", "key"), BEHIND_ASSERTS)
def test_what_makes_an_assert_fail_is_the_cause(old: str, new: str, key: str) -> None:
    assert said("deep", "linear_backward", old, new)[0] == [key]


# fmt: off
KEYS = [
    ("update_parameters", 'new[f"W{l}"] =', 'new[f"W{l}"] -=', "new has no key 'W1', it holds the keys (none yet)"),
    ("update_parameters", '= parameters[f"b{l}"]', '= new[f"b{l}"]', "new has no key 'b1', it holds the keys W1"),
    ("L_model_backward", "    return grads", '    return grads["dA1"]',
     "grads has no key 'dA1', it holds the keys dW3, db3, dW2, db2, dW1, db1"),
    ("L_model_forward", 'parameters[f"W{l}"]', 'parameters["W" + "l"]', 'in the key \'Wl\' the number of the layer is'),
]
"""Function, old and new code, and words of the answer."""
# fmt: on


@pytest.mark.parametrize(("function", "old", "new", "words"), KEYS)
def test_a_missing_key_is_said_with_the_keys_that_are_there(function: str, old: str, new: str, words: str) -> None:
    assert words in said("deep", function, old, new)[1]


def test_only_a_name_that_is_None_is_unfinished() -> None:
    """An index or an argument that is None is finished code."""
    for Z in ("X @ w", "(X @ w)[:, None]"):
        assert list(repairs(function_of(f"def f(X, w, b):\n    Z = {Z} - b\n    return Z"))), Z
    assert not list(repairs(function_of("def f(X, w):\n    Z, m = X @ w, None\n    return Z")))
