"""The activations that several chapters ask for."""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import FREE, Call, Slip, Task, Value
from course_torch.formulas.activations import relu, sigmoid, tanh
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
    (
        Slip(
            "sign in e^(-Z)",
            Text("the sign of Z is turned around: e^(-Z)", "Z 的符号反了：应当是 e^(-Z)"),
            lambda Z: sigmoid(-Z),
        ),
        Slip("tanh for sigmoid", Text("this is tanh(Z)", "这是 tanh(Z)"), lambda Z: tanh(Z)),
        Slip("1 left out", Text("the 1 in 1 + e^(-Z) is missing", "1 + e^(-Z) 里少了 1"), lambda Z: Z.exp()),
        Slip(
            "e^Z overflows",
            Text(
                "e^Z overflows for large positive Z: inf / inf is nan, not 1",
                "Z 是很大的正数时 e^Z 溢出：inf / inf 得到 nan，而不是 1",
            ),
            lambda Z: Z.exp() / (1 + Z.exp()),
        ),
        Slip(
            "e^(-Z) overflows",
            Text(
                "e^(-Z) overflows for large negative Z: inf / inf is nan, and the sigmoid is 0 there",
                "Z 是很大的负数时 e^(-Z) 溢出：inf / inf 得到 nan，而 sigmoid 在那里是 0",
            ),
            lambda Z: 1 - (-Z).exp() / (1 + (-Z).exp()),
        ),
    ),
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
    (
        Slip("identity", Text("negative entries stay: ReLU sets them to 0", "负数没有变成 0"), lambda Z: Z),
        Slip("absolute value", Text("this is |Z|, not max(0, Z)", "这是 |Z|，不是 max(0, Z)"), lambda Z: Z.abs()),
        Slip(
            "min for max",
            Text("this is min(0, Z), not max(0, Z)", "这是 min(0, Z)，不是 max(0, Z)"),
            lambda Z: Z.clamp(max=0),
        ),
        Slip(
            "leaky",
            Text("this is leaky ReLU: ReLU has 0 for Z < 0", "这是 leaky ReLU：Z < 0 时 ReLU 为 0"),
            lambda Z: Z.where(Z > 0, 0.01 * Z),
        ),
        Slip(
            "mask",
            Text("this is the mask Z > 0: multiply it by Z", "这只是 Z > 0 的掩码：还要乘以 Z"),
            lambda Z: (Z > 0).double(),
        ),
    ),
    in_assignment=False,
)
