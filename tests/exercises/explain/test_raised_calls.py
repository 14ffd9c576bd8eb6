"""What an exception shows: the rules for each type, on a function of a few lines and its arguments."""

import ast
import re
from collections import namedtuple
from pathlib import Path

import pytest
import torch

from course_torch.exercises.explain.exceptions import (
    calls_others,
    has_arithmetic,
    is_certain,
    of_exception,
    of_own_dicts,
    of_sizes,
    product,
    that_raise,
)
from course_torch.exercises.explain.raised_call import RaisedCall
from course_torch.exercises.sandbox.process import Failure
from course_torch.exercises.sandbox.source import Piece, Source
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.task import Call, Finding, finding
from course_torch.language import NOTHING

CASE = CHAPTERS["deep"].smallest_case()
"""Two layers."""
P = {name: torch.ones(1) for name in ("W1", "b1", "W2", "b2")}
G = {f"d{name}": tensor for name, tensor in P.items()}
Cache = namedtuple("Cache", "A_prev W b")
CACHE = Cache(torch.ones(2, 3), torch.ones(4, 3), torch.ones(1, 4))
ALL = {"P": P, "G": G, "caches": [CACHE, CACHE], "three": [1, 2, 3], "cache": CACHE, "X": torch.ones(2, 3),
       "v": torch.ones(2), "n": 3}  # fmt: skip


def raised(body: str, type_: str, message: str, library: str = "numpy", line: int = 0) -> RaisedCall:
    """An exception of the last line of a function with the arguments ALL, or of another line."""
    code = f"import {library}\n\n\ndef step({', '.join(ALL)}, *, k=1):\n    " + body.replace("\n", "\n    ")
    place = ("learner.py", line or code.count("\n") + 1)
    source = Source(Path("learner.py"), (Piece("learner.py", code),))
    return RaisedCall(Failure(type_, message, place), Call(ALL, None, CASE), source, "step")


def said(call: RaisedCall) -> list[str]:
    """What an exception shows, in English."""
    return [cause.text.en for cause in of_exception(call)]


