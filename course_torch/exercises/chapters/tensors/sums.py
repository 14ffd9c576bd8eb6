"""Vectorisation: the weighted sums of all examples with two loops, and without a loop (chapter tensors)."""

from collections.abc import Iterator
from dataclasses import replace

import torch
from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
from course_torch.language import Text, same


def sums_calls(setting: Setting) -> Iterator[Call]:
    X, w, b = setting.X, setting.W(1).T, setting.b(1).item()
    yield Call({"X": X, "w": w, "b": b}, X @ w + b, setting)


def without_example(X: Tensor, w: Tensor, b: float, i: int) -> Tensor:
    """The sums, with 0 for example i."""
    Z = X @ w + b
    Z[i] = 0
    return Z


def added_as_whole_numbers(X: Tensor, w: Tensor, b: float) -> Tensor:
    """The sums in an array of whole numbers: each sum so far loses its fraction."""
    Z = torch.zeros(len(X), 1, dtype=torch.float64)
    for j in range(len(w)):
        Z = (Z + X[:, j : j + 1] * w[j]).trunc()
    return (Z + b).trunc()


NOT_SET_BACK = Text(
    "each sum goes on from that of the example before: start each example at 0",
    "每个和都接着上一个样本继续累加：每个样本要从 0 开始",
)
WHOLE_NUMBERS = Text(
    "Z holds whole numbers, so each fraction is lost: create Z as an array of floats",
    "Z 是整数数组，小数部分都丢了：创建 Z 时要用浮点数",
)
SLIPS = (
    Slip("no bias", Text("b is not added", "没有加上 b"), lambda X, w, b: X @ w),
    Slip("bias subtracted", Text("b is subtracted: add it", "减去了 b：应当加上 b"), lambda X, w, b: X @ w - b),
    Slip(
        "not summed",
        Text("the products are not added up over the features", "没有对特征求和"),
        lambda X, w, b: X * w.T + b,
    ),
    Slip(
        "w not used",
        Text("the features are added up without their weights", "特征没有乘以权重就相加了"),
        lambda X, w, b: X.sum(dim=1, keepdim=True) + b,
    ),
    Slip(
        "X transposed",
        Text(
            "the sums run over the examples, not over the features: X and Xᵀ are confused",
            "对样本而不是对特征求和了：X 和 Xᵀ 弄混了",
        ),
        lambda X, w, b: X.T @ w + b,
    ),
    Slip(
        "one sum",
        Text("there is one sum for all examples: each example has its own", "所有样本只得到一个和：每个样本各有一个"),
        lambda X, w, b: (X @ w + b).sum(),
    ),
)
LOOP_SLIPS = (
    Slip(
        "bias added for each feature",
        Text(
            "b is added once for each feature: add it once for each example", "每个特征都加了一次 b：每个样本只加一次"
        ),
        lambda X, w, b: X @ w + b * len(w),
    ),
    Slip(
        "= for +=",
        Text("each feature replaces the sum: add to it with +=", "每个特征都覆盖了之前的和：要用 += 累加"),
        lambda X, w, b: X[:, -1:] * w[-1] + b,
    ),
    Slip(
        "= for +=",
        Text("b replaces the sum: add it with +=", "b 覆盖了之前的和：要用 += 累加"),
        lambda X, w, b: 0 * (X @ w) + b,
    ),
    Slip(
        "last feature left out",
        Text("the loop over the features ends one feature too early", "对特征的循环少了最后一个特征"),
        lambda X, w, b: X[:, :-1] @ w[:-1] + b,
    ),
    Slip(
        "first feature left out",
        Text("the loop over the features starts one feature too late", "对特征的循环漏掉了第一个特征"),
        lambda X, w, b: X[:, 1:] @ w[1:] + b,
    ),
    Slip(
        "last example left out",
        Text("the loop over the examples ends one example too early", "对样本的循环少了最后一个样本"),
        lambda X, w, b: without_example(X, w, b, -1),
    ),
    Slip(
        "first example left out",
        Text("the loop over the examples starts one example too late", "对样本的循环漏掉了第一个样本"),
        lambda X, w, b: without_example(X, w, b, 0),
    ),
    Slip(
        "sums not set back",
        NOT_SET_BACK,
        lambda X, w, b: (X @ w + b).cumsum(dim=0),
    ),
    Slip("sums not set back", NOT_SET_BACK, lambda X, w, b: (X @ w).cumsum(dim=0) + b),
    Slip("whole numbers", WHOLE_NUMBERS, lambda X, w, b: (X @ w + b).trunc()),
    Slip("whole numbers", WHOLE_NUMBERS, added_as_whole_numbers),
)
SUMS_WITH_LOOPS = Task(
    "weighted_sums_with_loops",
    "1.6",
    "X, w, b",
    "Z",
    {
        "rows": "z(i) = w_1 x_1(i) + … + w_n x_n(i) + b\nX (m, n_x), w (n_x, 1), b ∈ ℝ, Z (m, 1)",
        "columns": "z(i) = w_1 x_1(i) + … + w_n x_n(i) + b\nX (n_x, m), w (n_x, 1), b ∈ ℝ, Z (1, m)",
    },
    Text(
        "The weighted sum of each example, with a loop over the examples and a loop over the features.",
        "每个样本的加权和，用两个循环：一个遍历样本，一个遍历特征。",
    ),
    sums_calls,
    same("Z[i] = b + sum(x_j * w_j for x_j, w_j in zip(x, w))"),
    (*SLIPS, *LOOP_SLIPS),
)
SUMS = replace(
    SUMS_WITH_LOOPS,
    name="weighted_sums",
    formulas={
        "rows": "Z = X w + b\nX (m, n_x), w (n_x, 1), b ∈ ℝ, Z (m, 1)",
        "columns": "Z = wᵀ X + b\nX (n_x, m), w (n_x, 1), b ∈ ℝ, Z (1, m)",
    },
    text=Text("The same sums without a loop.", "同样的和，不用循环。"),
    other_way=Text(
        "multiply X and w by broadcasting, and add up over the features", "用广播把 X 和 w 相乘，再对特征求和"
    ),
    slips=SLIPS,
)
