"""Chapter shallow: a network with one hidden layer of tanh units (notes 2.1 to 2.5)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from course_torch.exercises.tasks.cases import Setting, setting, smallest_setting
from course_torch.exercises.tasks.shared import COST, RELU, SIGMOID, UPDATE, by_train, drawn, training, wrong_start
from course_torch.exercises.tasks.task import FREE, Cache, Call, Chapter, Own, Task, Value
from course_torch.formulas import activations
from course_torch.formulas.activations import sigmoid, tanh
from course_torch.language import Text, same
from course_torch.mistakes.context import TensorName

N_H = 4
"""Units of the hidden layer that layer_sizes returns, as in the course."""


class LayerSizes(NamedTuple):
    n_x: Tensor
    n_h: Tensor
    n_y: Tensor


class Forward(NamedTuple):
    A2: Tensor
    cache: Value = FREE


def cache(setting: Setting) -> Cache:
    """Z1, A1, Z2 and A2."""
    return Cache(
        {f"{kind}{l}": getattr(each, kind) for l, each in enumerate(setting.caches, start=1) for kind in ("Z", "A")}
    )


def own_cache(setting: Setting) -> dict[str, Own]:
    """The cache as the learner's own forward_propagation makes it."""
    return {"cache": Own("forward_propagation", {"X": setting.X, "parameters": setting.parameters}, 1)}


SLOPE = torch.tensor(0.01, dtype=torch.float64)
"""The slope of leaky ReLU for Z < 0."""


def leaky_relu(Z: Tensor) -> Tensor:
    return activations.leaky_relu(Z, SLOPE)


def tanh_calls(setting: Setting) -> Iterator[Call]:
    Z = setting.caches[0].Z
    yield Call({"Z": Z}, tanh(Z), setting)


def leaky_relu_calls(setting: Setting) -> Iterator[Call]:
    Z = setting.caches[0].Z
    yield Call({"Z": Z}, leaky_relu(Z), setting)


TANH = Task(
    "tanh",
    "2.3",
    "Z",
    "A",
    dict.fromkeys(("rows", "columns"), "A = (e^Z - e^(-Z)) / (e^Z + e^(-Z))"),
    Text("The hyperbolic tangent of every entry.", "对每个元素求双曲正切。"),
    tanh_calls,
    same("A = 2 sigmoid(2Z) - 1"),
    in_assignment=False,
)

LEAKY_RELU = Task(
    "leaky_relu",
    "2.3",
    "Z",
    "A",
    dict.fromkeys(("rows", "columns"), "A = Z (Z > 0), 0.01 Z (Z <= 0)"),
    Text("Leaky ReLU of every entry, with slope 0.01.", "对每个元素求 leaky ReLU，斜率为 0.01。"),
    leaky_relu_calls,
    same("A = maximum(0.01 * Z, Z)"),
    in_assignment=False,
)


NAMES = {f"{kind}{l}": TensorName(kind, l) for l in (2, 1) for kind in ("dW", "db")}
"""dW2, db2, dW1, db1, in the order in which they are computed."""


def backward_calls(setting: Setting) -> Iterator[Call]:
    arguments = {"parameters": setting.parameters, "cache": dict(cache(setting)), "X": setting.X, "Y": setting.Y}
    grads = {key: setting.right[name] for key, name in NAMES.items()}
    yield Call(arguments, grads, setting, names=NAMES, own=own_cache(setting))


BACKWARD = Task(
    "backward_propagation",
    "2.5",
    "parameters, cache, X, Y",
    "grads",
    {
        "rows": "dZ2 = A2 - Y, dW2 = (1/m) dZ2ᵀ A1, db2 = (1/m) Σ_i dZ2\n"
        "dZ1 = dZ2 W2 * (1 - A1²), dW1 = (1/m) dZ1ᵀ X, db1 = (1/m) Σ_i dZ1",
        "columns": "dZ2 = A2 - Y, dW2 = (1/m) dZ2 A1ᵀ, db2 = (1/m) Σ_i dZ2\n"
        "dZ1 = W2ᵀ dZ2 * (1 - A1²), dW1 = (1/m) dZ1 Xᵀ, db1 = (1/m) Σ_i dZ1",
    },
    Text(
        "The six equations of the backward pass. Returns grads with the keys dW1, db1, dW2, db2.",
        "反向传播的六个公式。返回 grads，键为 dW1、db1、dW2、db2。",
    ),
    backward_calls,
    same("dA1 = dZ2 W2, dZ1 = dA1 * (1 - tanh(Z1)²)"),
)


Function = Callable[[Tensor], Tensor]


def calls(setting: Setting, right: Function, at_zero: Function) -> Iterator[Call]:
    """Z of the hidden layer, and Z at exactly 0. `at_zero` is the derivative with the other value allowed at 0."""
    zero = torch.tensor([[-2.0, 0.0, 0.0, 3.0]], dtype=torch.float64)
    for Z in (setting.caches[0].Z, zero):
        yield Call({"Z": Z}, right(Z), setting, (at_zero(Z),))


