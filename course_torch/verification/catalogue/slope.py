"""Mistakes that make a wrong dslope = (1/m) Σ dA * min(0, Z)."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.formulas.average import average
from course_torch.verification.catalogue.cause import Cause, replaces
from course_torch.verification.suspects import Step

SLOPE: list[Cause] = []


def mean_of(step: Step, products: Tensor) -> Iterator[Tensor]:
    """(1/m) Σ products."""
    yield average(products.sum(), step.m)


@replaces(SLOPE, "Z > 0 only", "dslope sums over Z > 0: it must sum over Z ≤ 0", "2.4", "dslope")
def positive_part(step: Step) -> Iterator[Tensor]:
    yield from mean_of(step, step.dA * step.Z.clamp(min=0))


@replaces(SLOPE, "all Z", "dslope sums over all Z: it must sum over Z ≤ 0", "2.4", "dslope")
def all_of_Z(step: Step) -> Iterator[Tensor]:
    yield from mean_of(step, step.dA * step.Z)


@replaces(SLOPE, "dZ for dA in dslope", "dZ is used instead of dA: dslope = (1/m) Σ dA * min(0, Z)", "2.4", "dslope")
def from_dZ(step: Step) -> Iterator[Tensor]:
    yield from mean_of(step, step.dZ * step.Z.clamp(max=0))


@replaces(SLOPE, "no Z in dslope", "Z is missing: dslope = (1/m) Σ dA * min(0, Z)", "2.4", "dslope")
def without_Z(step: Step) -> Iterator[Tensor]:
    yield from mean_of(step, step.dA * (step.Z <= 0))


@replaces(SLOPE, "A for Z in dslope", "A is used instead of Z: dslope = (1/m) Σ dA * min(0, Z)", "2.4", "dslope")
def from_A(step: Step) -> Iterator[Tensor]:
    yield from mean_of(step, step.dA * step.A.clamp(max=0))


@replaces(SLOPE, "|Z| in dslope", "the absolute value of Z is taken: dslope = (1/m) Σ dA * min(0, Z)", "2.4", "dslope")
def absolute_Z(step: Step) -> Iterator[Tensor]:
    yield from mean_of(step, step.dA * step.Z.abs())


@replaces(SLOPE, "no dA in dslope", "dA is missing: dslope = (1/m) Σ dA * min(0, Z)", "2.4", "dslope")
def without_dA(step: Step) -> Iterator[Tensor]:
    yield from mean_of(step, step.Z.clamp(max=0))


@replaces(
    SLOPE, "an example lost", "the first or the last example is left out of the sum over the examples", "1.5", "dslope"
)
def example_lost(step: Step) -> Iterator[Tensor]:
    for kept in (slice(1, None), slice(None, -1)):
        yield from mean_of(step, step.dA[kept] * step.Z[kept].clamp(max=0))


@replaces(
    SLOPE,
    "one example only",
    "the sum over the examples contains one example only: add with += in the loop, not =",
    "1.5",
    "dslope",
)
def one_example(step: Step) -> Iterator[Tensor]:
    for kept in (slice(0, 1), slice(-1, None)):
        yield from mean_of(step, step.dA[kept] * step.Z[kept].clamp(max=0))
