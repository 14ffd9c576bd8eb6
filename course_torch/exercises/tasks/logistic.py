"""Chapter logistic: logistic regression, from the sigmoid to predicted labels (notes 1.2, 1.3, 1.5)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import torch
from torch import Tensor

from course_torch.exercises.tasks.cases import Setting, setting, smallest_setting
from course_torch.exercises.tasks.shared import COST, SIGMOID, by_optimize, drawn
from course_torch.exercises.tasks.task import FREE, Call, Chapter, Finding, Task, finding
from course_torch.formulas.activations import sigmoid
from course_torch.language import Text, same
from course_torch.mistakes.context import TensorName

Tensors = dict[str, Tensor]


class Parameters(NamedTuple):
    w: Tensor
    b: Tensor


class Propagated(NamedTuple):
    grads: Tensors
    cost: Tensor


class Optimized(NamedTuple):
    params: dict[str, Tensor]
    grads: Tensors
    costs: Any = FREE


def weights(setting: Setting) -> tuple[Tensor, float]:
    """w (n_x, 1) and the number b."""
    return setting.W(1).T, setting.b(1).item()


LARGEST = 3.0
"""Largest |z|. Beyond it 1 - a is so small that float32 loses its digits, and right code would look wrong."""


def moderate(drawn: Setting) -> Setting:
    """Scale w and b down where |z| exceeds LARGEST."""
    largest = drawn.caches[0].Z.abs().max().item()
    with torch.no_grad():
        for parameter in drawn.network.parameters():
            parameter.mul_(min(1.0, LARGEST / largest))
    return Setting(drawn.network, drawn.X, drawn.Y)


def losses(A: Tensor, Y: Tensor) -> Tensor:
    return -(Y * A.log() + (1 - Y) * (1 - A).log())


def loss_calls(setting: Setting) -> Iterator[Call]:
    A = setting.caches[-1].A
    yield Call({"A": A, "Y": setting.Y}, losses(A, setting.Y), setting)


def cost_calls(setting: Setting) -> Iterator[Call]:
    yield Call({"A": setting.caches[-1].A, "Y": setting.Y}, setting.cost, setting)


LOGISTIC_SIGMOID = replace(SIGMOID, in_assignment=True)
LOSS = Task(
    "loss",
    "1.2",
    "A, Y",
    "loss",
    {
        "rows": "L = -(y log a + (1 - y) log(1 - a))\nA, Y, L (m, 1)",
        "columns": "L = -(y log a + (1 - y) log(1 - a))\nA, Y, L (1, m)",
    },
    Text("The loss of each example: cross-entropy.", "每个样本的损失：交叉熵。"),
    loss_calls,
    same("L = -log(where(Y == 1, A, 1 - A))"),
    in_assignment=False,
)
LOGISTIC_COST = replace(
    COST,
    signature="A, Y",
    calls=cost_calls,
    other_way=same("J = -mean(log(where(Y == 1, A, 1 - A)))"),
    in_assignment=False,
)


DZ, DW, DB = TensorName("dZ", 1), TensorName("dW", 1), TensorName("db", 1)


def output_calls(setting: Setting) -> Iterator[Call]:
    yield Call({"A": setting.caches[0].A, "Y": setting.Y}, setting.right[DZ], setting, names={"dZ": DZ})


def weight_calls(setting: Setting) -> Iterator[Call]:
    arguments = {"X": setting.X, "dZ": setting.right[DZ]}
    yield Call(arguments, setting.right[DW].T, setting, names={"dw": DW}, given=(DZ,))


def bias_calls(setting: Setting) -> Iterator[Call]:
    dZ = setting.right[DZ]
    yield Call({"dZ": dZ}, setting.right[DB].reshape(()), setting, names={"db": DB}, given=(DZ,))


def gradients(X: Tensor, dZ: Tensor) -> dict[str, Tensor]:
    """dw and db."""
    return {"dw": X.T @ dZ / len(X), "db": dZ.mean()}


OUTPUT_GRADIENT = Task(
    "output_gradient",
    "1.5",
    "A, Y",
    "dZ",
    {"rows": "dZ = A - Y\nA, Y, dZ (m, 1)", "columns": "dZ = A - Y\nA, Y, dZ (1, m)"},
    Text(
        "The derivative of each example's loss by z, for sigmoid and cross-entropy.",
        "每个样本的损失对 z 的导数（sigmoid 与交叉熵）。",
    ),
    output_calls,
    same("dZ = (-Y / A + (1 - Y) / (1 - A)) * A * (1 - A)"),
    in_assignment=False,
)
WEIGHT_GRADIENT = Task(
    "weight_gradient",
    "1.5",
    "X, dZ",
    "dw",
    {
        "rows": "dw = (1/m) Xᵀ dZ\nX (m, n_x), dZ (m, 1), dw (n_x, 1)",
        "columns": "dw = (1/m) X dZᵀ\nX (n_x, m), dZ (1, m), dw (n_x, 1)",
    },
    Text("The gradient of the cost by w: a mean over the examples.", "成本对 w 的梯度：对样本求平均。"),
    weight_calls,
    Text("the mean of X * dZ over the examples, as a column", "X * dZ 对样本求平均，写成一列"),
    in_assignment=False,
)
BIAS_GRADIENT = Task(
    "bias_gradient",
    "1.5",
    "dZ",
    "db",
    {"rows": "db = (1/m) Σ_i dz(i)\ndZ (m, 1), db ∈ ℝ", "columns": "db = (1/m) Σ_i dz(i)\ndZ (1, m), db ∈ ℝ"},
    Text("The gradient of the cost by b: a mean over the examples.", "成本对 b 的梯度：对样本求平均。"),
    bias_calls,
    same("db = dZ.mean()"),
    in_assignment=False,
)


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
    Text("The initial parameters: w and b are 0. Returns w, b.", "初始参数：w 和 b 都为 0。返回 w, b。"),
    initial_calls,
    same("return zeros((dim, 1)), 0.0"),
)


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


BIAS = 0.6
SCORES = (-2.0, -0.7, -0.3, 0.3, 0.4, 0.8, 2.0)
"""Values of z that tell the threshold 0 of z from the thresholds 0.5 and 1, and z with the bias from z without it."""


def predict_calls(setting: Setting) -> Iterator[Call]:
    w, b = weights(setting)
    yield Call({"w": w, "b": b, "X": setting.X}, labels(output(w, b, setting.X)), setting)
    Z = torch.tensor(SCORES, dtype=torch.float64).repeat(2)[: setting.m].reshape(-1, 1)
    X = setting.X + (Z - BIAS - setting.X @ w) @ w.T / (w * w).sum()
    yield Call({"w": w, "b": BIAS, "X": X}, labels(output(w, BIAS, X)), setting)


def labels(A: Tensor) -> Tensor:
    """1 where the probability is above 0.5, otherwise 0."""
    return (A > 0.5).double()


PREDICT = Task(
    "predict",
    "1.2",
    "w, b, X",
    "Y_prediction",
    {
        "rows": "A = sigmoid(X w + b); ŷ = 1 (a > 0.5), 0 (a <= 0.5)\nX (m, n_x), ŷ (m, 1)",
        "columns": "A = sigmoid(wᵀ X + b); ŷ = 1 (a > 0.5), 0 (a <= 0.5)\nX (n_x, m), ŷ (1, m)",
    },
    Text("The predicted label of each example, 0 or 1.", "每个样本的预测标签，0 或 1。"),
    predict_calls,
    Text("z > 0, because sigmoid(0) = 0.5", "z > 0，因为 sigmoid(0) = 0.5"),
)


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


def settings(seed: int) -> list[Setting]:
    """Several numbers of features and examples, one class only, and one example."""
    drawn = [
        setting([5, 1], "relu", 7, seed),
        setting([3, 1], "relu", 11, seed + 1),
        setting([6, 1], "relu", 11, seed + 2, labels="0"),
        setting([4, 1], "relu", 7, seed + 3, labels="1"),
        setting([5, 1], "relu", 1, seed + 4),
    ]
    return [moderate(each) for each in drawn]


def all_equal(seed: int) -> list[Setting]:
    """As many features as examples, so that no product fails for its shapes."""
    return [setting([5, 1], "relu", 5, seed + 5), setting([6, 1], "relu", 6, seed + 6)]


WHOLE_PASS = """
def course_torch_pass(X, Y, parameters):
    W, b = parameters["W1"], parameters["b1"]
    grads, cost = propagate(W.T, b[0, 0], X, Y)
    return {"cost": cost, "dW1": grads["dw"].T, "db1": 0 * b + grads["db"]}
"""
STRAIGHT = Text(
    " (a straight line cannot separate the flower: chapter shallow can)", "（直线分不开花形数据：shallow 章的网络可以）"
)

LOGISTIC = Chapter(
    name="logistic",
    title=Text("logistic regression", "Logistic 回归"),
    sections="1.2, 1.3, 1.5",
    tasks=(
        LOGISTIC_SIGMOID,
        INITIAL,
        LOSS,
        LOGISTIC_COST,
        OUTPUT_GRADIENT,
        WEIGHT_GRADIENT,
        BIAS_GRADIENT,
        PROPAGATE,
        UPDATE,
        OPTIMIZE,
        PREDICT,
    ),
    settings=settings,
    all_equal=all_equal,
    smallest=lambda: [smallest_setting([2, 1], "relu")],
    whole_pass=WHOLE_PASS,
    hidden_activation="relu",
    layers=1,
    training=by_optimize(drawn([2, 1], "relu", "zeros"), learning_rate=1.0, iterations=1000, note=STRAIGHT),
)
