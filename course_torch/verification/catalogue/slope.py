"""Mistakes that make a wrong dslope = (1/m) Σ dA * min(0, Z)."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.formulas.average import average
from course_torch.language import Text
from course_torch.verification.catalogue.cause import Cause, replaces
from course_torch.verification.suspects import Step

SLOPE: list[Cause] = []


def mean_of(step: Step, products: Tensor) -> Iterator[Tensor]:
    """(1/m) Σ products."""
    yield average(products.sum(), step.m)


@replaces(
    SLOPE,
    "Z > 0 only",
    Text("dslope sums over Z > 0: it must sum over Z ≤ 0", "dslope 对 Z > 0 的部分求了和：应当对 Z ≤ 0 的部分求和"),
    "2.4",
    "dslope",
)
def positive_part(step: Step) -> Iterator[Tensor]:
    yield from mean_of(step, step.dA * step.Z.clamp(min=0))


@replaces(
    SLOPE,
    "all Z",
    Text("dslope sums over all Z: it must sum over Z ≤ 0", "dslope 对所有的 Z 求了和：应当只对 Z ≤ 0 的部分求和"),
    "2.4",
    "dslope",
)
def all_of_Z(step: Step) -> Iterator[Tensor]:
    yield from mean_of(step, step.dA * step.Z)


@replaces(
    SLOPE,
    "dZ for dA in dslope",
    Text(
        "dZ is used instead of dA: dslope = (1/m) Σ dA * min(0, Z)",
        "该用 dA 的地方用了 dZ：dslope = (1/m) Σ dA * min(0, Z)",
    ),
    "2.4",
    "dslope",
)
def from_dZ(step: Step) -> Iterator[Tensor]:
    yield from mean_of(step, step.dZ * step.Z.clamp(max=0))


@replaces(
    SLOPE,
    "no Z in dslope",
    Text("Z is missing: dslope = (1/m) Σ dA * min(0, Z)", "少乘了 Z：dslope = (1/m) Σ dA * min(0, Z)"),
    "2.4",
    "dslope",
)
def without_Z(step: Step) -> Iterator[Tensor]:
    yield from mean_of(step, step.dA * (step.Z <= 0))


@replaces(
    SLOPE,
    "A for Z in dslope",
    Text(
        "A is used instead of Z: dslope = (1/m) Σ dA * min(0, Z)",
        "该用 Z 的地方用了 A：dslope = (1/m) Σ dA * min(0, Z)",
    ),
    "2.4",
    "dslope",
)
def from_A(step: Step) -> Iterator[Tensor]:
    yield from mean_of(step, step.dA * step.A.clamp(max=0))


@replaces(
    SLOPE,
    "|Z| in dslope",
    Text(
        "the absolute value of Z is taken: dslope = (1/m) Σ dA * min(0, Z)",
        "对 Z 取了绝对值：dslope = (1/m) Σ dA * min(0, Z)",
    ),
    "2.4",
    "dslope",
)
def absolute_Z(step: Step) -> Iterator[Tensor]:
    yield from mean_of(step, step.dA * step.Z.abs())


@replaces(
    SLOPE,
    "no dA in dslope",
    Text("dA is missing: dslope = (1/m) Σ dA * min(0, Z)", "少乘了 dA：dslope = (1/m) Σ dA * min(0, Z)"),
    "2.4",
    "dslope",
)
def without_dA(step: Step) -> Iterator[Tensor]:
    yield from mean_of(step, step.Z.clamp(max=0))


@replaces(
    SLOPE,
    "an example lost",
    Text(
        "the first or the last example is left out of the sum over the examples",
        "对样本求和时漏掉了第一个或最后一个样本",
    ),
    "1.5",
    "dslope",
)
def example_lost(step: Step) -> Iterator[Tensor]:
    for kept in (slice(1, None), slice(None, -1)):
        yield from mean_of(step, step.dA[kept] * step.Z[kept].clamp(max=0))


@replaces(
    SLOPE,
    "one example only",
    Text(
        "the sum over the examples contains one example only: add with += in the loop, not =",
        "对样本求和时只算了一个样本：循环里要用 += 累加，不能用 =",
    ),
    "1.5",
    "dslope",
)
def one_example(step: Step) -> Iterator[Tensor]:
    for kept in (slice(0, 1), slice(-1, None)):
        yield from mean_of(step, step.dA[kept] * step.Z[kept].clamp(max=0))
