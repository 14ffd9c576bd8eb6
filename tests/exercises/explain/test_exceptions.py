"""What the checker says of an exception: in the words of the course, in both languages, and only what is certain."""

from pathlib import Path

import pytest

from course_torch.exercises.judge.answer import message
from course_torch.exercises.sandbox.source import Piece, Source
from course_torch.mistakes.solution import changed, in_library, solution
from tests.exercises.judged import verdict_on


def said(library: str, layout: str, chapter: str, function: str, old: str, new: str) -> tuple[list[str], str, str]:
    """The keys of the causes, and the answer in English and Chinese. The change is written for NumPy."""
    if library == "torch":
        old, new = in_library(old, "torch"), in_library(new, "torch")
    verdict = verdict_on(changed(solution(chapter, library, layout), function, old, new), chapter, function)
    assert verdict.state == "wrong"
    return [cause.key for cause in verdict.findings], message(verdict, "en"), message(verdict, "zh")


# fmt: off
LOOKUPS = {
    ("deep", "L_model_forward", "range(1, L + 1)", "range(L)"): (
        "no such layer", "there is no layer 0: the network has 3 layers, and parameters holds the keys W1, b1, W2, b2, "
        "W3, b3", "没有第 0 层：网络有 3 层"),
    ("deep", "update_parameters", 'grads[f"dW{l}"]', 'grads[f"W{l}"]'): (
        "no such key", "grads has no key 'W1', it holds the keys dW1, db1, dW2, db2, dW3, db3", "grads 没有键 'W1'"),
    ("shallow", "backward_propagation", 'cache["A1"]', 'cache["a1"]'): (
        "no such key", "cache has no key 'a1', it holds the keys Z1, A1, Z2, A2", "cache 没有键 'a1'"),
    ("deep", "L_model_backward", "caches[l - 1]", "caches[l + 1]"): (
        "index of the layer", "caches has 3 entries, caches[0] to caches[2]: layer l is caches[l - 1]",
        "第 l 层是 caches[l - 1]"),
    ("deep", "initialize_parameters_deep", "len(layer_dims))", "len(layer_dims) + 1)"): (
        "index of the layer", "layer_dims has 4 entries, layer_dims[0] to layer_dims[3]: layer l is layer_dims[l]",
        "第 l 层是 layer_dims[l]"),
    ("shallow", "node_by_node", "range(len(W))", "range(2 * len(W) - 1)"): (
        "index of an entry", "an axis of size 4 has the indices 0 to 3", "大小为 4 的轴，下标是 0 到 3"),
    ("shallow", "layer_sizes", "Y.shape[", "Y.shape[2 + "): (
        "sizes", "the last size of X, Y is shape[1]", "X, Y 的最后一个大小是 shape[1]"),
    ("deep", "linear_backward", "A_prev, W, _ = cache", "A_prev, W = cache"): (
        "parts of the cache", "cache holds 3 values: take it apart first, as A_prev, W, b = cache",
        "cache 里有 3 个值：要先拆开，即 A_prev, W, b = cache"),
    ("deep", "linear_activation_backward", "linear_cache, Z = cache", "A_prev, W, b, Z = cache"): (
        "parts of the cache", "cache holds 2 values: take it apart first, as linear_cache, Z = cache",
        "cache 里有 2 个值：要先拆开，即 linear_cache, Z = cache"),
    ("deep", "linear_backward", "m = A_prev.shape", "m = cache.shape"): (
        "parts of the cache", "cache holds 3 values: take it apart first, as A_prev, W, b = cache",
        "要先拆开，即 A_prev, W, b = cache"),
    ("shallow", "backward_propagation", 'cache["A1"]', "cache.A1"): (
        "entry of a dict", 'an entry of a dict is written in brackets: cache["A1"]', '要写在方括号里：cache["A1"]'),
}
"""Chapter, function, old code and new code -> the cause, and words of the answer in both languages."""
SLIPS = [
    ("shallow", "tanh_derivative", "A**2", "A^2", "power", "a power is written **"),
    ("deep", "linear_backward", "A_prev.shape[0]", "A_prev.shape(0)", "no function", "A_prev.shape is no function"),
    ("deep", "linear_forward", "W.T", "W.T()", "no function", "W.T is no function"),
    ("deep", "sigmoid", "np.exp(-Z)", "math.exp(-Z)", "not imported", "a single number: write torch.exp"),
    ("shallow", "node_by_node", "range(len(W))", "len(W)", "range", "a loop runs over range(n)"),
    ("shallow", "node_by_node", "range(len(W))", "range(len(W) / 2)", "whole number", "// divides"),
    ("deep", "relu", "    return", "    assert Z.shape == (1, 1)\n    return", "assert of a right result",
     "the result is right, but an assert of the file is not true: Z.shape == (1, 1)"),
    ("deep", "relu", "    return", "    assert Z.shape == (1, 1)\n    return 1j +", "assert", "Z.shape == (1, 1)"),
    ("deep", "relu", "    return", "    if Z is None:\n        A = 1\n    return A or", "no value yet",
     "given A a value"),
    ("deep", "L_model_forward", 'parameters[f"W{l}"]', 'parameters["W" + l]', "text and number",
     'write "W" + str(l), or f"W{l}"'),
    ("deep", "compute_cost", "Y.shape[0]", "Y.shape", "shape as a number", ""),
    # What is read as a call, a number for a tensor, and a call of a function of the file with other arguments.
    ("shallow", "sigmoid_derivative", "A * (1 - A)", "A (1 - A)", "product without a sign",
     "A * (1 - A) in place of A(1 - A): a product needs its sign, * or @ for matrices"),
    ("tensors", "computation_graph", "3 * v", "3 (a + b * c)", "product without a sign",
     "3 * (a + b * c) in place of 3(a + b * c)"),
    ("logistic", "loss", "(1 - Y) * np.log(1 - A)", "(1 - Y) (np.log(1 - A))", "product without a sign",
     "(1 - Y) * torch.log(1 - A) in place of"),
    ("shallow", "relu", "Z * (Z > 0)", "torch.maximum(0, Z)", "number for a tensor",
     "maximum takes tensors, and 0 is of type int: torch.tensor(0) is a tensor"),
    ("shallow", "relu", "Z * (Z > 0)", "torch.max(0, Z)", "one change",
     "torch.max(torch.tensor(0), Z) in place of torch.max(0, Z)"),
    ("shallow", "relu", "Z * (Z > 0)", "torch.max(Z, 0)", "one change",
     "torch.max(Z, torch.tensor(0)) in place of torch.max(Z, 0)"),
    ("logistic", "compute_cost", "np.log(1 - A)", "np.log(1.0) * A", "number for a tensor",
     "log takes tensors, and 1.0 is of type float: torch.tensor(1.0) is a tensor"),
    ("deep", "linear_activation_forward", "linear_forward(A_prev, W, b)", "linear_forward(A_prev, W)",
     "other arguments", "the arguments of linear_forward are (A, W, b), and the call gives (A_prev, W)"),
    ("logistic", "propagate", "sigmoid(X @ w + b)", "sigmoid(X @ w, b=b)", "other arguments",
     "the arguments of sigmoid are (Z), and the call gives (X @ w, b=b)"),
    # Quotes are missing, a function of the file is misspelt, and a product is written as one name.
    ("shallow", "backward_propagation", 'A1, A2 = cache["A1"], cache["A2"]', "A1 = cache[A1]", "not defined",
     "A1 is not defined: a key is a text, and stands in quotes"),
    ("shallow", "sigmoid_derivative", "sigmoid(Z)", "sigmod(Z)", "not defined",
     "sigmod is not defined: did you mean sigmoid?"),
    ("tensors", "weighted_sums", "X @ w", "Xw", "not defined",
     "Xw is not defined: a product is written X @ w or X * w"),
    # Sizes that do not fit: two products on a line are not told apart, and linear_forward is given a part of W.
    ("deep", "linear_forward", "A @ W.T", "(A @ W.T) * 0 + W @ A", "sizes of a product",
     "Here the first has 5 columns and the second has 7 rows"),
    ("deep", "linear_backward", "dZ @ W", "dZ + W", "entry by entry", "@ is the matrix product"),
    ("logistic", "propagate", "X @ w", "torch.dot(X, w)", "dot of vectors", "torch.dot is for vectors"),
    ("deep", "linear_forward", "A @ W.T", "A @ torch.zeros(W.T.shape)", "two dtypes", "as in dtype=Z.dtype"),
    ("deep", "linear_activation_forward", "linear_forward(A_prev, W, b)", "linear_forward(A_prev, W[:, 1:], b)",
     "handed over",
     "look at that line, and at what the function is given"),
    # A helper raises it, and the line that calls the helper computes nothing.
    ("deep", "linear_activation_backward", "relu_backward(dA, Z)", "relu_backward(dA[1:], Z)", "handed over",
     "look at that line, and at what the function is given"),
    ("basics", "image2vector", "reshape(-1, 1)", "reshape(2, 1)", "constant sizes",
     "the sizes in image.reshape(2, 1) are numbers, which fit one array only"),
    ("basics", "image2vector", "image.reshape(-1, 1)", "torch.reshape(image, (3 * 3 * 2, 1))", "constant sizes",
     "the sizes in torch.reshape(image, (3 * 3 * 2, 1)) are numbers"),
    # Two mistakes: where all sizes are equal, the numbers show only that 1/m is missing, which changes no size.
    ("deep", "linear_backward", "dZ.T @ A_prev / m", "A_prev @ dZ.T", "sizes of a product", ""),
]
"""Chapter, function, old code, new code, the cause, and words of the answer."""
UNDEFINED = [
    ("numpy", "1 / (1 + math.exp(-Z))", "math is not imported, and its functions take a single number: write np.exp"),
    ("numpy", "F.sigmoid(Z)", "F is not imported, and the file's library is numpy: use the function of numpy"),
    ("torch", "F.sigmoid(Z)", "F is not imported: write import torch.nn.functional as F at the top of the file"),
    ("numpy", "randn(*Z.shape)", "randn is not imported: as a function of the library it is written np.random.randn"),
    ("torch", "torch.sigmoid(Z) if true else Z", "true is not defined: Python writes True"),
    ("torch", "{}[w]", "w is not defined: a key is a text, and stands in quotes"),
    ("torch", "1 / (1 + numpy.exp(-Z))", "numpy is not imported, and the file's library is torch"),
    ("numpy", "1 / (1 + exp(-Z))", "exp is not imported: as a function of the library it is written np.exp"),
    ("torch", "1 / (1 + exp(-Z))", "exp is not imported: as a function of the library it is written torch.exp"),
    ("torch", "torch.exp(-q)", "q is not defined: no line before gives q a value, and the function is given Z"),
    ("torch", "torch.exp(-z)", "z is not defined: did you mean Z?"),
    ("torch", "torch.sigmiod(Z)", "sigmiod is not defined: did you mean sigmoid?"),
    ("torch", "1 / (1 + Z.exp().astype(float))", "astype is not defined: it belongs to NumPy, and the file's"),
    ("numpy", "np.clamp(Z, 0)", "clamp is not defined: it belongs to torch, and the file's library is numpy"),
    ("numpy", "Z.reshpae(-1)", "reshpae is not defined: did you mean reshape?"),
]
"""Library, the code of sigmoid, and words of the answer."""
# fmt: on


