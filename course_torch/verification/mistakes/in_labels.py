"""Mistakes made with the labels, in dZ[L] = A - Y."""

from torch import Tensor

from course_torch.verification.breakable import CLASSES, Call, Mistake
from course_torch.verification.mistakes.entry import mistake

IN_LABELS: list[Mistake] = []


@mistake(IN_LABELS, "labels of rank 1", "dZ[L]", "dZ[L]", "labels of rank 1", outputs=("sigmoid", "identity"))
def table_of_labels(call: Call) -> Tensor:
    return call.A - call.Y.flatten()


@mistake(IN_LABELS, "A without Y", "dZ[L]", "dZ[L]", "Y left out")
def without_labels(call: Call) -> Tensor:
    return call.A.clone()


@mistake(IN_LABELS, "labels inverted", "dZ[L]", "dZ[L]", "labels inverted", outputs=CLASSES)
def inverted(call: Call) -> Tensor:
    return call.A + call.Y - 1


@mistake(IN_LABELS, "labels shuffled", "dZ[L]", "dZ[L]", "labels shuffled")
def shuffled(call: Call) -> Tensor:
    return call.A - call.Y[[3, 0, 2, *range(4, call.m), 1]]


@mistake(IN_LABELS, "labels smoothed by 0.1", "dZ[L]", "dZ[L]", "labels smoothed", outputs=CLASSES)
def smoothed(call: Call) -> Tensor:
    return call.A - (0.9 * call.Y + 0.1 / max(2, call.Y.shape[1]))


@mistake(IN_LABELS, "class weights 1 and 3", "dZ[L]", "dZ[L]", "class weights", outputs=CLASSES)
def weighted(call: Call) -> Tensor:
    return (call.A - call.Y) * (1 + 2 * call.Y[:, :1])


@mistake(IN_LABELS, "A + Y", "dZ[L]", "dZ[L]", "A + Y")
def added(call: Call) -> Tensor:
    return call.A + call.Y
