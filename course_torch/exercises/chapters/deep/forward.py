"""The forward half of chapter deep: the linear step, a layer, and the whole network."""

from collections.abc import Iterator

from course_torch.exercises.chapters.deep.values import (
    BlockForward,
    LinearForward,
    ModelForward,
    activation_of,
    linear_cache,
)
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
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
)
