"""Mistakes that can occur in any tensor, and what the numbers show if no known mistake explains the tensor."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.verification.catalogue.cause import Cause, replaces
from course_torch.verification.suspects import Step

GENERAL: list[Cause] = []


@replaces(GENERAL, "an example left at 0", "the row of the first or the last example is 0", "1.5", "dZ[L]", "dZ", "dA")
def row_of_zeros(step: Step) -> Iterator[Tensor]:
    for lost in (0, -1):
        tensor = step.reference.clone()
        tensor[lost] = 0
        yield tensor


@replaces(
    GENERAL, "examples summed", "the examples are summed: dZ and dA have a row for each example", "2.5", "dZ", "dA"
)
def rows_summed(step: Step) -> Iterator[Tensor]:
    total = step.reference.sum(dim=0, keepdim=True)
    yield total
    yield total.expand_as(step.reference)


FACTORS = [
    Cause("sign", "the sign is turned around", "2.5"),
    Cause("sign at the output", "the sign is turned around: dZ = A - Y, not Y - A", "1.5"),
    Cause("no 1/m", "the sum over the examples is not divided by m", "1.5"),
    Cause("1/m twice", "divided by m twice: 1/m belongs in dW and db only, once", "2.5"),
    Cause(
        "1/m in dZ", "divided by m in dZ, the derivative of one example's loss: 1/m belongs in dW and db only", "2.5"
    ),
    Cause(
        "1/m in dA", "divided by m in dA, the derivative of one example's loss: 1/m belongs in dW and db only", "2.5"
    ),
    Cause("m - 1", "divided by m - 1 instead of m", "1.5"),
    Cause("m of the features", "divided by the number of features of the layer's input instead of m", "1.5"),
    Cause("m of the units", "divided by the number of units of the layer instead of m", "1.5"),
    Cause("epsilon", "right except for an epsilon", "1.2"),
]
"""Mistakes that multiply the right tensor by a factor (`factors.readings`)."""

LAYOUTS = [
    Cause("transposed", "the right numbers, transposed", "3.1"),
    Cause(
        "keepdim missing",
        "the right numbers with an axis missing: sum with keepdim=True, because db has the shape of b",
        "1.7",
    ),
    Cause("another shape", "the right numbers in another shape", "3.1"),
]

SHOWN = [
    Cause("class weights", "each class has its own factor, as by class weights: this cost has no class weights", "1.2"),
    Cause("labels shuffled", "the labels belong to other examples: shuffle X and Y by the same permutation", "1.1"),
    Cause("float32", "the difference is as large as float32's rounding errors: computed or summed in float32", "1.6"),
    Cause("bfloat16", "the difference is as large as bfloat16's rounding errors: computed in bfloat16", "1.6"),
    Cause("float16", "the difference is as large as float16's rounding errors: computed in float16", "1.6"),
]
"""Mistakes that show as a pattern in the numbers (`patterns`)."""

VAGUE = [
    Cause("Z ≤ 0 only", "wrong only where Z ≤ 0: look at the activation's derivative there", "2.4"),
    Cause("Y = 0 only", "wrong only in examples with Y = 0: look at the terms with (1 - Y)", "1.5"),
    Cause("all 0", "all entries are 0: a factor is 0, or no unit is active", "2.4"),
    Cause("not finite", "nan or inf: a logarithm of 0, a division by 0 or an overflow", "1.2"),
    Cause("shape", "the shape is wrong", "3.1"),
    Cause("unknown", "no known mistake makes exactly this tensor", ""),
]
"""What the numbers show if no known mistake explains the tensor."""
