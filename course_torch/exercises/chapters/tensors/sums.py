"""Vectorisation: the weighted sums of all examples with two loops, and without a loop (chapter tensors)."""

from collections.abc import Iterator
from dataclasses import replace

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text, same


def sums_calls(setting: Setting) -> Iterator[Call]:
    X, w, b = setting.X, setting.W(1).T, setting.b(1).item()
    yield Call({"X": X, "w": w, "b": b}, X @ w + b, setting)


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
)
