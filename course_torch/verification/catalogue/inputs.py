"""Mistakes that make a wrong dA[l-1] = dZ[l] W[l]."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.verification.catalogue.cause import Cause, adds, replaces
from course_torch.verification.suspects import Step

INPUTS: list[Cause] = []


@replaces(
    INPUTS,
    "W for Wᵀ",
    "W and Wᵀ are confused: dA_prev = dZ W for examples as rows, Wᵀ dZ for the course's columns",
    "2.5",
    "dA",
)
def transposed_W(step: Step) -> Iterator[Tensor]:
    if step.W.shape[0] == step.W.shape[1]:
        yield step.dZ @ step.W.T


@replaces(INPUTS, "dW for W", "dW is used instead of W: dA_prev = dZ W", "2.5", "dA")
def dW_for_W(step: Step) -> Iterator[Tensor]:
    yield step.dZ @ step.dW


@replaces(INPUTS, "W of another layer", "W of another layer is used: dA[l-1] = dZ[l] W[l]", "3.2", "dA")
def another_W(step: Step) -> Iterator[Tensor]:
    for l, W in enumerate(step.forward.W, start=1):
        if l != step.layer and W.shape == step.W.shape:
            yield step.dZ @ W


@replaces(INPUTS, "dA for dZ", "dA is used instead of dZ: dA_prev = dZ W", "3.2", "dA")
def dA_for_dZ(step: Step) -> Iterator[Tensor]:
    yield step.dA @ step.W
    if step.layer == step.L:
        yield (-step.Y / step.A) @ step.W


@replaces(INPUTS, "A for dZ", "A is used instead of dZ: dA_prev = dZ W", "2.5", "dA")
def A_for_dZ(step: Step) -> Iterator[Tensor]:
    yield step.A @ step.W


@replaces(INPUTS, "Z for dZ", "Z is used instead of dZ: dA_prev = dZ W", "2.5", "dA")
def Z_for_dZ(step: Step) -> Iterator[Tensor]:
    yield step.Z @ step.W


@replaces(
    INPUTS,
    "g' of the layer below in dA",
    "dA is already multiplied by g': only dZ = dA * g'(Z) contains g'",
    "3.2",
    "dA",
)
def derivative_in_dA(step: Step) -> Iterator[Tensor]:
    if step.layer > 1:
        below = step.forward.caches[step.layer - 2]
        yield step.reference * step.forward.derivative(step.layer - 1, below.Z, below.A)


@adds(
    INPUTS,
    "W updated too early",
    "W was updated before all gradients were computed: compute all gradients, then update",
    "2.5",
    "dA",
)
def early_update(step: Step) -> Iterator[Tensor]:
    """dZ (W - α dW) = dA_prev - α dZ dW."""
    yield step.dZ @ step.dW
