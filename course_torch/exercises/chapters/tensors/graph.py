"""Backward through a computation graph (chapter tensors)."""

from collections.abc import Iterator
from typing import NamedTuple

from torch import Tensor

from course_torch.exercises.chapters.tensors.slope import number
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text, same


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
