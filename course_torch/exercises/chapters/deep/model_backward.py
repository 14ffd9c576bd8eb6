"""All layers of chapter deep backward."""

from collections.abc import Iterator

from course_torch.exercises.chapters.deep.values import caches, own_caches
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
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
)
