"""Chapter deep: a network of L layers, from the initial parameters to the training loop (notes 3.1 to 3.3)."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from torch import Tensor

from course_torch.exercises.tasks.cases import Setting, setting, smallest_setting
from course_torch.exercises.tasks.shared import COST, RELU, SIGMOID, UPDATE, by_train, drawn, training, wrong_start
from course_torch.exercises.tasks.task import FREE, Call, Chapter, Own, Task
from course_torch.formulas.activations import relu
from course_torch.language import Text, same
from course_torch.mistakes.context import TensorName
from course_torch.verification.reference import Tensors


class LinearCache(NamedTuple):
    """What the linear step keeps for its backward step."""

    A_prev: Tensor
    W: Tensor
    b: Tensor


class BlockCache(NamedTuple):
    """The cache of the linear step, and Z for the activation's backward step."""

    linear_cache: LinearCache
    Z: Tensor


class LinearForward(NamedTuple):
    Z: Tensor
    cache: Any = FREE


class BlockForward(NamedTuple):
    A: Tensor
    cache: Any = FREE


class ModelForward(NamedTuple):
    AL: Tensor
    caches: Any = FREE


class LinearBackward(NamedTuple):
    dA_prev: Tensor
    dW: Tensor
    db: Tensor


def activation_of(setting: Setting, l: int) -> str:
    """The argument `activation` of layer l."""
    return "sigmoid" if l == setting.L else "relu"


def linear_cache(setting: Setting, l: int) -> LinearCache:
    return LinearCache(setting.caches[l - 1].A_prev, setting.W(l), setting.b(l))


def block_cache(setting: Setting, l: int) -> BlockCache:
    return BlockCache(linear_cache(setting, l), setting.caches[l - 1].Z)


def caches(setting: Setting) -> list[BlockCache]:
    """The caches of layers 1 to L."""
    return [block_cache(setting, l) for l in range(1, setting.L + 1)]


def own_linear_cache(setting: Setting, l: int) -> dict[str, Own]:
    """The cache as the learner's own linear_forward makes it."""
    made = linear_cache(setting, l)._asdict()
    return {"cache": Own("linear_forward", made, 1)}


def own_block_cache(setting: Setting, l: int) -> dict[str, Own]:
    """The cache as the learner's own linear_activation_forward makes it."""
    made = linear_cache(setting, l)._asdict() | {"activation": activation_of(setting, l)}
    return {"cache": Own("linear_activation_forward", made, 1)}


def own_caches(setting: Setting) -> dict[str, Own]:
    """The caches as the learner's own L_model_forward makes them."""
    return {"caches": Own("L_model_forward", {"X": setting.X, "parameters": setting.parameters}, 1)}


def initial_calls(setting: Setting) -> Iterator[Call]:
    yield Call({"layer_dims": list(setting.network.layer_sizes)}, setting.parameters, setting, fails=wrong_start)


INITIAL = Task(
    "initialize_parameters_deep",
    "3.1",
    "layer_dims",
    "parameters",
    {
        "rows": "parameters[f'W{l}'] (n_l, n_{l-1}), parameters[f'b{l}'] (1, n_l), l = 1 … L",
        "columns": "parameters[f'W{l}'] (n_l, n_{l-1}), parameters[f'b{l}'] (n_l, 1), l = 1 … L",
    },
    Text(
        "Draw small random weights and set the biases to 0. layer_dims = [n_x, n_1, …, n_L].",
        "随机初始化较小的权重，偏差为 0。layer_dims = [n_x, n_1, …, n_L]。",
    ),
    initial_calls,
    same("W = randn(n_l, n_prev) / sqrt(n_prev)"),
)


def linear_calls(setting: Setting) -> Iterator[Call]:
    for l in range(1, setting.L + 1):
        A, W, b = linear_cache(setting, l)
        yield Call({"A": A, "W": W, "b": b}, LinearForward(setting.caches[l - 1].Z), setting)


def block_calls(setting: Setting) -> Iterator[Call]:
    for l in range(1, setting.L + 1):
        A_prev, W, b = linear_cache(setting, l)
        arguments = {"A_prev": A_prev, "W": W, "b": b, "activation": activation_of(setting, l)}
        yield Call(arguments, BlockForward(setting.caches[l - 1].A), setting)


def model_calls(setting: Setting) -> Iterator[Call]:
    yield Call({"X": setting.X, "parameters": setting.parameters}, ModelForward(setting.caches[-1].A), setting)