# fmt: off
KEYS = [
    ("P['W3']", "'W3'", "there is no layer 3: the network has 2 layers, and P holds the keys W1, b1, W2, b2"),
    ("P['W0']", "'W0'", "there is no layer 0: the network has 2 layers, and P holds the keys W1, b1, W2, b2"),
    ("P['dW1']", "'dW1'", "P has no key 'dW1', it holds the keys W1, b1, W2, b2"),
    ("P['dW2']", "'dW2'", "P has no key 'dW2', it holds the keys W1, b1, W2, b2"),
    ("G['db3'] + P['W1']", "'db3'", "there is no layer 3: the network has 2 layers, and G holds the keys dW1, db1"),
    ("G['W3']", "'W3'", ""),  # the key of another dict, and of no layer
    ("P['a'] + G['a']", "'a'", ""),  # either of two dicts
    ("P['Z'] + n", "'Z'", "P has no key 'Z', it holds the keys W1, b1, W2, b2"),
    ("own = {}\nown['W3'] + P['W3']", "'W3'", ""),  # a dict of the function's own
    ("P = {}\nP['W3']", "'W3'", ""),  # no longer the argument
    ("P['W' + 'l']", "'Wl'", "in the key 'Wl' the number of the layer is a text"),
    ("P['d' + 'W{l}']", "'dW{l}'", "in the key 'dW{l}' the number of the layer is a text"),
    ("own = {}\nown['Wl']", "'Wl'", ""),
    ("P['W3'] = 1", "'W3'", ""),  # nothing is read
    ("P['W3'] -= 1", "'W3'", "there is no layer 3"),
    ("caches['W3']", "'W3'", ""),
]
"""A line, the message of the KeyError, and the beginning of what it shows."""
INDICES = [
    ("caches[2]", "list index out of range", "caches has 2 entries, caches[0] to caches[1]: layer l is caches[l - 1]"),
    ("three[3]", "list index out of range", "three has 3 entries, three[0] to three[2]: layer l is three[l]"),
    ("caches[2] + three[0]", "list index out of range", ""),
    ("caches[2]", "tuple index out of range", ""),
    ("X.shape[2]", "tuple index out of range", "the last size of X is shape[1]"),
    ("v.shape[1]", "tuple index out of range", "the last size of v is shape[0]"),
    ("X.shape[2] + v.shape[0]", "tuple index out of range", ""),
    ("X.T[2]", "tuple index out of range", ""),
    ("cache.shape[2]", "tuple index out of range", ""),
    ("X.shape[2]", "list index out of range", ""),
]
"""A line, the message of the IndexError, and what it shows."""
PARTS = "cache holds 3 values: take it apart first, as A_prev, W, b = cache"
ATTRIBUTES = [
    ("P.W1", "'dict' object has no attribute 'W1'", 'an entry of a dict is written in brackets: P["W1"]'),
    ("P.A1", "'dict' object has no attribute 'A1'", ""),
    ("cache.shape", "'tuple' object has no attribute 'shape'", PARTS),
    ("cache.W", "'tuple' object has no attribute 'W'", PARTS),
    ("cache.nothing", "'tuple' object has no attribute 'nothing'", ""),
    ("n.shape", "'int' object has no attribute 'shape'", ""),
    ("cache.shape", "'list' object has no attribute 'shape'", ""),
    ("other.shape", "'tuple' object has no attribute 'shape'", ""),
    ("v.reshpae(1)", "'Tensor' object has no attribute 'reshpae'", "reshpae is not defined: did you mean reshape?"),
    ("v.astype(float)", "'Tensor' object has no attribute 'astype'", "astype is not defined: it belongs to NumPy"),
    ("torch.matmull(v)", "module 'torch' has no attribute 'matmull'", "matmull is not defined: did you mean matmul?"),
    ("np.sigmoid(v)", "module 'numpy' has no attribute 'sigmoid'", "sigmoid is not defined: it belongs to torch"),
    ("v.unsqueeze(0)", "'numpy.ndarray' object has no attribute 'unsqueeze'", "unsqueeze is not defined: it"),
    ("v.apend(1)", "'list' object has no attribute 'apend'", "apend is not defined: did you mean append?"),
    ("v.weights", "'Tensor' object has no attribute 'weights'", ""),
]
"""A line, the message of the AttributeError, and what it shows."""
VALUES = [
    ("ValueError", "max(X, 0)", "The truth value of an array is ambiguous", "max(), if, and, or and not take"),
    ("TypeError", "float(X)", "only length-1 arrays can be converted to Python scalars", "float(), int() and the"),
    ("RuntimeError", "X.item()", "a Tensor with 6 elements cannot be converted to Scalar", ""),
    ("ValueError", "X.item()", "can only convert an array of size 1 to a Python scalar", ""),
    ("TypeError", "range(X)", "only integer tensors of a single element can be converted to an index", ""),
    ("ValueError", "W, b = cache", "too many values to unpack (expected 2)", PARTS),
    ("ValueError", "W, b = n", "too many values to unpack (expected 2)", ""),
    ("ValueError", "W, b = X", "something else", ""),
    ("TypeError", "'W' + n", 'can only concatenate str (not "int") to str', "a number cannot be added to a text"),
    ("TypeError", "X ^ 2", "ufunc 'bitwise_xor' not supported", "^, & and | are for True and False"),
    ("TypeError", "range(n / 2)", "'float' object cannot be interpreted as an integer", "a whole number is needed"),
    ("TypeError", "for i in n:\n    pass", "'int' object is not iterable", "a loop runs over range(n)"),
    ("TypeError", "1 / X.shape", "unsupported operand type(s) for /: 'int' and 'torch.Size'", "a shape holds"),
    ("TypeError", "len(torch.Size)", "torch.Size is no sequence", ""),
    ("TypeError", "X(1)", "'Tensor' object is not callable", "X is no function"),
    ("TypeError", "q.T()", "'Tensor' object is not callable", "q.T is no function"),
    ("TypeError", "q.shape(0)", "'torch.Size' object is not callable", "q.shape is no function"),
    ("TypeError", "q(X)", "'Tensor' object is not callable", ""),
    ("TypeError", "X (1 - v)", "'numpy.ndarray' object is not callable", "X * (1 - v) in place of X(1 - v): a product"),
    ("TypeError", "q = X\nq (v)", "'Tensor' object is not callable", "q * v in place of q(v)"),
    ("TypeError", "n (v)", "'int' object is not callable", "n * v in place of n(v)"),
    ("TypeError", "3 (v + n)", "'int' object is not callable", "3 * (v + n) in place of 3(v + n)"),
    ("TypeError", "(1 - v) (np.log(X))", "'numpy.float64' object is not callable", "(1 - v) * np.log(X) in place of"),
    ("TypeError", "P(n)", "'dict' object is not callable", "P is no function"),
    ("TypeError", "caches(n - 1)", "'list' object is not callable", "caches is no function"),
    ("TypeError", "v(X, n)", "'Tensor' object is not callable", "v is no function"),
    ("TypeError", "np.exp(v)", "exp(): argument 'input' (position 1) must be Tensor, not numpy.ndarray",
     "exp takes tensors, and v is of type numpy.ndarray: torch.tensor(v) is a tensor"),
    ("TypeError", "torch.exp(n) + torch.exp(k)", "exp(): argument 'input' (position 1) must be Tensor, not int", ""),
    ("TypeError", "torch.maximum(v, 0)", "maximum(): argument 'other' (position 2) must be Tensor, not int",
     "maximum takes tensors, and 0 is of type int: torch.tensor(0) is a tensor"),
    ("TypeError", "torch.maximum(v, other=0)", "maximum(): argument 'other' (position 2) must be Tensor, not int", ""),
    ("TypeError", "torch.exp(None)", "exp(): argument 'input' (position 1) must be Tensor, not NoneType", ""),
    ("TypeError", "step(P, rate=1)", "step() got an unexpected keyword argument 'rate'",
     "the arguments of step are (P, G, caches, three, cache, X, v, n, *, k=1), and the call gives (P, rate=1)"),
    ("TypeError", "step()", "step() missing 8 required positional arguments: 'P', …", "the arguments of step are (P,"),
    ("TypeError", "f(X)", "f() takes 2 positional arguments but 1 was given", ""),
    ("TypeError", "q.other()", "'Tensor' object is not callable", ""),
    ("NotImplementedError", "X ^ 2", "'bitwise_xor' not implemented for 'Float'", "^, & and | are for True and False"),
    ("UnboundLocalError", "W1 = P[W1]", "cannot access local variable 'W1'", "W1 is not defined: a key is a text, and"),
    ("UnboundLocalError", "A1 = P[A1]", "cannot access local variable 'A1'", "no line that ran before has given A1 a"),
    ("UnboundLocalError", "W1 = P['W1'] + W1", "cannot access local variable 'W1'", "no line that ran before has"),
    ("UnboundLocalError", "A + 1", "cannot access local variable 'A'", "no line that ran before has given A a value"),
    ("OSError", "A + 1", "cannot access local variable 'A'", ""),
]
"""Type of the exception, the line, the message, and the beginning of what it shows."""
# fmt: on


