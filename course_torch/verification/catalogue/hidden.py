"""Mistakes that make a wrong dZ = dA * g'(Z) in a hidden layer."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.language import Text
from course_torch.verification.catalogue.cause import Cause, replaces
from course_torch.verification.names import TensorName
from course_torch.verification.suspects import Step

HIDDEN: list[Cause] = []


@replaces(
    HIDDEN,
    "top dA reused",
    Text(
        "dA of the top hidden layer is used in every layer: each layer l has its own dA[l]",
        "每一层都用了最后一个隐层的 dA：第 l 层有自己的 dA[l]",
    ),
    "3.2",
    "dZ",
)
def top_dA(step: Step) -> Iterator[Tensor]:
    top = step.right[TensorName("dA", step.L - 1)]
    if step.layer < step.L - 1 and top.shape == step.dA.shape:
        yield top * step.derivative


@replaces(
    HIDDEN,
    "dA of another layer",
    Text("dA of another layer is used: dZ[l] = dA[l] * g'(Z[l])", "用了别的层的 dA：dZ[l] = dA[l] * g'(Z[l])"),
    "3.2",
    "dZ",
)
def another_dA(step: Step) -> Iterator[Tensor]:
    for dA in step.others("dA"):
        if dA.shape == step.dA.shape:
            yield dA * step.derivative


@replaces(
    HIDDEN,
    "dZ for dA",
    Text(
        "dZ of the layer above is used instead of dA: dA[l] = dZ[l+1] W[l+1]",
        "该用 dA 的地方用了后一层的 dZ：dA[l] = dZ[l+1] W[l+1]",
    ),
    "3.2",
    "dZ",
)
def dZ_of_layer_above(step: Step) -> Iterator[Tensor]:
    dZ = step.right[TensorName("dZ", step.layer + 1)]
    if dZ.shape == step.dA.shape or dZ.shape[1] == 1:
        yield dZ * step.derivative


@replaces(
    HIDDEN,
    "A for dA",
    Text("A is used instead of dA: dZ = dA * g'(Z)", "该用 dA 的地方用了 A：dZ = dA * g'(Z)"),
    "2.5",
    "dZ",
)
def value_for_dA(step: Step) -> Iterator[Tensor]:
    yield step.A * step.derivative


@replaces(
    HIDDEN,
    "g' without dA",
    Text("dA is missing: dZ = dA * g'(Z), not g'(Z) alone", "少乘了 dA：dZ = dA * g'(Z)，不能只有 g'(Z)"),
    "2.5",
    "dZ",
)
def no_dA(step: Step) -> Iterator[Tensor]:
    yield step.derivative
