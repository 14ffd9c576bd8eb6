"""Mistakes that make a wrong loss of an example."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.verification.catalogue.forward_cause import ForwardCause, ForwardStep, makes
from course_torch.verification.true_forward import softplus

FORWARD_LOSSES: list[ForwardCause] = []
EPSILONS = [10.0**-power for power in range(5, 16)]


def logarithms(step: ForwardStep) -> tuple[Tensor, Tensor]:
    """log A and log(1 - A) of sigmoid outputs."""
    return -softplus(-step.Z), -softplus(step.Z)


@makes(
    FORWARD_LOSSES,
    "L",
    "no (1 - Y) term of the loss",
    "1.2",
    "the term (1 - Y) log(1 - A) is missing",
    "少了 (1 - Y) log(1 - A) 这一项",
)
def without_zeros(step: ForwardStep) -> Iterator[Tensor]:
    if step.name == "sigmoid":
        yield -(step.Y * logarithms(step)[0]).sum(dim=1)


@makes(FORWARD_LOSSES, "L", "no Y term of the loss", "1.2", "the term Y log A is missing", "少了 Y log A 这一项")
def without_ones(step: ForwardStep) -> Iterator[Tensor]:
    if step.name == "sigmoid":
        yield -((1 - step.Y) * logarithms(step)[1]).sum(dim=1)


@makes(
    FORWARD_LOSSES,
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
    FORWARD_LOSSES,
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


@makes(
    FORWARD_LOSSES,
    "L",
    "labels inverted in the loss",
    "1.2",
    "log A and log(1 - A) are swapped",
    "log A 和 log(1 - A) 写反了",
)
def logarithms_swapped(step: ForwardStep) -> Iterator[Tensor]:
    if step.name == "sigmoid":
        log_A, log_rest = logarithms(step)
        yield -(step.Y * log_rest + (1 - step.Y) * log_A).sum(dim=1)


@makes(FORWARD_LOSSES, "L", "no logarithm", "1.2", "the logarithm is missing", "少了对数")
def without_logarithm(step: ForwardStep) -> Iterator[Tensor]:
    A, Y = step.A, step.Y
    if step.name == "softmax":
        yield -(Y * A).sum(dim=1)
    if step.name == "sigmoid":
        yield -(Y * A + (1 - Y) * (1 - A)).sum(dim=1)


@makes(
    FORWARD_LOSSES,
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


@makes(FORWARD_LOSSES, "L", "no square", "1.2", "the square is missing: L = ½ Σ (A - Y)²", "少了平方：L = ½ Σ (A - Y)²")
def not_squared(step: ForwardStep) -> Iterator[Tensor]:
    if step.name == "identity":
        yield (step.A - step.Y).sum(dim=1)
        yield (step.A - step.Y).sum(dim=1) / 2
