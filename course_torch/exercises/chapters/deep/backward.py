"""The backward half of chapter deep: the linear step, and a layer."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.exercises.chapters.deep.activation_backward import output_dA, slope
from course_torch.exercises.chapters.deep.values import (
    BlockCache,
    LinearBackward,
    LinearCache,
    activation_of,
    block_cache,
    linear_cache,
    own_block_cache,
    own_linear_cache,
)
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
from course_torch.formulas.activations import sigmoid
from course_torch.language import Text, same
from course_torch.mistakes.context import TensorName
from course_torch.verification.backward_tensors import Tensors


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


def back(dZ: Tensor, cache: BlockCache) -> LinearBackward:
    """The linear step of a layer backward, from another dZ."""
    return linear_back(dZ, cache.linear_cache)


def linear_back(dZ: Tensor, cache: LinearCache) -> LinearBackward:
    """dA_prev, dW and db."""
    A_prev, W, _ = cache
    return LinearBackward(dZ @ W, dZ.T @ A_prev / len(dZ), dZ.sum(dim=0, keepdim=True) / len(dZ))


UNITS = Text(
    "divided by the number of units of the layer instead of m",
    "除以了这一层的单元数，应当除以 m",
)
PRODUCT = Text(
    "the entries are multiplied one by one: dW needs the matrix product",
    "逐个元素相乘了：dW 要用矩阵乘法",
)
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
    (
        Slip("m of the units", UNITS, lambda dZ, cache: {"dW": dZ.T @ cache[0] / dZ.shape[1]}),
        Slip("m of the units", UNITS, lambda dZ, cache: {"db": dZ.sum(dim=0, keepdim=True) / dZ.shape[1]}),
        Slip("* for the product", PRODUCT, lambda dZ, cache: {"dW": dZ.T * cache[0] / len(dZ)}),
        Slip("* for the product", PRODUCT, lambda dZ, cache: {"dW": dZ * cache[0] / len(dZ)}),
        Slip("* for the product", PRODUCT, lambda dZ, cache: {"dW": (dZ * cache[0]).T / len(dZ)}),  # in columns
    ),
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
    (
        Slip(
            "no g'",
            Text("g' is missing: dZ = dA * g'(Z)", "没有乘以 g'：dZ = dA * g'(Z)"),
            lambda dA, cache, activation: back(dA, cache),
        ),
        Slip(
            "always relu",
            Text(
                "relu's derivative is used for the activation sigmoid too",
                "activation 是 sigmoid 时也用了 relu 的导数",
            ),
            lambda dA, cache, activation: back(dA * (cache.Z > 0), cache),
        ),
        Slip(
            "always sigmoid",
            Text(
                "sigmoid's derivative is used for the activation relu too",
                "activation 是 relu 时也用了 sigmoid 的导数",
            ),
            lambda dA, cache, activation: back(dA * slope(sigmoid(cache.Z)), cache),
        ),
        Slip(
            "activations swapped",
            Text("the derivatives of sigmoid and relu are swapped", "sigmoid 和 relu 的导数用反了"),
            lambda dA, cache, activation: back(
                dA * ((cache.Z > 0) if activation == "sigmoid" else slope(sigmoid(cache.Z))), cache
            ),
        ),
    ),
)
