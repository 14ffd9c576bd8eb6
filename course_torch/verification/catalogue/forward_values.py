"""Mistakes that make a wrong A = g(Z) in the forward pass."""

from collections.abc import Iterator

import torch
from torch import Tensor

from course_torch.language import Text
from course_torch.verification.catalogue.forward_cause import ForwardCause, ForwardStep, makes
from course_torch.verification.true_forward import VALUES

FORWARD_VALUES: list[ForwardCause] = []


def of_another(name: str) -> ForwardCause:
    """The cause of computing the function of this name instead of the network's."""

    def suspects(step: ForwardStep) -> Iterator[Tensor]:
        if name != step.name:
            yield VALUES[name](step.Z, step.slope)

    sentence = Text(f"{name} is computed instead of g", f"算成了 {name}，而不是 g")
    return ForwardCause(f"{name} computed", sentence, "2.3", "A", suspects)


FORWARD_VALUES += [of_another(name) for name in VALUES]


@makes(
    FORWARD_VALUES,
    "A",
    "g' for g",
    "2.4",
    "the derivative g'(Z) is computed instead of g(Z)",
    "算的是导数 g'(Z)，而不是 g(Z)",
)
def derivative(step: ForwardStep) -> Iterator[Tensor]:
    if step.name != "softmax":
        Z = step.Z.detach().requires_grad_()
        with torch.enable_grad():
            total = step.g(Z).sum()
        yield torch.autograd.grad(total, Z)[0]


@makes(
    FORWARD_VALUES,
    "A",
    "sign of Z",
    "2.3",
    "g(-Z) is computed instead of g(Z): a sign in the exponent or in the mask is wrong",
    "算的是 g(-Z)，而不是 g(Z)：指数或掩码里有一个正负号错了",
)
def of_minus_Z(step: ForwardStep) -> Iterator[Tensor]:
    if step.name not in ("tanh", "identity"):  # g(-Z) = -g(Z): the sign of the whole tensor may be wrong as well
        yield step.g(-step.Z)


@makes(FORWARD_VALUES, "A", "factor in Z", "2.3", "Z is doubled or halved before g", "在 g 之前 Z 被加倍或减半了")
def of_multiple(step: ForwardStep) -> Iterator[Tensor]:
    if step.name not in ("relu", "leaky_relu", "identity"):  # g(2 Z) = 2 g(Z): A may be doubled as well
        for factor in (2, 0.5):
            yield step.g(factor * step.Z)


@makes(
    FORWARD_VALUES,
    "A",
    "fraction upside down",
    "2.3",
    "the fraction is upside down: numerator and denominator are swapped",
    "分式上下颠倒了：分子和分母写反了",
)
def reciprocal(step: ForwardStep) -> Iterator[Tensor]:
    yield 1 / step.A


@makes(
    FORWARD_VALUES,
    "A",
    "denominator of tanh",
    "2.3",
    "the denominator is wrong: tanh is (exp(Z) - exp(-Z)) / (exp(Z) + exp(-Z))",
    "分母错了：tanh 是 (exp(Z) - exp(-Z)) / (exp(Z) + exp(-Z))",
)
def denominator_of_tanh(step: ForwardStep) -> Iterator[Tensor]:
    if step.name == "tanh":
        yield step.Z.sinh()
        yield 2 * step.Z.sinh()


@makes(
    FORWARD_VALUES,
    "A",
    "sign in sigmoid",
    "1.2",
    "a sign is wrong: sigmoid is 1 / (1 + exp(-Z))",
    "有一个正负号错了：sigmoid 是 1 / (1 + exp(-Z))",
)
def sign_in_sigmoid(step: ForwardStep) -> Iterator[Tensor]:
    if step.name == "sigmoid":
        yield 1 / (1 - (-step.Z).exp())


@makes(
    FORWARD_VALUES,
    "A",
    "sides swapped",
    "2.3",
    "the two sides are swapped: A = Z where Z > 0",
    "两边写反了：Z > 0 处 A = Z",
)
def sides_swapped(step: ForwardStep) -> Iterator[Tensor]:
    if step.name in ("relu", "leaky_relu"):
        yield -step.g(-step.Z)


@makes(FORWARD_VALUES, "A", "|Z|", "2.3", "the absolute value of Z is taken", "对 Z 取了绝对值")
def absolute(step: ForwardStep) -> Iterator[Tensor]:
    if step.name in ("relu", "leaky_relu"):
        yield step.Z.abs()


@makes(
    FORWARD_VALUES,
    "A",
    "softmax over the examples",
    "2.5",
    "softmax runs along the examples: the outputs of each example must add up to 1",
    "softmax 是沿着样本的方向算的：每个样本的各个输出之和应当为 1",
)
def over_examples(step: ForwardStep) -> Iterator[Tensor]:
    if step.name == "softmax":
        yield step.Z.softmax(dim=0)


@makes(
    FORWARD_VALUES,
    "A",
    "one sum for all examples",
    "2.5",
    "exp(Z) is divided by one sum over all examples: each example has a sum of its own",
    "exp(Z) 除以了所有样本的总和：每个样本应当除以自己的和",
)
def one_sum(step: ForwardStep) -> Iterator[Tensor]:
    if step.name == "softmax":
        yield step.Z.exp() / step.Z.exp().sum()


@makes(
    FORWARD_VALUES, "A", "not divided by the sum", "2.5", "exp(Z) is not divided by its sum", "exp(Z) 没有除以它的和"
)
def not_divided(step: ForwardStep) -> Iterator[Tensor]:
    if step.name == "softmax":
        yield step.Z.exp()
        yield (step.Z - step.Z.amax(dim=1, keepdim=True)).exp()
