"""The activations that several chapters ask for."""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import FREE, Call, Task, Value
from course_torch.formulas.activations import relu, sigmoid
from course_torch.language import Text, same


class WithCache(NamedTuple):
    """A and a cache: what sigmoid and relu return in the course's assignment of chapter deep."""

    A: Tensor
    cache: Value = FREE


def sigmoid_calls(setting: Setting) -> Iterator[Call]:
    Z = setting.caches[-1].Z
    yield Call({"Z": Z}, sigmoid(Z), setting, (WithCache(sigmoid(Z)),))
    Z = torch.tensor([[-1000.0, 0.0, 1000.0]], dtype=torch.float64)
    yield Call({"Z": Z}, sigmoid(Z), setting, (WithCache(sigmoid(Z)),))


def relu_calls(setting: Setting) -> Iterator[Call]:
    Z = setting.caches[0].Z
    yield Call({"Z": Z}, relu(Z), setting, (WithCache(relu(Z)),))


SIGMOID = Task(
    "sigmoid",
    "1.2",
    "Z",
    "A",
    dict.fromkeys(("rows", "columns"), "A = 1 / (1 + e^(-Z))"),
    Text(
        "The sigmoid of every entry. At Z = -1000 it is 0, not nan.",
        "对每个元素求 sigmoid。Z = -1000 时它是 0，而不是 nan。",
    ),
    sigmoid_calls,
    same("A = (1 + tanh(Z / 2)) / 2"),
    in_assignment=False,
)
RELU = Task(
    "relu",
    "2.3",
    "Z",
    "A",
    dict.fromkeys(("rows", "columns"), "A = max(0, Z)"),
    Text("ReLU of every entry.", "对每个元素求 ReLU。"),
    relu_calls,
    same("A = Z * (Z > 0)"),
    in_assignment=False,
)
