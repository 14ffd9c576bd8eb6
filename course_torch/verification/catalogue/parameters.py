"""Mistakes that make a wrong dW = (1/m) dZᵀ A_prev or db = (1/m) Σ dZ."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.formulas.average import average
from course_torch.language import Text
from course_torch.verification.catalogue.cause import Cause, adds, replaces
from course_torch.verification.suspects import Step

PARAMETERS: list[Cause] = []


def with_dZ(step: Step, dZ: Tensor) -> Iterator[Tensor]:
    """Compute dW = (1/m) dZᵀ A_prev or db = (1/m) Σ dZ from another dZ."""
    if step.name.kind == "db":
        yield average(dZ.sum(dim=0, keepdim=True), step.m)
    else:
        yield average(dZ.T @ step.A_prev, step.m)


@replaces(
    PARAMETERS,
    "dA for dZ",
    Text(
        "dA is used instead of dZ: dW = (1/m) dZᵀ A_prev and db = (1/m) Σ dZ",
        "该用 dZ 的地方用了 dA：dW = (1/m) dZᵀ A_prev，db = (1/m) Σ dZ",
    ),
    "3.2",
    "dW",
    "db",
)
def dA_for_dZ(step: Step) -> Iterator[Tensor]:
    yield from with_dZ(step, step.dA)
    if step.layer == step.L:
        yield from with_dZ(step, -step.Y / step.A)


@replaces(
    PARAMETERS,
    "A for dZ",
    Text(
        "A is used instead of dZ: dW = (1/m) dZᵀ A_prev and db = (1/m) Σ dZ",
        "该用 dZ 的地方用了 A：dW = (1/m) dZᵀ A_prev，db = (1/m) Σ dZ",
    ),
    "2.5",
    "dW",
    "db",
)
def A_for_dZ(step: Step) -> Iterator[Tensor]:
    yield from with_dZ(step, step.A)


@replaces(
    PARAMETERS,
    "Z for dZ",
    Text(
        "Z is used instead of dZ: dW = (1/m) dZᵀ A_prev and db = (1/m) Σ dZ",
        "该用 dZ 的地方用了 Z：dW = (1/m) dZᵀ A_prev，db = (1/m) Σ dZ",
    ),
    "2.5",
    "dW",
    "db",
)
def Z_for_dZ(step: Step) -> Iterator[Tensor]:
    yield from with_dZ(step, step.Z)


@replaces(
    PARAMETERS,
    "dZ of another layer",
    Text(
        "dZ of another layer is used: dW[l] and db[l] are computed from dZ[l]",
        "用了别的层的 dZ：dW[l] 和 db[l] 要由 dZ[l] 来算",
    ),
    "3.2",
    "dW",
    "db",
)
def dZ_of_another_layer(step: Step) -> Iterator[Tensor]:
    for dZ in step.others("dZ"):
        yield from with_dZ(step, dZ)


@replaces(
    PARAMETERS,
    "g' multiplied in again",
    Text(
        "dZ is multiplied by g'(Z) again: dZ = dA * g'(Z) already contains g'",
        "dZ 又乘了一次 g'(Z)：dZ = dA * g'(Z) 里已经有 g' 了",
    ),
    "3.2",
    "dW",
    "db",
)
def derivative_again(step: Step) -> Iterator[Tensor]:
    if step.layer < step.L:
        yield from with_dZ(step, step.dZ * step.derivative)


@replaces(
    PARAMETERS,
    "an example lost",
    Text(
        "the first or the last example is left out of the sum over the examples",
        "对样本求和时漏掉了第一个或最后一个样本",
    ),
    "1.5",
    "dW",
    "db",
)
def example_lost(step: Step) -> Iterator[Tensor]:
    for lost in (0, -1):
        dZ = step.dZ.clone()
        dZ[lost] = 0
        yield from with_dZ(step, dZ)


@replaces(
    PARAMETERS,
    "one example only",
    Text(
        "the sum over the examples contains one example only: add with += in the loop, not =",
        "对样本求和时只算了一个样本：循环里要用 += 累加，不能用 =",
    ),
    "1.5",
    "dW",
    "db",
)
def one_example(step: Step) -> Iterator[Tensor]:
    for kept in (0, -1):
        dZ = step.dZ.clone().zero_()
        dZ[kept] = step.dZ[kept]
        yield from with_dZ(step, dZ)


@adds(
    PARAMETERS,
    "L2 term",
    Text(
        "a multiple of the parameter is added, as by an L2 term or weight decay: this cost has no such term",
        "多加了参数的若干倍，就像加了 L2 正则化项或权重衰减：这里的成本函数没有这样的项",
    ),
    "2.5",
    "dW",
    "db",
)
def parameter_itself(step: Step) -> Iterator[Tensor]:
    if step.name.kind == "dW":
        yield step.W
    else:
        yield (step.Z - step.A_prev @ step.W.T)[:1]
