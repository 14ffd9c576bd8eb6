"""The derivatives of sigmoid and tanh, from Z, and what the tasks of all derivatives share."""

from collections.abc import Callable, Iterator
from functools import partial

import torch
from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.formulas.activations import sigmoid, tanh
from course_torch.language import Text, same

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
