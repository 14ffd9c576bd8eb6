"""Mistakes with the labels, which make a wrong dZ[L] = A - Y."""

from collections.abc import Iterator

import torch
from torch import Tensor

from course_torch.formulas.average import average
from course_torch.language import Text
from course_torch.verification.catalogue.cause import Cause, adds, replaces
from course_torch.verification.suspects import Step

LABELS: list[Cause] = []


@replaces(
    LABELS,
    "labels of rank 1",
    Text(
        "A - Y was broadcast to an (m, m) table: Y must have the shape of A, (m, 1) for one output",
        "A - Y 被广播成了 (m, m) 的矩阵：Y 的形状要与 A 相同，单个输出时是 (m, 1)",
    ),
    "1.7",
    "dZ[L]",
)
def labels_of_rank_1(step: Step) -> Iterator[Tensor]:
    if step.A.shape[1] == 1:
        yield step.A - step.Y.T
        yield step.A.T - step.Y


@replaces(
    LABELS,
    "Y left out",
    Text("the labels are missing: dZ = A - Y, not A", "没有减去标签：dZ = A - Y，不是 A"),
    "1.5",
    "dZ[L]",
)
def no_labels(step: Step) -> Iterator[Tensor]:
    yield step.A


@replaces(
    LABELS, "A + Y", Text("the labels are added: dZ = A - Y", "标签被加上了，应当减去：dZ = A - Y"), "1.5", "dZ[L]"
)
def labels_added(step: Step) -> Iterator[Tensor]:
    yield step.A + step.Y


@replaces(
    LABELS, "labels inverted", Text("0 and 1 are swapped in the labels", "标签里的 0 和 1 弄反了"), "1.2", "dZ[L]"
)
def labels_inverted(step: Step) -> Iterator[Tensor]:
    yield step.A - (1 - step.Y)


@replaces(
    LABELS,
    "labels of ±1",
    Text("the labels are -1 and 1: the cross-entropy needs 0 and 1", "标签取的是 -1 和 1：交叉熵要求标签取 0 和 1"),
    "1.2",
    "dZ[L]",
)
def labels_of_both_signs(step: Step) -> Iterator[Tensor]:
    yield step.A - (2 * step.Y - 1)


@adds(
    LABELS,
    "labels smoothed",
    Text("the labels are smoothed: Y must hold 0 and 1", "标签被平滑了：Y 里只能有 0 和 1"),
    "1.2",
    "dZ[L]",
    limits=(0, 1),
)
def labels_smoothed(step: Step) -> Iterator[Tensor]:
    """A - ((1 - ε) Y + ε / k) = A - Y + ε (Y - 1 / k), with k = 2 for a sigmoid output."""
    yield step.Y - 0.5
    yield step.Y - average(torch.ones_like(step.Y), step.Y.shape[1])


@replaces(
    LABELS,
    "labels shuffled",
    Text(
        "the labels belong to other examples: shuffle X and Y by the same permutation",
        "标签与样本对不上：打乱顺序时 X 和 Y 要用同一个排列",
    ),
    "1.1",
    "dZ[L]",
)
def labels_of_other_examples(step: Step) -> Iterator[Tensor]:
    """The reversed order and shifts by one. `patterns` finds any other permutation."""
    yield step.A - step.Y.flip(0)
    yield step.A - step.Y.roll(1, 0)
    yield step.A - step.Y.roll(-1, 0)