LINEAR_FORWARD = Task(
    "linear_forward",
    "3.1",
    "A, W, b",
    "Z",
    {
        "rows": "Z = A Wᵀ + b\nA (m, n_in), W (n_out, n_in), b (1, n_out), Z (m, n_out)",
        "columns": "Z = W A + b\nA (n_in, m), W (n_out, n_in), b (n_out, 1), Z (n_out, m)",
    },
    Text(
        "The linear step of a layer. Returns Z and cache = (A, W, b).", "一层的线性部分。返回 Z 和 cache = (A, W, b)。"
    ),
    linear_calls,
    same("einsum('mi,oi->mo', A, W) + b"),
)

BLOCK_FORWARD = Task(
    "linear_activation_forward",
    "3.2",
    "A_prev, W, b, activation",
    "A",
    {"rows": "Z = A_prev Wᵀ + b, A = g(Z)", "columns": "Z = W A_prev + b, A = g(Z)"},
    Text(
        "A layer forward, where activation is 'sigmoid' or 'relu'. Returns A and cache = ((A_prev, W, b), Z).",
        "一层的正向传播，activation 是 'sigmoid' 或 'relu'。返回 A 和 cache = ((A_prev, W, b), Z)。",
    ),
    block_calls,
    same("A, Z = {'relu': relu, 'sigmoid': sigmoid}[activation](Z), Z"),
)

MODEL_FORWARD = Task(
    "L_model_forward",
    "3.2",
    "X, parameters",
    "AL",
    {
        "rows": "A[0] = X (m, n_x), A[l] = relu(A[l-1] W[l]ᵀ + b[l]) (l < L), A[L] = sigmoid(A[L-1] W[L]ᵀ + b[L])",
        "columns": "A[0] = X (n_x, m), A[l] = relu(W[l] A[l-1] + b[l]) (l < L), A[L] = sigmoid(W[L] A[L-1] + b[L])",
    },
    Text(
        "All L layers forward. Returns A[L] and the list of the L caches, layer 1 first.",
        "L 层的正向传播。返回 A[L] 和 L 个 cache 的列表，第 1 层在前。",
    ),
    model_calls,
    same("A, cache = linear_activation_forward(A, W, b, 'relu' if l < L else 'sigmoid')"),
)


def output_calls(setting: Setting) -> Iterator[Call]:
    L = TensorName("dZ", setting.L)
    yield Call({"AL": setting.caches[-1].A, "Y": setting.Y}, setting.right[L], setting, names={"dZ": L})


def relu_backward_calls(setting: Setting) -> Iterator[Call]:
    for l in range(1, setting.L):
        dA, dZ, Z = TensorName("dA", l), TensorName("dZ", l), setting.caches[l - 1].Z
        yield Call(
            {"dA": setting.right[dA], "Z": Z},
            setting.right[dZ],
            setting,
            (setting.right[dA] * (Z >= 0),),
            names={"dZ": dZ},
            given=(dA,),
        )


def sigmoid_backward_calls(setting: Setting) -> Iterator[Call]:
    A, Y = setting.caches[-1].A, setting.Y
    yield Call({"dA": output_dA(A, Y), "Z": setting.caches[-1].Z}, A - Y, setting)


def output_dA(A: Tensor, Y: Tensor) -> Tensor:
    """dA[L] = -Y/A + (1 - Y)/(1 - A)."""
    return -Y / A + (1 - Y) / (1 - A)


OUTPUT_GRADIENT = Task(
    "output_gradient",
    "1.5",
    "AL, Y",
    "dZ",
    dict.fromkeys(("rows", "columns"), "dZ[L] = A[L] - Y"),
    Text(
        "The derivative of each example's loss by Z[L], for sigmoid and cross-entropy.",
        "每个样本的损失对 Z[L] 的导数（sigmoid 与交叉熵）。",
    ),
    output_calls,
    same("dZ = (-Y / AL + (1 - Y) / (1 - AL)) * AL * (1 - AL)"),
    in_assignment=False,
)

RELU_BACKWARD = Task(
    "relu_backward",
    "2.4",
    "dA, Z",
    "dZ",
    dict.fromkeys(("rows", "columns"), "dZ = dA * g'(Z), g'(Z) = 1 (Z > 0), 0 (Z <= 0)"),
    Text("ReLU backward.", "ReLU 的反向传播。"),
    relu_backward_calls,
    same("dZ = where(Z > 0, dA, 0)"),
    in_assignment=False,
)

