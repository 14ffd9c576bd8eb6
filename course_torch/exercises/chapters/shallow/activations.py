"""The activations that only chapter shallow asks for: tanh and leaky ReLU."""

from collections.abc import Iterator

import torch
from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
from course_torch.formulas import activations
from course_torch.formulas.activations import relu, sigmoid, tanh
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
    (
        Slip("sigmoid for tanh", Text("this is sigmoid(Z)", "这是 sigmoid(Z)"), lambda Z: sigmoid(Z)),
        Slip("tan for tanh", Text("this is the tangent tan(Z)", "这是正切 tan(Z)"), lambda Z: Z.tan()),
        Slip(
            "1/tanh",
            Text("numerator and denominator are swapped", "分子和分母写反了"),
            lambda Z: 1 / tanh(Z),
        ),
        Slip(
            "sinh",
            Text("the denominator e^Z + e^(-Z) is missing", "少了分母 e^Z + e^(-Z)"),
            lambda Z: Z.exp() - (-Z).exp(),
        ),
        Slip("sinh", Text("this is sinh(Z): divide by cosh(Z)", "这是 sinh(Z)：还要除以 cosh(Z)"), lambda Z: Z.sinh()),
        Slip(
            "tanh(Z/2)",
            Text("this is tanh(Z/2): the exponents are Z and -Z", "这是 tanh(Z/2)：指数应当是 Z 和 -Z"),
            lambda Z: tanh(Z / 2),
        ),
    ),
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
    (
        Slip(
            "no leak",
            Text("this is ReLU: negative entries keep 0.01 Z", "这是 ReLU：负数应当是 0.01 Z"),
            lambda Z: relu(Z),
        ),
        Slip(
            "min for max",
            Text("this is min(0.01 Z, Z), not max(0.01 Z, Z)", "这是 min(0.01 Z, Z)，不是 max(0.01 Z, Z)"),
            lambda Z: torch.minimum(SLOPE * Z, Z),
        ),
        Slip(
            "constant for Z < 0",
            Text("negative entries become 0.01: multiply 0.01 by Z", "负数变成了 0.01：应当是 0.01 乘以 Z"),
            lambda Z: Z.where(Z > 0, SLOPE),
        ),
        Slip(
            "another slope",
            Text("the slope is 0.1, not 0.01", "斜率是 0.1，应当是 0.01"),
            lambda Z: Z.where(Z > 0, 0.1 * Z),
        ),
        Slip(
            "another slope",
            Text("the slope is 0.001, not 0.01", "斜率是 0.001，应当是 0.01"),
            lambda Z: Z.where(Z > 0, 0.001 * Z),
        ),
        Slip(
            "sign of the slope",
            Text(
                "the slope has the wrong sign: 0.01 Z is negative for Z < 0", "斜率的符号反了：Z < 0 时 0.01 Z 是负数"
            ),
            lambda Z: Z.where(Z > 0, -SLOPE * Z),
        ),
        Slip("identity", Text("Z is returned unchanged", "原样返回了 Z"), lambda Z: Z),
    ),
    in_assignment=False,
)
