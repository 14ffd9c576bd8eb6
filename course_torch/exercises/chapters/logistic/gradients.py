"""The derivatives of chapter logistic, one function each: dZ, dw and db."""

from collections.abc import Iterator

import torch
from torch import Tensor

from course_torch.exercises.chapters.cost import NO_MEAN
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
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


def gradients(X: Tensor, dZ: Tensor, m: float | None = None) -> dict[str, Tensor]:
    """dw and db. `m` replaces the number of examples."""
    m = len(X) if m is None else m
    return {"dw": X.T @ dZ / m, "db": dZ.sum() / m}


def number(tensor: Tensor) -> Tensor:
    """A number if the tensor has one entry. The judge takes an array of one entry for a number."""
    return tensor.reshape(()) if tensor.numel() == 1 else tensor


def not_summed(dZ: Tensor) -> list[Tensor]:
    """What is left of db if the sum runs over the wrong axis, or over none."""
    return [number(each) for each in (dZ, dZ / len(dZ), dZ.flatten(), dZ.flatten() / len(dZ))]


def one_by_one(X: Tensor, dZ: Tensor) -> list[Tensor]:
    """What X * dZ gives in rows and columns, without a sum or with a sum over the wrong axis."""
    m, product = len(X), X * dZ
    across = product.sum(dim=1, keepdim=True)
    return [product / m, product.T / m, product, product.T, across / m, across.T / m, across, across.T]


DW_ONE_BY_ONE = Text(
    "X and dZ are multiplied one by one but not added up over the examples: dw needs the matrix product",
    "X 和 dZ 逐个元素相乘后没有对样本求和：dw 要用矩阵乘法",
)
DB_NOT_SUMMED = Text("dZ is not added up over the examples: db is one number", "dZ 没有对样本求和：db 是一个数")
FEATURES_FOR_M = Text(
    "it is divided by the number of features: m is the number of examples",
    "除以了特征的个数：m 是样本的个数",
)
LABELS_FOR_A = Text(
    "the predicted labels are compared with Y: dZ is made of the probabilities A",
    "用预测的标签减去了 Y：dZ 要用概率 A",
)
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
    (Slip("labels for A", LABELS_FOR_A, lambda A, Y: (A > 0.5).double() - Y),),
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
    (
        *(Slip("* for the product", DW_ONE_BY_ONE, lambda X, dZ, i=i: one_by_one(X, dZ)[i]) for i in range(8)),
        Slip("X transposed", Text("X and Xᵀ are confused", "X 和 Xᵀ 弄混了"), lambda X, dZ: X @ dZ / len(X)),
        Slip("m of the features", FEATURES_FOR_M, lambda X, dZ: X.T @ dZ / X.shape[1]),
        Slip("no 1/m", NO_MEAN, lambda X, dZ: X.T @ dZ),
        Slip(
            "last example only",
            Text("only the last example counts: add them up with +=", "只算了最后一个样本：要用 += 累加"),
            lambda X, dZ: X[-1:].T @ dZ[-1:] / len(X),
        ),
        Slip(
            "dZ not used",
            Text("this is the mean of X: multiply by dZ", "这是 X 的平均值：还要乘以 dZ"),
            lambda X, dZ: X.mean(dim=0).reshape(-1, 1),
        ),
    ),
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
    (
        *(Slip("db not summed", DB_NOT_SUMMED, lambda dZ, i=i: not_summed(dZ)[i]) for i in range(4)),
        Slip("no 1/m", NO_MEAN, lambda dZ: dZ.sum()),
        Slip(
            "last example only",
            Text("only the last example counts: add them up with +=", "只算了最后一个样本：要用 += 累加"),
            lambda dZ: dZ[-1].reshape(()) / len(dZ),
        ),
        Slip("db is 0", Text("db is 0", "db 是 0"), lambda dZ: torch.zeros((), dtype=torch.float64)),
        Slip(
            "absolute values",
            Text("the absolute values are added up: keep the signs", "对绝对值求和了：要保留正负号"),
            lambda dZ: dZ.abs().mean(),
        ),
    ),
    in_assignment=False,
)