SIGMOID_BACKWARD = Task(
    "sigmoid_backward",
    "2.4",
    "dA, Z",
    "dZ",
    dict.fromkeys(("rows", "columns"), "dZ = dA * g'(Z), g'(Z) = A (1 - A), A = sigmoid(Z)"),
    Text("The sigmoid backward.", "sigmoid 的反向传播。"),
    sigmoid_backward_calls,
    same("dZ = dA * sigmoid(Z) * sigmoid(-Z)"),
    in_assignment=False,
)


def gradients(right: Tensors, l: int) -> LinearBackward:
    """dA[l-1], dW[l] and db[l]."""
    return LinearBackward(*(right[TensorName(*name)] for name in (("dA", l - 1), ("dW", l), ("db", l))))


def names(l: int) -> dict[str, TensorName]:
    return {"dA_prev": TensorName("dA", l - 1), "dW": TensorName("dW", l), "db": TensorName("db", l)}


def linear_backward_calls(setting: Setting) -> Iterator[Call]:
    for l in range(setting.L, 0, -1):
        dZ = TensorName("dZ", l)
        yield Call(
            {"dZ": setting.right[dZ], "cache": linear_cache(setting, l)},
            gradients(setting.right, l),
            setting,
            names=names(l),
            given=(dZ,),
            own=own_linear_cache(setting, l),
        )


def block_backward_calls(setting: Setting) -> Iterator[Call]:
    """The hidden layers first: only they contain g', and only they share the work with linear_backward."""
    for l in [*range(setting.L - 1, 0, -1), setting.L]:
        hidden = l < setting.L
        dA = TensorName("dA", l)
        yield Call(
            {
                "dA": setting.right[dA] if hidden else output_dA(setting.caches[-1].A, setting.Y),
                "cache": block_cache(setting, l),
                "activation": activation_of(setting, l),
            },
            gradients(setting.right, l),
            setting,
            (gradients(with_slope_1_in(setting, l), l),) if hidden else (),
            names=names(l),
            given=(dA,) if hidden else (),
            own=own_block_cache(setting, l),
        )


def with_slope_1_in(setting: Setting, l: int) -> Tensors:
    """The gradients of hidden layer l if only this layer uses slope 1 of ReLU at 0."""
    dZ = setting.right[TensorName("dA", l)] * (setting.caches[l - 1].Z >= 0)
    A_prev, W = setting.caches[l - 1].A_prev, setting.W(l)
    return {
        TensorName("dA", l - 1): dZ @ W,
        TensorName("dW", l): dZ.T @ A_prev / setting.m,
        TensorName("db", l): dZ.mean(dim=0, keepdim=True),
    }


LINEAR_BACKWARD = Task(
    "linear_backward",
    "3.2",
    "dZ, cache",
    "dW",
    {
        "rows": "dW = (1/m) dZᵀ A_prev, db = (1/m) Σ_i dZ, dA_prev = dZ W\n"
        "dZ (m, n_out), A_prev (m, n_in), dW (n_out, n_in), db (1, n_out)",
        "columns": "dW = (1/m) dZ A_prevᵀ, db = (1/m) Σ_i dZ, dA_prev = Wᵀ dZ\n"
        "dZ (n_out, m), A_prev (n_in, m), dW (n_out, n_in), db (n_out, 1)",
    },
    Text(
        "The linear step backward, where cache = (A_prev, W, b). Returns dA_prev, dW, db.",
        "线性部分的反向传播，cache = (A_prev, W, b)。返回 dA_prev、dW、db。",
    ),
    linear_backward_calls,
    same("dW = mean over i of outer(dZ_i, A_prev_i)"),
)

BLOCK_BACKWARD = Task(
    "linear_activation_backward",
    "3.2",
    "dA, cache, activation",
    "dW",
    {
        "rows": "dZ = dA * g'(Z); dZ → dA_prev, dW, db (linear_backward)",
        "columns": "dZ = dA * g'(Z); dZ → dA_prev, dW, db (linear_backward)",
    },
    Text(
        "A layer backward, where cache = ((A_prev, W, b), Z). Returns dA_prev, dW, db.",
        "一层的反向传播，cache = ((A_prev, W, b), Z)。返回 dA_prev、dW、db。",
    ),
    block_backward_calls,
    same("dZ = relu_backward(dA, Z) if activation == 'relu' else sigmoid_backward(dA, Z)"),
)


