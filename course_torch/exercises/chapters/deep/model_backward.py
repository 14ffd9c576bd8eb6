"""All layers of chapter deep backward."""

from collections.abc import Callable, Iterator, Sequence

from torch import Tensor

from course_torch.exercises.chapters.deep.activation_backward import slope
from course_torch.exercises.chapters.deep.backward import back
from course_torch.exercises.chapters.deep.values import BlockCache, caches, own_caches
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
from course_torch.formulas.activations import sigmoid
from course_torch.language import Text, same
from course_torch.mistakes.context import TensorName


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


def hidden_with(
    AL: Tensor,
    Y: Tensor,
    caches: Sequence[BlockCache],
    used: Callable[[int], int],
    derivative: Callable[[Tensor], Tensor] = lambda Z: Z > 0,
) -> dict[str, Tensor]:
    """The gradients if hidden layer l uses the cache of layer used(l)."""
    L, grads = len(caches), {}
    dA, grads[f"dW{L}"], grads[f"db{L}"] = back(AL - Y, caches[-1])
    for l in range(L - 1, 0, -1):
        cache = caches[used(l) - 1]
        dA, grads[f"dW{l}"], grads[f"db{l}"] = back(dA * derivative(cache.Z), cache)
    return grads


MODEL_BACKWARD = Task(
    "L_model_backward",
    "3.2",
    "AL, Y, caches",
    "dW1",
    {
        "rows": "dZ[L] = A[L] - Y\nl = L … 1: dW[l], db[l], dA[l-1] = dZ[l] W[l], dZ[l-1] = dA[l-1] * g'(Z[l-1])",
        "columns": "dZ[L] = A[L] - Y\nl = L … 1: dW[l], db[l], dA[l-1] = W[l]ᵀ dZ[l], dZ[l-1] = dA[l-1] * g'(Z[l-1])",
    },
    Text(
        "All L layers backward. Returns grads with the keys dW1, db1, … dWL, dbL.",
        "L 层的反向传播。返回 grads，键为 dW1、db1、…、dWL、dbL。",
    ),
    model_calls,
    same("for l, cache in reversed(list(enumerate(caches, start=1))): …"),
    (
        Slip(
            "caches of the first layer",
            Text(
                "the cache of layer 1 is used in every hidden layer: layer l needs caches[l-1]",
                "每个隐层都用了第 1 层的 cache：第 l 层要用 caches[l-1]",
            ),
            lambda AL, Y, caches: hidden_with(AL, Y, caches, lambda l: 1),
        ),
        Slip(
            "caches in reverse",
            Text(
                "the caches of the hidden layers are used in reverse order",
                "隐层的 cache 用反了顺序",
            ),
            lambda AL, Y, caches: hidden_with(AL, Y, caches, lambda l: len(caches) - l),
        ),
        Slip(
            "sigmoid in the hidden layers",
            Text(
                "the hidden layers use sigmoid's derivative: they need relu's",
                "隐层用了 sigmoid 的导数：应当用 relu 的导数",
            ),
            lambda AL, Y, caches: hidden_with(AL, Y, caches, lambda l: l, lambda Z: slope(sigmoid(Z))),
        ),
    ),
)
