"""Mistakes in the forward pass, each as the tensor that it makes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from course_torch.language import Text
from course_torch.verification.true_forward import VALUES, softplus

ForwardPlace = Literal["Z", "A", "L"]
ABSENT = torch.empty(0)
EPSILONS = [10.0**-power for power in range(5, 16)]


@dataclass(frozen=True)
class ForwardStep:
    """What a formula of the forward pass is given, in float64. Only the arguments of its own formula are used.

    name   of the activation or of the output
    """

    name: str = ""
    A_prev: Tensor = ABSENT
    W: Tensor = ABSENT
    b: Tensor = ABSENT
    Z: Tensor = ABSENT
    Y: Tensor = ABSENT
    slope: Tensor | None = None

    @property
    def A(self) -> Tensor:
        return VALUES[self.name](self.Z, self.slope)


Make = Callable[[ForwardStep], Iterator[Tensor]]


@dataclass(frozen=True)
class ForwardCause:
    """One known mistake of the forward pass: key, sentence and section as in Cause."""

    key: str
    sentence: Text
    section: str
    place: ForwardPlace
    suspects: Make


FORWARD: list[ForwardCause] = []


def makes(place: ForwardPlace, key: str, section: str, en: str, zh: str) -> Callable[[Make], Make]:
    """Enter a cause. The decorated function becomes its `suspects`."""

    def enter(suspects: Make) -> Make:
        FORWARD.append(ForwardCause(key, Text(en, zh), section, place, suspects))
        return suspects

    return enter


@makes("Z", "no b", "2.2", "b is not added: Z = A_prev Wᵀ + b", "没有加上 b：Z = A_prev Wᵀ + b")
def without_b(step: ForwardStep) -> Iterator[Tensor]:
    yield step.A_prev @ step.W.T


@makes("Z", "b twice", "2.2", "b is added twice: Z = A_prev Wᵀ + b", "b 加了两次：Z = A_prev Wᵀ + b")
def b_twice(step: ForwardStep) -> Iterator[Tensor]:
    yield step.A_prev @ step.W.T + 2 * step.b


@makes("Z", "b subtracted", "2.2", "b is subtracted: Z = A_prev Wᵀ + b", "减去了 b：Z = A_prev Wᵀ + b")
def b_subtracted(step: ForwardStep) -> Iterator[Tensor]:
    yield step.A_prev @ step.W.T - step.b


@makes("Z", "W not transposed", "2.2", "W is not transposed: Z = A_prev Wᵀ + b", "W 没有转置：Z = A_prev Wᵀ + b")
def W_not_transposed(step: ForwardStep) -> Iterator[Tensor]:
    if step.W.shape[0] == step.W.shape[1]:
        yield step.A_prev @ step.W + step.b


@makes("Z", "no W", "2.2", "W is left out: Z = A_prev Wᵀ + b", "漏掉了 W：Z = A_prev Wᵀ + b")
def without_W(step: ForwardStep) -> Iterator[Tensor]:
    if step.A_prev.shape[1] in (1, step.b.shape[1]):
        yield step.A_prev + step.b


def of_another(name: str) -> ForwardCause:
    """The cause of computing the function of this name instead of the network's."""

    def suspects(step: ForwardStep) -> Iterator[Tensor]:
        if name != step.name:
            yield VALUES[name](step.Z, step.slope)

    sentence = Text(f"the function of {name} is computed", f"算的是 {name} 的函数")
    return ForwardCause(f"{name} computed", sentence, "2.3", "A", suspects)


FORWARD += [of_another(name) for name in VALUES]


@makes("A", "g' for g", "2.4", "the derivative g'(Z) is computed instead of g(Z)", "算的是导数 g'(Z)，而不是 g(Z)")
def derivative(step: ForwardStep) -> Iterator[Tensor]:
    if step.name != "softmax":
        Z = step.Z.detach().requires_grad_()
        with torch.enable_grad():
            total = VALUES[step.name](Z, step.slope).sum()
        yield torch.autograd.grad(total, Z)[0]


@makes(
    "A",
    "sign of Z",
    "2.3",
    "g(-Z) is computed instead of g(Z): a sign in the exponent or in the mask is wrong",
    "算的是 g(-Z)，而不是 g(Z)：指数或掩码里有一个正负号错了",
)
def of_minus_Z(step: ForwardStep) -> Iterator[Tensor]:
    yield VALUES[step.name](-step.Z, step.slope)


@makes("A", "factor in Z", "2.3", "Z is doubled or halved before g", "在 g 之前 Z 被加倍或减半了")
def of_multiple(step: ForwardStep) -> Iterator[Tensor]:
    for factor in (2, 0.5):
        yield VALUES[step.name](factor * step.Z, step.slope)


@makes(
    "A",
    "fraction upside down",
    "2.3",
    "the fraction is upside down: numerator and denominator are swapped",
    "分式上下颠倒了：分子和分母写反了",
)
def reciprocal(step: ForwardStep) -> Iterator[Tensor]:
    yield 1 / step.A


@makes(
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
    "A",
    "sign in sigmoid",
    "1.2",
    "a sign is wrong: sigmoid is 1 / (1 + exp(-Z))",
    "有一个正负号错了：sigmoid 是 1 / (1 + exp(-Z))",
)
def sign_in_sigmoid(step: ForwardStep) -> Iterator[Tensor]:
    if step.name == "sigmoid":
        yield 1 / (1 - (-step.Z).exp())