def model_names(setting: Setting) -> dict[str, TensorName]:
    """dWL, dbL, … dW1, db1."""
    return {f"{kind}{l}": TensorName(kind, l) for l in range(setting.L, 0, -1) for kind in ("dW", "db")}


def model_backward_calls(setting: Setting) -> Iterator[Call]:
    named = model_names(setting)
    yield Call(
        {"AL": setting.caches[-1].A, "Y": setting.Y, "caches": caches(setting)},
        {key: setting.right[name] for key, name in named.items()},
        setting,
        ({key: setting.right_with_slope_1[name] for key, name in named.items()},),
        names=named,
        own=own_caches(setting),
    )


MODEL_BACKWARD = Task(
    "L_model_backward",
    "3.2",
    "AL, Y, caches",
    "dW1",
    {
        "rows": "dZ[L] = A[L] - Y\nl = L … 1: dW[l], db[l], dA[l-1] = dZ[l] W[l], dZ[l-1] = dA[l-1] * g'(Z[l-1])",
        "columns": "dZ[L] = A[L] - Y\nl = L … 1: dW[l], db[l], dA[l-1] = W[l]ᵀ dZ[l], dZ[l-1] = dA[l-1] * g'(Z[l-1])",
    },
    Text(
        "All L layers backward. Returns grads with the keys dW1, db1, … dWL, dbL.",
        "L 层的反向传播。返回 grads，键为 dW1、db1、…、dWL、dbL。",
    ),
    model_backward_calls,
    same("for l, cache in reversed(list(enumerate(caches, start=1))): …"),
)


def settings(seed: int) -> list[Setting]:
    """L from 1 to 4, distinct and equal widths, one example, one class only, and a ReLU unit at exactly 0."""
    return [
        setting([5, 4, 3, 1], "relu", 7, seed),
        setting([4, 6, 3, 2, 1], "relu", 11, seed + 1),
        setting([4, 3, 3, 1], "relu", 7, seed + 2, zero_unit=True),
        setting([6, 5, 1], "relu", 11, seed + 3, labels="0"),
        setting([6, 5, 1], "relu", 7, seed + 4, labels="1"),
        setting([3, 1], "relu", 7, seed + 5),
        setting([5, 4, 3, 1], "relu", 1, seed + 6),
    ]


def all_equal(seed: int) -> list[Setting]:
    """As many features, hidden units and examples, so that no product of hidden layers fails for its shapes."""
    return [setting([5, 5, 5, 1], "relu", 5, seed + 7), setting([6, 6, 6, 6, 1], "relu", 6, seed + 8)]


def relu_with_slope_1(Z: Tensor) -> Tensor:
    """ReLU whose derivative at 0 is 1, which the notes allow too."""
    return torch.where(Z >= 0, Z, 0)


WHOLE_PASS = """
def course_torch_pass(X, Y, parameters):
    AL, caches = L_model_forward(X, parameters)
    return {"cost": compute_cost(AL, Y), **L_model_backward(AL, Y, caches)}
"""

DEEP = Chapter(
    name="deep",
    title=Text("a network of L layers", "L 层神经网络"),
    sections="3.1 – 3.3",
    tasks=(
        INITIAL,
        LINEAR_FORWARD,
        SIGMOID,
        RELU,
        BLOCK_FORWARD,
        MODEL_FORWARD,
        COST,
        OUTPUT_GRADIENT,
        LINEAR_BACKWARD,
        RELU_BACKWARD,
        SIGMOID_BACKWARD,
        BLOCK_BACKWARD,
        MODEL_BACKWARD,
        UPDATE,
        training("3.3", "AL", relu, relu_with_slope_1),
    ),
    settings=settings,
    all_equal=all_equal,
    smallest=lambda: [smallest_setting([2, 2, 1], "relu")],
    helpers={
        "sigmoid": "sigmoid with cache",
        "relu": "relu",
        "sigmoid_backward": "sigmoid_backward",
        "relu_backward": "relu_backward",
    },
    whole_pass=WHOLE_PASS,
    hidden_activation="relu",
    training=by_train(drawn([2, 8, 4, 1], "relu", "he"), learning_rate=0.3, iterations=2000),
)
