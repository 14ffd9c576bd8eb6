"""The derivatives of ReLU and leaky ReLU, from Z."""

import torch
from torch import Tensor

from course_torch.exercises.chapters.shallow.activations import SLOPE, leaky_relu
from course_torch.exercises.chapters.shallow.derivatives import (
    FUNCTION_RETURNED,
    of_another,
    of_relu,
    of_sigmoid,
    of_tanh,
    task,
)
from course_torch.exercises.task import Slip
from course_torch.formulas.activations import relu
from course_torch.language import Text

REVERSED = Text("the mask is reversed: the slope is 1 where Z > 0", "掩码反了：Z > 0 的地方斜率是 1")


def of_leaky_relu(Z: Tensor) -> Tensor:
    return torch.where(Z > 0, 1, SLOPE)


RELU_DERIVATIVE = task(
    "relu",
    "g'(Z) = 1 (Z > 0), 0 (Z < 0), g'(0) ∈ {0, 1}",
    of_relu,
    lambda Z: (Z >= 0).double(),
    "g'(Z) = where(Z > 0, 1, 0)",
    Slip("function for its derivative", FUNCTION_RETURNED, relu),
    Slip("mask reversed", REVERSED, lambda Z: (Z < 0).double()),
    Slip("mask reversed", REVERSED, lambda Z: (Z <= 0).double()),
    Slip("-1 for Z < 0", Text("the slope for Z < 0 is 0, not -1", "Z < 0 时斜率是 0，不是 -1"), lambda Z: Z.sign()),
    Slip(
        "-1 for Z < 0",
        Text("the slope for Z < 0 is 0, not -1", "Z < 0 时斜率是 0，不是 -1"),
        lambda Z: 2 * of_relu(Z) - 1,
    ),
    Slip("all 1", Text("every slope is 1: it is 0 where Z < 0", "斜率全是 1：Z < 0 时应当是 0"), torch.ones_like),
    of_another("leaky_relu", of_leaky_relu),
    of_another("sigmoid", of_sigmoid),
    of_another("tanh", of_tanh),
)

LEAKY_RELU_DERIVATIVE = task(
    "leaky_relu",
    "g'(Z) = 1 (Z > 0), 0.01 (Z < 0), g'(0) ∈ {0.01, 1}",
    of_leaky_relu,
    lambda Z: torch.where(Z >= 0, 1, SLOPE),
    "g'(Z) = where(Z > 0, 1, 0.01)",
    Slip("function for its derivative", FUNCTION_RETURNED, leaky_relu),
    Slip("mask reversed", REVERSED, lambda Z: torch.where(Z < 0, 1, SLOPE)),
    Slip("mask reversed", REVERSED, lambda Z: torch.where(Z <= 0, 1, SLOPE)),
    Slip(
        "0.01 Z for 0.01",
        Text("the slope for Z < 0 is 0.01, without Z", "Z < 0 时斜率是 0.01，不乘 Z"),
        lambda Z: torch.where(Z > 0, 1, SLOPE * Z),
    ),
    Slip(
        "another slope",
        Text("the slope is 0.1, not 0.01", "斜率是 0.1，应当是 0.01"),
        lambda Z: torch.where(Z > 0, 1, 10 * SLOPE),
    ),
    Slip(
        "sign of the slope",
        Text("the slope for Z < 0 is 0.01, not -0.01", "Z < 0 时斜率是 0.01，不是 -0.01"),
        lambda Z: torch.where(Z > 0, 1, -SLOPE),
    ),
    of_another("relu", of_relu),
)