@pytest.mark.parametrize(("body", "message", "words"), KEYS)
def test_a_key_that_is_missing(body: str, message: str, words: str) -> None:
    assert_says(said(raised(body, "KeyError", message)), words)


@pytest.mark.parametrize(("body", "message", "words"), INDICES)
def test_an_index_that_is_too_large(body: str, message: str, words: str) -> None:
    assert_says(said(raised(body, "IndexError", message)), words)


@pytest.mark.parametrize(("body", "message", "words"), ATTRIBUTES)
def test_an_attribute_that_is_missing(body: str, message: str, words: str) -> None:
    assert_says(said(raised(body, "AttributeError", message)), words)


@pytest.mark.parametrize(("type_", "body", "message", "words"), VALUES)
def test_a_value_of_another_kind(type_: str, body: str, message: str, words: str) -> None:
    line = body.count("\n") + 5 - ("for" in body)
    assert_says(said(raised(body, type_, message, line=line)), words)


def assert_says(found: list[str], words: str) -> None:
    """One cause that begins with these words, or none."""
    assert len(found) == bool(words)
    assert all(text.startswith(words) for text in found)


# fmt: off
UNDEFINED = [
    ("numpy", "torch.exp(v)", "torch", " is not imported, and the file's library is numpy: use the function of numpy"),
    ("torch", "np.exp(v)", "np", " is not imported, and the file's library is torch: use the function of torch"),
    ("numpy", "np.exp(v)", "np", " is not imported: write import numpy as np at the top of the file"),
    ("torch", "nn.Linear", "nn", " is not imported: write from torch import nn at the top of the file"),
    ("numpy", "copy.deepcopy(P)", "copy", " is not imported: write import copy at the top of the file"),
    ("torch", "null or v", "null", " is not defined: Python writes None"),
    ("numpy", "false", "false", " is not defined: Python writes False"),
    ("numpy", "math.log(v) + n.real", "math",
     " is not imported, and its functions take a single number: write np.log"),
    ("torch", "math.log(v)", "math", " is not imported, and its functions take a single number: write torch.log"),
    ("torch", "rand(3)", "rand", " is not imported: as a function of the library it is written torch.rand"),
    ("numpy", "rand(3)", "rand", " is not imported: as a function of the library it is written np.random.rand"),
    ("numpy", "dot(v, v)", "dot", " is not imported: as a function of the library it is written np.dot"),
    ("torch", "sigma(v)", "sigma", ""),
    ("torch", "stpe(v)", "stpe", ""),
    ("torch", "steps(v)", "steps", " is not defined: did you mean step?"),
    ("numpy", "P[W1]", "W1", " is not defined: a key is a text, and stands in quotes"),
    ("numpy", "P[W1 + 'x']", "W1", " is not defined: a key is a text, and stands in quotes"),
    ("numpy", "Xv", "Xv", " is not defined: a product is written X @ v or X * v"),
    ("numpy", "cachs[0]", "cachs", " is not defined: did you mean caches?"),
    ("numpy", "dX = 1\nother = Dx", "Dx", " is not defined: did you mean dX?"),
    ("numpy", "l = 1\nL + l", "L", " is not defined: no line before gives L a value, and the function is "
     "given P, G, caches, three, cache, X, v, n"),
    ("numpy", "cache1 = 1\ndcache + cache1", "dcache1", " is not defined: no line before gives dcache1 a value, and "
     "the function is given P, G, caches, three, cache, X, v, n"),  # the derivative
    ("numpy", "v + w", "w", " is not defined: no line before gives w a value, and the function is given "
     "P, G, caches, three, cache, X, v, n"),
]
"""Library, line, the name that is not defined, and what is said of it."""
# fmt: on


