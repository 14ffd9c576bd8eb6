"""The sigmoid, the loss of each example, and the cost (chapter logistic)."""

from collections.abc import Iterator
from dataclasses import replace

from torch import Tensor

from course_torch.exercises.chapters.activations import SIGMOID
from course_torch.exercises.chapters.cost import COST
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
from course_torch.language import Text, same


def losses(A: Tensor, Y: Tensor) -> Tensor:
    return -(Y * A.log() + (1 - Y) * (1 - A).log())


def loss_calls(setting: Setting) -> Iterator[Call]:
    A = setting.caches[-1].A
    yield Call({"A": A, "Y": setting.Y}, losses(A, setting.Y), setting)


def cost_calls(setting: Setting) -> Iterator[Call]:
    yield Call({"A": setting.caches[-1].A, "Y": setting.Y}, setting.cost, setting)


def outer(A: Tensor, Y: Tensor) -> Tensor:
    """Every label with every output."""
    return -(Y @ A.log().T + (1 - Y) @ (1 - A).log().T)


LOGISTIC_SIGMOID = replace(SIGMOID, in_assignment=True)
WRONG_SHAPES = Text(
    "every label meets every output: multiply entry by entry", "每个标签都与每个输出相乘了：要逐个元素相乘"
)
COST_RETURNED = Text(
    "the losses are already added up: return the loss of each example", "已经把损失加起来了：要返回每个样本的损失"
)
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
    (
        Slip(
            "no (1 - y) term",
            Text("the term with (1 - y) is missing", "少了 (1 - y) 那一项"),
            lambda A, Y: -Y * A.log(),
        ),
        Slip(
            "no y term",
            Text("the term with y is missing", "少了 y 那一项"),
            lambda A, Y: -(1 - Y) * (1 - A).log(),
        ),
        Slip(
            "sign of the (1 - y) term",
            Text("the term with (1 - y) has the wrong sign", "(1 - y) 那一项的符号错了"),
            lambda A, Y: -Y * A.log() + (1 - Y) * (1 - A).log(),
        ),
        Slip(
            "labels swapped",
            Text("y and 1 - y are swapped", "y 和 1 - y 弄反了"),
            lambda A, Y: losses(A, 1 - Y),
        ),
        Slip(
            "log of base 10",
            Text("the logarithm has base 10: use the natural one", "用了以 10 为底的对数：应当用自然对数"),
            lambda A, Y: -(Y * A.log10() + (1 - Y) * (1 - A).log10()),
        ),
        Slip(
            "log of base 2",
            Text("the logarithm has base 2: use the natural one", "用了以 2 为底的对数：应当用自然对数"),
            lambda A, Y: -(Y * A.log2() + (1 - Y) * (1 - A).log2()),
        ),
        Slip("cost for loss", COST_RETURNED, lambda A, Y: losses(A, Y).mean()),
        Slip("cost for loss", COST_RETURNED, lambda A, Y: losses(A, Y).sum()),
        Slip("cost for loss", COST_RETURNED, lambda A, Y: losses(A, Y).sum().reshape(1, 1)),
        Slip("outer product", WRONG_SHAPES, outer),
        Slip("outer product", WRONG_SHAPES, lambda A, Y: outer(A, Y).T),  # in columns
        Slip(
            "squared error",
            Text("this is the squared error: the loss is the cross-entropy", "这是平方误差：损失应当是交叉熵"),
            lambda A, Y: (A - Y) ** 2,
        ),
        Slip(
            "half squared error",
            Text("this is the squared error: the loss is the cross-entropy", "这是平方误差：损失应当是交叉熵"),
            lambda A, Y: (A - Y) ** 2 / 2,
        ),
    ),
    in_assignment=False,
)
LOGISTIC_COST = replace(
    COST,
    signature="A, Y",
    calls=cost_calls,
    other_way=same("J = -mean(log(where(Y == 1, A, 1 - A)))"),
    in_assignment=False,
)
