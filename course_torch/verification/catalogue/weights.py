"""Mistakes that make a wrong dW = (1/m) dZᵀ A_prev and no other tensor."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.formulas.average import average
from course_torch.language import Text
from course_torch.verification.catalogue.cause import Cause, adds, replaces
from course_torch.verification.suspects import Step

WEIGHTS: list[Cause] = []


def with_input(step: Step, A_prev: Tensor) -> Iterator[Tensor]:
    """Compute dW = (1/m) dZᵀ A_prev from another A_prev."""
    yield average(step.dZ.T @ A_prev, step.m)


@replaces(
    WEIGHTS,
    "A[l] for A[l-1]",
    Text(
        "the layer's output is used instead of its input: dW[l] = (1/m) dZ[l]ᵀ A[l-1]",
        "该用本层输入的地方用了本层的输出：dW[l] = (1/m) dZ[l]ᵀ A[l-1]",
    ),
    "3.2",
    "dW",
)
def own_output(step: Step) -> Iterator[Tensor]:
    yield from with_input(step, step.A)


@replaces(
    WEIGHTS,
    "Z for A_prev",
    Text(
        "Z[l-1] is used instead of A[l-1]: dW[l] = (1/m) dZ[l]ᵀ A[l-1]",
        "该用 A[l-1] 的地方用了 Z[l-1]：dW[l] = (1/m) dZ[l]ᵀ A[l-1]",
    ),
    "3.2",
    "dW",
)
def Z_for_input(step: Step) -> Iterator[Tensor]:
    if step.layer > 1:
        yield from with_input(step, step.forward.caches[step.layer - 2].Z)
    yield from with_input(step, step.Z)


@replaces(
    WEIGHTS,
    "A of another layer",
    Text(
        "the input of another layer is used: dW[l] = (1/m) dZ[l]ᵀ A[l-1]",
        "用了别的层的输入：dW[l] = (1/m) dZ[l]ᵀ A[l-1]",
    ),
    "3.2",
    "dW",
)
def input_of_another_layer(step: Step) -> Iterator[Tensor]:
    for l, cache in enumerate(step.forward.caches, start=1):
        if l not in (1, step.layer, step.layer + 1):
            yield from with_input(step, cache.A_prev)


@replaces(
    WEIGHTS,
    "X for A_prev",
    Text(
        "X is used instead of A[l-1]: dW[l] = (1/m) dZ[l]ᵀ A[l-1]",
        "该用 A[l-1] 的地方用了 X：dW[l] = (1/m) dZ[l]ᵀ A[l-1]",
    ),
    "3.2",
    "dW",
)
def X_for_input(step: Step) -> Iterator[Tensor]:
    if step.layer > 1:
        yield from with_input(step, step.forward.caches[0].A_prev)


@replaces(
    WEIGHTS,
    "product entry by entry",
    Text("* is used instead of the matrix product @", "该用矩阵乘法 @ 的地方用了逐元素相乘 *"),
    "2.5",
    "dW",
)
def entry_by_entry(step: Step) -> Iterator[Tensor]:
    if step.dZ.shape[1] in (1, step.A_prev.shape[1]) or step.A_prev.shape[1] == 1:
        yield average(step.dZ * step.A_prev, step.m)
    yield average(step.dZ[:, :1] * step.A_prev, step.m)


@replaces(
    WEIGHTS,
    "reshape for a transpose",
    Text(
        "reshape is used instead of a transpose: it puts the entries in wrong places",
        "该转置的地方用了 reshape：元素的位置会错乱",
    ),
    "1.6",
    "dW",
)
def reshaped(step: Step) -> Iterator[Tensor]:
    dZ, A_prev = step.dZ, step.A_prev
    yield average(dZ.reshape(dZ.shape[::-1]) @ A_prev, step.m)
    yield step.reference.T.reshape(step.reference.shape)
    yield average(A_prev.reshape(A_prev.shape[::-1]) @ dZ, step.m).T


@replaces(
    WEIGHTS,
    "examples in another order",
    Text("the rows of dZ and A_prev belong to different examples", "dZ 和 A_prev 的同一行属于不同的样本"),
    "1.6",
    "dW",
)
def another_order(step: Step) -> Iterator[Tensor]:
    yield from with_input(step, step.A_prev.flip(0))
    yield from with_input(step, step.A_prev.roll(1, 0))
    yield from with_input(step, step.A_prev.roll(-1, 0))


@replaces(
    WEIGHTS,
    "db for dW",
    Text("every column of dW is db: dW = (1/m) dZᵀ A_prev", "dW 的每一列都是 db：dW = (1/m) dZᵀ A_prev"),
    "2.5",
    "dW",
)
def db_for_dW(step: Step) -> Iterator[Tensor]:
    yield average(step.dZ.sum(dim=0), step.m)[:, None].expand_as(step.reference)


@adds(
    WEIGHTS,
    "L1 term",
    Text(
        "a multiple of the sign of W is added, as by an L1 term: this cost has no such term",
        "多加了 W 的符号的若干倍，就像加了 L1 正则化项：这里的成本函数没有这样的项",
    ),
    "2.5",
    "dW",
)
def sign_of_parameter(step: Step) -> Iterator[Tensor]:
    yield step.W.sign()