@pytest.mark.parametrize(("library", "body", "name", "words"), UNDEFINED)
def test_a_name_that_is_not_defined(library: str, body: str, name: str, words: str) -> None:
    found = said(raised(body, "NameError", f"name '{name}' is not defined", library))
    assert found == ([name + words] if words else [])


def test_a_name_of_another_function_is_not_explained() -> None:
    assert said(raised("v + w", "NameError", "name 'w' is not defined", line=1)) == []


def test_the_results_of_a_function_of_the_file_are_taken_apart_by_their_names() -> None:
    text = "def sizes(X):\n    return n_x, n_h, n_y\ndef none(X):\n    return X, 1\ndef step(X):\n    n_x, n_y = {}(X)"
    for name, words in (
        ("sizes", "sizes(X) holds 3 values: take it apart first, as n_x, n_h, n_y = sizes(X)"),
        ("none", ""),
    ):
        source = Source(Path("learner.py"), (Piece("learner.py", text.format(name)),))
        failure = Failure("ValueError", "too many values to unpack (expected 2)", ("learner.py", 6))
        assert_says(said(RaisedCall(failure, Call(ALL, None, CASE), source, "step")), words)


def test_one_cause_is_said_once() -> None:
    assert len(said(raised("X.T() + X.T()", "TypeError", "'Tensor' object is not callable"))) == 1


