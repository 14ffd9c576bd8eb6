"""Chapter shallow: a network with one hidden layer of tanh units (notes 2.1 to 2.5)."""

from collections import namedtuple
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import torch

from course_torch.exercises.tasks.cases import Sizes, TestCase
from course_torch.exercises.tasks.shared import (
    RANGE,
    cost_of,
    gradient_names,
    model_call,
    relu,
    right_value,
    sigmoid,
    train_with,
    update_parameters,
    wrong_start,
)
from course_torch.exercises.tasks.task import FREE, Cache, Call, Chapter, Initial, LearnersCache, Task, by_train, task
from course_torch.language import Text
from course_torch.mistakes.context import derivative_at

N_H = 4
"""Units of the hidden layer that layer_sizes returns, as in the course."""
RATES = (1.2, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.0075, 0.005, 0.002, 0.001)
"""Learning rates of nn_model that are right: that of the course, and others that learners try."""
TINY = torch.finfo(torch.float64).tiny
LayerSizes = namedtuple("LayerSizes", "n_x n_h n_y")
Forward = namedtuple("Forward", "A2 cache", defaults=[FREE])


# A task is a row of a table.
# fmt: off
@task("2.1", "X, Y -> sizes", formulas=f"n_x, n_h = {N_H}, n_y\nX (m, n_x), Y (m, n_y)",
      en="The sizes of the three layers: features, hidden units, outputs. Returns n_x, n_h, n_y.",
      zh="三层的大小：特征数、隐藏单元数、输出数。返回 n_x、n_h、n_y。")
def layer_sizes(case: TestCase) -> Iterator[Call]:
    sizes = torch.tensor([case.X.shape[1], N_H, case.Y.shape[1]], dtype=torch.float64)
    yield Call({"X": case.X, "Y": case.Y}, LayerSizes(*sizes), case)


@task("2.1", "n_x, n_h, n_y -> parameters", formulas="W1 (n_h, n_x), b1 (1, n_h), W2 (n_y, n_h), b2 (1, n_y)",
      en="Draw small random weights and set the biases to 0. Returns a dict with the keys W1, b1, W2, b2.",
      zh="随机初始化较小的权重，偏差为 0。返回一个 dict，键为 W1、b1、W2、b2。")
def initialize_parameters(case: TestCase) -> Iterator[Call]:
    """Also with a second output: W2 and b2 have a row, or a column, for each."""
    n_x, n_h, n_y = case.network.layer_sizes
    parameters = case.parameters
    for n in (n_y, n_y + 1):
        parameters = parameters | {"W2": torch.zeros(n, n_h), "b2": torch.zeros(1, n)}
        yield Call({"n_x": n_x, "n_h": n_h, "n_y": n}, parameters, case, initial=Initial(wrong_start))


@task("2.1", "a_prev, W, b -> z",
      formulas="z_j = w_jᵀ a_prev + b_j, j = 1 … n_out, w_jᵀ = W[j, :]\n"
               "a_prev (1, n_in), W (n_out, n_in), b (1, n_out), z (1, n_out)",
      en="The linear step of a layer for one example, node by node.", zh="一个样本在一层中的线性部分，逐个节点计算。",
      in_assignment=False)
def node_by_node(case: TestCase) -> Iterator[Call]:
    """Both layers, for the first example."""
    for l, layer in enumerate(case.caches, start=1):
        arguments = {"a_prev": layer.A_prev[:1], "W": case.parameters[f"W{l}"], "b": case.parameters[f"b{l}"]}
        yield Call(arguments, layer.Z[:1], case)


@task("2.3", "Z -> A", formulas="A = (e^Z - e^(-Z)) / (e^Z + e^(-Z))", en="The hyperbolic tangent of every entry.",
      zh="对每个元素求双曲正切。", in_assignment=False)
def tanh(case: TestCase) -> Iterator[Call]:
    for Z in (case.caches[0].Z, RANGE):
        yield Call({"Z": Z}, right_value("tanh", Z), case)


@task("2.3", "Z -> A", formulas="A = Z (Z > 0), 0.01 Z (Z <= 0)", en="Leaky ReLU of every entry, with slope 0.01.",
      zh="对每个元素求 leaky ReLU，斜率为 0.01。", in_assignment=False)
def leaky_relu(case: TestCase) -> Iterator[Call]:
    for Z in (case.caches[0].Z, RANGE):
        yield Call({"Z": Z}, right_value("leaky_relu", Z), case)


def derivative(name: str, formula: str) -> Task:
    """The task of a derivative."""

    def calls(case: TestCase) -> Iterator[Call]:
        """Z of the hidden layer, large and small Z, and Z = 0, where the derivative may be that of either side."""
        for Z in (case.caches[0].Z, torch.cat([RANGE, 0 * RANGE], dim=1)):
            left, right = (
                derivative_at(torch.where(Z == 0, beside, Z), partial(right_value, name)) for beside in (-TINY, TINY)
            )
            yield Call({"Z": Z}, left, case, (right,))

    en, zh = f"The derivative of {name} at every entry of Z.", f"{name} 在 Z 的每个元素处的导数。"
    of = task("2.4", "Z -> slope", formulas=formula, en=en, zh=zh, name=f"{name}_derivative",
              in_assignment=False)
    return of(calls)


DERIVATIVES = (
    derivative("sigmoid", "g'(Z) = A (1 - A), A = sigmoid(Z)"),
    derivative("tanh", "g'(Z) = 1 - A², A = tanh(Z)"),
    derivative("relu", "g'(Z) = 1 (Z > 0), 0 (Z < 0), g'(0) ∈ {0, 1}"),
    derivative("leaky_relu", "g'(Z) = 1 (Z > 0), 0.01 (Z < 0), g'(0) ∈ {0.01, 1}"),
)


