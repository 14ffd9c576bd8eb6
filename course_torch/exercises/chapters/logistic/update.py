"""One step of gradient descent (chapter logistic)."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from course_torch.exercises.chapters.logistic.gradients import gradients
from course_torch.exercises.chapters.logistic.propagation import output
from course_torch.exercises.chapters.logistic.values import Parameters, Tensors, weights
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
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


UPDATE = Task(
    "update",
    "1.3",
    "w, b, dw, db, learning_rate",
    "w",
    dict.fromkeys(("rows", "columns"), "w := w - α dw, b := b - α db\nw, dw (n_x, 1); b, db ∈ ℝ"),
    Text("One step of gradient descent. Returns the new w, b.", "梯度下降的一步。返回新的 w, b。"),
    update_calls,
    same("w = w + learning_rate * -dw"),
    in_assignment=False,
    changes=True,
)
