"""Which entries of a wrong gradient are wrong."""

import torch
from torch import Tensor

from course_torch.language import Text, same

MOST_NAMED = 4
"""More slices or entries than this are counted, not listed."""
FEWEST = 3
"""A tensor tells wrong entries from right ones only if there are so many of each."""
EVERYWHERE = Text("in all {n} entries", "全部 {n} 个元素")
OF_SAMPLE = Text("in {wrong} of {n} sampled entries", "抽取的 {n} 个元素中的 {wrong} 个")
IN_SLICES = Text("only in {slices} of axis {axis}", "只在第 {axis} 轴的 {slices}")
EXACTLY_WHERE = Text("exactly where {name} {sign} {limit}", "恰好在 {name} {sign} {limit} 处")
SOME = Text("in {wrong} of {n} entries", "{n} 个元素中的 {wrong} 个")
ONLY_ENTRY = Text("(found {found}, expected {right})", "得到 {found}，应当是 {right}")
LARGEST = Text(
    "{place}; the most at {index}: {found}, expected {right}", "{place}；差得最多的是 {index}：{found}，应当是 {right}"
)


def place(
    wrong: Tensor, found: Tensor, right: Tensor, indices: Tensor, shape: torch.Size, beside: dict[str, Tensor]
) -> Text:
    """Say where the wrong entries are, and name the entry that is off the most.

    wrong, found, right   (k,) of the judged entries
    indices               of these entries in the flattened tensor
    beside                name -> tensor of the same shape, whose size may tell the wrong entries from the right ones
    """
    most = int((found - right).abs().nan_to_num(nan=torch.inf).argmax())
    values = {"found": f"{found[most].item():.4g}", "right": f"{right[most].item():.4g}"}
    if shape.numel() == 1:
        return ONLY_ENTRY.fill(**values)
    index = index_of(int(indices[most]), shape)
    return LARGEST.fill(place=where(wrong, indices, shape, beside), index=index, **values)


def where(wrong: Tensor, indices: Tensor, shape: torch.Size, beside: dict[str, Tensor]) -> Text:
    """Where the wrong entries are, in a few words."""
    n, count = len(wrong), int(wrong.sum())
    if n < shape.numel():
        return OF_SAMPLE.fill(wrong=count, n=n)
    if count == n:
        return EVERYWHERE.fill(n=n)
    if n - count >= FEWEST <= count:
        for name, tensor in beside.items():
            if (limit := threshold(tensor.flatten()[indices], wrong)) is not None:
                return EXACTLY_WHERE.fill(name=name, sign=limit[0], limit=limit[1])
    positions = [index_of(int(i), shape) for i in indices[wrong]]
    for axis, size in enumerate(shape):
        slices = sorted({position[axis] for position in positions})
        if len(slices) < size and len(slices) <= MOST_NAMED:
            return IN_SLICES.fill(slices=", ".join(map(str, slices)), axis=axis)
    return SOME.fill(wrong=count, n=n)


def threshold(values: Tensor, wrong: Tensor) -> tuple[str, Text] | None:
    """The side and the number at which a tensor tells the wrong entries from the right ones, if it does."""
    for sign, inside, outside in ((">", values[wrong], values[~wrong]), ("<", -values[wrong], -values[~wrong])):
        low, high = outside.max().item(), inside.min().item()
        if low < high:
            limit = next(
                (number for digits in (0, 1, 2) if low <= (number := round((low + high) / 2, digits)) <= high), high
            )
            return sign, same(f"{limit if sign == '>' else -limit:.4g}")
    return None


def index_of(index: int, shape: torch.Size) -> tuple[int, ...]:
    """The position of an entry of the flattened tensor."""
    position = []
    for size in reversed(shape):
        index, here = divmod(index, size)
        position.append(here)
    return tuple(reversed(position))
