"""Backward through a computation graph (chapter tensors)."""

from collections.abc import Iterator
from typing import NamedTuple

from torch import Tensor

from course_torch.exercises.chapters.tensors.slope import number
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task, Value
from course_torch.language import Text, same


class Graph(NamedTuple):
    J: Tensor
    da: Tensor
    db: Tensor
    dc: Tensor


def graph_calls(setting: Setting) -> Iterator[Call]:
    a, b, c = setting.X[0, :3].tolist()
    yield Call({"a": a, "b": b, "c": c}, Graph(*map(number, (3 * (a + b * c), 3.0, 3 * c, 3 * b))), setting)


def graph(da: float, db: float, dc: float) -> Value:
    """The derivatives alone."""
    return {"da": number(da), "db": number(db), "dc": number(dc)}


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
    (
        Slip(
            "3 left out in J",
            Text("the factor 3 of J is missing", "J 少了因子 3"),
            lambda a, b, c: {"J": number(a + b * c)},
        ),
        Slip(
            "brackets left out in J",
            Text("3 multiplies only a: J = 3 (a + b c) needs the brackets", "3 只乘了 a：J = 3 (a + b c) 要有括号"),
            lambda a, b, c: {"J": number(3 * a + b * c)},
        ),
        Slip(
            "+ for * in J",
            Text("b and c are added: J = 3 (a + b c)", "b 和 c 相加了：J = 3 (a + b c)"),
            lambda a, b, c: {"J": number(3 * (a + b + c))},
        ),
        Slip(
            "db and dc swapped",
            Text("db and dc are swapped: the derivative of b c by b is c", "db 和 dc 弄反了：b c 对 b 的导数是 c"),
            lambda a, b, c: graph(3, 3 * b, 3 * c),
        ),
        Slip(
            "chain rule left out",
            Text(
                "only the last step is differentiated: multiply by dJ/dv = 3, the derivative of the steps after it",
                "只求了最后一步的导数：还要乘以 dJ/dv = 3，即后面各步的导数",
            ),
            lambda a, b, c: graph(1, c, b),
        ),
        Slip(
            "chain rule left out",
            Text(
                "db and dc lack dJ/du = 3: multiply by the derivative of the steps after u = b c",
                "db 和 dc 少了 dJ/du = 3：要乘以 u = b c 之后各步的导数",
            ),
            lambda a, b, c: graph(3, c, b),
        ),
        Slip(
            "inner derivative left out",
            Text(
                "db and dc stop at u: multiply by the derivative of u = b c, which is c or b",
                "db 和 dc 停在了 u：还要乘以 u = b c 的导数，即 c 或 b",
            ),
            lambda a, b, c: graph(3, 3, 3),
        ),
    ),
)
