"""The backward pass of chapter shallow: the six equations."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.exercises.chapters.shallow.values import cache, own_cache
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
from course_torch.language import Text, same
from course_torch.verification.names import TensorName

NAMES = {f"{kind}{l}": TensorName(kind, l) for l in (2, 1) for kind in ("dW", "db")}
"""dW2, db2, dW1, db1, in the order in which they are computed."""


def backward_calls(setting: Setting) -> Iterator[Call]:
    arguments = {"parameters": setting.parameters, "cache": dict(cache(setting)), "X": setting.X, "Y": setting.Y}
    right = {key: setting.right[name] for key, name in NAMES.items()}
    yield Call(arguments, right, setting, names=NAMES, own=own_cache(setting))


def product_in_columns(parameters: dict, cache: dict, X: Tensor, Y: Tensor) -> dict[str, Tensor]:
    """dW1 and db1 of dZ1 = dA1 g' as a matrix product of columns."""
    dA1 = (cache["A2"] - Y) @ parameters["W2"]
    dZ1 = (1 - cache["A1"] ** 2) @ dA1
    return {"dW1": dZ1.T @ X / len(X), "db1": dZ1.mean(dim=0, keepdim=True)}


BACKWARD = Task(
    "backward_propagation",
    "2.5",
    "parameters, cache, X, Y",
    "grads",
    {
        "rows": "dZ2 = A2 - Y, dW2 = (1/m) dZ2ᵀ A1, db2 = (1/m) Σ_i dZ2 (over the rows)\n"
        "dZ1 = dZ2 W2 * (1 - A1²), dW1 = (1/m) dZ1ᵀ X, db1 = (1/m) Σ_i dZ1 (over the rows)",
        "columns": "dZ2 = A2 - Y, dW2 = (1/m) dZ2 A1ᵀ, db2 = (1/m) Σ_i dZ2 (over the columns)\n"
        "dZ1 = W2ᵀ dZ2 * (1 - A1²), dW1 = (1/m) dZ1 Xᵀ, db1 = (1/m) Σ_i dZ1 (over the columns)",
    },
    Text(
        "The six equations of the backward pass. Returns grads with the keys dW1, db1, dW2, db2.",
        "反向传播的六个公式。返回 grads，键为 dW1、db1、dW2、db2。",
    ),
    backward_calls,
    same("dA1 = dZ2 W2, dZ1 = dA1 * (1 - tanh(Z1)²)"),
    (
        Slip(
            "matmul for * in g'",
            Text(
                "dA1 and g' are multiplied as matrices: multiply them entry by entry",
                "dA1 与 g' 用了矩阵乘法：应当逐个元素相乘",
            ),
            product_in_columns,
        ),
    ),
)
