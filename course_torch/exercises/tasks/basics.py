"""Chapter basics: the sigmoid, reshaping, broadcasting and vectorised losses (notes 1.1, 1.2, 1.6, 1.7, 2.4).

It is the course's assignment "Python Basics with Numpy". x (m, n) has a row for each example in both layouts.
"""

from collections.abc import Iterator
from dataclasses import replace

from torch import Tensor

from course_torch.exercises.tasks.cases import Sizes, TestCase
from course_torch.exercises.tasks.shallow import DERIVATIVES
from course_torch.exercises.tasks.shared import right_value, sigmoid
from course_torch.exercises.tasks.task import Call, Chapter, task
from course_torch.language import Text


# A task is a row of a table.
# fmt: off
@task("1.2", "x -> s", formulas="s = 1 / (1 + e^(-x))", en="The sigmoid of a number, without arrays.",
      zh="一个数的 sigmoid，不用数组。")
def basic_sigmoid(case: TestCase) -> Iterator[Call]:
    for z in (*case.caches[-1].Z[:3, 0], -2 - case.caches[-1].Z[0, 0].abs()):
        yield Call({"x": z.item()}, right_value("sigmoid", z), case)


@task("1.1", "image -> v", formulas="image (n_1, n_2, n_3), v (n_1 n_2 n_3, 1)",
      en="Unroll a picture into a column vector.", zh="把一张图片展开成列向量。")
def image2vector(case: TestCase) -> Iterator[Call]:
    """The sizes of the picture are not all equal: a wrong order of its axes shows."""
    x = case.X[0]
    length, depth = 2 + (len(x) % 9 == 0), 2 + (len(x) % 3 == 0)
    yield Call({"image": x.reshape(length, -1, depth)}, x.reshape(-1, 1), case)


@task("1.7", "x -> x", formulas="x[i, :] / ‖x[i, :]‖, ‖x[i, :]‖ = √(Σ_j x[i, j]²)\nx (m, n)",
      en="Divide each row of x by its length. In both layouts the rows are divided.",
      zh="把 x 的每一行除以它的长度。两种布局都按行计算。", also=("normalizeRows",), changes=True)
def normalize_rows(case: TestCase) -> Iterator[Call]:
    yield Call({"x": case.X}, case.X / case.X.square().sum(dim=1, keepdim=True).sqrt(), case)


@task("1.7", "x -> s", formulas="s[i, j] = e^x[i, j] / Σ_k e^x[i, k]\nx, s (m, n)",
      en="The softmax of each row of x. In both layouts it is taken along the rows.",
      zh="对 x 的每一行求 softmax。两种布局都按行计算。")
def softmax(case: TestCase) -> Iterator[Call]:
    yield Call({"x": case.X}, right_value("softmax", case.X), case)


def labels(case: TestCase) -> dict[str, Tensor]:
    """ŷ and y, arrays of rank 1."""
    return {"yhat": case.caches[-1].A.flatten(), "y": case.Y.flatten()}


@task("1.6", "yhat, y -> loss", formulas="loss = Σ_i |y(i) - ŷ(i)|\nyhat, y (m,)",
      en="The L1 loss of m examples, without a loop.", zh="m 个样本的 L1 损失，不用循环。")
def L1(case: TestCase) -> Iterator[Call]:
    yhat, y = labels(case).values()
    yield Call(labels(case), (y - yhat).abs().sum(), case)


@task("1.6", "yhat, y -> loss", formulas="loss = Σ_i (y(i) - ŷ(i))²\nyhat, y (m,)",
      en="The L2 loss of m examples, without a loop.", zh="m 个样本的 L2 损失，不用循环。")
def L2(case: TestCase) -> Iterator[Call]:
    yhat, y = labels(case).values()
    yield Call(labels(case), (y - yhat).square().sum(), case)


CHAPTER = Chapter(
    "basics", Text("the basics of arrays", "数组基础"), "1.1, 1.2, 1.6, 1.7, 2.4",
    tasks=(
        basic_sigmoid, *(replace(shared, in_assignment=True) for shared in (sigmoid, DERIVATIVES[0])),
        image2vector, normalize_rows, softmax, L1, L2,
    ),
    sizes=(Sizes([18, 1], 7), Sizes([20, 1], 11), Sizes([24, 1], 1)),
    equal_sizes=(Sizes([12, 1], 12), Sizes([18, 1], 18)),
    smallest_size=Sizes([4, 1], 2, one_decimal=True),
    assignment=Chapter.Assignment(only_used=frozenset({"sigmoid"})),
)
