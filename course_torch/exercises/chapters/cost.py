"""The cost, which several chapters ask for."""

from collections.abc import Iterator

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text, same


def cost_calls(setting: Setting) -> Iterator[Call]:
    yield Call({"AL": setting.caches[-1].A, "Y": setting.Y}, setting.cost, setting)


COST = Task(
    "compute_cost",
    "1.2",
    "AL, Y",
    "cost",
    dict.fromkeys(("rows", "columns"), "J = -(1/m) Σ_i (y log a + (1 - y) log(1 - a))"),
    Text("The cost of m examples, a number.", "m 个样本的成本，一个数。"),
    cost_calls,
    same("J = -mean(log(where(Y == 1, AL, 1 - AL)))"),
    gives_cost=True,
)
