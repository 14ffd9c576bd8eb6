"""Axes and broadcasting: a table of percentages, row vectors and column vectors (chapter tensors)."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text, same


def percentages(table: Tensor) -> Tensor:
    return 100 * table / table.sum(dim=1, keepdim=True)


def percentages_calls(setting: Setting) -> Iterator[Call]:
    table = setting.X.exp()
    yield Call({"table": table}, percentages(table), setting)


def column_calls(setting: Setting) -> Iterator[Call]:
    v = setting.X[0]
    yield Call({"v": v}, v.reshape(-1, 1), setting)


def row_calls(setting: Setting) -> Iterator[Call]:
    v = setting.X[0]
    yield Call({"v": v}, v.reshape(1, -1), setting)


PERCENTAGES = Task(
    "percentages",
    "1.7",
    "table",
    "percentages",
    {
        "rows": "percentages[i, j] = 100 table[i, j] / Σ_k table[i, k]\ntable, percentages (m, n)",
        "columns": "percentages[j, i] = 100 table[j, i] / Σ_k table[k, i]\ntable, percentages (n, m)",
    },
    Text(
        "The calories of m foods from n parts (fat, protein, …), in percent of each food: divide by the sum "
        "of the food, by broadcasting.",
        "m 种食物中 n 种成分（脂肪、蛋白质……）的热量各占该食物的百分之几：利用广播，除以该食物的总和。",
    ),
    percentages_calls,
    Text(
        "einsum gives the sums without an axis argument; they still need an axis of length 1",
        "用 einsum 求和不必写 axis，但结果仍要有一个长度为 1 的轴",
    ),
)
COLUMN = Task(
    "column",
    "1.7",
    "v",
    "column",
    dict.fromkeys(("rows", "columns"), "v (n,), column (n, 1)"),
    Text("Make a column vector of an array of rank 1.", "把秩为 1 的数组变成列向量。"),
    column_calls,
    same("v[:, None]"),
)
ROW = Task(
    "row",
    "1.7",
    "v",
    "row",
    dict.fromkeys(("rows", "columns"), "v (n,), row (1, n)"),
    Text("Make a row vector of an array of rank 1.", "把秩为 1 的数组变成行向量。"),
    row_calls,
    same("v[None, :]"),
)
