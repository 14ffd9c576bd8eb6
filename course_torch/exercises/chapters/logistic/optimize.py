"""The loop of gradient descent (chapter logistic)."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from course_torch.exercises.chapters.logistic.update import (
    ALPHA,
    B_KEPT,
    B_NO_RATE,
    B_UPHILL,
    NO_RATE,
    RATE_TWICE,
    UPHILL,
    W_KEPT,
    W_NO_RATE,
    W_UPHILL,
    gradients_at,
    updated,
)
from course_torch.exercises.chapters.logistic.values import Optimized, Parameters, Tensors, weights
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
from course_torch.language import Text, same

ITERATIONS = 3


def descent(
    w: Tensor, b: float | Tensor, X: Tensor, Y: Tensor, iterations: int, rate: float, rate_b: float | None = None
) -> Optimized:
    """Gradient descent. `rate_b` replaces the learning rate of b."""
    grads: Tensors = {}
    for _ in range(iterations):
        grads = gradients_at(w, b, X, Y)
        new = updated(w, b, **grads, rate=rate)
        w, b = new.w, b - (rate if rate_b is None else rate_b) * grads["db"]
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


def stale(w: Tensor, b: float, X: Tensor, Y: Tensor, iterations: int, rate: float) -> Parameters:
    """The gradients of the first iteration, used in every iteration."""
    return updated(w, b, **gradients_at(w, b, X, Y), rate=iterations * rate)


def one_after_the_other(w: Tensor, b: float | Tensor, X: Tensor, Y: Tensor, iterations: int, rate: float) -> Parameters:
    """db of each iteration computed after the update of w."""
    for _ in range(iterations):
        w = w - rate * gradients_at(w, b, X, Y)["dw"]
        b = b - rate * gradients_at(w, b, X, Y)["db"]
    return Parameters(w, torch.as_tensor(b))


def bias_first(w: Tensor, b: float | Tensor, X: Tensor, Y: Tensor, iterations: int, rate: float) -> Parameters:
    """dw of each iteration computed after the update of b."""
    for _ in range(iterations):
        b = b - rate * gradients_at(w, b, X, Y)["db"]
        w = w - rate * gradients_at(w, b, X, Y)["dw"]
    return Parameters(w, torch.as_tensor(b))


def later_gradients(w: Tensor, b: float, X: Tensor, Y: Tensor, iterations: int, rate: float) -> Tensors:
    """The right parameters, with the gradients after the last update."""
    params = descent(w, b, X, Y, iterations, rate).params
    return params | gradients_at(params["w"], params["b"], X, Y)


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
    (
        Slip("+ for -", UPHILL, lambda w, b, X, Y, n, rate: descent(w, b, X, Y, n, -rate)),
        Slip("α twice", RATE_TWICE, lambda w, b, X, Y, n, rate: descent(w, b, X, Y, n, rate**2)),
        Slip("α left out", NO_RATE, lambda w, b, X, Y, n, rate: descent(w, b, X, Y, n, 1.0)),
        Slip("b not updated", B_KEPT, lambda w, b, X, Y, n, rate: descent(w, b, X, Y, n, rate, 0.0)),
        Slip("+ for - in w", W_UPHILL, lambda w, b, X, Y, n, rate: descent(w, b, X, Y, n, -rate, rate)),
        Slip("+ for - in b", B_UPHILL, lambda w, b, X, Y, n, rate: descent(w, b, X, Y, n, rate, -rate)),
        Slip("w not updated", W_KEPT, lambda w, b, X, Y, n, rate: descent(w, b, X, Y, n, 0.0, rate)),
        Slip("α left out in w", W_NO_RATE, lambda w, b, X, Y, n, rate: descent(w, b, X, Y, n, 1.0, rate)),
        Slip("α left out in b", B_NO_RATE, lambda w, b, X, Y, n, rate: descent(w, b, X, Y, n, rate, 1.0)),
        Slip(
            "nothing updated",
            Text("the parameters stay as they were", "参数没有变"),
            lambda w, b, X, Y, n, rate: descent(w, b, X, Y, n, 0.0).params,
        ),
        Slip(
            "gradients of the first iteration",
            Text("the gradients of the first iteration are used in all", "每次迭代都用了第一次的梯度"),
            stale,
        ),
        Slip(
            "one iteration too many",
            Text("there is one iteration too many", "多迭代了一次"),
            lambda w, b, X, Y, n, rate: descent(w, b, X, Y, n + 1, rate).params,
        ),
        Slip(
            "one iteration too few",
            Text("there is one iteration too few", "少迭代了一次"),
            lambda w, b, X, Y, n, rate: descent(w, b, X, Y, n - 1, rate).params,
        ),
        Slip(
            "only one iteration",
            Text(
                "only one update is made: the loop ends too early, or each iteration starts from the first parameters",
                "只更新了一次：循环太早结束，或者每次迭代都从最初的参数开始",
            ),
            lambda w, b, X, Y, n, rate: descent(w, b, X, Y, 1, rate).params,
        ),
        Slip(
            "starts from 0",
            Text("the descent starts from 0, not from the given w and b", "从 0 开始下降，而不是从给定的 w 和 b 开始"),
            lambda w, b, X, Y, n, rate: descent(0 * w, 0.0, X, Y, n, rate),
        ),
        Slip(
            "updated before all gradients are computed",
            Text(
                "db is computed after w was updated: compute both gradients first",
                "w 更新之后才算 db：要先算出两个梯度",
            ),
            one_after_the_other,
        ),
        Slip(
            "updated before all gradients are computed",
            Text(
                "dw is computed after b was updated: compute both gradients first",
                "b 更新之后才算 dw：要先算出两个梯度",
            ),
            bias_first,
        ),
        Slip(
            "gradients after the last update",
            Text(
                "grads are those after the last update: return those of the last iteration",
                "grads 是最后一次更新之后的梯度：要返回最后一次迭代中的梯度",
            ),
            later_gradients,
        ),
    ),
    changes=True,
)
