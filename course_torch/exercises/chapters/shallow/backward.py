"""The backward pass of chapter shallow: the six equations."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.exercises.chapters.cost import NO_MEAN
from course_torch.exercises.chapters.descent import Tensors
from course_torch.exercises.chapters.shallow.values import cache, own_cache
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
from course_torch.language import Text, same
from course_torch.mistakes.context import TensorName

NAMES = {f"{kind}{l}": TensorName(kind, l) for l in (2, 1) for kind in ("dW", "db")}
"""dW2, db2, dW1, db1, in the order in which they are computed."""


def backward_calls(setting: Setting) -> Iterator[Call]:
    arguments = {"parameters": setting.parameters, "cache": dict(cache(setting)), "X": setting.X, "Y": setting.Y}
    grads = {key: setting.right[name] for key, name in NAMES.items()}
    yield Call(arguments, grads, setting, names=NAMES, own=own_cache(setting))


def from_dZ1(dZ1: Tensor, X: Tensor) -> Tensors:
    """dW1 and db1."""
    return {"dW1": dZ1.T @ X / len(X), "db1": dZ1.mean(dim=0, keepdim=True)}


def right(parameters: Tensors, cache: Tensors, X: Tensor, Y: Tensor) -> Tensors:
    """dW2, db2, dW1 and db1 by the six equations."""
    dZ2 = cache["A2"] - Y
    dZ1 = dZ2 @ parameters["W2"] * (1 - cache["A1"] ** 2)
    return {"dW2": dZ2.T @ cache["A1"] / len(X), "db2": dZ2.mean(dim=0, keepdim=True), **from_dZ1(dZ1, X)}


def dA1_of(parameters: Tensors, cache: Tensors, Y: Tensor) -> Tensor:
    return (cache["A2"] - Y) @ parameters["W2"]


def product_in_rows(parameters: Tensors, cache: Tensors, X: Tensor, Y: Tensor) -> Tensors:
    return from_dZ1(dA1_of(parameters, cache, Y) @ (1 - cache["A1"] ** 2), X)


def product_in_columns(parameters: Tensors, cache: Tensors, X: Tensor, Y: Tensor) -> Tensors:
    """The product of columns, dA1ᵀ g'ᵀ, as rows."""
    return from_dZ1((1 - cache["A1"] ** 2) @ dA1_of(parameters, cache, Y), X)


def layers_swapped(parameters: Tensors, cache: Tensors, X: Tensor, Y: Tensor) -> Tensors:
    grads = right(parameters, cache, X, Y)
    return {"dW1": grads["dW2"], "dW2": grads["dW1"]}


PRODUCT = Text(
    "dA1 and g' are multiplied as matrices: multiply them entry by entry",
    "dA1 与 g' 用了矩阵乘法：应当逐个元素相乘",
)

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
    (
        Slip("matmul for * in g'", PRODUCT, product_in_rows),
        Slip("matmul for * in g'", PRODUCT, product_in_columns),
        Slip(
            "1 left out",
            Text("g' is A1²: the derivative of tanh is 1 - A1²", "g' 用了 A1²：tanh 的导数是 1 - A1²"),
            lambda parameters, cache, X, Y: from_dZ1(dA1_of(parameters, cache, Y) * cache["A1"] ** 2, X),
        ),
        Slip(
            "m of the features",
            Text("divided by the number of features n_x instead of m", "除以了特征数 n_x，应当除以 m"),
            lambda parameters, cache, X, Y: {
                name: gradient * len(X) / X.shape[1] for name, gradient in right(parameters, cache, X, Y).items()
            },
        ),
        Slip(
            "no 1/m",
            NO_MEAN,
            lambda parameters, cache, X, Y: {
                name: gradient * len(X) for name, gradient in right(parameters, cache, X, Y).items()
            },
        ),
        Slip(
            "layers swapped",
            Text("dW1 and dW2 are swapped", "dW1 和 dW2 互换了"),
            layers_swapped,
        ),
    ),
)
