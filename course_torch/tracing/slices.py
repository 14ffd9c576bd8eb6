"""The numbers of a tensor in the record: the whole tensor if it is small, otherwise its corner, and its statistics."""

from math import nan

from torch import Tensor

from course_torch.formulas.average import average
from course_torch.tracing.record import Numbers, TracedTensor

LONGEST = 8
"""A longer axis is cut to its first CUT entries."""
CUT = 6


def place_of(tensor: Tensor) -> list[list[int]]:
    """The range of the entries that are shown, from (included) to (excluded), for each axis."""
    return [[0, size if size <= LONGEST else CUT] for size in tensor.shape]


def numbers(tensor: Tensor) -> Numbers:
    """The numbers of the slice, as nested lists."""
    return tensor[tuple(slice(*each) for each in place_of(tensor))].double().tolist()


def traced(number: int, name: str, values: Tensor, *, update: int, made: int | None) -> TracedTensor:
    """The tensor in the record."""
    exact, n = values.double(), values.numel()
    return TracedTensor(
        id=number,
        name=name,
        update=update,
        made=made,
        shape=list(values.shape),
        place=place_of(values),
        values=numbers(values),
        minimum=exact.min().item() if n else nan,
        maximum=exact.max().item() if n else nan,
        mean=average(exact.sum().item(), n) if n else nan,
        norm=exact.norm().item(),
    )
