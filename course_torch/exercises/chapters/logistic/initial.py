"""The initial parameters of chapter logistic."""

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from course_torch.exercises.chapters.logistic.values import Parameters
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Finding, Task, finding
from course_torch.language import Text, same


def initial_calls(setting: Setting) -> Iterator[Call]:
    dim = setting.X.shape[1]
    yield Call({"dim": dim}, zeros(dim), setting, fails=not_zero)


def zeros(dim: int) -> Parameters:
    return Parameters(torch.zeros(dim, 1, dtype=torch.float64), torch.tensor(0.0, dtype=torch.float64))


def not_zero(found: Mapping[str, Tensor]) -> Finding | None:
    """The first parameter that is not 0."""
    return next((finding("not 0", name=name) for name, tensor in found.items() if tensor.any()), None)


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
)
