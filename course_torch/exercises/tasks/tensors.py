"""Chapter tensors: pictures as rows, slopes, broadcasting and vectorisation (notes 1.1, 1.4, 1.6, 1.7)."""

from collections import namedtuple
from collections.abc import Iterator

import torch
from torch import Tensor

from course_torch.exercises.tasks.cases import Sizes, TestCase
from course_torch.exercises.tasks.task import Call, Chapter, Task, task
from course_torch.language import Text

WHITE = 255.0
CHANNELS = 3
NUDGES = (0.5, 0.25, 0.001)
Polynomial = dict[str, list[float]]
"""{"polynomial": [c0, c1, …]}: becomes the function c0 + c1 a + … in the learner's process."""
Graph = namedtuple("Graph", "J da db dc")


def number(value: float) -> Tensor:
    return torch.tensor(value, dtype=torch.float64)


def pictures_of(case: TestCase) -> Tensor:
    """Pictures (m, height, width, 3) in uint8, with as many numbers as the test case has features."""
    height = 3 if case.X.shape[1] % 9 == 0 else 2
    return (case.X.sigmoid() * 256).byte().reshape(case.m, height, -1, CHANNELS)


def rows_of(pictures: Tensor) -> Tensor:
    """A row for each picture, with numbers from 0 to 1."""
    return pictures.reshape(len(pictures), -1).double() / WHITE


# A task is a row of a table.
# fmt: off
@task("1.1", "pictures -> X",
      formulas="pictures (m, height, width, 3), {0, 1, …, 255}; X (m, n_x), n_x = height * width * 3",
      en="Unroll each picture into the features of an example, and divide by 255, so that 0 <= x <= 1.",
      zh="把每张图片展开成一个样本的特征，再除以 255，使 0 <= x <= 1。")
def pictures_to_rows(case: TestCase) -> Iterator[Call]:
    pictures = pictures_of(case)
    yield Call({"pictures": pictures}, rows_of(pictures), case)


@task("1.1", "X, height, width -> pictures",
      formulas="X (m, n_x), 0 <= x <= 1; pictures (m, height, width, 3), [0, 255]",
      en="The way back: make pictures of the examples.", zh="反过来：把样本变回图片。")
def rows_to_pictures(case: TestCase) -> Iterator[Call]:
    pictures = pictures_of(case)
    _, height, width, _ = pictures.shape
    yield Call({"X": rows_of(pictures), "height": height, "width": width}, pictures.double(), case)


def value(f: Polynomial, a: float) -> float:
    """f(a)."""
    return sum(c * a**k for k, c in enumerate(f["polynomial"]))


@task("1.4", "f, a, nudge -> slope", formulas="slope = (f(a + nudge) - f(a)) / nudge",
      en="The slope of the function f at a, by a small step to the right.", zh="用向右的一小步求函数 f 在 a 处的斜率。")
def slope_by_nudge(case: TestCase) -> Iterator[Call]:
    """Polynomials of degree 3 with the numbers of the test case as coefficients, and a near 2 as in the notes."""
    for nudge, coefficients in zip(NUDGES, case.X[0].split(4), strict=False):
        f, a = {"polynomial": coefficients.tolist()}, 2.0 + case.X[0, -1].item() / 4
        left, middle, right = (value(f, a + step) for step in (-nudge, 0.0, nudge))
        both_sides = number((right - left) / (2 * nudge))
        yield Call({"f": f, "a": a, "nudge": nudge}, number((right - middle) / nudge), case, (both_sides,))


@task("1.4", "a, b, c -> J", formulas="u = b c, v = a + u, J = 3 v; da = dJ/da, db = dJ/db, dc = dJ/dc",
      en="Forward: J = 3 (a + b c). Backward: its derivatives, from J back to a, b and c. Returns J, da, db, dc.",
      zh="正向：J = 3 (a + b c)。反向：从 J 往回求它对 a、b、c 的导数。返回 J, da, db, dc。")
def computation_graph(case: TestCase) -> Iterator[Call]:
    a, b, c = case.X[0, :3].tolist()
    yield Call({"a": a, "b": b, "c": c}, Graph(*map(number, (3 * (a + b * c), 3.0, 3 * c, 3 * b))), case)


def weighted_sums_task(name: str, formula: str, en: str, zh: str) -> Task:
    """The task of the weighted sums Z = X w + b, with loops or without."""

    def calls(case: TestCase) -> Iterator[Call]:
        w, b = case.parameters["W1"].T, case.parameters["b1"].item()
        yield Call({"X": case.X, "w": w, "b": b}, case.X @ w + b, case)

    formulas = f"{formula}\nX (m, n_x), w (n_x, 1), b ∈ ℝ, Z (m, 1)"
    return task("1.6", "X, w, b -> Z", formulas=formulas, en=en, zh=zh, name=name)(calls)


SUMS = (
    weighted_sums_task("weighted_sums_with_loops", "z(i) = w_1 x_1(i) + … + w_n x_n(i) + b",
                       "The weighted sum of each example, with a loop over the examples and a loop over the features.",
                       "每个样本的加权和，用两个循环：一个遍历样本，一个遍历特征。"),
    weighted_sums_task("weighted_sums", "Z = X w + b  # columns: X w -> wᵀ X", "The same sums without a loop.",
                       "同样的和，不用循环。"),
)


@task("1.7", "table -> percentages",
      formulas="percentages[i, j] = 100 table[i, j] / Σ_k table[i, k]"
               "  # columns: percentages[i, j] -> percentages[j, i]; table[i, j] -> table[j, i]; [i, k] -> [k, i]\n"
               "table, percentages (m, n)",
      en="The calories of m foods from n parts (fat, protein, …), in percent of each food: divide by the sum of the "
         "food, by broadcasting.",
      zh="m 种食物中 n 种成分（脂肪、蛋白质……）的热量各占该食物的百分之几：利用广播，除以该食物的总和。")
def percentages(case: TestCase) -> Iterator[Call]:
    table = case.X.exp()
    yield Call({"table": table}, 100 * table / table.sum(dim=1, keepdim=True), case)


@task("1.7", "v -> column", formulas="v (n,), column (n, 1)", en="Make a column vector of an array of rank 1.",
      zh="把秩为 1 的数组变成列向量。")
def column(case: TestCase) -> Iterator[Call]:
    yield Call({"v": case.X[0]}, case.X[0].reshape(-1, 1), case)


@task("1.7", "v -> row", formulas="v (n,), row (1, n)", en="Make a row vector of an array of rank 1.",
      zh="把秩为 1 的数组变成行向量。")
def row(case: TestCase) -> Iterator[Call]:
    yield Call({"v": case.X[0]}, case.X[0].reshape(1, -1), case)


CHAPTER = Chapter(
    "tensors", Text("pictures, slopes and loops as tensors", "用张量表示图片、斜率和循环"), "1.1, 1.4, 1.6, 1.7",
    tasks=(pictures_to_rows, rows_to_pictures, slope_by_nudge, computation_graph, *SUMS, percentages, column, row),
    sizes=(Sizes([18, 1], 7), Sizes([24, 1], 11), Sizes([18, 1], 1)),  # 3 x 2 and 2 x 4 pixels, and a single picture
    equal_sizes=(Sizes([12, 1], 12), Sizes([18, 1], 18)),
    smallest_size=Sizes([4, 1], 2, one_decimal=True),
)
