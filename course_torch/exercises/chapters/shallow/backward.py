"""The backward pass of chapter shallow: the six equations."""

from collections.abc import Iterator

from course_torch.exercises.chapters.shallow.values import cache, own_cache
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text, same
from course_torch.mistakes.context import TensorName

NAMES = {f"{kind}{l}": TensorName(kind, l) for l in (2, 1) for kind in ("dW", "db")}
"""dW2, db2, dW1, db1, in the order in which they are computed."""


def backward_calls(setting: Setting) -> Iterator[Call]:
    arguments = {"parameters": setting.parameters, "cache": dict(cache(setting)), "X": setting.X, "Y": setting.Y}
    grads = {key: setting.right[name] for key, name in NAMES.items()}
    yield Call(arguments, grads, setting, names=NAMES, own=own_cache(setting))


BACKWARD = Task(
    "backward_propagation",
    "2.5",
    "parameters, cache, X, Y",
    "grads",
    {
        "rows": "dZ2 = A2 - Y, dW2 = (1/m) dZ2ᵀ A1, db2 = (1/m) Σ_i dZ2\n"
        "dZ1 = dZ2 W2 * (1 - A1²), dW1 = (1/m) dZ1ᵀ X, db1 = (1/m) Σ_i dZ1",
        "columns": "dZ2 = A2 - Y, dW2 = (1/m) dZ2 A1ᵀ, db2 = (1/m) Σ_i dZ2\n"
        "dZ1 = W2ᵀ dZ2 * (1 - A1²), dW1 = (1/m) dZ1 Xᵀ, db1 = (1/m) Σ_i dZ1",
    },
    Text(
        "The six equations of the backward pass. Returns grads with the keys dW1, db1, dW2, db2.",
        "反向传播的六个公式。返回 grads，键为 dW1、db1、dW2、db2。",
    ),
    backward_calls,
    same("dA1 = dZ2 W2, dZ1 = dA1 * (1 - tanh(Z1)²)"),
)
