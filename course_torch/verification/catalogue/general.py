"""Mistakes that can occur in any tensor: lost examples, factors and wrong layouts."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.language import Text
from course_torch.verification.catalogue.cause import Cause, replaces
from course_torch.verification.suspects import Step

GENERAL: list[Cause] = []


@replaces(
    GENERAL,
    "an example left at 0",
    Text("the row of the first or the last example is 0", "第一个或最后一个样本的那一行为 0"),
    "1.5",
    "dZ[L]",
    "dZ",
    "dA",
)
def row_of_zeros(step: Step) -> Iterator[Tensor]:
    for lost in (0, -1):
        tensor = step.reference.clone()
        tensor[lost] = 0
        yield tensor


@replaces(
    GENERAL,
    "examples summed",
    Text(
        "the examples are summed: dZ and dA have a row for each example", "把样本加了起来：dZ 和 dA 里每个样本各占一行"
    ),
    "2.5",
    "dZ",
    "dA",
)
def rows_summed(step: Step) -> Iterator[Tensor]:
    total = step.reference.sum(dim=0, keepdim=True)
    yield total
    yield total.expand_as(step.reference)


FACTORS = [
    Cause("sign", Text("the sign is turned around", "正负号反了"), "2.5"),
    Cause(
        "sign at the output",
        Text("the sign is turned around: dZ = A - Y, not Y - A", "正负号反了：dZ = A - Y，不是 Y - A"),
        "1.5",
    ),
    Cause("no 1/m", Text("the sum over the examples is not divided by m", "对样本求和之后没有除以 m"), "1.5"),
    Cause(
        "1/m twice",
        Text(
            "divided by m twice: 1/m belongs in dW and db only, once",
            "除以了两次 m：1/m 只该在 dW 和 db 里出现一次",
        ),
        "2.5",
    ),
    Cause(
        "1/m in dZ",
        Text(
            "divided by m in dZ, the derivative of one example's loss: 1/m belongs in dW and db only",
            "在 dZ 里除以了 m，而 dZ 是单个样本的损失函数的导数：1/m 只该出现在 dW 和 db 里",
        ),
        "2.5",
    ),
    Cause(
        "1/m in dA",
        Text(
            "divided by m in dA, the derivative of one example's loss: 1/m belongs in dW and db only",
            "在 dA 里除以了 m，而 dA 是单个样本的损失函数的导数：1/m 只该出现在 dW 和 db 里",
        ),
        "2.5",
    ),
    Cause("m - 1", Text("divided by m - 1 instead of m", "除以的是 m - 1，应当除以 m"), "1.5"),
    Cause(
        "m of the features",
        Text(
            "divided by the number of features of the layer's input instead of m",
            "除以的是本层输入的特征数，应当除以 m",
        ),
        "1.5",
    ),
    Cause(
        "m of the units",
        Text("divided by the number of units of the layer instead of m", "除以的是本层的单元数，应当除以 m"),
        "1.5",
    ),
    Cause("epsilon", Text("right except for an epsilon", "只差一个 epsilon，其余都正确"), "1.2"),
]
"""Mistakes that multiply the right tensor by a factor (`factors.readings`)."""

LAYOUTS = [
    Cause("transposed", Text("the right numbers, transposed", "数值正确，但是转置了"), "3.1"),
    Cause(
        "keepdim missing",
        Text(
            "the right numbers with an axis missing: keep the axis of the sum, because db has the shape of b",
            "数值正确，但是少了一个轴：求和时要保留这个轴，因为 db 的形状与 b 相同",
        ),
        "1.7",
    ),
    Cause("another shape", Text("the right numbers in another shape", "数值正确，但是形状不同"), "3.1"),
]
