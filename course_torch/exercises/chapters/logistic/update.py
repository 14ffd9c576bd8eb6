"""One step of gradient descent (chapter logistic)."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from course_torch.exercises.chapters.logistic.gradients import gradients
from course_torch.exercises.chapters.logistic.propagation import output
from course_torch.exercises.chapters.logistic.values import Parameters, Tensors, weights
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
from course_torch.language import Text, same

ALPHA = 0.3
"""The learning rate of the calls. Its square differs from it, and so does its double."""


def updated(w: Tensor, b: float | Tensor, dw: Tensor, db: float | Tensor, rate: float) -> Parameters:
    """w - α dw and b - α db."""
    return Parameters(w - rate * dw, torch.as_tensor(b - rate * db, dtype=torch.float64))


def gradients_at(w: Tensor, b: float | Tensor, X: Tensor, Y: Tensor) -> Tensors:
    """dw and db."""
    return gradients(X, output(w, b, X) - Y)


def update_calls(setting: Setting) -> Iterator[Call]:
    w, b = weights(setting)
    grads = gradients_at(w, b, setting.X, setting.Y)
    arguments: dict[str, Any] = {"w": w, "b": b, "dw": grads["dw"], "db": grads["db"].item(), "learning_rate": ALPHA}
    yield Call(arguments, updated(*arguments.values()), setting)


UPHILL = Text("the step goes uphill: subtract α dw and α db", "方向反了：应当减去 α dw 和 α db")
RATE_TWICE = Text("the learning rate is applied twice", "学习速率乘了两次")
NO_RATE = Text("the learning rate is missing", "没有乘以学习速率")
W_UPHILL = Text("w goes uphill: subtract α dw", "w 的方向反了：应当减去 α dw")
B_UPHILL = Text("b goes uphill: subtract α db", "b 的方向反了：应当减去 α db")
B_KEPT = Text("b is not updated", "b 没有更新")
W_NO_RATE = Text("the learning rate is missing in the update of w", "更新 w 时没有乘以学习速率")
B_NO_RATE = Text("the learning rate is missing in the update of b", "更新 b 时没有乘以学习速率")
W_KEPT = Text("w is not updated", "w 没有更新")
UPDATE = Task(
    "update",
    "1.3",
    "w, b, dw, db, learning_rate",
    "w",
    dict.fromkeys(("rows", "columns"), "w := w - α dw, b := b - α db\nw, dw (n_x, 1); b, db ∈ ℝ"),
    Text("One step of gradient descent. Returns the new w, b.", "梯度下降的一步。返回新的 w, b。"),
    update_calls,
    same("w = w + learning_rate * -dw"),
    (
        Slip("+ for -", UPHILL, lambda w, b, dw, db, rate: updated(w, b, dw, db, -rate)),
        Slip("α twice", RATE_TWICE, lambda w, b, dw, db, rate: updated(w, b, dw, db, rate**2)),
        Slip("α left out", NO_RATE, lambda w, b, dw, db, rate: updated(w, b, dw, db, 1.0)),
        Slip(
            "divided by α",
            Text("the gradients are divided by the learning rate: multiply", "梯度除以了学习速率：应当相乘"),
            lambda w, b, dw, db, rate: updated(w, b, dw, db, 1 / rate),
        ),
        Slip("+ for - in w", W_UPHILL, lambda w, b, dw, db, rate: updated(w, b, -dw, db, rate)),
        Slip("+ for - in b", B_UPHILL, lambda w, b, dw, db, rate: updated(w, b, dw, -db, rate)),
        Slip("b not updated", B_KEPT, lambda w, b, dw, db, rate: updated(w, b, dw, 0.0, rate)),
        Slip("w not updated", W_KEPT, lambda w, b, dw, db, rate: updated(w, b, 0 * dw, db, rate)),
        Slip("α left out in w", W_NO_RATE, lambda w, b, dw, db, rate: updated(w, b, dw / rate, db, rate)),
        Slip("α left out in b", B_NO_RATE, lambda w, b, dw, db, rate: updated(w, b, dw, db / rate, rate)),
        Slip(
            "nothing updated",
            Text("the old parameters are returned", "返回的是旧的参数"),
            lambda w, b, dw, db, rate: updated(w, b, dw, db, 0.0),
        ),
        Slip(
            "gradients returned",
            Text("the step itself is returned: subtract it from the parameters", "只返回了步长：应当从参数中减去它"),
            lambda w, b, dw, db, rate: updated(0 * w, 0.0, dw, db, -rate),
        ),
        Slip(
            "dw and db swapped",
            Text("dw and db are swapped", "dw 和 db 弄反了"),
            lambda w, b, dw, db, rate: {"w": w - rate * db},
        ),
    ),
    in_assignment=False,
    changes=True,
)
