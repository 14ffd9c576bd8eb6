"""The loop of gradient descent (chapter logistic)."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from course_torch.exercises.chapters.logistic.update import ALPHA, gradients_at, updated
from course_torch.exercises.chapters.logistic.values import Optimized, Tensors, weights
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text, same

ITERATIONS = 3


def descent(w: Tensor, b: float | Tensor, X: Tensor, Y: Tensor, iterations: int, rate: float) -> Optimized:
    """Gradient descent."""
    grads: Tensors = {}
    for _ in range(iterations):
        grads = gradients_at(w, b, X, Y)
        w, b = updated(w, b, **grads, rate=rate)
    return Optimized({"w": w, "b": torch.as_tensor(b, dtype=torch.float64)}, grads)


def optimize_calls(setting: Setting) -> Iterator[Call]:
    w, b = weights(setting)
    arguments: dict[str, Any] = {
        "w": w,
        "b": b,
        "X": setting.X,
        "Y": setting.Y,
        "num_iterations": ITERATIONS,
        "learning_rate": ALPHA,
    }
    yield Call(arguments, descent(*arguments.values()), setting)


OPTIMIZE = Task(
    "optimize",
    "1.3",
    "w, b, X, Y, num_iterations, learning_rate",
    "params",
    dict.fromkeys(("rows", "columns"), "(w, b) → (dw, db); w := w - α dw, b := b - α db"),
    Text(
        "Gradient descent. Returns params = {'w': w, 'b': b}, grads = {'dw': dw, 'db': db} of the last iteration, and "
        "a list of costs of your choice.",
        "梯度下降。返回 params = {'w': w, 'b': b}、最后一次迭代的 grads = {'dw': dw, 'db': db}，"
        "以及成本的列表（由你决定）。",
    ),
    optimize_calls,
    same("for _ in range(num_iterations): grads, cost = propagate(w, b, X, Y); w, b = update(w, b, …)"),
    changes=True,
)
