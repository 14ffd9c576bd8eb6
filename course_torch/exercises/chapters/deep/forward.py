"""The forward half of chapter deep: the linear step, a layer, and the whole network."""

from collections.abc import Iterator, Mapping

from torch import Tensor

from course_torch.exercises.chapters.deep.values import (
    BlockForward,
    LinearForward,
    ModelForward,
    activation_of,
    linear_cache,
)
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
from course_torch.formulas.activations import relu, sigmoid
from course_torch.language import Text, same


def linear_calls(setting: Setting) -> Iterator[Call]:
    for l in range(1, setting.L + 1):
        A, W, b = linear_cache(setting, l)
        yield Call({"A": A, "W": W, "b": b}, LinearForward(setting.caches[l - 1].Z), setting)


def block_calls(setting: Setting) -> Iterator[Call]:
    for l in range(1, setting.L + 1):
        A_prev, W, b = linear_cache(setting, l)
        arguments = {"A_prev": A_prev, "W": W, "b": b, "activation": activation_of(setting, l)}
        yield Call(arguments, BlockForward(setting.caches[l - 1].A), setting)


def model_calls(setting: Setting) -> Iterator[Call]:
    yield Call({"X": setting.X, "parameters": setting.parameters}, ModelForward(setting.caches[-1].A), setting)


def layer_by_layer(
    X: Tensor,
    parameters: Mapping[str, Tensor],
    hidden: object = relu,
    output: object = sigmoid,
    *,
    start: int = 1,
    stop: int = 0,
    always_X: bool = False,
) -> Tensor:
    """A[L] with other activations, from layer `start` on, without the last `stop` layers, or with X for each A[l-1]."""
    A, L = X, len(parameters) // 2
    for l in range(start, L + 1 - stop):
        g = output if l == L else hidden
        if always_X and l < L:
            A = X
        Z = A @ parameters[f"W{l}"].T + parameters[f"b{l}"]
        A = g(Z) if callable(g) else Z
    return A


LINEAR_FORWARD = Task(
    "linear_forward",
    "3.1",
    "A, W, b",
    "Z",
    {
        "rows": "Z = A Wᵀ + b\nA (m, n_in), W (n_out, n_in), b (1, n_out), Z (m, n_out)",
        "columns": "Z = W A + b\nA (n_in, m), W (n_out, n_in), b (n_out, 1), Z (n_out, m)",
    },
    Text(
        "The linear step of a layer. Returns Z and cache = (A, W, b).",
        "一层的线性部分。返回 Z 和 cache = (A, W, b)。",
    ),
    linear_calls,
    same("einsum('mi,oi->mo', A, W) + b"),
    (
        Slip(
            "no bias",
            Text("b is not added: Z = A_prev Wᵀ + b", "没有加上 b"),
            lambda A, W, b: LinearForward(A @ W.T),
        ),
        Slip(
            "bias subtracted",
            Text("b is subtracted: Z = A_prev Wᵀ + b", "减去了 b：应当加上 b"),
            lambda A, W, b: LinearForward(A @ W.T - b),
        ),
        Slip(
            "W transposed",
            Text(
                "W and Wᵀ are confused: Z = A_prev Wᵀ for examples as rows, W A_prev for columns",
                "W 和 Wᵀ 弄混了：样本为行时 Z = A_prev Wᵀ，样本为列时 Z = W A_prev",
            ),
            lambda A, W, b: LinearForward(A @ W + b),
        ),
        Slip(
            "* for the product",
            Text(
                "the entries are multiplied one by one: Z needs the matrix product",
                "逐个元素相乘了：Z 要用矩阵乘法",
            ),
            lambda A, W, b: LinearForward(A * W + b),
        ),
        Slip(
            "* for the product",
            Text(
                "the entries are multiplied one by one: Z needs the matrix product",
                "逐个元素相乘了：Z 要用矩阵乘法",
            ),
            lambda A, W, b: LinearForward(A * W.T + b),  # in columns
        ),
    ),
)

