"""Right numbers in another order, and slices of a gradient that are wrong by a number each."""

from itertools import permutations

from torch import Tensor

from course_torch.language import NOTHING, Text
from course_torch.verification.difference import SAFETY
from course_torch.verification.functions.fitting import is_near
from course_torch.verification.functions.known import Known

FEWEST = 3
"""The fewest entries of a slice that show a factor or a sum. A factor and a sum together need one more."""
TRANSPOSED = Text("it is the transpose of the right one", "它是正确值的转置")
PERMUTED = Text("it is the right one with the axes {order}", "它是各轴按 {order} 排列的正确值")
FLIPPED = Text("it is the right one in reversed order along axis {axes}", "它是沿第 {axes} 轴倒序的正确值")
SAME_NUMBERS = Text("it has the right numbers in another order{along}", "它的数是对的，但次序不同{along}")
ALONG = Text(" within each slice along axis {axis}", "（沿第 {axis} 轴）")
HALVES = Text("its halves along axis {axis} are exchanged", "它沿第 {axis} 轴的两半互换了")
BY_SLICE = Text(
    "for each index of axis {axes} it is a number times the right one ({numbers}): a factor that depends on this index "
    "alone",
    "对第 {axes} 轴的每个下标，它是正确值的若干倍（{numbers}）：是只与这个下标有关的因子",
)
CONSTANT_OFF = Text(
    "for each index of axis {axes} all its entries are off by the same number: a sum or a mean over the other axes",
    "对第 {axes} 轴的每个下标，所有元素都差同一个数：是对其余轴的求和或平均",
)
LINEAR_OFF = Text(
    "for each index of axis {axes} it is off by a number times {name} plus a number, as by a wrong term through a "
    "mean, a variance or a norm over the other axes",
    "对第 {axes} 轴的每个下标，它相差一个数乘 {name} 再加一个数：就像对其余轴的均值、方差或范数那一项出错时那样",
)


def in_another_order(known: Known) -> Text | None:
    """Whether it is the right one transposed, reversed, or otherwise in another order."""
    if not known.whole:
        return None
    right = known.right.reshape(known.found.shape)
    if right.dim() > 1:
        for order in permutations(range(right.dim())):
            turned = right.permute(order)
            if order != tuple(range(right.dim())) and turned.shape == right.shape and near(known, turned):
                return TRANSPOSED if right.dim() == 2 else PERMUTED.fill(order=order)
    axes = [(axis,) for axis in range(right.dim())] + [(-2, -1)] * (right.dim() > 2) + [tuple(range(right.dim()))]
    for some in axes:
        if right.numel() > 2 and near(known, right.flip(some)):
            return FLIPPED.fill(axes=", ".join(str(axis % right.dim()) for axis in some))
    for axis, size in enumerate(right.shape):
        if size > 2 and size % 2 == 0 and near(known, right.roll(size // 2, axis)):
            return HALVES.fill(axis=axis)
    for axis in range(right.dim()):
        if right.shape[axis] > 1 and near_sorted(known, right, axis):
            return SAME_NUMBERS.fill(along=ALONG.fill(axis=axis) if right.dim() > 1 else NOTHING)
    found, expected = (each.flatten().sort().values for each in (known.found, right))
    if right.dim() > 1 and right.numel() > 4 and is_near(found, expected, known.error):
        return SAME_NUMBERS.fill(along=NOTHING)
    return None


def near_sorted(known: Known, right: Tensor, axis: int) -> bool:
    """Whether each slice along the axis has the right numbers in some order."""
    found, expected = (each.sort(dim=axis).values.flatten() for each in (known.found, right))
    return right.numel() > 2 and is_near(found, expected, known.error)


def near(known: Known, right: Tensor) -> bool:
    """Whether the gradient is this tensor."""
    return is_near(known.found.flatten(), right.flatten(), known.error)


def by_slices(known: Known) -> Text | None:
    """Whether slices of the gradient are wrong by a number each: by a factor, by a sum, or by a variance."""
    dim = known.found.dim()
    if not known.whole or dim < 2:
        return None
    right = known.right.reshape(known.found.shape)
    allowed = SAFETY * known.error + 1e-9 * right.norm().item()
    if allowed > (known.found - right).norm().item() / 30:
        return None
    all_but_one = [[axis for axis in range(dim) if axis != other] for other in range(dim)]
    for axes in all_but_one + [[axis] for axis in range(dim)] * (dim > 2):
        rows, goals = (in_rows(each, axes) for each in (known.found, right))
        if rows.shape[1] >= FEWEST and (said := of_rows(known, rows, goals, axes, allowed)) is not None:
            return said
    return None


def of_rows(known: Known, rows: Tensor, goals: Tensor, axes: list[int], allowed: float) -> Text | None:
    """By what each row is wrong. A row holds the entries of one index of the axes."""
    named = ", ".join(map(str, axes))
    factors = (rows * goals).sum(dim=1, keepdim=True) / goals.square().sum(dim=1, keepdim=True)
    if factors.isfinite().all() and ((rows - factors * goals).norm(dim=1) <= allowed).all():
        numbers = ", ".join(f"{each:.4g}" for each in factors.flatten()[:3].tolist())
        return BY_SLICE.fill(axes=named, numbers=f"{numbers}{', …' if len(factors) > 3 else ''}")
    rest = centred(rows - goals)
    if rest.norm() <= allowed:
        return CONSTANT_OFF.fill(axes=named)
    for name, tensor in known.tensors.items():
        if rows.shape[1] > FEWEST and tensor.shape == known.found.shape and name not in known.outer:
            values = centred(in_rows(tensor, axes))
            slope = (rest * values).sum(dim=1, keepdim=True) / values.square().sum(dim=1, keepdim=True)
            if slope.isfinite().all() and (rest - slope * values).norm() <= allowed:
                return LINEAR_OFF.fill(axes=named, name=name)
    return None


def centred(rows: Tensor) -> Tensor:
    """The rows without their means."""
    return rows - rows.mean(dim=1, keepdim=True)


def in_rows(tensor: Tensor, axes: list[int]) -> Tensor:
    """A row for each index of these axes, with the entries of the other axes."""
    others = [axis for axis in range(tensor.dim()) if axis not in axes]
    return tensor.permute(*axes, *others).flatten(0, len(axes) - 1).flatten(1)
