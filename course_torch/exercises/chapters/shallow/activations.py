"""The activations that only chapter shallow asks for: tanh and leaky ReLU."""

from collections.abc import Iterator

import torch
from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.formulas import activations
from course_torch.formulas.activations import tanh
from course_torch.language import Text, same

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
