"""The forward half of chapter shallow: both layers for all examples, and the cost."""

from collections.abc import Iterator
from dataclasses import replace

import torch
from torch import Tensor

from course_torch.exercises.chapters.cost import COST
from course_torch.exercises.chapters.descent import Tensors
from course_torch.exercises.chapters.shallow.values import Forward, cache, forward
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Cache, Call, Slip, Task
from course_torch.formulas.activations import identity, relu, sigmoid, tanh
from course_torch.language import Text, same


def forward_calls(setting: Setting) -> Iterator[Call]:
    values = cache(setting)
    yield Call({"X": setting.X, "parameters": setting.parameters}, Forward(values["A2"], values), setting)


def cost_calls(setting: Setting) -> Iterator[Call]:
    """Some assignments have the parameters as a third argument."""
    arguments = {"A2": setting.caches[-1].A, "Y": setting.Y}
    yield Call(arguments, setting.cost, setting, further={"parameters": setting.parameters})


def without(parameters: Tensors, *names: str) -> Tensors:
    """The parameters with 0 in place of some of them."""
    return {name: torch.zeros_like(value) if name in names else value for name, value in parameters.items()}


def stored(X: Tensor, parameters: Tensors, **instead: str) -> Forward:
    """The right A2, with other tensors in the cache. `instead` is name in the cache -> name of the tensor stored."""
    values = forward(X, parameters)
    return Forward(values["A2"], Cache({name: values[other] for name, other in instead.items()}))


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
    (
        Slip(
            "no hidden activation",
            Text("the second layer gets Z1: it needs A1 = tanh(Z1)", "第二层用了 Z1：应当用 A1 = tanh(Z1)"),
            lambda X, parameters: Forward(forward(X, parameters, identity)["A2"]),
        ),
        Slip(
            "sigmoid in the hidden layer",
            Text("the hidden layer has sigmoid: it needs tanh", "隐层用了 sigmoid：应当用 tanh"),
            lambda X, parameters: Forward(forward(X, parameters, sigmoid)["A2"]),
        ),
        Slip(
            "relu in the hidden layer",
            Text("the hidden layer has relu: it needs tanh", "隐层用了 relu：应当用 tanh"),
            lambda X, parameters: Forward(forward(X, parameters, relu)["A2"]),
        ),
        Slip(
            "tanh at the output",
            Text("the output has tanh: it needs sigmoid", "输出用了 tanh：应当用 sigmoid"),
            lambda X, parameters: Forward(forward(X, parameters, output=tanh)["A2"]),
        ),
        Slip(
            "activations swapped",
            Text("tanh and sigmoid are swapped", "tanh 和 sigmoid 用反了"),
            lambda X, parameters: Forward(forward(X, parameters, sigmoid, tanh)["A2"]),
        ),
        Slip(
            "no output activation",
            Text("Z2 is returned: A2 = sigmoid(Z2)", "返回了 Z2：A2 = sigmoid(Z2)"),
            lambda X, parameters: Forward(forward(X, parameters)["Z2"]),
        ),
        Slip(
            "A1 returned",
            Text("A1 is returned: the second layer is missing", "返回了 A1：少了第二层"),
            lambda X, parameters: Forward(forward(X, parameters)["A1"]),
        ),
        Slip(
            "no b1",
            Text("b1 is not added", "没有加上 b1"),
            lambda X, parameters: Forward(forward(X, without(parameters, "b1"))["A2"]),
        ),
        Slip(
            "no b2",
            Text("b2 is not added", "没有加上 b2"),
            lambda X, parameters: Forward(forward(X, without(parameters, "b2"))["A2"]),
        ),
        Slip(
            "no biases",
            Text("the biases are not added", "没有加上偏差"),
            lambda X, parameters: Forward(forward(X, without(parameters, "b1", "b2"))["A2"]),
        ),
        Slip(
            "W1 transposed",
            Text("W1 and W1ᵀ are confused", "W1 和 W1ᵀ 弄混了"),
            lambda X, parameters: Forward(forward(X, {**parameters, "W1": parameters["W1"].T})["A2"]),
        ),
        Slip(
            "X in the second layer",
            Text("the second layer takes X: it needs A1", "第二层用了 X：应当用 A1"),
            lambda X, parameters: Forward(sigmoid(X @ parameters["W2"].T + parameters["b2"])),
        ),
        Slip(
            "Z1 cached as A1",
            Text("the cache holds Z1 under the name A1", "cache 里的 A1 是 Z1"),
            lambda X, parameters: stored(X, parameters, A1="Z1"),
        ),
        Slip(
            "A1 cached as Z1",
            Text("the cache holds A1 under the name Z1", "cache 里的 Z1 是 A1"),
            lambda X, parameters: stored(X, parameters, Z1="A1"),
        ),
        Slip(
            "Z2 cached as A2",
            Text("the cache holds Z2 under the name A2", "cache 里的 A2 是 Z2"),
            lambda X, parameters: stored(X, parameters, A2="Z2"),
        ),
        Slip(
            "A2 cached as Z2",
            Text("the cache holds A2 under the name Z2", "cache 里的 Z2 是 A2"),
            lambda X, parameters: stored(X, parameters, Z2="A2"),
        ),
    ),
)

COST_OF_A2 = replace(
    COST, signature="A2, Y", calls=cost_calls, other_way=same("J = -mean(log(where(Y == 1, A2, 1 - A2)))")
)
