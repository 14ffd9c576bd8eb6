"""The initial parameters of chapter logistic."""

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from course_torch.exercises.chapters.logistic.values import Parameters
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Finding, Slip, Task
from course_torch.language import Text, same


def initial_calls(setting: Setting) -> Iterator[Call]:
    dim = setting.X.shape[1]
    yield Call({"dim": dim}, zeros(dim), setting, fails=not_zero)


def zeros(dim: int) -> Parameters:
    return Parameters(torch.zeros(dim, 1, dtype=torch.float64), torch.tensor(0.0, dtype=torch.float64))


def not_zero(found: Mapping[str, Tensor]) -> Finding | None:
    """The first parameter that is not 0."""
    for name, tensor in found.items():
        if tensor.any():
            return Finding("not 0", Text(f"{name} is not 0", f"{name} 不是 0"), "1.3")
    return None


ONE_NUMBER_FOR_B = Text(
    "b has many entries: it is one number for all examples", "b 有多个元素：它对所有样本都是同一个数"
)
INITIAL = Task(
    "initialize_with_zeros",
    "1.3",
    "dim",
    "w",
    dict.fromkeys(("rows", "columns"), "w (n_x, 1), b ∈ ℝ, dim = n_x"),
    Text(
        "The initial parameters: w and b are 0. Returns w, b.",
        "初始参数：w 和 b 都为 0。返回 w, b。",
    ),
    initial_calls,
    same("return zeros((dim, 1)), 0.0"),
    (
        Slip("b not a number", ONE_NUMBER_FOR_B, lambda dim: {"w": zeros(dim).w, "b": zeros(dim).w}),
        Slip("b not a number", ONE_NUMBER_FOR_B, lambda dim: {"w": zeros(dim).w, "b": zeros(dim).w.T}),
        Slip("b not a number", ONE_NUMBER_FOR_B, lambda dim: {"w": zeros(dim).w, "b": zeros(dim).w.flatten()}),
        Slip(
            "w square",
            Text("w has dim * dim entries: it is one column", "w 有 dim * dim 个元素：它只是一列"),
            lambda dim: {"w": zeros(dim).w @ zeros(dim).w.T},
        ),
    ),
)
