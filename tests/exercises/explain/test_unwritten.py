"""Templates that nobody has filled in, or only in part: they are not written yet, and not wrong."""

import ast

import pytest

from course_torch.exercises.explain.unwritten import blank_places, is_blank, left_none
from course_torch.exercises.judge.verdicts import Verdict
from tests.exercises.judged import judged, verdict_on


def verdict(chapter: str, function: str, *lines: str) -> Verdict:
    """The verdict on a function with these lines, in a file of its own."""
    return verdict_on("\n".join(["import numpy as np", "w = np.zeros(3)", *lines]) + "\n", chapter, function)


TEMPLATES = [
    ("shallow", "def layer_sizes(X, Y):", ["n_x = None", "n_h = None", "n_y = None", "return (n_x, n_h, n_y)"]),
    ("shallow", "def compute_cost(A2, Y):",
     ["m = Y.shape[1]", "logprobs = None", "cost = None", "cost = float(np.squeeze(cost))", "return cost"]),
    ("deep", "def compute_cost(AL, Y):",
     ["m = Y.shape[1]", "cost = None", "cost = np.squeeze(cost)", "assert isinstance(cost, float)", "return cost"]),
    ("deep", "def initialize_parameters_deep(layer_dims):",
     ["parameters = {}", "for l in range(1, len(layer_dims)):", "    parameters['W' + str(l)] = None",
      "    parameters['b' + str(l)] = None", "return parameters"]),
    ("deep", "def linear_activation_forward(A_prev, W, b, activation):",
     ["if activation == 'sigmoid':", "    Z, linear_cache = None", "    A, activation_cache = None",
      "else:", "    Z, linear_cache = None, None", "    A, activation_cache = None, None",
      "return A, (linear_cache, activation_cache)"]),
    ("deep", "def linear_forward(A, W, b):", ["Z = None", "return Z, (A, W, b)"]),
    ("shallow", "def predict(parameters, X):", ["A2, cache = None, None", "predictions = None", "return predictions"]),
    ("logistic", "def sigmoid(z):", ["return None"]),
    ("logistic", "def sigmoid(z):", ["t = np.exp(-z)", "return None"]),
    ("logistic", "def sigmoid(z):", ["pass"]),
    ("logistic", "def sigmoid(z):", ["..."]),
    ("logistic", "def sigmoid(z):", ["raise NotImplementedError"]),
    ("logistic", "def sigmoid(z):", ["# YOUR CODE STARTS HERE", "", "# YOUR CODE ENDS HERE", "return s"]),
    ("logistic", "def predict(w, b, X):",
     ["Y = np.zeros((1, X.shape[1]))", "for i in range(X.shape[1]):", "    # YOUR CODE STARTS HERE",
      "    ", "    # YOUR CODE ENDS HERE", "    pass", "return Y"]),
    ("logistic", "def initialize_with_zeros(dim):",
     ["### START CODE HERE ###", "", "### END CODE HERE ###", "assert w.shape == (dim, 1)", "return w, b"]),
    ("logistic", "def optimize(w, b, X, Y, num_iterations=100, learning_rate=0.009):",
     ["for i in range(num_iterations):", "    # YOUR CODE STARTS HERE", "    # YOUR CODE ENDS HERE",
      "    dw, db = grads['dw'], grads['db']", "grads = {'dw': dw, 'db': db}", "return {'w': w, 'b': b}, grads, []"]),
    ("deep", "def update_parameters(parameters, grads, learning_rate):",
     ["L = len(parameters) // 2", "### 在这里开始写代码 ###", "### 在这里结束写代码 ###", "return parameters"]),
]  # fmt: skip


def state(chapter: str, head: str, body: list[str]) -> str:
    name = head.removeprefix("def ").partition("(")[0]
    return verdict(chapter, name, head, *(f"    {line}" for line in body)).state


@pytest.mark.parametrize("template", TEMPLATES)
def test_an_unfilled_template_is_not_written_yet(template: tuple[str, str, list[str]]) -> None:
    assert state(*template) == "missing"


def test_a_function_written_in_part_names_what_is_still_none() -> None:
    lines = [
        "A_prev, W, b = cache",
        "dW = np.dot(dZ, A_prev.T) / dZ.shape[1]",
        "db = None",
        "dA_prev = np.dot(W.T, dZ)",
    ]
    lines = ["def linear_backward(dZ, cache):", *(f"    {line}" for line in (*lines, "return dA_prev, dW, db"))]
    found = verdict("deep", "linear_backward", *lines)
    assert found.state == "missing"
    assert found.symptom is not None
    assert found.symptom.en == "not written yet: None is left for db: write your code in its place"
    assert found.symptom.zh.startswith("还没有写：")


def test_a_blank_place_is_named_by_its_line() -> None:
    lines = ["def sigmoid(z):", "    # YOUR CODE STARTS HERE", "", "    # YOUR CODE ENDS HERE", "    return s"]
    found = verdict("logistic", "sigmoid", *lines)
    assert found.symptom is not None
    assert "(learner.py:4)" in found.symptom.en


def test_a_right_function_stays_right_although_it_holds_none() -> None:
    lines = ["def sigmoid(z):", "    s = None", "    t = 1 / (1 + np.exp(-z))", "    return t"]
    assert verdict("logistic", "sigmoid", *lines).state == "right"


