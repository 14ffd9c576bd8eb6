"""Mistakes that make a wrong Z = A_prev Wᵀ + b in the forward pass."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.verification.catalogue.forward_cause import ForwardCause, ForwardStep, makes

FORWARD_SUMS: list[ForwardCause] = []


@makes(FORWARD_SUMS, "Z", "no b", "2.2", "b is not added: Z = A_prev Wᵀ + b", "没有加上 b：Z = A_prev Wᵀ + b")
def without_b(step: ForwardStep) -> Iterator[Tensor]:
    yield step.A_prev @ step.W.T


@makes(FORWARD_SUMS, "Z", "b twice", "2.2", "b is added twice: Z = A_prev Wᵀ + b", "b 加了两次：Z = A_prev Wᵀ + b")
def b_twice(step: ForwardStep) -> Iterator[Tensor]:
    yield step.A_prev @ step.W.T + 2 * step.b


@makes(FORWARD_SUMS, "Z", "b subtracted", "2.2", "b is subtracted: Z = A_prev Wᵀ + b", "减去了 b：Z = A_prev Wᵀ + b")
def b_subtracted(step: ForwardStep) -> Iterator[Tensor]:
    yield step.A_prev @ step.W.T - step.b


@makes(
    FORWARD_SUMS,
    "Z",
    "W not transposed",
    "2.2",
    "W is not transposed: Z = A_prev Wᵀ + b",
    "W 没有转置：Z = A_prev Wᵀ + b",
)
def W_not_transposed(step: ForwardStep) -> Iterator[Tensor]:
    if step.W.shape[0] == step.W.shape[1]:
        yield step.A_prev @ step.W + step.b


@makes(FORWARD_SUMS, "Z", "no W", "2.2", "W is left out: Z = A_prev Wᵀ + b", "漏掉了 W：Z = A_prev Wᵀ + b")
def without_W(step: ForwardStep) -> Iterator[Tensor]:
    if step.A_prev.shape[1] in (1, step.b.shape[1]):
        yield step.A_prev + step.b