def cache(case: TestCase) -> Cache:
    """Z1, A1, Z2 and A2."""
    layers = enumerate(case.caches, start=1)
    return Cache({f"{kind}{l}": getattr(layer, kind) for l, layer in layers for kind in ("Z", "A")})


@task("2.2", "X, parameters -> A2",
      formulas="Z1 = X W1ᵀ + b1, A1 = tanh(Z1), Z2 = A1 W2ᵀ + b2, A2 = sigmoid(Z2)"
               "  # columns: X W1ᵀ -> W1 X; A1 W2ᵀ -> W2 A1\nX (m, n_x), A1 (m, n_h), A2 (m, n_y)",
      en="Both layers for all examples. Returns A2 and the cache, a dict with the keys Z1, A1, Z2, A2.",
      zh="所有样本的两层。返回 A2 和 cache（一个 dict，键为 Z1、A1、Z2、A2）。")
def forward_propagation(case: TestCase) -> Iterator[Call]:
    right = Forward(case.caches[-1].A, cache(case))
    yield Call({"X": case.X, "parameters": case.parameters}, right, case)


@task("2.5", "parameters, cache, X, Y -> grads",
      formulas="dZ2 = A2 - Y, dW2 = (1/m) dZ2ᵀ A1, db2 = (1/m) Σ_i dZ2  # columns: dZ2ᵀ A1 -> dZ2 A1ᵀ\n"
               "dZ1 = dZ2 W2 * (1 - A1²), dW1 = (1/m) dZ1ᵀ X, db1 = (1/m) Σ_i dZ1"
               "  # columns: dZ2 W2 -> W2ᵀ dZ2; dZ1ᵀ X -> dZ1 Xᵀ",
      en="The six equations of the backward pass. Returns grads with the keys dW1, db1, dW2, db2.",
      zh="反向传播的六个公式。返回 grads，键为 dW1、db1、dW2、db2。")
def backward_propagation(case: TestCase) -> Iterator[Call]:
    arguments = {"parameters": case.parameters, "cache": dict(cache(case)), "X": case.X, "Y": case.Y}
    names = gradient_names(2)
    grads = {key: case.right[name] for key, name in names.items()}
    learners = {"cache": LearnersCache("forward_propagation", {"X": case.X, "parameters": case.parameters})}
    yield Call(arguments, grads, case, names=names, learners=learners)


@task("2.2", "parameters, X -> predictions", formulas="ŷ = 1 (A2 > 0.5), 0 (A2 <= 0.5)\npredictions (m, n_y)",
      en="The predicted label of each example, 0 or 1.", zh="每个样本的预测标签，0 或 1。")
def predict(case: TestCase) -> Iterator[Call]:
    labels = (case.caches[-1].A > 0.5).double()
    yield Call({"parameters": case.parameters, "X": case.X}, labels, case)


@task("2.5", "X, Y, n_h, num_iterations=10000 -> parameters", formulas="W, b → A2 → dW, db → W, b",
      en="Draw the parameters of n_h hidden units, and train them with the learning rate 1.2. Returns the parameters "
         "after num_iterations updates.",
      zh="随机初始化 n_h 个隐藏单元的参数，用学习速率 1.2 训练。返回 num_iterations 次更新之后的参数。",
      further=("learning_rate", "print_cost"))
def nn_model(case: TestCase) -> Iterator[Call]:
    arguments = {"X": case.X, "Y": case.Y, "n_h": case.network.layer_sizes[1]}
    yield model_call(case, arguments, RATES, gives_costs=False)


WHOLE_PASS = """
def course_torch_pass(X, Y, parameters):
    A2, cache = forward_propagation(X, parameters)
    return {"cost": compute_cost(A2, Y), **backward_propagation(parameters, cache, X, Y)}
"""
CHAPTER = Chapter(
    "shallow", Text("a network with one hidden layer", "单隐层神经网络"), "2.1 – 2.5",
    tasks=(
        layer_sizes, initialize_parameters, node_by_node, sigmoid, tanh, relu, leaky_relu, *DERIVATIVES,
        forward_propagation, cost_of("A2", takes_parameters=True), backward_propagation,
        replace(update_parameters, signature="parameters, grads, learning_rate=1.2"),
        train_with("2.5", "A2"), predict, nn_model,
    ),
    hidden_activation="tanh",
    sizes=(  # distinct and equal widths, one class only, one example, and large and small numbers
        Sizes([5, 4, 1], 7), Sizes([3, 6, 1], 11), Sizes([4, 4, 1], 7),
        Sizes([6, 5, 1], 11, labels="0"), Sizes([6, 5, 1], 7, labels="1"), Sizes([5, 4, 1], 1),
        Sizes([5, 4, 1], 11, largest_Z=5, spread=20),
    ),
    equal_sizes=(Sizes([5, 5, 1], 5), Sizes([6, 6, 1], 6)),
    smallest_size=Sizes([2, 2, 1], 3, one_decimal=True),
    layers=2,
    whole_pass=WHOLE_PASS,
    training=by_train([2, 4, 1], "small", learning_rate=1.2, iterations=3000),
    assignment=Chapter.Assignment(
        helpers={"sigmoid": "given_sigmoid"},
        only_used=frozenset({"layer_sizes", "initialize_parameters", "compute_cost", "update_parameters"}),
    ),
)
