"""Mistakes that make a wrong dZ[L] = A - Y."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.language import Text
from course_torch.verification.catalogue.cause import Cause, adds, replaces
from course_torch.verification.suspects import Step

OUTPUT: list[Cause] = []


def through_softmax(dA: Tensor, A: Tensor) -> Tensor:
    """dZ from dA, where A = softmax(Z): A * (dA - Σ_k A_k dA_k)."""
    return A * (dA - (A * dA).sum(dim=1, keepdim=True))


@replaces(
    OUTPUT,
    "no g' at the output",
    Text(
        "dA of the output layer is used as dZ: multiply it by g'(Z), which gives dZ = A - Y",
        "把输出层的 dA 当成了 dZ：还要乘以 g'(Z)，得到 dZ = A - Y",
    ),
    "2.5",
    "dZ[L]",
)
def output_dA(step: Step) -> Iterator[Tensor]:
    yield step.dA
    yield -step.Y / step.A


@replaces(
    OUTPUT,
    "squared error",
    Text(
        "this is the gradient of the squared error: cross-entropy has dZ = A - Y, without A (1 - A)",
        "这是平方误差的梯度：交叉熵的梯度是 dZ = A - Y，不含 A (1 - A)",
    ),
    "1.5",
    "dZ[L]",
)
def squared_error(step: Step) -> Iterator[Tensor]:
    yield (step.A - step.Y) * step.A * (1 - step.A)
    yield through_softmax(step.A - step.Y, step.A)


@replaces(
    OUTPUT,
    "sign of (1 - Y)",
    Text(
        "the term with (1 - Y) has the wrong sign: dA = -Y/A + (1 - Y)/(1 - A)",
        "含 (1 - Y) 的那一项正负号错了：dA = -Y/A + (1 - Y)/(1 - A)",
    ),
    "1.5",
    "dZ[L]",
)
def sign_of_second_term(step: Step) -> Iterator[Tensor]:
    yield -step.Y * (1 - step.A) - (1 - step.Y) * step.A


@replaces(
    OUTPUT,
    "no (1 - Y) term",
    Text("the term (1 - Y)/(1 - A) of dA is missing", "dA 里少了 (1 - Y)/(1 - A) 这一项"),
    "1.5",
    "dZ[L]",
)
def first_term_only(step: Step) -> Iterator[Tensor]:
    yield -step.Y * (1 - step.A)


@replaces(OUTPUT, "no Y term", Text("the term -Y/A of dA is missing", "dA 里少了 -Y/A 这一项"), "1.5", "dZ[L]")
def second_term_only(step: Step) -> Iterator[Tensor]:
    yield (1 - step.Y) * step.A


@replaces(
    OUTPUT,
    "|A - Y|",
    Text(
        "the absolute value of A - Y is taken: dZ = A - Y keeps its sign",
        "对 A - Y 取了绝对值：dZ = A - Y 要保留正负号",
    ),
    "1.5",
    "dZ[L]",
)
def absolute(step: Step) -> Iterator[Tensor]:
    yield step.reference.abs()


@replaces(
    OUTPUT,
    "(A - Y)²",
    Text("A - Y is squared, as in a loss: dZ = A - Y", "像损失函数那样把 A - Y 平方了：dZ = A - Y"),
    "1.5",
    "dZ[L]",
)
def squared(step: Step) -> Iterator[Tensor]:
    yield step.reference.square()


@replaces(
    OUTPUT,
    "true class only",
    Text(
        "only the entry of the true class is kept: dZ = A - Y has an entry for each class",
        "只保留了真实类别的那个元素：dZ = A - Y 里每一类各有一个元素",
    ),
    "2.5",
    "dZ[L]",
)
def true_class_only(step: Step) -> Iterator[Tensor]:
    if step.Y.shape[1] > 1:
        yield step.reference * step.Y
        yield step.reference * (1 - step.Y)


@adds(
    OUTPUT,
    "epsilon",
    Text("right except for an epsilon in a logarithm or a denominator", "只差对数或分母里的一个 epsilon，其余都正确"),
    "1.2",
    "dZ[L]",
    limits=(-1e-4, 1e-4),
    slack=1e-2,
)
def epsilon(step: Step) -> Iterator[Tensor]:
    """First order in ε: log(A + ε) in both logarithms or in one of them, and (A - Y) / (A (1 - A) + ε)."""
    first, second = step.Y * (1 - step.A) / step.A, (1 - step.Y) * step.A / (1 - step.A)
    yield first - second
    yield first
    yield second
    yield step.reference / (step.A * (1 - step.A))
    yield through_softmax(step.Y / step.A.square(), step.A)
