"""The backward half of chapter deep: the linear step, and a layer."""

from collections.abc import Iterator

from course_torch.exercises.chapters.deep.activation_backward import output_dA
from course_torch.exercises.chapters.deep.values import (
    LinearBackward,
    activation_of,
    block_cache,
    linear_cache,
    own_block_cache,
    own_linear_cache,
)
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text, same
from course_torch.mistakes.context import TensorName
from course_torch.verification.reference import Tensors


def gradients(right: Tensors, l: int) -> LinearBackward:
    """dA[l-1], dW[l] and db[l]."""
    return LinearBackward(*(right[TensorName(*name)] for name in (("dA", l - 1), ("dW", l), ("db", l))))


def names(l: int) -> dict[str, TensorName]:
    return {"dA_prev": TensorName("dA", l - 1), "dW": TensorName("dW", l), "db": TensorName("db", l)}


def linear_calls(setting: Setting) -> Iterator[Call]:
    for l in range(setting.L, 0, -1):
        dZ = TensorName("dZ", l)
        yield Call(
            {"dZ": setting.right[dZ], "cache": linear_cache(setting, l)},
            gradients(setting.right, l),
            setting,
            names=names(l),
            given=(dZ,),
            own=own_linear_cache(setting, l),
        )


def block_calls(setting: Setting) -> Iterator[Call]:
    """The hidden layers first: only they contain g', and only they share the work with linear_backward."""
    for l in [*range(setting.L - 1, 0, -1), setting.L]:
        hidden = l < setting.L
        dA = TensorName("dA", l)
        yield Call(
            {
                "dA": setting.right[dA] if hidden else output_dA(setting.caches[-1].A, setting.Y),
                "cache": block_cache(setting, l),
                "activation": activation_of(setting, l),
            },
            gradients(setting.right, l),
            setting,
            (gradients(with_slope_1_in(setting, l), l),) if hidden else (),
            names=names(l),
            given=(dA,) if hidden else (),
            own=own_block_cache(setting, l),
        )


def with_slope_1_in(setting: Setting, l: int) -> Tensors:
    """The gradients of hidden layer l if only this layer uses slope 1 of ReLU at 0."""
    dZ = setting.right[TensorName("dA", l)] * (setting.caches[l - 1].Z >= 0)
    A_prev, W = setting.caches[l - 1].A_prev, setting.W(l)
    return {
        TensorName("dA", l - 1): dZ @ W,
        TensorName("dW", l): dZ.T @ A_prev / setting.m,
        TensorName("db", l): dZ.mean(dim=0, keepdim=True),
    }


LINEAR_BACKWARD = Task(
    "linear_backward",
    "3.2",
    "dZ, cache",
    "dW",
    {
        "rows": "dW = (1/m) dZᵀ A_prev, db = (1/m) Σ_i dZ, dA_prev = dZ W\n"
        "dZ (m, n_out), A_prev (m, n_in), dW (n_out, n_in), db (1, n_out)",
        "columns": "dW = (1/m) dZ A_prevᵀ, db = (1/m) Σ_i dZ, dA_prev = Wᵀ dZ\n"
        "dZ (n_out, m), A_prev (n_in, m), dW (n_out, n_in), db (n_out, 1)",
    },
    Text(
        "The linear step backward, where cache = (A_prev, W, b). Returns dA_prev, dW, db.",
        "线性部分的反向传播，cache = (A_prev, W, b)。返回 dA_prev、dW、db。",
    ),
    linear_calls,
    same("dW = mean over i of outer(dZ_i, A_prev_i)"),
)

BLOCK_BACKWARD = Task(
    "linear_activation_backward",
    "3.2",
    "dA, cache, activation",
    "dW",
    {
        "rows": "dZ = dA * g'(Z); dZ → dA_prev, dW, db (linear_backward)",
        "columns": "dZ = dA * g'(Z); dZ → dA_prev, dW, db (linear_backward)",
    },
    Text(
        "A layer backward, where cache = ((A_prev, W, b), Z). Returns dA_prev, dW, db.",
        "一层的反向传播，cache = ((A_prev, W, b), Z)。返回 dA_prev、dW、db。",
    ),
    block_calls,
    same("dZ = relu_backward(dA, Z) if activation == 'relu' else sigmoid_backward(dA, Z)"),
)