BLOCK_FORWARD = Task(
    "linear_activation_forward",
    "3.2",
    "A_prev, W, b, activation",
    "A",
    {
        "rows": "Z = A_prev Wᵀ + b, A = g(Z)",
        "columns": "Z = W A_prev + b, A = g(Z)",
    },
    Text(
        "A layer forward, where activation is 'sigmoid' or 'relu'. Returns A and cache = ((A_prev, W, b), Z).",
        "一层的正向传播，activation 是 'sigmoid' 或 'relu'。返回 A 和 cache = ((A_prev, W, b), Z)。",
    ),
    block_calls,
    same("A, Z = {'relu': relu, 'sigmoid': sigmoid}[activation](Z), Z"),
    (
        Slip(
            "no activation",
            Text("the activation is missing: A = g(Z)", "没有用激活函数：A = g(Z)"),
            lambda A, W, b, activation: BlockForward(A @ W.T + b),
        ),
        Slip(
            "activations swapped",
            Text("sigmoid and relu are swapped", "sigmoid 和 relu 用反了"),
            lambda A, W, b, activation: BlockForward((relu if activation == "sigmoid" else sigmoid)(A @ W.T + b)),
        ),
        Slip(
            "always relu",
            Text("relu is used for the activation sigmoid too", "activation 是 sigmoid 时也用了 relu"),
            lambda A, W, b, activation: BlockForward(relu(A @ W.T + b)),
        ),
        Slip(
            "always sigmoid",
            Text("sigmoid is used for the activation relu too", "activation 是 relu 时也用了 sigmoid"),
            lambda A, W, b, activation: BlockForward(sigmoid(A @ W.T + b)),
        ),
    ),
)

MODEL_FORWARD = Task(
    "L_model_forward",
    "3.2",
    "X, parameters",
    "AL",
    {
        "rows": "A[0] = X (m, n_x), A[l] = relu(A[l-1] W[l]ᵀ + b[l]) (l < L), A[L] = sigmoid(A[L-1] W[L]ᵀ + b[L])",
        "columns": "A[0] = X (n_x, m), A[l] = relu(W[l] A[l-1] + b[l]) (l < L), A[L] = sigmoid(W[L] A[L-1] + b[L])",
    },
    Text(
        "All L layers forward. Returns A[L] and the list of the L caches, layer 1 first.",
        "L 层的正向传播。返回 A[L] 和 L 个 cache 的列表，第 1 层在前。",
    ),
    model_calls,
    same("A, cache = linear_activation_forward(A, W, b, 'relu' if l < L else 'sigmoid')"),
    (
        Slip(
            "relu at the output",
            Text("the last layer has relu: the output needs sigmoid", "最后一层用了 relu：输出要用 sigmoid"),
            lambda X, parameters: ModelForward(layer_by_layer(X, parameters, relu, relu)),
        ),
        Slip(
            "sigmoid everywhere",
            Text("the hidden layers have sigmoid: they need relu", "隐层用了 sigmoid：应当用 relu"),
            lambda X, parameters: ModelForward(layer_by_layer(X, parameters, sigmoid, sigmoid)),
        ),
        Slip(
            "no hidden activation",
            Text("the hidden layers have no activation", "隐层没有激活函数"),
            lambda X, parameters: ModelForward(layer_by_layer(X, parameters, None, sigmoid)),
        ),
        Slip(
            "no output activation",
            Text("Z[L] is returned: A[L] = sigmoid(Z[L])", "返回了 Z[L]：A[L] = sigmoid(Z[L])"),
            lambda X, parameters: ModelForward(layer_by_layer(X, parameters, relu, None)),
        ),
        Slip(
            "last layer left out",
            Text("A[L-1] is returned: the last layer is missing", "返回了 A[L-1]：少了最后一层"),
            lambda X, parameters: ModelForward(layer_by_layer(X, parameters, stop=1)),
        ),
        Slip(
            "first layer left out",
            Text("layer 1 is missing: the loop starts one layer too late", "少了第 1 层：循环晚了一层"),
            lambda X, parameters: ModelForward(layer_by_layer(X, parameters, start=2)),
        ),
        Slip(
            "X in every layer",
            Text("every hidden layer takes X: layer l takes A[l-1]", "每个隐层都用了 X：第 l 层应当用 A[l-1]"),
            lambda X, parameters: ModelForward(layer_by_layer(X, parameters, always_X=True)),
        ),
    ),
)