# fmt: off
PRODUCT = "mat1 and mat2 shapes cannot be multiplied (7x5 and 4x3)"
BROADCAST = "operands could not be broadcast together with shapes (7,5) (4,3)"
RESHAPE = "cannot reshape array of size 6 into shape (5,)"
SIZES = [
    ("ValueError", "X @ v", PRODUCT, ["sizes of a product"]),
    ("ValueError", "X @ v", "mismatch in its core dimension 0 (size 4 is different from 5)", ["sizes of a product"]),
    ("ValueError", "np.dot(X, v)", "(7,5) and (4,3) not aligned: 5 (dim 1) != 4 (dim 0)", ["sizes of a product"]),
    ("KeyError", "X @ v", PRODUCT, []),
    ("ValueError", "sigmoid(abs(X @ v))", PRODUCT, ["sizes of a product"]),
    ("ValueError", "forward(X) @ v", PRODUCT, []),  # either of the two
    ("ValueError", "forward(X)", PRODUCT, ["handed over"]),
    ("ValueError", "forward(X) + v", PRODUCT, ["handed over"]),
    ("ValueError", "X + v", BROADCAST, ["entry by entry"]),
    ("RuntimeError", "X + v", "The size must match the size of tensor b", ["entry by entry"]),
    ("ValueError", "forward(X) + v", BROADCAST, []),
    ("ValueError", "forward(P['a' + 'b'])", BROADCAST, ["handed over"]),
    ("ValueError", "forward(np.add(X, v))", BROADCAST, []),
    ("ValueError", "forward(np.exp(X))", BROADCAST, ["handed over"]),
    ("ValueError", "X += forward(v)", BROADCAST, []),
    ("RuntimeError", "torch.dot(X, v)", "1D tensors expected, but got 2D and 2D tensors", ["dot of vectors"]),
    ("RuntimeError", "X @ v", "expected m1 and m2 to have the same dtype, but got: float != double", ["two dtypes"]),
    ("RuntimeError", "X @ v", "expected scalar type Double but found Float", ["two dtypes"]),
    ("RuntimeError", "X @ v", "expected scalar type Long but found Float", []),
    ("ValueError", "X @ v", "something else", []),
    ("ValueError", "X.reshape(5)", RESHAPE, ["constant sizes"]),
    ("RuntimeError", "torch.reshape(X, (5, 1))", "shape '[5]' is invalid for input of size 6", ["constant sizes"]),
    ("ValueError", "X.reshape(n, 1)", RESHAPE, ["constant sizes"]),
    ("ValueError", "X.reshape(len(v), 1)", RESHAPE, []),
    ("ValueError", "X.reshape(5).reshape(6)", RESHAPE, []),
    ("ValueError", "X.reshape(5)", "something else", []),
    ("IndexError", "X[3]", "index 3 is out of bounds for axis 0 with size 3", ["index of an entry"]),
    ("IndexError", "X[3]", "index 3 is out of bounds for dimension 1 with size 3", ["index of an entry"]),
    ("IndexError", "X[3]", "too many indices", []),
    ("ValueError", "X[3]", "index 3 is out of bounds for axis 0 with size 3", []),
]
"""Type of the exception, the line, the message, and the keys of the causes."""
# fmt: on


@pytest.mark.parametrize(("type_", "body", "message", "keys"), SIZES)
def test_sizes_that_do_not_fit(type_: str, body: str, message: str, keys: list[str]) -> None:
    assert [cause.key for cause in of_sizes(raised(body, type_, message))] == keys


def test_sizes_that_do_not_fit_in_another_function_were_handed_over() -> None:
    for message in (PRODUCT, BROADCAST):
        assert [cause.key for cause in of_sizes(raised("X @ v", "ValueError", message, line=1))] == ["handed over"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("X @ v.T", "Here X has 5 columns and v.T has 4 rows"),
        ("X @ v + X @ v", "Here the first has 5 columns and the second has 4 rows"),
        ("n * np.dot(P['W1'], v)", "Here P['W1'] has 5 columns and v has 4 rows"),
        ("X.dot(v)", "Here X has 5 columns and v has 4 rows"),
    ],
)
def test_the_factors_of_a_product_are_named_if_there_is_one(body: str, words: str) -> None:
    (cause,) = of_sizes(raised(body, "ValueError", PRODUCT))
    assert words in cause.text.en
    assert re.search("有 5 列.*有 4 行", cause.text.zh)