def of_sigmoid(Z: Tensor) -> Tensor:
    return sigmoid(Z) * sigmoid(-Z)


def of_tanh(Z: Tensor) -> Tensor:
    return 1 - tanh(Z) ** 2


def task(name: str, formula: str, right: Function, at_zero: Function, other_way: str) -> Task:
    """The task of one derivative."""
    return Task(
        f"{name}_derivative",
        "2.4",
        "Z",
        "slope",
        dict.fromkeys(("rows", "columns"), formula),
        Text(f"The derivative of {name} at every entry of Z.", f"{name} 在 Z 的每个元素处的导数。"),
        partial(calls, right=right, at_zero=at_zero),
        same(other_way),
        in_assignment=False,
    )


SIGMOID_DERIVATIVE = task(
    "sigmoid", "g'(Z) = A (1 - A), A = sigmoid(Z)", of_sigmoid, of_sigmoid, "g'(Z) = sigmoid(Z) * sigmoid(-Z)"
)
TANH_DERIVATIVE = task("tanh", "g'(Z) = 1 - A², A = tanh(Z)", of_tanh, of_tanh, "g'(Z) = 1 / cosh(Z)²")


def forward_calls(setting: Setting) -> Iterator[Call]:
    values = cache(setting)
    yield Call({"X": setting.X, "parameters": setting.parameters}, Forward(values["A2"], values), setting)


def cost_calls(setting: Setting) -> Iterator[Call]:
    """Some assignments have the parameters as a third argument."""
    arguments = {"A2": setting.caches[-1].A, "Y": setting.Y}
    yield Call(arguments, setting.cost, setting, further={"parameters": setting.parameters})


FORWARD = Task(
    "forward_propagation",
    "2.2",
    "X, parameters",
    "A2",
    {
        "rows": "Z1 = X W1ᵀ + b1, A1 = tanh(Z1), Z2 = A1 W2ᵀ + b2, A2 = sigmoid(Z2)\n"
        "X (m, n_x), A1 (m, n_h), A2 (m, n_y)",
        "columns": "Z1 = W1 X + b1, A1 = tanh(Z1), Z2 = W2 A1 + b2, A2 = sigmoid(Z2)\n"
        "X (n_x, m), A1 (n_h, m), A2 (n_y, m)",
    },
    Text(
        "Both layers for all examples. Returns A2 and the cache, a dict with the keys Z1, A1, Z2, A2.",
        "所有样本的两层。返回 A2 和 cache（一个 dict，键为 Z1、A1、Z2、A2）。",
    ),
    forward_calls,
    same("A1 = 2 sigmoid(2 Z1) - 1"),
)

COST_OF_A2 = replace(
    COST, signature="A2, Y", calls=cost_calls, other_way=same("J = -mean(log(where(Y == 1, A2, 1 - A2)))")
)


def sizes(n_x: int, n_h: int, n_y: int) -> LayerSizes:
    return LayerSizes(*(torch.tensor(float(n), dtype=torch.float64) for n in (n_x, n_h, n_y)))


def sizes_calls(setting: Setting) -> Iterator[Call]:
    X, Y = setting.X, setting.Y
    yield Call({"X": X, "Y": Y}, sizes(X.shape[1], N_H, Y.shape[1]), setting)


def initial_calls(setting: Setting) -> Iterator[Call]:
    n_x, n_h, n_y = setting.network.layer_sizes
    yield Call({"n_x": n_x, "n_h": n_h, "n_y": n_y}, setting.parameters, setting, fails=wrong_start)


LAYER_SIZES = Task(
    "layer_sizes",
    "2.1",
    "X, Y",
    "sizes",
    {
        "rows": f"n_x, n_h = {N_H}, n_y\nX (m, n_x), Y (m, n_y)",
        "columns": f"n_x, n_h = {N_H}, n_y\nX (n_x, m), Y (n_y, m)",
    },
    Text(
        "The sizes of the three layers: features, hidden units, outputs. Returns n_x, n_h, n_y.",
        "三层的大小：特征数、隐藏单元数、输出数。返回 n_x、n_h、n_y。",
    ),
    sizes_calls,
    Text("unpack the shape: m and n_x are its two entries", "把 shape 拆开：它的两个数是 m 和 n_x"),
)

INITIAL = Task(
    "initialize_parameters",
    "2.1",
    "n_x, n_h, n_y",
    "parameters",
    {
        "rows": "W1 (n_h, n_x), b1 (1, n_h), W2 (n_y, n_h), b2 (1, n_y)",
        "columns": "W1 (n_h, n_x), b1 (n_h, 1), W2 (n_y, n_h), b2 (n_y, 1)",
    },
    Text(
        "Draw small random weights and set the biases to 0. Returns a dict with the keys W1, b1, W2, b2.",
        "随机初始化较小的权重，偏差为 0。返回一个 dict，键为 W1、b1、W2、b2。",
    ),
    initial_calls,
    same("W1 = 0.01 * randn(n_h, n_x)"),
)


