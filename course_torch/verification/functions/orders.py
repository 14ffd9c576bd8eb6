"""Right numbers in another order, and slices of a gradient that are wrong by a number each."""

from itertools import permutations

from torch import Tensor

from course_torch.language import NOTHING, Text
from course_torch.verification.functions.fitting import is_near
from course_torch.verification.functions.known import Known

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
    found, expected = (each.sort(dim=axis).values.flatten() for each in (known.found, right))
    return right.numel() > 2 and is_near(found, expected, known.error)


def near(known: Known, right: Tensor) -> bool:
    return is_near(known.found.flatten(), right.flatten(), known.error)


def by_slices(known: Known) -> Text | None:
    """Whether slices of the gradient are wrong by a number each: by a factor, by a sum, or by a variance."""
    if not known.whole or known.found.dim() < 2:
        return None
    found, right = known.found, known.right.reshape(known.found.shape)
    dim = found.dim()
    kept = [[axis for axis in range(dim) if axis != other] for other in range(dim)] + [
        [axis] for axis in range(dim)
    ] * (dim > 2)
    for axes in kept:
        rows, goals = (in_rows(each, axes) for each in (found, right))
        if rows.shape[1] < 3:
            continue
        named, allowed = ", ".join(map(str, axes)), 3 * known.error + 1e-9 * right.norm().item()
        if allowed > (found - right).norm().item() / 30:
            return None
        factors = (rows * goals).sum(dim=1, keepdim=True) / goals.square().sum(dim=1, keepdim=True)
        if factors.isfinite().all() and ((rows - factors * goals).norm(dim=1) <= allowed).all():
            numbers = ", ".join(f"{each:.4g}" for each in factors.flatten()[:3].tolist())
            return BY_SLICE.fill(axes=named, numbers=f"{numbers}{', …' if len(factors) > 3 else ''}")
        off = rows - goals
        if (off - off.mean(dim=1, keepdim=True)).norm() <= allowed:
            return CONSTANT_OFF.fill(axes=named)
        for name, tensor in known.tensors.items():
            if rows.shape[1] < 4 or tensor.shape != found.shape or name in known.outer:
                continue
            values = in_rows(tensor, axes)
            values = values - values.mean(dim=1, keepdim=True)
            rest = off - off.mean(dim=1, keepdim=True)
            slope = (rest * values).sum(dim=1, keepdim=True) / values.square().sum(dim=1, keepdim=True)
            if slope.isfinite().all() and (rest - slope * values).norm() <= allowed:
                return LINEAR_OFF.fill(axes=named, name=name)
    return None


def in_rows(tensor: Tensor, axes: list[int]) -> Tensor:
    """A row for each index of these axes, with the entries of the other axes."""
    others = [axis for axis in range(tensor.dim()) if axis not in axes]
    return tensor.permute(*axes, *others).flatten(0, len(axes) - 1).flatten(1)
