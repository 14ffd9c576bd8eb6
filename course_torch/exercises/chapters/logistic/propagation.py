"""Forward and backward in one function, as in the course's assignment (chapter logistic)."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from course_torch.exercises.chapters.cost import COST, NO_MEAN
from course_torch.exercises.chapters.logistic.forward import losses
from course_torch.exercises.chapters.logistic.gradients import (
    DB,
    DB_NOT_SUMMED,
    DW,
    DW_ONE_BY_ONE,
    FEATURES_FOR_M,
    LABELS_FOR_A,
    gradients,
    not_summed,
    one_by_one,
)
from course_torch.exercises.chapters.logistic.values import Propagated, Tensors, weights
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
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


def everything(X: Tensor, Y: Tensor, A: Tensor) -> Tensors:
    """dw, db and cost, for any A."""
    return gradients(X, A - Y) | {"cost": losses(A, Y).mean()}


def output(w: Tensor, b: float | Tensor, X: Tensor) -> Tensor:
    """A."""
    return sigmoid(X @ w + b)


def wrong_dw(key: str, text: Text, made: Callable[..., Tensor]) -> Slip:
    """A slip in dw, computed from X and dZ."""
    return Slip(key, text, lambda w, b, X, Y: {"dw": made(X, output(w, b, X) - Y)})


def wrong_db(key: str, text: Text, made: Callable[..., Tensor]) -> Slip:
    """A slip in db, computed from X and dZ, below a right dw."""

    def all_made(w: Tensor, b: float, X: Tensor, Y: Tensor) -> Tensors:
        dZ = output(w, b, X) - Y
        return {"dw": gradients(X, dZ)["dw"], "db": made(X, dZ)}

    return Slip(key, text, all_made)


def wrong_cost(slip: Slip) -> Slip:
    """A slip in the cost, below right gradients."""

    def all_made(w: Tensor, b: float, X: Tensor, Y: Tensor) -> Tensors:
        A = output(w, b, X)
        return gradients(X, A - Y) | {"cost": slip.made(A, Y)}

    return Slip(slip.key, slip.text, all_made)


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
    (
        Slip(
            "no bias", Text("b is not added to z", "z 没有加上 b"), lambda w, b, X, Y: everything(X, Y, output(w, 0, X))
        ),
        Slip(
            "bias subtracted",
            Text("b is subtracted from z: add it", "z 减去了 b：应当加上 b"),
            lambda w, b, X, Y: everything(X, Y, output(w, -b, X)),
        ),
        Slip(
            "sign in e^(-z)",
            Text("the sign of z is turned around: e^(-z)", "z 的符号反了：应当是 e^(-z)"),
            lambda w, b, X, Y: everything(X, Y, output(-w, -b, X)),
        ),
        Slip(
            "labels for A",
            LABELS_FOR_A,
            lambda w, b, X, Y: gradients(X, (output(w, b, X) > 0.5).double() - Y),
        ),
        *(wrong_dw("* for the product", DW_ONE_BY_ONE, lambda X, dZ, i=i: one_by_one(X, dZ)[i]) for i in range(8)),
        wrong_dw(
            "X transposed", Text("X and Xᵀ are confused in dw", "dw 里 X 和 Xᵀ 弄混了"), lambda X, dZ: X @ dZ / len(X)
        ),
        wrong_dw("m of the features", FEATURES_FOR_M, lambda X, dZ: X.T @ dZ / X.shape[1]),
        wrong_dw("no 1/m", NO_MEAN, lambda X, dZ: X.T @ dZ),
        wrong_dw("dw is 0", Text("dw is 0", "dw 是 0"), lambda X, dZ: torch.zeros_like(X[:1].T)),
        *(wrong_db("db not summed", DB_NOT_SUMMED, lambda X, dZ, i=i: not_summed(dZ)[i]) for i in range(4)),
        wrong_db("m of the features", FEATURES_FOR_M, lambda X, dZ: dZ.sum() / X.shape[1]),
        wrong_db("no 1/m", NO_MEAN, lambda X, dZ: dZ.sum()),
        wrong_db("db is 0", Text("db is 0", "db 是 0"), lambda X, dZ: 0 * dZ.sum()),
        *(wrong_cost(slip) for slip in COST.slips),
    ),
)
