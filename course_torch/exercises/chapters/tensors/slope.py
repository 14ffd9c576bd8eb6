"""The slope of a function by a nudge (chapter tensors)."""

from collections.abc import Iterator

import torch
from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text, same

NUDGES = (0.5, 0.25, 0.001)
Polynomial = dict[str, list[float]]
"""{"polynomial": [c0, c1, …]}: becomes the function c0 + c1 a + … in the learner's process."""


def number(value: float) -> Tensor:
    return torch.tensor(value, dtype=torch.float64)


def value(f: Polynomial, a: float) -> float:
    """f(a)."""
    return sum(c * a**k for k, c in enumerate(f["polynomial"]))


def slope_calls(setting: Setting) -> Iterator[Call]:
    """Polynomials of degree 3 with the setting's numbers as coefficients, and a = 2 as in the notes."""
    for nudge, row in zip(NUDGES, setting.X[0].split(4), strict=False):
        f, a = {"polynomial": row.tolist()}, 2.0 + setting.X[0, -1].item() / 4
        arguments = {"f": f, "a": a, "nudge": nudge}
        left, middle, right = (value(f, a + step) for step in (-nudge, 0.0, nudge))
        yield Call(arguments, number((right - middle) / nudge), setting, (number((right - left) / (2 * nudge)),))


SLOPE_BY_NUDGE = Task(
    "slope_by_nudge",
    "1.4",
    "f, a, nudge",
    "slope",
    dict.fromkeys(("rows", "columns"), "slope = (f(a + nudge) - f(a)) / nudge"),
    Text("The slope of the function f at a, by a small step to the right.", "用向右的一小步求函数 f 在 a 处的斜率。"),
    slope_calls,
    same("slope = (f(a + nudge) - f(a - nudge)) / (2 * nudge)"),
)
