"""The forward half of chapter shallow: both layers for all examples, and the cost."""

from collections.abc import Iterator
from dataclasses import replace

from course_torch.exercises.chapters.cost import COST
from course_torch.exercises.chapters.shallow.values import Forward, cache
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text, same


def forward_calls(setting: Setting) -> Iterator[Call]:
    values = cache(setting)
    yield Call({"X": setting.X, "parameters": setting.parameters}, Forward(values["A2"], values), setting)


def cost_calls(setting: Setting) -> Iterator[Call]:
    """Some assignments have the parameters as a third argument."""
    arguments = {"A2": setting.caches[-1].A, "Y": setting.Y}
    yield Call(arguments, setting.cost, setting, further={"parameters": setting.parameters})


FORWARD = Task(
    "forward_propagation",
    "2.2",
    "X, parameters",
    "A2",
    {
        "rows": "Z1 = X W1ᵀ + b1, A1 = tanh(Z1), Z2 = A1 W2ᵀ + b2, A2 = sigmoid(Z2)\n"
        "X (m, n_x), A1 (m, n_h), A2 (m, n_y)",
        "columns": "Z1 = W1 X + b1, A1 = tanh(Z1), Z2 = W2 A1 + b2, A2 = sigmoid(Z2)\n"
        "X (n_x, m), A1 (n_h, m), A2 (n_y, m)",
    },
    Text(
        "Both layers for all examples. Returns A2 and the cache, a dict with the keys Z1, A1, Z2, A2.",
        "所有样本的两层。返回 A2 和 cache（一个 dict，键为 Z1、A1、Z2、A2）。",
    ),
    forward_calls,
    same("A1 = 2 sigmoid(2 Z1) - 1"),
)

COST_OF_A2 = replace(
    COST, signature="A2, Y", calls=cost_calls, other_way=same("J = -mean(log(where(Y == 1, A2, 1 - A2)))")
)
