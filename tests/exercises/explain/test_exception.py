"""What the checker says of an exception: in the words of the course, in both languages, and only what is certain.

A row is `chapter function: code of the right solution → what stands there => key of the cause | words of the answer`,
words of both languages. `=> wrong` has no key: the function is wrong, and the exception alone does not show why.
"""

from pathlib import Path

import pytest

from course_torch.exercises.judge.calling import Caller
from course_torch.exercises.learners_file.source import Piece, Source
from course_torch.mistakes.solution import replace_in, solution
from tests.exercises.in_this_process import caller_of
from tests.exercises.judged import Case, assert_answer, cases_of, verdict_by, verdict_on

LOOKUPS = r"""
# The key of a dict: there is no such layer, or it is the key of another dict.
deep L_model_forward: range(1, L + 1) → range(L) => no such layer
    | there is no layer 0: the network has 3 layers, and parameters holds the keys W1, b1, W2, b2, W3, b3
    | 没有第 0 层：网络有 3 层
deep update_parameters: return new → return grads["db4"] + parameters["W1"] => no such layer
    | there is no layer 4: the network has 3 layers, and grads holds the keys dW1, db1, dW2, db2, dW3, db3
deep update_parameters: new = {} → new = {}\n    parameters["W4"] -= 1 => no such layer | there is no layer 4
deep update_parameters: grads[f"dW{l}"] → grads[f"W{l}"] => no such key
    | grads has no key 'W1', it holds the keys dW1, db1, dW2, db2, dW3, db3 | grads 没有键 'W1'
deep update_parameters: return new → return parameters["Z"] + learning_rate => no such key | parameters has no key 'Z'
shallow backward_propagation: cache["A1"] → cache["a1"] => no such key
    | cache has no key 'a1', it holds the keys Z1, A1, Z2, A2 | cache 没有键 'a1'
deep L_model_forward: parameters[f"W{l}"] → parameters["W" + "l"] => index in quotes
    | in the key 'Wl' the number of the layer is a text: write "W" + str(l), or f"W{l}"
deep update_parameters: new = {} → parameters["d" + "W{l}"]\n    new = {} => index in quotes | in the key 'dW{l}' the
# Of two dicts that lack the key Python reads the first first.
deep update_parameters: return new → return parameters["a"] + grads["a"] => no such key | parameters has no key 'a'
deep update_parameters: return new → other, key = {}, "W0"\n    return new[key] + other[key] => wrong
deep update_parameters: new = {} → new = {}\n    new["W4"] + parameters["W4"] => wrong
deep L_model_forward: caches = X, [] → caches = X, {}\n    parameters["W0"] + caches["W0"] => wrong
deep L_model_backward: L, grads → caches["W3"]\n    L, grads => wrong
# A dict that the function makes.
deep update_parameters: new[f"W{l}"] = → new[f"W{l}"] -= => no such key
    | new has no key 'W1', it holds the keys (none yet) | new 没有键 'W1'，它的键是 （还没有）
deep update_parameters: new = {} → new = {}\n    new["W" + "l"] => no such key | new has no key 'Wl'
deep update_parameters: new = {} → new, parameters = {}, {}\n    parameters["W4"] => no such key | keys (none yet)
deep L_model_backward: return grads → return grads["dA" + str(L) + "_prev"] => no such key
    | grads has no key 'dA3_prev', it holds the keys dW3, db3
deep L_model_backward: return grads → own = {"dA2": 1}\n    return own["dA2"] + grads["dA2"] => no such key
    | grads has no key 'dA2'
deep L_model_backward: return grads → own = {}\n    return grads["dA2"] + own["db2"] => no such key
    | grads has no key 'dA2'
deep L_model_backward: return grads → own = {}\n    return grads["dA2"] + own["dA2"] => wrong
deep L_model_backward: return grads → return {}["dA2"] => wrong
# The index of a list or of an array, and a size of an array.
deep L_model_backward: caches[l - 1] → caches[l + 1] => index of the layer
    | caches has 3 entries, caches[0] to caches[2]: layer l is caches[l - 1] | 第 l 层是 caches[l - 1]
deep initialize_parameters_deep: len(layer_dims)) → len(layer_dims) + 1) => index of the layer
    | layer_dims has 4 entries, layer_dims[0] to layer_dims[3]: layer l is layer_dims[l] | 第 l 层是 layer_dims[l]
deep L_model_backward: L, grads → own = [1]\n    caches[5] = own[9]\n    L, grads => wrong
deep L_model_backward: L, grads → caches = caches[1:] + []\n    L, grads => one statement moved
    | with caches = caches[1:] + [] (line 78) left out
deep L_model_backward: L, grads → AL = [caches[0][0][9]]\n    L, grads => argument replaced
shallow layer_sizes: Y.shape[ → Y.shape[2 + => sizes | the last size of X, Y is shape[1]
    | X, Y 的最后一个大小是 shape[1]
shallow layer_sizes: Y.shape[ → Y[0].shape[1 + => wrong
basics image2vector: reshape(-1, 1) → reshape(image.shape[3], 1) => sizes | the last size of image is shape[2]
# A cache or a dict is taken for an array.
deep linear_backward: A_prev, W, _ = cache → A_prev, W = cache => parts of the cache
    | cache holds 3 values: take it apart first, as A_prev, W, b = cache | cache 里有 3 个值：要先拆开
deep linear_backward: A_prev, W, _ = cache → A_prev, W, b, Z = cache => parts of the cache | cache holds 3 values
deep linear_backward: A_prev, W, _ = cache → A_prev, W = dZ => wrong
deep linear_activation_backward: linear_cache, Z = cache → A_prev, W, b, Z = cache => parts of the cache
    | cache holds 2 values: take it apart first, as linear_cache, Z = cache | 要先拆开，即 linear_cache, Z = cache
deep linear_activation_backward: return linear_backward(dZ, linear_cache) → dA, dW = linear_backward(dZ, linear_cache)
    => parts of the cache | linear_backward(dZ, linear_cache) holds 3 values: take it apart first, as dA_prev, dW, db =
    | !notes
deep train: AL, caches = L_model_forward(X, parameters) → AL = L_model_forward(X, parameters) => parts of the cache
    | L_model_forward(X, parameters) holds 2 values: take it apart first, as A, caches = L_model_forward(X, parameters)
deep train: AL, caches = L_model_forward(X, parameters) → A = L_model_forward(X, parameters)\n        A > 0.5
    => parts of the cache | L_model_forward(X, parameters) holds 2 values: take it apart first
shallow nn_model: n_x, _, n_y = layer_sizes → n_x, n_y = layer_sizes => wrong
deep linear_backward: m = A_prev.shape → m = cache.shape => parts of the cache | as A_prev, W, b = cache
deep linear_backward: m = A_prev.shape → W = cache.W\n    m = A_prev.shape => parts of the cache | as A_prev, W, b
deep linear_backward: m = A_prev.shape → cache.nothing\n    m = A_prev.shape => wrong
deep linear_backward: m = A_prev → cache.append(1)\n    cache.append(2)\n    m = A_prev => wrong
deep L_model_backward: L, grads → caches.shape\n    L, grads => wrong
deep L_model_backward: caches[L - 1][0] → caches[L - 1].W => wrong
deep update_parameters: new = {} → new = {}\n    parameters.A1 => wrong
deep update_parameters: new = {} → new = {}\n    learning_rate.shape => wrong
"""
NAMES = r"""
deep sigmoid(Z): return 1 / (1 + math.exp(-Z)) => not imported
    | math is not imported, and its functions take a single number: write np.exp | 要写 np.exp
deep sigmoid(Z): return F.sigmoid(Z) => not imported
    | F is not imported, and the file's library is numpy: use the function of numpy
deep sigmoid(Z): return 1 / (1 + torch.exp(-Z)) => not imported
    | torch is not imported, and the file's library is numpy
deep sigmoid(Z): return copy.copy(Z) => not imported | copy is not imported: write import copy at the top of the file
deep sigmoid(Z): return 1 / (1 + exp(-Z)) => not imported
    | exp is not imported: as a function of the library it is written np.exp
deep sigmoid(Z): return randn(*Z.shape) => not imported | it is written np.random.randn
deep sigmoid(Z): return false => not defined | did you mean False?
deep sigmoid(Z): return {}[w] => not defined | w is not defined: a key is a text, and stands in quotes
deep sigmoid(Z): return {}[w + "x"] => not defined | w is not defined: a key is a text | 键是字符串，要加引号
deep sigmoid(Z): return np.exp(-q) => not defined
    | q is not defined: no line before gives q a value, and the function is given Z | 前面没有语句给 q 赋值
deep sigmoid(Z): return np.exp(-z) => not defined | z is not defined: did you mean Z?
deep sigmoid(Z): dX = 1\nreturn Dx => not defined | Dx is not defined: did you mean dX?
deep sigmoid(Z): l = 1\nreturn L + l => not defined | L is not defined: no line before
deep sigmoid(Z): cache1 = 1\nreturn dcache1 => not defined | dcache1 is not defined: no line before
deep sigmoid(Z): return 1 / (1 + nothing(-Z)) => wrong
deep relu(Z): return np.randm.zeros(3) => not defined | did you mean zeros?
deep linear_forward: (A, W, b) → (A, W. b) => dot for a comma | between two arguments stands a comma
deep relu(Z): return mp.maximum(0, Z) => not defined | mp is not defined: did you mean np?
deep relu(Z): return np.sum(Z, keepdims=Ture) => not defined | did you mean True?
deep relu(Z): return np.randn(3) => not imported | as a function of the library it is written np.random.randn
deep linear_backward: dW = → if m < 0:\n        dW = 1\n    dw = => not defined | dW is not defined: did you mean dw?
deep relu(Z): return Z * srt(1) => not defined | srt is not defined: did you mean str?
deep relu(Z): return sigmod(Z) => not defined | sigmod is not defined: did you mean sigmoid?
deep relu(Z): return Sigmoid(Z) => not defined | Sigmoid is not defined: did you mean sigmoid?
deep compute_cost: m = Y.shape[1] → m = ALs => not defined | ALs is not defined: did you mean AL?
shallow backward_propagation: A1, A2 = cache["A1"], cache["A2"] → A1 = cache[A1] => not defined
    | A1 is not defined: a key is a text, and stands in quotes
deep update_parameters: new = {} → A1 = parameters[A1]\n    new = {} => no value yet
    | no line that ran before has given A1 a value
deep relu: return → if Z is None:\n        A = 1\n    return A or => no value yet | given A a value
# Attributes.
deep relu(Z): return np.maximun(Z, 0) => not defined | maximun is not defined: did you mean maximum?
deep relu(Z): return np.relu(Z) => not defined | relu is not defined: it belongs to torch, and
deep relu(Z): return Z.unsqueeze(0) => not defined | unsqueeze is not defined: it belongs to torch, and the
deep relu(Z): return Z.reshpae(1) => not defined | reshpae is not defined: did you mean reshape?
deep relu(Z): return Z.weights => wrong
deep L_model_backward: L, grads → caches.apend(1)\n    L, grads => not defined | did you mean append?
"""
NAMES_OF_TORCH = r"""
deep sigmoid(Z): return 1 / (1 + math.exp(-Z)) => not imported | a single number: write torch.exp
deep sigmoid(Z): return F.sigmoid(Z) => not imported
    | F is not imported: write import torch.nn.functional as F at the top of the file | 在文件开头写 import torch.nn
deep sigmoid(Z): return 1 / (1 + numpy.exp(-Z)) => not imported
    | numpy is not imported, and the file's library is torch
deep sigmoid(Z): return 1 / (1 + exp(-Z)) => not imported
    | exp is not imported: as a function of the library it is written torch.exp | 要写 torch.exp
deep sigmoid(Z): return torch.sigmiod(Z) => not defined | sigmiod is not defined: did you mean sigmoid?
deep sigmoid(Z): return 1 / (1 + Z.exp().astype(float)) => not defined
    | astype is not defined: it belongs to NumPy, and the file's library is torch
    | 它是 NumPy 的，而这个文件用的是 torch
deep sigmoid(Z): return Z.weights => wrong
deep sigmoid(Z): return torch.relo(Z) => wrong
deep sigmoid_backward: sigmoid(Z) → sigma(Z) => wrong | name 'sigma' is not defined.
"""
TYPES = r"""
deep relu(Z): return max(Z, 0) => truth of an array | max(), if, and, or and not take a single number, not an array
deep compute_cost: return -np → return float(AL) - np => a single number
    | float(), int() and the functions of math take
deep compute_cost: return -np → return AL.item() - np => wrong
basics sigmoid: np.exp → exp => a single number | float(), int() and the functions of math take
deep L_model_forward: parameters[f"W{l}"] → parameters["W" + l] => text and number
    | a number cannot be added to a text: write "W" + str(l), or f"W{l}"
shallow tanh_derivative: A**2 → A^2 => power | ^, & and | are for True and False: a power is written **
shallow node_by_node: range(len(W)) → range(len(W) / 2) => whole number | / makes 4 / 2 a float, // divides
logistic model: Y_train, num_iterations → Y_train, float(num_iterations) * 1.5 / 1.5 => wrong
deep train: range(iterations) → iterations => range | a loop runs over range(n), not over the number n
# What is called is no function.
deep relu: return Z * → return Z(1) * => no function | Z is no function: an entry is written in [ ], a product with *
deep sigmoid: np.exp(-Z) → Z(np.exp(1), 2) => no function | Z is no function
deep compute_cost: m = Y.shape[1] → m = len(Y.T()) => no function | Y.T is no function
deep compute_cost: m = Y.shape[1] → m = Y.shape(1) => no function | Y.shape is no function
deep compute_cost: m = Y.shape[1] → m = Y.size(1) => wrong
deep update_parameters: parameters[f"W{l}"] → parameters(f"W{l}") => no function | parameters is no function
logistic optimize: grads["dw"] → grads("dw") => no function | grads is no function: an entry is written in [ ]
deep linear_backward: m = A_prev.shape[1] → m = A_prev.T() + A_prev.T() => no function
    | The cause: A_prev.T is no function
# A product that Python reads as a call.
shallow sigmoid_derivative: A * (1 - A) → A (1 - A) => product without a sign
    | A * (1 - A) in place of A(1 - A): a product needs its sign, * or @ for matrices
tensors computation_graph: 3 * v → 3 (a + b * c) => product without a sign | 3 * (a + b * c) in place of 3(a + b * c)
logistic loss: (1 - Y) * np.log(1 - A) → (1 - Y) (np.log(1 - A)) => product without a sign
    | (1 - Y) * np.log(1 - A) in place of
deep sigmoid: np.exp(-Z) → Z (-Z) => product without a sign | Z * -Z in place of Z(-Z)
deep compute_cost: m = Y.shape[1] → m = len(Y.T)\n    m (AL) => product without a sign | m * AL in place of m(AL)
# Other arguments.
deep linear_activation_forward: linear_forward(A_prev, W, b) → linear_forward(A_prev, W) => other arguments
    | the arguments of linear_forward are (A, W, b), and the call gives (A_prev, W)
deep linear_activation_forward: relu(Z) → relu(Z, axis=0) => other arguments | and the call gives (Z, axis=0)
deep linear_activation_forward: relu(Z) → relu() => other arguments | of relu are (Z), and the call gives ()
deep linear_activation_forward: relu(Z) → np.maximum(Z) => wrong
deep relu: return Z * (Z > 0) → return np.max(0, Z) => one change | np.maximum(0, Z) in place of np.max(0, Z)
# Asserts.
deep relu: return → assert Z.shape == (1, 1)\n    return => assert of a right result
    | the result is right, but an assert of the file is not true: Z.shape == (1, 1)
deep relu: return → assert Z.shape == (1, 1)\n    return 1j + => assert | Z.shape == (1, 1)
deep linear_backward: axis=1, keepdims=True) / m → axis=1) / m\n    assert db.shape == (W.shape[0], 1)
    => keepdim missing
deep linear_backward: axis=1, keepdims=True) / m → axis=0, keepdims=True) / m\n    assert db.shape == (W.shape[0], 1)
    => wrong axis
deep linear_backward: dZ @ A_prev.T / m → dZ @ A_prev.T\n    assert np.abs(dW).max() < 1e-3 => no 1/m
deep linear_backward: return dA → dW = dW + np.cos(dW)\n    assert m == 0\n    return dA => assert
deep linear_backward: return dA → dW = dW + nothing\n    assert m == 0\n    return dA => not defined
deep output_gradient: return AL - Y → dZ = AL + Y\n    assert (dZ < 1).all()\n    return dZ => A + Y
"""
TYPES_OF_TORCH = r"""
deep relu(Z): return Z ^ 2 => power | a power is written **
deep relu(Z): return max(Z, 0) => truth of an array | max(), if, and, or and not take
deep compute_cost: m = Y.shape[0] → m = Y.shape(0) => no function | Y.shape is no function
deep compute_cost: return -np → return float(AL) - np => a single number | float(), int() and the functions of math
deep compute_cost: return -np → return AL.item() - np => wrong
deep compute_cost: m = Y.shape[0] → m = [*range(Y)] => wrong
deep sigmoid: np.exp(-Z) → Z (-Z) => product without a sign | Z * -Z in place of Z(-Z)
deep linear_backward: A_prev, W, _ = cache → W, b = cache => parts of the cache | cache holds 3 values: take it apart
shallow relu: Z * (Z > 0) → torch.maximum(0, Z) => number for a tensor
    | maximum takes tensors, and 0 is of type int: torch.tensor(0) is a tensor
logistic compute_cost: np.log(1 - A) → np.log(1.0) * A => number for a tensor
    | log takes tensors, and 1.0 is of type float: torch.tensor(1.0) is a tensor
deep relu(Z): return torch.exp(Z.numpy()) => number for a tensor
    | exp takes tensors, and Z.numpy() is of type numpy.ndarray
deep relu(Z): return torch.relu(Z.tolist()) => number for a tensor | and Z.tolist() is of type list
deep relu(Z): return torch.maximum(Z, other=0) => wrong
deep relu(Z): return torch.exp(None) => wrong
deep relu(Z): return torch.exp(len(Z)) + torch.exp(Z) => wrong
shallow relu: Z * (Z > 0) → torch.max(0, Z) => one change | torch.max(torch.tensor(0), Z) in place of torch.max(0, Z)
shallow relu: Z * (Z > 0) → torch.max(Z, 0) => one change | torch.max(Z, torch.tensor(0)) in place of torch.max(Z, 0)
# Sizes and dtypes.
deep linear_forward: A @ W.T → W @ A => sizes of a product
    | Here W has 5 columns and A has 7 rows: look for a transpose, or for the order of the two
    | 这里 W 有 5 列，A 有 7 行
deep linear_forward: A @ W.T → A @ A => sizes of a product | written *, a matrix product needs a transpose
deep linear_forward: A @ W.T → (A @ W.T) * 0 + W @ A => sizes of a product
    | Here the first has 5 columns and the second has 7 rows
deep linear_forward: A @ W.T → W.mm(A) => sizes of a product | Here W has 5 columns and A has 7 rows
deep linear_forward: A @ W.T → torch.dot(A, W) => dot of vectors | torch.dot is for vectors: the matrix product is @
deep linear_forward: A @ W.T → torch.add(A, W) => entry by entry | +, -, * and / work entry by entry
deep linear_forward: A @ W.T → A @ torch.zeros(W.T.shape) => two dtypes | as in dtype=Z.dtype
deep linear_forward: A @ W.T → A @ W.T.long() => wrong
logistic weight_gradient: X.T @ dZ → X.T @ (dZ > 0) => wrong
deep linear_forward: A @ W.T → A[0, 0, 0] @ W.T => wrong
basics image2vector: reshape(-1, 1) → reshape(2, 1) => constant sizes
    | the sizes in image.reshape(2, 1) are numbers, which fit one array only
deep linear_backward: dZ.T @ A_prev → dZ @ A_prev => not transposed
deep linear_activation_backward: relu_backward(dA, Z) → relu_backward(dA[1:], Z) => handed over
"""
SIZES = r"""
deep linear_forward: W @ A + b → A.dot(W) + b => sizes of a product | Here A has 7 columns and W has 4 rows
deep linear_forward: W @ A + b → abs(A @ W) + b => sizes of a product | Here A has 7 columns and W has 4 rows
deep linear_forward: W @ A + b → sigmoid(A @ W) + b => sizes of a product | Here A has 7 columns and W has 4 rows
deep linear_forward: W @ A + b → np.matmul(A, 2 * W) + b => sizes of a product | and 2 * W has 4 rows
deep linear_forward: W @ A + b → (A @ W + A @ W) + b => sizes of a product
    | Here the first has 7 columns and the second | 这里第一个有 7 列，第二个有 4 行
deep linear_forward: W @ A + b → W[:, :1] @ A[:2] + b => sizes of a product
    | W[:, :1] has 1 column and A[:2] has 2 rows
deep linear_forward: W @ A + b → W @ A[:1] + b => sizes of a product | W has 5 columns and A[:1] has 1 row:
deep linear_backward: dZ @ A_prev.T / m → A_prev @ dZ => sizes of a product
deep linear_backward: dZ @ A_prev.T / m → 2 * dZ.T.dot(A_prev.T) => sizes of a product
    | dZ.T has 1 column and A_prev.T has 7 rows: dZ without .T fits, its shape is (1, 7)
shallow forward_propagation: W1 @ X → 2 * np.dot(W1, X.T) => sizes of a product
    | X.T has 7 rows: X without .T fits, its shape is (5, 7) | X.T 有 7 行：X 不带 .T 就相符，它的形状是 (5, 7)
shallow forward_propagation: W2 @ A1 → np.dot(W2, X[:3]) => sizes of a product
    | X[:3] has 3 rows: no transpose and no order fits, so one of the two is another matrix than it should be
deep linear_forward: W @ A + b → W + A + b => entry by entry | @ is the matrix product
deep linear_forward: W @ A + b → np.add(W, A) => entry by entry | @ is the matrix product
deep linear_forward: W @ A + b → W[0, 0, 0] @ A => wrong
deep linear_forward: W @ A + b → W.reshape(5) @ A => constant sizes
    | the sizes in W.reshape(5) are numbers, which fit one array only: take them from its shape, or write -1
deep linear_forward: W @ A + b → np.reshape(W, (3, 9)) @ A => constant sizes | in np.reshape(W, (3, 9)) are numbers
deep linear_forward: W @ A + b → W.reshape(len(A), 1) @ A => wrong
deep linear_forward: W @ A + b → W.reshape(5).reshape(4) @ A => wrong
# A function that the line calls raises it, or the line itself may.
deep linear_activation_forward: (A_prev, W, b) → (A_prev, W[:, 1:], b) => handed over
    | the sizes do not fit inside a function that line 29 calls: look at what the function is given
deep linear_activation_forward: (A_prev, W, b) → (A_prev, W, np.ones(2)) => handed over
deep linear_activation_forward: (A_prev, W, b) → (np.exp(A_prev), W[:, 1:], b) => handed over
deep linear_activation_forward: (A_prev, W, b) → (A_prev.T, W @ A_prev.T, b) => wrong
deep linear_activation_forward: (A_prev, W, b) → (np.add(A_prev, W), W, b) => wrong
deep L_model_forward: parameters[f"W{l}"], → parameters["W1"] + parameters["W2"], => wrong
deep linear_activation_forward: A = sigmoid(Z) → A = sigmoid(abs(A_prev @ W)) if 1 else sigmoid(Z)
    => sizes of a product
deep linear_activation_backward: linear_backward(dZ, linear_cache) → linear_backward(dZ[:, 1:], linear_cache)
    => handed over
"""


@pytest.mark.parametrize(
    "case",
    [
        *cases_of(LOOKUPS + NAMES + TYPES + SIZES, ("numpy", "columns")),
        *cases_of(NAMES_OF_TORCH + TYPES_OF_TORCH, ("torch", "rows")),
    ],
)
def test_an_exception_is_explained_if_its_cause_is_certain(case: Case) -> None:
    assert_answer(case)


def test_an_exception_in_another_function_has_no_line_to_be_explained() -> None:
    """The key is missing in a helper of the learner's, which may be given other dicts."""
    helper = 'def weights(p, l):\n    return p[f"w{l}"]\n\n\n'
    text = solution("deep", "torch", "rows").replace("def L_model_forward", helper + "def L_model_forward")
    text = replace_in(text, "L_model_forward", 'parameters[f"W{l}"]', "weights(parameters, l)")
    caller: Caller = caller_of(text, "deep")
    assert verdict_by(caller, "L_model_forward").findings == ()


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