@pytest.mark.parametrize(
    "lines",
    [
        ["s = np.exp(-z)", "return s"],
        ["s = None", "s = 1 / (1 + np.exp(z))", "return s"],
        ["# YOUR CODE STARTS HERE", "s = 1 / (1 + np.exp(z))", "# YOUR CODE ENDS HERE", "return s"],
        ["# YOUR CODE STARTS HERE", "s = 1 / (1 + np.exp(-y))", "# YOUR CODE ENDS HERE", "return s"],
    ],
)
def test_a_written_function_is_wrong_and_not_unwritten(lines: list[str]) -> None:
    assert verdict("logistic", "sigmoid", "def sigmoid(z):", *(f"    {line}" for line in lines)).state == "wrong"


PLACE = ["### START CODE HERE ###", "# A = sigmoid(Z)", "### END CODE HERE ###"]
ELSEWHERE = [
    ("logistic", "def predict(w, b, X):", [*PLACE, "A = 1 / (1 + np.exp(-(w.T @ X + b)))", "return A > A.mean()"]),
    ("shallow", "def update_parameters(parameters, grads, learning_rate=1.2):",
     [*PLACE, "return {name: value + learning_rate * grads['d' + name] for name, value in parameters.items()}"]),
    ("deep", "def linear_forward(A, W, b):", [*PLACE, "return W @ A.T + b, (A, W, b)"]),
]  # fmt: skip


@pytest.mark.parametrize("template", ELSEWHERE)
def test_code_beside_the_blank_place_is_wrong_and_not_unwritten(template: tuple[str, str, list[str]]) -> None:
    assert state(*template) == "wrong"


def test_a_blank_place_for_a_call_is_not_written_yet() -> None:
    text = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def predict(w, b, X):
    A = w.T @ X + b
    ### START CODE HERE ###
    ### END CODE HERE ###
    return A > 0.5
"""
    assert verdict_on(text, "logistic", "predict").state == "missing"
    assert verdict_on(text.replace("w.T @ X + b", "sigmoid(w.T @ X)"), "logistic", "predict").state == "missing"
    assert verdict_on(text.replace("w.T @ X + b", "sigmoid(w.T @ X - b)"), "logistic", "predict").state == "wrong"


def test_a_function_that_calls_an_unwritten_function_is_not_judged() -> None:
    text = """
def forward_propagation(X, parameters):
    A2, cache = None, None
    return A2, cache

def predict(parameters, X):
    A2, cache = forward_propagation(X, parameters)
    return A2 > 0.5
"""
    states = {found.task.name: found.state for found in judged(text, "shallow")}
    assert (states["forward_propagation"], states["predict"]) == ("missing", "not judged")
    text = text.replace("return A2 > 0.5", "labels = None\n    return labels")
    assert {found.task.name: found.state for found in judged(text, "shallow")}["predict"] == "missing"


def function_of(*body: str) -> ast.FunctionDef:
    (function,) = ast.parse("\n    ".join(["def f(x, A, grads):", *body])).body
    assert isinstance(function, ast.FunctionDef)
    return function


@pytest.mark.parametrize(
    ("body", "blank"),
    [
        (["pass"], True),
        (["return"], True),
        (["return None"], True),
        (['"docstring"', "...", "return None"], True),
        (["x", "pass"], False),
        (["return x"], False),
    ],
)
def test_a_blank_function_does_nothing(body: list[str], blank: bool) -> None:
    assert is_blank(function_of(*body)) is blank


def test_an_expression_is_not_blank() -> None:
    assert not is_blank(ast.parse("np.tanh", mode="eval").body)


LEFT = [
    (["A = None", "return A"], ["A"]),
    (["A = None", "return x"], []),  # nobody reads it
    (["A = None", "A = 1", "return A"], []),
    (["return None"], ["return"]),
    (["if x:", "    return None", "return x"], []),
    (['grads["dW"] = None', "return x"], ["grads['dW']"]),
    (['grads["dW"] = None', 'grads["dW"] = x', "return grads"], []),
    (["A, x = None, 1", "return A"], ["A"]),
    (["A, B = None", "return A + B"], ["A", "B"]),
    (["(A, B), C = (None, 1), 2", "return A"], ["A"]),
    (["[A, B] = None, 1", "return A"], ["A"]),
    (["A, B = x", "B = None", "return A"], []),
    (["cost = None", "cost = squeeze(cost)", "return cost"], ["cost"]),
    (["A = None", "A = x + A", "return A"], ["A"]),
    (["A = None", "A -= x", "return A"], ["A"]),
    (["A = B = None", "return A + B"], ["A", "B"]),
    (["for A in x:", "    A = None", "return A"], []),  # the loop gives it values
    (["A = None", "A = lambda: None", "return A"], []),
]
"""Body, and the names and entries that are left None."""


@pytest.mark.parametrize(("body", "left"), LEFT)
def test_what_is_left_none(body: list[str], left: list[str]) -> None:
    assert left_none(function_of(*body)) == left


@pytest.mark.parametrize(
    ("lines", "places"),
    [
        (["# START CODE HERE", "# END CODE HERE"], [1]),
        (["x", "### START CODE HERE ### (2 lines)", "", "  # a comment", "### END CODE HERE ###"], [2]),
        (["# YOUR CODE STARTS HERE", "y = 1", "# YOUR CODE ENDS HERE"], []),
        (["# YOUR CODE STARTS HERE", "# YOUR CODE ENDS HERE"] * 2, [1, 3]),
        (["# 开始", "", "# 结束"], [1]),
        (["# START CODE HERE", "# START CODE HERE", "# END CODE HERE"], [2]),
        (["# END CODE HERE", "", "# END CODE HERE"], []),
        (["# START CODE HERE", "# END CODE HERE", "# END CODE HERE"], [1]),
        (["# START CODE HERE", ""], []),
        (["# we start coding", "# the end code is here"], []),
    ],
)
def test_a_place_without_code_is_blank(lines: list[str], places: list[int]) -> None:
    assert list(blank_places("\n".join(lines))) == places