@pytest.mark.parametrize("form", [("numpy", "columns"), ("torch", "rows")])
@pytest.mark.parametrize("change", LOOKUPS)
def test_a_lookup_that_fails(form: tuple[str, str], change: tuple[str, str, str, str]) -> None:
    keys, english, chinese = said(*form, *change)
    assert keys == [LOOKUPS[change][0]]
    assert LOOKUPS[change][1] in english
    assert LOOKUPS[change][2] in chinese


@pytest.mark.parametrize(("library", "code", "words"), UNDEFINED)
def test_a_name_that_is_not_defined(library: str, code: str, words: str) -> None:
    text = f"import {'numpy as np' if library == 'numpy' else 'torch'}\nLIBRARY = '{library}'\nLAYOUT = 'rows'\n"
    verdict = verdict_on(f"{text}CHAPTER = 'deep'\ndef sigmoid(Z):\n    return {code}\n", "deep", "sigmoid")
    assert f"Probably: {words}" in message(verdict, "en")


@pytest.mark.parametrize(("chapter", "function", "old", "new", "key", "words"), SLIPS)
def test_a_slip_of_the_pen(chapter: str, function: str, old: str, new: str, key: str, words: str) -> None:
    keys, english, _ = said("torch", "rows", chapter, function, old, new)
    assert keys == [key]
    assert words in english


