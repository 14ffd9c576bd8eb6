"""Chapter tensors: pictures as rows, slopes, broadcasting and vectorisation (notes 1.1, 1.4, 1.6, 1.7)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from course_torch.exercises.tasks.cases import Setting, setting
from course_torch.exercises.tasks.task import Call, Chapter, Task
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


class Graph(NamedTuple):
    J: Tensor
    da: Tensor
    db: Tensor
    dc: Tensor


def graph_calls(setting: Setting) -> Iterator[Call]:
    a, b, c = setting.X[0, :3].tolist()
    yield Call({"a": a, "b": b, "c": c}, Graph(*map(number, (3 * (a + b * c), 3.0, 3 * c, 3 * b))), setting)


COMPUTATION_GRAPH = Task(
    "computation_graph",
    "1.4",
    "a, b, c",
    "J",
    dict.fromkeys(("rows", "columns"), "u = b c, v = a + u, J = 3 v; da = dJ/da, db = dJ/db, dc = dJ/dc"),
    Text(
        "Forward: J = 3 (a + b c). Backward: its derivatives, from J back to a, b and c. Returns J, da, db, dc.",
        "正向：J = 3 (a + b c)。反向：从 J 往回求它对 a、b、c 的导数。返回 J, da, db, dc。",
    ),
    graph_calls,
    same("dv = 3; da, du = dv, dv; db, dc = du * c, du * b"),
)


WHITE = 255.0
CHANNELS = 3


def size_of(setting: Setting) -> tuple[int, int]:
    """Height and width of pictures with as many numbers as the setting has features."""
    features = setting.X.shape[1]
    height = 3 if features % 9 == 0 else 2
    return height, features // (height * CHANNELS)


def pictures_of(setting: Setting) -> Tensor:
    """Pictures (m, height, width, 3) in uint8, drawn like the setting's examples."""
    return (setting.X.sigmoid() * 256).byte().reshape(setting.m, *size_of(setting), CHANNELS)


def rows(pictures: Tensor) -> Tensor:
    """A row for each picture, with numbers from 0 to 255."""
    return pictures.reshape(len(pictures), -1).double()


def rows_calls(setting: Setting) -> Iterator[Call]:
    pictures = pictures_of(setting)
    yield Call({"pictures": pictures}, rows(pictures) / WHITE, setting)


def pictures_calls(setting: Setting) -> Iterator[Call]:
    pictures = pictures_of(setting)
    height, width = size_of(setting)
    arguments = {"X": rows(pictures) / WHITE, "height": height, "width": width}
    yield Call(arguments, pictures.double(), setting)


PICTURES_TO_ROWS = Task(
    "pictures_to_rows",
    "1.1",
    "pictures",
    "X",
    {
        "rows": "pictures (m, height, width, 3), {0, 1, …, 255}; X (m, n_x), n_x = height * width * 3",
        "columns": "pictures (m, height, width, 3), {0, 1, …, 255}; X (n_x, m), n_x = height * width * 3",
    },
    Text(
        "Unroll each picture into the features of an example, and divide by 255, so that 0 <= x <= 1.",
        "把每张图片展开成一个样本的特征，再除以 255，使 0 <= x <= 1。",
    ),
    rows_calls,
    same("X[i] = pictures[i].ravel() / 255"),
)


ROWS_TO_PICTURES = Task(
    "rows_to_pictures",
    "1.1",
    "X, height, width",
    "pictures",
    {
        "rows": "X (m, n_x), 0 <= x <= 1; pictures (m, height, width, 3), [0, 255]",
        "columns": "X (n_x, m), 0 <= x <= 1; pictures (m, height, width, 3), [0, 255]",
    },
    Text("The way back: make pictures of the examples.", "反过来：把样本变回图片。"),
    pictures_calls,
    same("pictures[i] = round(255 * x).reshape(height, width, 3)"),
)


NUDGES = (0.5, 0.25, 0.001)
Polynomial = dict[str, list[float]]
"""{"polynomial": [c0, c1, …]}: becomes the function c0 + c1 a + … in the learner's process."""


def number(value: float) -> Tensor:
    return torch.tensor(value, dtype=torch.float64)


def value(f: Polynomial, a: float) -> float:
    """f(a)."""
    return sum(c * a**k for k, c in enumerate(f["polynomial"]))


def slope_calls(setting: Setting) -> Iterator[Call]:
    """Polynomials of degree 3 with the setting's numbers as coefficients, and a = 2 as in the notes."""
    for nudge, row in zip(NUDGES, setting.X[0].split(4), strict=False):
        f, a = {"polynomial": row.tolist()}, 2.0 + setting.X[0, -1].item() / 4
        arguments = {"f": f, "a": a, "nudge": nudge}
        left, middle, right = (value(f, a + step) for step in (-nudge, 0.0, nudge))
        yield Call(arguments, number((right - middle) / nudge), setting, (number((right - left) / (2 * nudge)),))


SLOPE_BY_NUDGE = Task(
    "slope_by_nudge",
    "1.4",
    "f, a, nudge",
    "slope",
    dict.fromkeys(("rows", "columns"), "slope = (f(a + nudge) - f(a)) / nudge"),
    Text("The slope of the function f at a, by a small step to the right.", "用向右的一小步求函数 f 在 a 处的斜率。"),
    slope_calls,
    same("slope = (f(a + nudge) - f(a - nudge)) / (2 * nudge)"),
)


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


def settings(seed: int) -> list[Setting]:
    """Pictures of 3 x 2 and 2 x 4 pixels, and a single picture."""
    return [
        setting([18, 1], "relu", 7, seed),
        setting([24, 1], "relu", 11, seed + 1),
        setting([18, 1], "relu", 1, seed + 2),
    ]


def all_equal(seed: int) -> list[Setting]:
    """As many features as examples."""
    return [setting([12, 1], "relu", 12, seed + 3), setting([18, 1], "relu", 18, seed + 4)]


TENSORS = Chapter(
    name="tensors",
    title=Text("pictures, slopes and loops as tensors", "用张量表示图片、斜率和循环"),
    sections="1.1, 1.4, 1.6, 1.7",
    tasks=(
        PICTURES_TO_ROWS,
        ROWS_TO_PICTURES,
        SLOPE_BY_NUDGE,
        COMPUTATION_GRAPH,
        SUMS_WITH_LOOPS,
        SUMS,
        PERCENTAGES,
        COLUMN,
        ROW,
    ),
    settings=settings,
    all_equal=all_equal,
    smallest=lambda: [setting([12, 1], "relu", 2, seed=3)],
)
