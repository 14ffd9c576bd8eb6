"""The derivatives of sigmoid and tanh, from Z, and what the tasks of all derivatives share."""

from collections.abc import Callable, Iterator
from functools import partial

import torch
from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
from course_torch.formulas.activations import sigmoid, tanh
from course_torch.language import Text, same

Function = Callable[[Tensor], Tensor]


def calls(setting: Setting, right: Function, at_zero: Function) -> Iterator[Call]:
    """Z of the hidden layer, and Z at exactly 0. `at_zero` is the derivative with the other value allowed at 0."""
    zero = torch.tensor([[-2.0, 0.0, 0.0, 3.0]], dtype=torch.float64)
    for Z in (setting.caches[0].Z, zero):
        yield Call({"Z": Z}, right(Z), setting, (at_zero(Z),))


def of_sigmoid(Z: Tensor) -> Tensor:
    return sigmoid(Z) * sigmoid(-Z)


def of_tanh(Z: Tensor) -> Tensor:
    return 1 - tanh(Z) ** 2


def of_relu(Z: Tensor) -> Tensor:
    return (Z > 0).double()


def of_another(activation: str, derivative: Function) -> Slip:
    return Slip(
        "g' of another activation",
        Text(f"this is the derivative of {activation}", f"这是 {activation} 的导数"),
        derivative,
    )


FUNCTION_RETURNED = Text(
    "the activation itself is returned: its derivative is asked for", "返回了激活函数本身：要的是导数"
)


def task(name: str, formula: str, right: Function, at_zero: Function, other_way: str, *slips: Slip) -> Task:
    """The task of one derivative."""
    return Task(
        f"{name}_derivative",
        "2.4",
        "Z",
        "slope",
        dict.fromkeys(("rows", "columns"), formula),
        Text(f"The derivative of {name} at every entry of Z.", f"{name} 在 Z 的每个元素处的导数。"),
        partial(calls, right=right, at_zero=at_zero),
        same(other_way),
        slips,
        in_assignment=False,
    )


SIGMOID_DERIVATIVE = task(
    "sigmoid",
    "g'(Z) = A (1 - A), A = sigmoid(Z)",
    of_sigmoid,
    of_sigmoid,
    "g'(Z) = sigmoid(Z) * sigmoid(-Z)",
    Slip("function for its derivative", FUNCTION_RETURNED, sigmoid),
    Slip(
        "Z for A",
        Text("this is Z (1 - Z): use A = sigmoid(Z)", "这是 Z (1 - Z)：应当用 A = sigmoid(Z)"),
        lambda Z: Z * (1 - Z),
    ),
    Slip(
        "sigmoid twice",
        Text("the sigmoid is taken twice", "多用了一次 sigmoid"),
        lambda Z: of_sigmoid(sigmoid(Z)),
    ),
    Slip("A left out", Text("the factor A is missing: A (1 - A)", "少了因子 A：A (1 - A)"), lambda Z: 1 - sigmoid(Z)),
    Slip(
        "sign in g'", Text("a sign is wrong: A (1 - A)", "符号错了：A (1 - A)"), lambda Z: sigmoid(Z) * (1 + sigmoid(Z))
    ),
    Slip(
        "1 - A² for A - A²",
        Text("this is 1 - A²: the sigmoid has A - A²", "这是 1 - A²：sigmoid 的导数是 A - A²"),
        lambda Z: 1 - sigmoid(Z) ** 2,
    ),
    of_another("tanh", of_tanh),
    of_another("relu", of_relu),
)

TANH_DERIVATIVE = task(
    "tanh",
    "g'(Z) = 1 - A², A = tanh(Z)",
    of_tanh,
    of_tanh,
    "g'(Z) = 1 / cosh(Z)²",
    Slip("function for its derivative", FUNCTION_RETURNED, tanh),
    Slip("Z for A", Text("this is 1 - Z²: use A = tanh(Z)", "这是 1 - Z²：应当用 A = tanh(Z)"), lambda Z: 1 - Z**2),
    Slip("tanh twice", Text("tanh is taken twice", "多用了一次 tanh"), lambda Z: of_tanh(tanh(Z))),
    Slip(
        "square left out",
        Text("this is 1 - A: A is squared in 1 - A²", "这是 1 - A：应当是 1 - A²"),
        lambda Z: 1 - tanh(Z),
    ),
    Slip(
        "square outside",
        Text("this is (1 - A)²: only A is squared in 1 - A²", "这是 (1 - A)²：1 - A² 里只有 A 平方"),
        lambda Z: (1 - tanh(Z)) ** 2,
    ),
    Slip("1 left out", Text("the 1 in 1 - A² is missing", "少了 1 - A² 里的 1"), lambda Z: tanh(Z) ** 2),
    Slip("sign in g'", Text("a sign is wrong: 1 - A²", "符号错了：1 - A²"), lambda Z: 1 + tanh(Z) ** 2),
    Slip(
        "A (1 - A)",
        Text("A (1 - A) belongs to the sigmoid: tanh has 1 - A²", "A (1 - A) 是 sigmoid 的形式：tanh 是 1 - A²"),
        lambda Z: tanh(Z) * (1 - tanh(Z)),
    ),
    of_another("sigmoid", of_sigmoid),
    of_another("relu", of_relu),
)