@pytest.mark.parametrize(
    ("library", "product"),
    [("numpy", "W @ A"), ("numpy", "np.dot(W, A)"), ("numpy", "W.dot(A)"), ("torch", "W @ A"), ("torch", "W.mm(A)")],
)
def test_a_product_in_the_wrong_order(library: str, product: str) -> None:
    """Seven examples, five features, four units: W has five columns, A has seven rows."""
    keys, english, chinese = said(library, "rows", "deep", "linear_forward", "A @ W.T", product)
    assert keys == ["sizes of a product"]
    assert "Here W has 5 columns and A has 7 rows: look for a transpose, or for the order of the two" in english
    assert "这里 W 有 5 列，A 有 7 行" in chinese


@pytest.mark.parametrize("library", ["numpy", "torch"])
@pytest.mark.parametrize(("layout", "old"), [("columns", "dZ @ A_prev.T"), ("rows", "dZ.T @ A_prev")])
def test_a_transpose_that_is_missing_is_no_reshape(library: str, layout: str, old: str) -> None:
    """Where all sizes are equal both give the same numbers, but a reshape to the right shape raises nothing."""
    assert said(library, layout, "deep", "linear_backward", old, "dZ @ A_prev")[0] == ["not transposed"]


def test_an_operation_entry_by_entry_in_numpy() -> None:
    assert said("numpy", "rows", "deep", "linear_backward", "dZ @ W", "dZ + W")[0] == ["entry by entry"]


