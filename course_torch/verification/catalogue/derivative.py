"""Mistakes in the value of g'(Z), which make a wrong dZ = dA * g'(Z) in a hidden layer."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.language import Text
from course_torch.verification.catalogue.cause import Cause, replaces
from course_torch.verification.suspects import Step

DERIVATIVE: list[Cause] = []


@replaces(
    DERIVATIVE,
    "no g'",
    Text("g'(Z) is missing in a hidden layer: dZ = dA * g'(Z)", "隐层里少乘了 g'(Z)：dZ = dA * g'(Z)"),
    "2.5",
    "dZ",
)
def no_derivative(step: Step) -> Iterator[Tensor]:
    yield step.dA


@replaces(
    DERIVATIVE,
    "A for g'",
    Text(
        "the activation is used instead of its derivative: dZ = dA * g'(Z), not dA * A",
        "该用导数的地方用了激活值：dZ = dA * g'(Z)，不是 dA * A",
    ),
    "2.4",
    "dZ",
)
def value_for_derivative(step: Step) -> Iterator[Tensor]:
    yield step.dA * step.A


@replaces(
    DERIVATIVE,
    "Z for g'",
    Text(
        "Z is used instead of the derivative: dZ = dA * g'(Z), not dA * Z",
        "该用导数的地方用了 Z：dZ = dA * g'(Z)，不是 dA * Z",
    ),
    "2.4",
    "dZ",
)
def Z_for_derivative(step: Step) -> Iterator[Tensor]:
    yield step.dA * step.Z


@replaces(
    DERIVATIVE,
    "g' squared",
    Text("dA is multiplied by g'(Z) twice: dZ = dA * g'(Z)", "dA 乘了两次 g'(Z)：dZ = dA * g'(Z)"),
    "2.5",
    "dZ",
)
def derivative_twice(step: Step) -> Iterator[Tensor]:
    yield step.dA * step.derivative.square()


@replaces(
    DERIVATIVE,
    "sign in g'",
    Text(
        "a sign is wrong in the derivative: tanh has 1 - A², sigmoid has A (1 - A)",
        "导数里有一个正负号错了：tanh 的导数是 1 - A²，sigmoid 的导数是 A (1 - A)",
    ),
    "2.4",
    "dZ",
)
def sign_in_derivative(step: Step) -> Iterator[Tensor]:
    A = step.A
    yield step.dA * (1 + A * A)
    yield step.dA * A * (1 + A)


@replaces(
    DERIVATIVE,
    "1 left out",
    Text(
        "the 1 is left out: tanh has 1 - A², sigmoid has A (1 - A)",
        "漏掉了 1：tanh 的导数是 1 - A²，sigmoid 的导数是 A (1 - A)",
    ),
    "2.4",
    "dZ",
)
def one_left_out(step: Step) -> Iterator[Tensor]:
    yield step.dA * step.A.square()


@replaces(
    DERIVATIVE,
    "A not squared",
    Text("A is used instead of A²: tanh has 1 - A²", "该用 A² 的地方用了 A：tanh 的导数是 1 - A²"),
    "2.4",
    "dZ",
)
def A_not_squared(step: Step) -> Iterator[Tensor]:
    if step.forward.hidden_activation.name != "sigmoid":
        yield step.dA * (1 - step.A)


@replaces(
    DERIVATIVE,
    "another power of A",
    Text("A has a wrong power: tanh has 1 - A²", "A 的次数错了：tanh 的导数是 1 - A²"),
    "2.4",
    "dZ",
)
def another_power(step: Step) -> Iterator[Tensor]:
    if step.forward.hidden_activation.name == "tanh":
        yield step.dA * (1 - step.A**3)
        yield step.dA * (1 - step.A**4)


@replaces(
    DERIVATIVE,
    "A left out",
    Text("A is left out: sigmoid has A (1 - A)", "漏掉了 A：sigmoid 的导数是 A (1 - A)"),
    "2.4",
    "dZ",
)
def A_left_out(step: Step) -> Iterator[Tensor]:
    if step.forward.hidden_activation.name == "sigmoid":
        yield step.dA * (1 - step.A)


@replaces(
    DERIVATIVE,
    "mask reversed",
    Text("the mask is reversed: the derivative is 1 where Z > 0", "掩码反了：Z > 0 处的导数是 1"),
    "2.4",
    "dZ",
)
def reversed_mask(step: Step) -> Iterator[Tensor]:
    if step.forward.hidden_activation.kink:
        yield step.dA * (step.Z <= 0)
        yield step.dA * step.forward.derivative(step.layer, -step.Z)


@replaces(
    DERIVATIVE,
    "no slope",
    Text(
        "the leaky slope is missing: the derivative is the slope where Z ≤ 0",
        "少了泄露部分的斜率：Z ≤ 0 处的导数就是这个斜率",
    ),
    "2.4",
    "dZ",
)
def no_slope(step: Step) -> Iterator[Tensor]:
    if step.forward.hidden_activation.slope_derivative is not None:
        yield step.dA * (step.Z > 0)


@replaces(
    DERIVATIVE,
    "slope everywhere",
    Text(
        "the leaky slope is used where Z > 0 too: the derivative is 1 there",
        "在 Z > 0 处也用了泄露部分的斜率：那里的导数是 1",
    ),
    "2.4",
    "dZ",
)
def slope_everywhere(step: Step) -> Iterator[Tensor]:
    slope = step.forward.slopes[step.layer - 1]
    if slope is not None:
        yield step.dA * slope.detach()
