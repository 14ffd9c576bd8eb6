"""The slope of a function by a nudge (chapter tensors)."""

from collections.abc import Iterator

import torch
from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
from course_torch.language import Text, same

NUDGES = (0.5, 0.25, 0.001)
Polynomial = dict[str, list[float]]
"""{"polynomial": [c0, c1, …]}: becomes the function c0 + c1 a + … in the learner's process."""


def number(value: float) -> Tensor:
    return torch.tensor(value, dtype=torch.float64)


def value(f: Polynomial, a: float) -> float:
    """f(a)."""
    return sum(c * a**k for k, c in enumerate(f["polynomial"]))


def difference(f: Polynomial, right: float, left: float) -> Tensor:
    return number(value(f, right) - value(f, left))


def forward_slope(f: Polynomial, a: float, nudge: float) -> Tensor:
    return difference(f, a + nudge, a) / nudge


def central_slope(f: Polynomial, a: float, nudge: float) -> Tensor:
    return difference(f, a + nudge, a - nudge) / (2 * nudge)


def slope_calls(setting: Setting) -> Iterator[Call]:
    """Polynomials of degree 3 with the setting's numbers as coefficients, and a = 2 as in the notes."""
    for nudge, row in zip(NUDGES, setting.X[0].split(4), strict=False):
        f, a = {"polynomial": row.tolist()}, 2.0 + setting.X[0, -1].item() / 4
        arguments = {"f": f, "a": a, "nudge": nudge}
        yield Call(arguments, forward_slope(f, a, nudge), setting, (central_slope(f, a, nudge),))


SLOPE_BY_NUDGE = Task(
    "slope_by_nudge",
    "1.4",
    "f, a, nudge",
    "slope",
    dict.fromkeys(("rows", "columns"), "slope = (f(a + nudge) - f(a)) / nudge"),
    Text("The slope of the function f at a, by a small step to the right.", "用向右的一小步求函数 f 在 a 处的斜率。"),
    slope_calls,
    same("slope = (f(a + nudge) - f(a - nudge)) / (2 * nudge)"),
    (
        Slip(
            "not divided by the nudge",
            Text("the difference is not divided by the nudge", "差没有除以 nudge"),
            lambda f, a, nudge: difference(f, a + nudge, a),
        ),
        Slip(
            "not divided by the nudge",
            Text("the difference is not divided by the nudge", "差没有除以 nudge"),
            lambda f, a, nudge: difference(f, a + nudge, a - nudge),
        ),
        Slip(
            "multiplied by the nudge",
            Text("the difference is multiplied by the nudge: divide it", "差乘以了 nudge：应当除以 nudge"),
            lambda f, a, nudge: difference(f, a + nudge, a) * nudge,
        ),
        Slip(
            "f(a) not subtracted",
            Text("f(a) is not subtracted", "没有减去 f(a)"),
            lambda f, a, nudge: number(value(f, a + nudge) / nudge),
        ),
        Slip(
            "step of two nudges",
            Text(
                "from a - nudge to a + nudge the step is 2 * nudge: divide by that",
                "从 a - nudge 到 a + nudge 的步长是 2 * nudge：要除以它",
            ),
            lambda f, a, nudge: difference(f, a + nudge, a - nudge) / nudge,
        ),
        Slip(
            "step of one nudge",
            Text(
                "from a to a + nudge the step is nudge, not 2 * nudge",
                "从 a 到 a + nudge 的步长是 nudge，不是 2 * nudge",
            ),
            lambda f, a, nudge: difference(f, a + nudge, a) / (2 * nudge),
        ),
        Slip(
            "step to the left",
            Text("the step goes to the left, to a - nudge", "这一步向左走到了 a - nudge"),
            lambda f, a, nudge: difference(f, a, a - nudge) / nudge,
        ),
        *(
            Slip(
                "nudge not used",
                Text(f"the argument nudge is not used, but {fixed:g}", f"没有用参数 nudge，而是用了 {fixed:g}"),
                lambda f, a, nudge, fixed=fixed: forward_slope(f, a, fixed),
            )
            for fixed in (0.1, 0.01, 0.001, 0.0001, 0.00001)
        ),
        Slip(
            "divided by a",
            Text("the difference is divided by a: divide it by the nudge", "差除以了 a：应当除以 nudge"),
            lambda f, a, nudge: difference(f, a + nudge, a) / a,
        ),
    ),
)
