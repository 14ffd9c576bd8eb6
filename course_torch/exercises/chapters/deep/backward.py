"""The backward half of chapter deep: the derivative of the loss, the linear step, blocks and the whole network."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.exercises.chapters.deep.values import (
    LinearBackward,
    activation_of,
    block_cache,
    caches,
    linear_cache,
    own_block_cache,
    own_caches,
    own_linear_cache,
)
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
from course_torch.formulas.activations import sigmoid
from course_torch.language import Text, same
from course_torch.verification.backward_tensors import Tensors
from course_torch.verification.names import TensorName


def output_calls(setting: Setting) -> Iterator[Call]:
    L = TensorName("dZ", setting.L)
    yield Call({"AL": setting.caches[-1].A, "Y": setting.Y}, setting.right[L], setting, names={"dZ": L})


def relu_backward_calls(setting: Setting) -> Iterator[Call]:
    for l in range(1, setting.L):
        dA, dZ, Z = TensorName("dA", l), TensorName("dZ", l), setting.caches[l - 1].Z
        yield Call(
            {"dA": setting.right[dA], "Z": Z},
            setting.right[dZ],
            setting,
            (setting.right[dA] * (Z >= 0),),
            names={"dZ": dZ},
            given=(dA,),
        )


def sigmoid_backward_calls(setting: Setting) -> Iterator[Call]:
    A, Y = setting.caches[-1].A, setting.Y
    yield Call({"dA": output_dA(A, Y), "Z": setting.caches[-1].Z}, A - Y, setting)


def output_dA(A: Tensor, Y: Tensor) -> Tensor:
    """dA[L] = -Y/A + (1 - Y)/(1 - A)."""
    return -Y / A + (1 - Y) / (1 - A)


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


def model_names(setting: Setting) -> dict[str, TensorName]:
    """dWL, dbL, … dW1, db1."""
    return {f"{kind}{l}": TensorName(kind, l) for l in range(setting.L, 0, -1) for kind in ("dW", "db")}


def model_calls(setting: Setting) -> Iterator[Call]:
    named = model_names(setting)
    yield Call(
        {"AL": setting.caches[-1].A, "Y": setting.Y, "caches": caches(setting)},
        {key: setting.right[name] for key, name in named.items()},
        setting,
        ({key: setting.right_with_slope_1[name] for key, name in named.items()},),
        names=named,
        own=own_caches(setting),
    )


BACKWARD = (
    Task(
        "output_gradient",
        "1.5",
        "AL, Y",
        "dZ",
        dict.fromkeys(("rows", "columns"), "dZ[L] = A[L] - Y"),
        Text(
            "The derivative of each example's loss by Z[L], for sigmoid and cross-entropy.",
            "每个样本的损失对 Z[L] 的导数（sigmoid 与交叉熵）。",
        ),
        output_calls,
        same("dZ = (-Y / AL + (1 - Y) / (1 - AL)) * AL * (1 - AL)"),
        in_assignment=False,
    ),
    Task(
        "linear_backward",
        "3.2",
        "dZ, cache",
        "dW",
        {
            "rows": "dW = (1/m) dZᵀ A_prev, db = (1/m) Σ_i dZ (over the rows), dA_prev = dZ W\n"
            "dZ (m, n_out), A_prev (m, n_in), dW (n_out, n_in), db (1, n_out)",
            "columns": "dW = (1/m) dZ A_prevᵀ, db = (1/m) Σ_i dZ (over the columns), dA_prev = Wᵀ dZ\n"
            "dZ (n_out, m), A_prev (n_in, m), dW (n_out, n_in), db (n_out, 1)",
        },
        Text(
            "The linear step backward, where cache = (A_prev, W, b). Returns dA_prev, dW, db.",
            "线性部分的反向传播，cache = (A_prev, W, b)。返回 dA_prev、dW、db。",
        ),
        linear_calls,
        same("dW = mean over i of outer(dZ_i, A_prev_i)"),
    ),
    Task(
        "relu_backward",
        "2.4",
        "dA, Z",
        "dZ",
        dict.fromkeys(("rows", "columns"), "dZ = dA * g'(Z), g'(Z) = 1 where Z > 0, otherwise 0"),
        Text("ReLU backward.", "ReLU 的反向传播。"),
        relu_backward_calls,
        same("dZ = where(Z > 0, dA, 0)"),
        in_assignment=False,
    ),
    Task(
        "sigmoid_backward",
        "2.4",
        "dA, Z",
        "dZ",
        dict.fromkeys(("rows", "columns"), "dZ = dA * g'(Z), g'(Z) = A (1 - A), A = sigmoid(Z)"),
        Text("The sigmoid backward.", "sigmoid 的反向传播。"),
        sigmoid_backward_calls,
        same("dZ = dA * sigmoid(Z) * sigmoid(-Z)"),
        (
            Slip("no g'", Text("g' is missing: dZ = dA * g'(Z)", "没有乘以 g'：dZ = dA * g'(Z)"), lambda dA, Z: dA),
            Slip(
                "g' without dA",
                Text("dA is missing: dZ = dA * g'(Z)", "没有乘以 dA：dZ = dA * g'(Z)"),
                lambda dA, Z: slope(sigmoid(Z)),
            ),
            Slip(
                "Z for A in g'",
                Text("g' is Z (1 - Z), with Z where A belongs", "g' 用了 Z (1 - Z)：应当用 A = sigmoid(Z)"),
                lambda dA, Z: dA * slope(Z),
            ),
            Slip(
                "sigmoid twice",
                Text(
                    "the sigmoid is taken twice: g' is computed from A as if A were Z",
                    "多用了一次 sigmoid：把 A 当成了 Z",
                ),
                lambda dA, Z: dA * slope(sigmoid(sigmoid(Z))),
            ),
            Slip(
                "g' of tanh",
                Text("the derivative is that of tanh, 1 - A²", "用了 tanh 的导数 1 - A²"),
                lambda dA, Z: dA * (1 - sigmoid(Z) ** 2),
            ),
            Slip(
                "g' of relu",
                Text("the derivative is that of relu", "用了 relu 的导数"),
                lambda dA, Z: dA * (Z > 0),
            ),
            Slip(
                "1 - A left out",
                Text("the factor (1 - A) is missing: g'(Z) = A (1 - A)", "少了 (1 - A)：g'(Z) = A (1 - A)"),
                lambda dA, Z: dA * sigmoid(Z),
            ),
            Slip(
                "A left out",
                Text("the factor A is missing: g'(Z) = A (1 - A)", "少了 A：g'(Z) = A (1 - A)"),
                lambda dA, Z: dA * (1 - sigmoid(Z)),
            ),
            Slip(
                "sign in g'",
                Text("a sign is wrong: g'(Z) = A (1 - A)", "符号错了：g'(Z) = A (1 - A)"),
                lambda dA, Z: dA * sigmoid(Z) * (1 + sigmoid(Z)),
            ),
        ),
        in_assignment=False,
    ),
    Task(
        "linear_activation_backward",
        "3.2",
        "dA, cache, activation",
        "dW",
        {
            "rows": "dZ = dA * g'(Z), then dW, db and dA_prev as in linear_backward",
            "columns": "dZ = dA * g'(Z), then dW, db and dA_prev as in linear_backward",
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
    ),
    Task(
        "L_model_backward",
        "3.2",
        "AL, Y, caches",
        "dW1",
        {
            "rows": "dZ[L] = A[L] - Y; for l = L … 1: dW[l], db[l], dA[l-1] = dZ[l] W[l], dZ[l-1] = dA[l-1] * g'(Z[l-1])",
            "columns": "dZ[L] = A[L] - Y; for l = L … 1: dW[l], db[l], dA[l-1] = W[l]ᵀ dZ[l], dZ[l-1] = dA[l-1] * g'(Z[l-1])",
        },
        Text(
            "All L layers backward. Returns grads with the keys dW1, db1, … dWL, dbL.",
            "L 层的反向传播。返回 grads，键为 dW1、db1、…、dWL、dbL。",
        ),
        model_calls,
        same("for l, cache in reversed(list(enumerate(caches, start=1))): …"),
    ),
)


def slope(A: Tensor) -> Tensor:
    """A (1 - A)."""
    return A * (1 - A)


def back(dZ: Tensor, cache: tuple) -> LinearBackward:
    """The linear step backward from another dZ."""
    A_prev, W, _ = cache[0]
    return LinearBackward(dZ @ W, dZ.T @ A_prev / len(dZ), dZ.sum(dim=0, keepdim=True) / len(dZ))
