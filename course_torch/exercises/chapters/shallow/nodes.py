"""A layer of chapter shallow for one example, node by node."""

from collections.abc import Iterator

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text, same


def node_calls(setting: Setting) -> Iterator[Call]:
    """Both layers, for the first example."""
    for l, each in enumerate(setting.caches, start=1):
        yield Call({"a_prev": each.A_prev[:1], "W": setting.W(l), "b": setting.b(l)}, each.Z[:1], setting)


NODE_BY_NODE = Task(
    "node_by_node",
    "2.1",
    "a_prev, W, b",
    "z",
    {
        "rows": "z_j = w_jᵀ a_prev + b_j, j = 1 … n_out, w_jᵀ = W[j, :]\n"
        "a_prev (1, n_in), W (n_out, n_in), b (1, n_out), z (1, n_out)",
        "columns": "z_j = w_jᵀ a_prev + b_j, j = 1 … n_out, w_jᵀ = W[j, :]\n"
        "a_prev (n_in, 1), W (n_out, n_in), b (n_out, 1), z (n_out, 1)",
    },
    Text("The linear step of a layer for one example, node by node.", "一个样本在一层中的线性部分，逐个节点计算。"),
    node_calls,
    same("z[j] = Σ_k W[j, k] a_prev[k] + b[j]"),
    in_assignment=False,
)
