"""Mistakes that make a wrong dA[l-1] = dZ[l] W[l]."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.language import Text
from course_torch.verification.catalogue.cause import Cause, adds, replaces
from course_torch.verification.suspects import Step

INPUTS: list[Cause] = []


@replaces(
    INPUTS,
    "W for Wᵀ",
    Text(
        "W and Wᵀ are confused: dA_prev = dZ W for examples as rows, Wᵀ dZ for the course's columns",
        "W 和 Wᵀ 弄混了：样本为行时 dA_prev = dZ W，课程里样本为列时是 Wᵀ dZ",
    ),
    "2.5",
    "dA",
)
def transposed_W(step: Step) -> Iterator[Tensor]:
    if step.W.shape[0] == step.W.shape[1]:
        yield step.dZ @ step.W.T


@replaces(
    INPUTS,
    "dW for W",
    Text("dW is used instead of W: dA_prev = dZ W", "该用 W 的地方用了 dW：dA_prev = dZ W"),
    "2.5",
    "dA",
)
def dW_for_W(step: Step) -> Iterator[Tensor]:
    yield step.dZ @ step.dW


@replaces(
    INPUTS,
    "W of another layer",
    Text("W of another layer is used: dA[l-1] = dZ[l] W[l]", "用了别的层的 W：dA[l-1] = dZ[l] W[l]"),
    "3.2",
    "dA",
)
def another_W(step: Step) -> Iterator[Tensor]:
    for l, W in enumerate(step.forward.W, start=1):
        if l != step.layer and W.shape == step.W.shape:
            yield step.dZ @ W


@replaces(
    INPUTS,
    "dA for dZ",
    Text("dA is used instead of dZ: dA_prev = dZ W", "该用 dZ 的地方用了 dA：dA_prev = dZ W"),
    "3.2",
    "dA",
)
def dA_for_dZ(step: Step) -> Iterator[Tensor]:
    yield step.dA @ step.W
    if step.layer == step.L:
        yield (-step.Y / step.A) @ step.W


@replaces(
    INPUTS,
    "A for dZ",
    Text("A is used instead of dZ: dA_prev = dZ W", "该用 dZ 的地方用了 A：dA_prev = dZ W"),
    "2.5",
    "dA",
)
def A_for_dZ(step: Step) -> Iterator[Tensor]:
    yield step.A @ step.W


@replaces(
    INPUTS,
    "Z for dZ",
    Text("Z is used instead of dZ: dA_prev = dZ W", "该用 dZ 的地方用了 Z：dA_prev = dZ W"),
    "2.5",
    "dA",
)
def Z_for_dZ(step: Step) -> Iterator[Tensor]:
    yield step.Z @ step.W


@replaces(
    INPUTS,
    "g' of the layer below in dA",
    Text(
        "dA is already multiplied by g': only dZ = dA * g'(Z) contains g'",
        "dA 里已经乘了 g'：只有 dZ = dA * g'(Z) 里才有 g'",
    ),
    "3.2",
    "dA",
)
def derivative_in_dA(step: Step) -> Iterator[Tensor]:
    if step.layer > 1:
        yield step.reference * step.forward.derivative(step.layer - 1)


@adds(
    INPUTS,
    "W updated too early",
    Text(
        "W was updated before all gradients were computed: compute all gradients, then update",
        "还没有算完所有梯度就更新了 W：先算出所有梯度，再更新参数",
    ),
    "2.5",
    "dA",
)
def early_update(step: Step) -> Iterator[Tensor]:
    """dZ (W - α dW) = dA_prev - α dZ dW."""
    yield step.dZ @ step.dW
