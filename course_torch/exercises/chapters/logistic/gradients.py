"""The derivatives of chapter logistic, one function each: dZ, dw and db."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text, same
from course_torch.mistakes.context import TensorName

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
    {
        "rows": "dZ = A - Y\nA, Y, dZ (m, 1)",
        "columns": "dZ = A - Y\nA, Y, dZ (1, m)",
    },
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
    {
        "rows": "db = (1/m) Σ_i dz(i)\ndZ (m, 1), db ∈ ℝ",
        "columns": "db = (1/m) Σ_i dz(i)\ndZ (1, m), db ∈ ℝ",
    },
    Text("The gradient of the cost by b: a mean over the examples.", "成本对 b 的梯度：对样本求平均。"),
    bias_calls,
    same("db = dZ.mean()"),
    in_assignment=False,
)