def node_calls(setting: Setting) -> Iterator[Call]:
    """Both layers, for the first example."""
    for l, each in enumerate(setting.caches, start=1):
        yield Call({"a_prev": each.A_prev[:1], "W": setting.W(l), "b": setting.b(l)}, each.Z[:1], setting)


NODE_BY_NODE = Task(
    "node_by_node",
    "2.1",
    "a_prev, W, b",
    "z",
    {
        "rows": "z_j = w_jᵀ a_prev + b_j, j = 1 … n_out, w_jᵀ = W[j, :]\n"
        "a_prev (1, n_in), W (n_out, n_in), b (1, n_out), z (1, n_out)",
        "columns": "z_j = w_jᵀ a_prev + b_j, j = 1 … n_out, w_jᵀ = W[j, :]\n"
        "a_prev (n_in, 1), W (n_out, n_in), b (n_out, 1), z (n_out, 1)",
    },
    Text("The linear step of a layer for one example, node by node.", "一个样本在一层中的线性部分，逐个节点计算。"),
    node_calls,
    same("z[j] = Σ_k W[j, k] a_prev[k] + b[j]"),
    in_assignment=False,
)


def predict_calls(setting: Setting) -> Iterator[Call]:
    labels = (setting.caches[-1].A > 0.5).double()
    yield Call({"parameters": setting.parameters, "X": setting.X}, labels, setting)


PREDICT = Task(
    "predict",
    "2.2",
    "parameters, X",
    "predictions",
    {
        "rows": "ŷ = 1 (A2 > 0.5), 0 (A2 <= 0.5)\npredictions (m, n_y)",
        "columns": "ŷ = 1 (A2 > 0.5), 0 (A2 <= 0.5)\npredictions (n_y, m)",
    },
    Text("The predicted label of each example, 0 or 1.", "每个样本的预测标签，0 或 1。"),
    predict_calls,
    same("predictions = round(A2)"),
)


RELU_DERIVATIVE = task(
    "relu",
    "g'(Z) = 1 (Z > 0), 0 (Z < 0), g'(0) ∈ {0, 1}",
    lambda Z: (Z > 0).double(),
    lambda Z: (Z >= 0).double(),
    "g'(Z) = where(Z > 0, 1, 0)",
)
LEAKY_RELU_DERIVATIVE = task(
    "leaky_relu",
    "g'(Z) = 1 (Z > 0), 0.01 (Z < 0), g'(0) ∈ {0.01, 1}",
    lambda Z: torch.where(Z > 0, 1, SLOPE),
    lambda Z: torch.where(Z >= 0, 1, SLOPE),
    "g'(Z) = where(Z > 0, 1, 0.01)",
)


def settings(seed: int) -> list[Setting]:
    """Distinct and equal widths, one example, and one class only."""
    return [
        setting([5, 4, 1], "tanh", 7, seed),
        setting([3, 6, 1], "tanh", 11, seed + 1),
        setting([4, 4, 1], "tanh", 7, seed + 2),
        setting([6, 5, 1], "tanh", 11, seed + 3, labels="0"),
        setting([6, 5, 1], "tanh", 7, seed + 4, labels="1"),
        setting([5, 4, 1], "tanh", 1, seed + 5),
    ]


def all_equal(seed: int) -> list[Setting]:
    """As many features, hidden units and examples, so that no product of the hidden layer fails for its shapes."""
    return [setting([5, 5, 1], "tanh", 5, seed + 6), setting([6, 6, 1], "tanh", 6, seed + 7)]


WHOLE_PASS = """
def course_torch_pass(X, Y, parameters):
    A2, cache = forward_propagation(X, parameters)
    return {"cost": compute_cost(A2, Y), **backward_propagation(parameters, cache, X, Y)}
"""

SHALLOW = Chapter(
    name="shallow",
    title=Text("a network with one hidden layer", "单隐层神经网络"),
    sections="2.1 – 2.5",
    tasks=(
        LAYER_SIZES,
        INITIAL,
        NODE_BY_NODE,
        SIGMOID,
        TANH,
        RELU,
        LEAKY_RELU,
        SIGMOID_DERIVATIVE,
        TANH_DERIVATIVE,
        RELU_DERIVATIVE,
        LEAKY_RELU_DERIVATIVE,
        FORWARD,
        COST_OF_A2,
        BACKWARD,
        replace(UPDATE, signature="parameters, grads, learning_rate=1.2"),
        training("2.5", "A2", tanh),
        PREDICT,
    ),
    settings=settings,
    all_equal=all_equal,
    smallest=lambda: [smallest_setting([2, 2, 1], "tanh")],
    helpers={"sigmoid": "sigmoid"},
    whole_pass=WHOLE_PASS,
    hidden_activation="tanh",
    layers=2,
    training=by_train(drawn([2, 4, 1], "tanh", "small"), learning_rate=1.2, iterations=3000),
)