@makes("A", "sides swapped", "2.3", "the two sides are swapped: A = Z where Z > 0", "两边写反了：Z > 0 处 A = Z")
def sides_swapped(step: ForwardStep) -> Iterator[Tensor]:
    if step.name in ("relu", "leaky_relu"):
        yield -VALUES[step.name](-step.Z, step.slope)


@makes("A", "|Z|", "2.3", "the absolute value of Z is taken", "对 Z 取了绝对值")
def absolute(step: ForwardStep) -> Iterator[Tensor]:
    if step.name in ("relu", "leaky_relu"):
        yield step.Z.abs()


@makes(
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
    "A",
    "one sum for all examples",
    "2.5",
    "exp(Z) is divided by one sum over all examples: each example has a sum of its own",
    "exp(Z) 除以了所有样本的总和：每个样本应当除以自己的和",
)
def one_sum(step: ForwardStep) -> Iterator[Tensor]:
    if step.name == "softmax":
        yield step.Z.exp() / step.Z.exp().sum()


@makes("A", "not divided by the sum", "2.5", "exp(Z) is not divided by its sum", "exp(Z) 没有除以它的和")
def not_divided(step: ForwardStep) -> Iterator[Tensor]:
    if step.name == "softmax":
        yield step.Z.exp()
        yield (step.Z - step.Z.amax(dim=1, keepdim=True)).exp()


def logarithms(step: ForwardStep) -> tuple[Tensor, Tensor]:
    """log A and log(1 - A) of sigmoid outputs."""
    return -softplus(-step.Z), -softplus(step.Z)


@makes(
    "L",
    "no (1 - Y) term of the loss",
    "1.2",
    "the term (1 - Y) log(1 - A) is missing",
    "少了 (1 - Y) log(1 - A) 这一项",
)
def without_zeros(step: ForwardStep) -> Iterator[Tensor]:
    if step.name == "sigmoid":
        yield -(step.Y * logarithms(step)[0]).sum(dim=1)


@makes("L", "no Y term of the loss", "1.2", "the term Y log A is missing", "少了 Y log A 这一项")
def without_ones(step: ForwardStep) -> Iterator[Tensor]:
    if step.name == "sigmoid":
        yield -((1 - step.Y) * logarithms(step)[1]).sum(dim=1)


@makes(
    "L",
    "epsilon in the loss",
    "1.2",
    "an epsilon is added inside a logarithm: the loss is computed from Z, so that it needs none",
    "对数里加了 epsilon：损失由 Z 算出，并不需要它",
)
def epsilon_in_logarithm(step: ForwardStep) -> Iterator[Tensor]:
    if step.name != "identity":
        log_A, log_rest = logarithms(step) if step.name == "sigmoid" else (step.A.log(), step.Z.new_zeros(()))
        for epsilon in EPSILONS:
            ones, zeros = (log_A.exp() + epsilon).log(), (log_rest.exp() + epsilon).log()
            yield (
                -(step.Y * ones + (1 - step.Y) * zeros).sum(dim=1)
                if step.name == "sigmoid"
                else -(step.Y * ones).sum(dim=1)
            )


@makes(
    "L",
    "sign in the loss",
    "1.2",
    "one of the two terms has the wrong sign: L = -(Y log A + (1 - Y) log(1 - A))",
    "两项中有一项的正负号错了：L = -(Y log A + (1 - Y) log(1 - A))",
)
def sign_of_a_term(step: ForwardStep) -> Iterator[Tensor]:
    if step.name == "sigmoid":
        log_A, log_rest = logarithms(step)
        for sign in (1, -1):
            yield sign * (step.Y * log_A - (1 - step.Y) * log_rest).sum(dim=1)


@makes("L", "labels inverted in the loss", "1.2", "log A and log(1 - A) are swapped", "log A 和 log(1 - A) 写反了")
def logarithms_swapped(step: ForwardStep) -> Iterator[Tensor]:
    if step.name == "sigmoid":
        log_A, log_rest = logarithms(step)
        yield -(step.Y * log_rest + (1 - step.Y) * log_A).sum(dim=1)


@makes("L", "no logarithm", "1.2", "the logarithm is missing", "少了对数")
def without_logarithm(step: ForwardStep) -> Iterator[Tensor]:
    A, Y = step.A, step.Y
    if step.name == "softmax":
        yield -(Y * A).sum(dim=1)
    if step.name == "sigmoid":
        yield -(Y * A + (1 - Y) * (1 - A)).sum(dim=1)


@makes(
    "L",
    "another loss",
    "1.2",
    "this is another loss: the squared error, the absolute error, or the cross-entropy of another output",
    "这是另一种损失函数：平方误差、绝对误差，或另一种输出的交叉熵",
)
def another_loss(step: ForwardStep) -> Iterator[Tensor]:
    off = step.A - step.Y
    yield off.abs().sum(dim=1)
    if step.name != "identity":
        yield off.square().sum(dim=1)
        yield off.square().sum(dim=1) / 2
    log_A, log_rest = logarithms(step)
    if step.name != "sigmoid":
        yield -(step.Y * log_A + (1 - step.Y) * log_rest).sum(dim=1)
    if step.name != "softmax" and step.Z.shape[1] > 1:
        yield -(step.Y * step.Z.log_softmax(dim=1)).sum(dim=1)


@makes("L", "no square", "1.2", "the square is missing: L = ½ Σ (A - Y)²", "少了平方：L = ½ Σ (A - Y)²")
def not_squared(step: ForwardStep) -> Iterator[Tensor]:
    if step.name == "identity":
        yield (step.A - step.Y).sum(dim=1)
        yield (step.A - step.Y).sum(dim=1) / 2
