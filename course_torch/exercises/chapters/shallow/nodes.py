"""A layer of chapter shallow for one example, node by node."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
from course_torch.formulas.activations import sigmoid, tanh
from course_torch.language import Text, same


def node_calls(setting: Setting) -> Iterator[Call]:
    """Both layers, for the first example."""
    for l, each in enumerate(setting.caches, start=1):
        yield Call({"a_prev": each.A_prev[:1], "W": setting.W(l), "b": setting.b(l)}, each.Z[:1], setting)


def layer(a_prev: Tensor, W: Tensor, b: Tensor) -> Tensor:
    return a_prev @ W.T + b


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
    (
        Slip("no bias", Text("b_j is not added", "没有加上 b_j"), lambda a_prev, W, b: a_prev @ W.T),
        Slip(
            "bias subtracted",
            Text("b_j is subtracted: add it", "减去了 b_j：应当加上 b_j"),
            lambda a_prev, W, b: a_prev @ W.T - b,
        ),
        Slip(
            "W transposed",
            Text("node j uses column j of W: its weights are row j", "节点 j 用了 W 的第 j 列：它的权重是第 j 行"),
            lambda a_prev, W, b: a_prev @ W + b,
        ),
        Slip(
            "bias of the first node",
            Text("every node uses the bias of the first node", "每个节点都用了第一个节点的偏差"),
            lambda a_prev, W, b: a_prev @ W.T + b[:, :1],
        ),
        Slip(
            "weights of the first node",
            Text("every node uses the weights of the first node", "每个节点都用了第一个节点的权重"),
            lambda a_prev, W, b: a_prev @ W[:1].T + b,
        ),
        Slip(
            "first node in every place",
            Text("every place holds the z of the first node", "每个位置都是第一个节点的 z"),
            lambda a_prev, W, b: layer(a_prev, W, b)[:, :1].expand(-1, len(W)),
        ),
        Slip(
            "last term only",
            Text("only the last product is kept: add the products up with +=", "只留下了最后一个乘积：应当用 += 累加"),
            lambda a_prev, W, b: a_prev[:, -1:] @ W[:, -1:].T + b,
        ),
        Slip(
            "a left out",
            Text("the weights are added up without a_prev", "只把权重加了起来，没有乘 a_prev"),
            lambda a_prev, W, b: W.sum(dim=1).reshape(1, -1) + b,
        ),
        Slip(
            "activation included",
            Text("the result is g(z): z itself is asked for", "返回的是 g(z)：这里要的是 z"),
            lambda a_prev, W, b: tanh(layer(a_prev, W, b)),
        ),
        Slip(
            "activation included",
            Text("the result is g(z): z itself is asked for", "返回的是 g(z)：这里要的是 z"),
            lambda a_prev, W, b: sigmoid(layer(a_prev, W, b)),
        ),
    ),
    in_assignment=False,
)
