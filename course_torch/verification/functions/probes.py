"""Further calls of a wrong backward, which tell on what its gradient depends."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from course_torch.language import Text
from course_torch.verification.functions.fitting import is_near

LINEAR = 1e-6
"""The largest relative error of a gradient that is linear in grad_output."""
NOT_MULTIPLIED = Text(
    "it does not depend on grad_output: multiply by grad_output (it is right where grad_output is 1)",
    "它与 grad_output 无关：应乘以 grad_output（grad_output 为 1 时它是对的）",
)
CONSTANT = Text("it does not depend on grad_output", "它与 grad_output 无关")
PARTLY_CONSTANT = Text(
    "it is right where grad_output is 1 only: a term is not multiplied by grad_output",
    "只有 grad_output 为 1 时它才对：有一项没有乘以 grad_output",
)
NOT_LINEAR = Text("it is not linear in grad_output, as every gradient is", "它不是 grad_output 的线性函数，而梯度都是")
WITH_ANOTHER = Text("it is right for {changed}", "对 {changed}，它是对的")
REVERSED = Text("{name} in reversed order along axis {axes}", "沿第 {axes} 轴倒序的 {name}")
TURNED = Text("{name} transposed", "转置的 {name}")
ONLY_SLICE = Text(
    "it is what index {index} of axis {axis} of grad_output contributes alone: the others are lost, as when parts are "
    "assigned and not added",
    "它只是 grad_output 第 {axis} 轴下标 {index} 的贡献：其余的丢失了，例如用赋值代替了累加",
)


def in_grad_output(
    gradient: Callable[[list[Tensor]], Tensor | None],
    right: Callable[[list[Tensor]], Tensor],
    weights: list[Tensor],
    indices: Tensor,
    error: float,
) -> Text | None:
    """Whether the gradient depends on grad_output as it must: calls of the backward with other grad_outputs tell.

    gradient   grad_outputs -> the gradient that the backward computes
    right      grad_outputs -> the right numbers at `indices`
    """

    def at(scaled: list[Tensor]) -> Tensor:
        made = gradient(scaled)
        return torch.zeros(len(indices), dtype=torch.float64) if made is None else made.flatten()[indices]

    first, doubled = at(weights), at([2 * each for each in weights])
    ones = [torch.ones_like(each) for each in weights]
    at_ones = is_near(at(ones), right(ones), error)
    size = first.norm().item()
    if size and (doubled - first).norm().item() <= 1e-9 * size:
        return NOT_MULTIPLIED if at_ones else CONSTANT
    if (doubled - 2 * first).norm().item() > LINEAR * size:
        return PARTLY_CONSTANT if at_ones else NOT_LINEAR
    if (at([-each for each in weights]) + first).norm().item() > LINEAR * size:
        return NOT_LINEAR
    halves = [torch.where(torch.arange(each.numel()).reshape(each.shape) % 2 == 0, each, 0) for each in weights]
    rest = [each - half for each, half in zip(weights, halves, strict=True)]
    if (at(halves) + at(rest) - first).norm().item() > LINEAR * size:
        return NOT_LINEAR
    return None


def changed_values(name: str, tensor: Tensor) -> Iterator[tuple[Text, Tensor]]:
    """A tensor in other orders that a backward may confuse, with their names."""
    axes: list[tuple[int, ...]] = [(axis,) for axis in range(tensor.dim()) if tensor.shape[axis] > 1]
    if tensor.dim() > 1:
        axes.insert(0, (tensor.dim() - 2, tensor.dim() - 1))
    for some in axes:
        yield REVERSED.fill(name=name, axes=", ".join(map(str, some))), tensor.flip(some)
    if tensor.dim() > 1 and tensor.shape[-1] == tensor.shape[-2]:
        yield TURNED.fill(name=name), tensor.mT


def single_slices(weight: Tensor) -> Iterator[tuple[Text, Tensor]]:
    """grad_output with the first or the last index of an axis alone, with its name."""
    for axis, size in enumerate(weight.shape):
        for index in {0, size - 1} if size > 1 else ():
            alone = torch.zeros_like(weight)
            alone.select(axis, index).copy_(weight.select(axis, index))
            yield ONLY_SLICE.fill(index=index, axis=axis), alone