@pytest.mark.parametrize("product", ["X.T @ (dZ > 0)", "X.T @ dZ.long()"])
def test_dtypes_that_are_no_two_floats(product: str) -> None:
    assert "two dtypes" not in said("torch", "rows", "logistic", "weight_gradient", "X.T @ dZ", product)[0]


def test_a_function_that_the_file_does_not_define_speaks_for_itself() -> None:
    keys, english, _ = said("torch", "rows", "deep", "sigmoid_backward", "sigmoid(Z)", "sigma(Z)")
    assert keys == []
    assert english.endswith("name 'sigma' is not defined.")


@pytest.mark.sweep(2)
@pytest.mark.parametrize(
    ("function", "old", "new"),
    [
        # Two dicts of the function may lack the key, and a change of both makes the function right.
        ("update_parameters", "    return new", '    other, key = {}, "W0"\n    return new[key] + other[key]'),
        # The argument has another value by then.
        ("L_model_backward", "    L,", "    caches = caches[1:]\n    L,"),
        # The index is that of a tuple or of an array, and not that of the list.
        ("L_model_backward", "caches[L - 1][0]", "caches[L - 1][2]"),
        ("linear_backward", "A_prev, W, _ = cache", "A_prev, W, _ = cache[:2] + (cache[3], cache[4])[:1]"),
        # An attribute that no array has.
        ("linear_backward", "    m", "    cache.append(1)\n    cache.append(2)\n    m"),
    ],
)
def test_what_the_arguments_do_not_explain_has_no_cause(function: str, old: str, new: str) -> None:
    assert said("torch", "rows", "deep", function, old, new)[0] == []


def test_an_exception_in_another_function_has_no_line_to_be_explained() -> None:
    """The key is missing in a helper of the learner's, which may be given other dicts."""
    helper = 'def weights(p, l):\n    return p[f"w{l}"]\n\n\n'
    text = solution("deep", "torch", "rows").replace("def L_model_forward", helper + "def L_model_forward")
    text = changed(text, "L_model_forward", 'parameters[f"W{l}"]', "weights(parameters, l)")
    assert verdict_on(text, "deep", "L_model_forward").findings == ()


def test_a_name_in_a_helper_is_not_explained_by_the_arguments_of_its_caller() -> None:
    text = "import torch\nCHAPTER = 'deep'\nLIBRARY = 'torch'\nLAYOUT = 'rows'\n"
    text += "def helper(x):\n    return torch.exp(-Z)\n\n\ndef sigmoid(Z):\n    return 1 / (1 + helper(Z))\n"
    assert verdict_on(text, "deep", "sigmoid").findings == ()


def test_a_line_of_another_cell_is_not_a_line_of_the_function() -> None:
    """Each cell counts its lines from 1. The exception comes from line 2 of the first cell, not of the second."""
    inner = Piece("cell 1", "import torch\ndef inner(Z): return {}['W1']\nLIBRARY = 'torch'\nLAYOUT = 'rows'")
    source = Source(Path("learner.ipynb"), (inner, Piece("cell 2", "def relu(Z):\n    return inner(Z)")))
    assert source.is_inside("relu", ("cell 2", 2))
    assert not source.is_inside("relu", ("cell 1", 2))


def test_an_exception_without_a_message_ends_without_a_colon() -> None:
    _, english, chinese = said("torch", "rows", "deep", "relu", "    return", "    raise ValueError\n    return")
    assert english == "relu: it raises ValueError in learner.py:25."
    assert chinese == "relu: 它在 learner.py:25 抛出 ValueError。"
