"""Further calls of a wrong backward, which tell on what its gradient depends."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from course_torch.language import Text
from course_torch.verification.functions.fitting import is_near
from course_torch.verification.functions.terms import functions_of, in_this_shape

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
HANDED_ON = Text(
    "it is right for grad_output / {term}: grad_output is handed on without the factor {term}",
    "对 grad_output / {term}，它是对的：传下去的 grad_output 缺少因子 {term}",
)
HANDED_ON_TOO_MANY = Text(
    "it is right for grad_output * {term}: grad_output is handed on with the factor {term} too many",
    "对 grad_output * {term}，它是对的：传下去的 grad_output 多了因子 {term}",
)
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

    def right_at_ones() -> bool:
        ones = [torch.ones_like(each) for each in weights]
        return is_near(at(ones), right(ones), error)

    first, doubled = at(weights), at([2 * each for each in weights])
    size = first.norm().item()
    if size and (doubled - first).norm().item() <= 1e-9 * size:
        return NOT_MULTIPLIED if right_at_ones() else CONSTANT
    if (doubled - 2 * first).norm().item() > LINEAR * size:
        return PARTLY_CONSTANT if right_at_ones() else NOT_LINEAR
    if (at([-each for each in weights]) + first).norm().item() > LINEAR * size:
        return NOT_LINEAR
    halves = [torch.where(torch.arange(each.numel()).reshape(each.shape) % 2 == 0, each, 0) for each in weights]
    rest = [each - half for each, half in zip(weights, halves, strict=True)]
    if (at(halves) + at(rest) - first).norm().item() > LINEAR * size:
        return NOT_LINEAR
    return None


def changed_orders(name: str, tensor: Tensor) -> Iterator[tuple[Text, Tensor]]:
    """A tensor in other orders that a backward may confuse, with their names."""
    axes: list[tuple[int, ...]] = [(axis,) for axis in range(tensor.dim()) if tensor.shape[axis] > 1]
    if tensor.dim() > 1:
        axes.insert(0, (tensor.dim() - 2, tensor.dim() - 1))
    for some in axes:
        yield REVERSED.fill(name=name, axes=", ".join(map(str, some))), tensor.flip(some)
    if tensor.dim() > 1 and tensor.shape[-1] == tensor.shape[-2]:
        yield TURNED.fill(name=name), tensor.mT


def changed_grad_outputs(weight: Tensor, tensors: dict[str, Tensor], outer: list[str]) -> Iterator[tuple[Text, Tensor]]:
    """What a backward may hand on in place of grad_output, and what that means for a gradient that is right for it.

    These are grad_output without a factor or with a factor too many, parts of it, and other orders.
    """
    beside = {name: tensor for name, tensor in tensors.items() if name not in outer}
    for text, function in in_this_shape(functions_of(beside), weight.shape):
        if (function != 0).all():
            yield HANDED_ON.fill(term=text), weight / function
        if function.any():
            yield HANDED_ON_TOO_MANY.fill(term=text), weight * function
    for axis, size in enumerate(weight.shape):
        for index in {0, size - 1} if size > 1 else ():
            alone = torch.zeros_like(weight)
            alone.select(axis, index).copy_(weight.select(axis, index))
            yield ONLY_SLICE.fill(index=index, axis=axis), alone
    for words, changed in changed_orders("grad_output", weight):
        yield WITH_ANOTHER.fill(changed=words), changed
