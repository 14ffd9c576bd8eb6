"""Forward and backward in one function, as in the course's assignment (chapter logistic)."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.exercises.chapters.logistic.gradients import (
    DB,
    DW,
)
from course_torch.exercises.chapters.logistic.values import Propagated, weights
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.formulas.activations import sigmoid
from course_torch.language import Text


def propagate_calls(setting: Setting) -> Iterator[Call]:
    w, b = weights(setting)
    grads = {"dw": setting.right[DW].T, "db": setting.right[DB].reshape(())}
    yield Call(
        {"w": w, "b": b, "X": setting.X, "Y": setting.Y},
        Propagated(grads, setting.cost),
        setting,
        names={"dw": DW, "db": DB},
    )


def output(w: Tensor, b: float | Tensor, X: Tensor) -> Tensor:
    """A."""
    return sigmoid(X @ w + b)


PROPAGATE = Task(
    "propagate",
    "1.5",
    "w, b, X, Y",
    "grads",
    {
        "rows": "A = sigmoid(X w + b), J = -(1/m) Σ_i (y log a + (1 - y) log(1 - a))\n"
        "dZ = A - Y, dw = (1/m) Xᵀ dZ, db = (1/m) Σ_i dz(i)\n"
        "w (n_x, 1), b ∈ ℝ, X (m, n_x), Y (m, 1), dw (n_x, 1), db, J ∈ ℝ",
        "columns": "A = sigmoid(wᵀ X + b), J = -(1/m) Σ_i (y log a + (1 - y) log(1 - a))\n"
        "dZ = A - Y, dw = (1/m) X dZᵀ, db = (1/m) Σ_i dz(i)\n"
        "w (n_x, 1), b ∈ ℝ, X (n_x, m), Y (1, m), dw (n_x, 1), db, J ∈ ℝ",
    },
    Text(
        "One pass forward and one pass backward over all examples. Returns grads = {'dw': dw, 'db': db}, and J.",
        "对所有样本做一次正向传播和一次反向传播。返回 grads = {'dw': dw, 'db': db} 和 J。",
    ),
    propagate_calls,
    Text(
        "the functions of this chapter, one after the other, or two loops as in notes 1.5",
        "依次调用本章的函数，或者像笔记 1.5 那样用两个循环",
    ),
)