def test_one_column_and_one_row_are_in_the_singular() -> None:
    (cause,) = of_sizes(raised("X @ v", "ValueError", PRODUCT.replace("x5", "x1").replace("4x", "1x")))
    assert "X has 1 column and v has 1 row:" in cause.text.en


def test_an_index_out_of_bounds_says_which_indices_there_are() -> None:
    (cause,) = of_sizes(raised("X[3]", "IndexError", "index 3 is out of bounds for axis 0 with size 3"))
    assert "an axis of size 3 has the indices 0 to 2" in cause.text.en


@pytest.mark.parametrize(
    ("body", "factors"),
    [
        ("X @ v", "X, v"),
        ("np.dot(X, v)", "X, v"),
        ("X.dot(v)", "X, v"),
        ("torch.mm(X, v)", "X, v"),
        ("np.matmul(X, v)", "X, v"),
        ("np.dot(X)", "np, X"),
        ("X.dot()", ""),
        ("np.dot(X, v, n)", ""),
        ("np.add(X, v)", ""),
        ("dot(X, v)", ""),
        ("X * v", ""),
    ],
)
def test_the_factors_of_a_product(body: str, factors: str) -> None:
    found = product(ast.parse(body, mode="eval").body) or ()
    assert ", ".join(ast.unparse(part) for part in found) == factors


@pytest.mark.parametrize(
    ("body", "others", "arithmetic"),
    [
        ("X + v", False, True),
        ("X -= v", False, True),
        ("np.multiply(X, v)", False, True),
        ("np.dot(X, v)", False, False),
        ("relu(X)", False, False),
        ("sum(tanh(X))", False, False),
        ("forward(X)", True, False),
        ("caches[n - 1]", False, False),
        ("caches[n - 1] + 1", False, True),
    ],
)
def test_what_a_line_does(body: str, others: bool, arithmetic: bool) -> None:
    call = raised(body, "", "")
    assert (calls_others(call), has_arithmetic(call)) == (others, arithmetic)


def test_causes_that_change_no_size_raise_nothing() -> None:
    keys = ("sign", "no 1/m", "W for Wᵀ", "factor 2", "sign and no 1/m", "sign and W for Wᵀ", "shape")
    kept = that_raise(tuple(Finding(key, NOTHING, "") for key in keys))
    assert [cause.key for cause in kept] == ["W for Wᵀ"]
    (cause,) = that_raise((finding("reshape for a transpose"),))
    assert cause.key == "not transposed"


def test_a_message_that_names_its_cause_is_certain() -> None:
    certain, other = finding("dot of vectors"), finding("entry by entry")
    assert [is_certain(causes) for causes in ((certain,), (other, certain), (other,), ())] == [True, True, False, False]


OWN = {"grads": ["dA1", "dW1"], "empty": []}


@pytest.mark.parametrize(
    ("body", "message", "dicts", "words"),
    [
        ("grads['dA2']", "'dA2'", OWN, "grads has no key 'dA2', it holds the keys dA1, dW1"),
        ("empty['dA2']", "'dA2'", OWN, "empty has no key 'dA2', it holds the keys (none yet)"),
        ("grads['dA' + str(n)]", "'dA2'", OWN, "grads has no key 'dA2', it holds the keys dA1, dW1"),
        (
            "grads['dA' + str(n) + '_prev']",
            "'dA2_prev'",
            OWN,
            "grads has no key 'dA2_prev', it holds the keys dA1, dW1",
        ),
        ("grads['dA2'] + empty['dA2']", "'dA2'", OWN, ""),
        ("grads['dA2'] + empty['dW2']", "'dA2'", OWN, "grads has no key"),
        ("grads['dA1']", "'dA1'", OWN, ""),
        ("other['dA2']", "'dA2'", OWN, ""),
        ("grads['dA2']", "'dA2'", None, ""),
    ],
)
def test_a_missing_key_of_a_dict_that_the_function_makes(body: str, message: str, dicts: object, words: str) -> None:
    assert_says([cause.text.en for cause in of_own_dicts(raised(body, "KeyError", message), dicts)], words)
