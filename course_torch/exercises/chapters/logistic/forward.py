"""The sigmoid, the loss of each example, and the cost (chapter logistic)."""

from collections.abc import Iterator
from dataclasses import replace

from torch import Tensor

from course_torch.exercises.chapters.activations import SIGMOID
from course_torch.exercises.chapters.cost import COST
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text, same


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
