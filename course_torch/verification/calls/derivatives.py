"""Whether autograd gets the right derivative from each formula of the forward pass whose numbers are right."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from course_torch.formulas.average import average
from course_torch.language import Text, joined, same
from course_torch.verification.calls.call import AND
from course_torch.verification.calls.exceptions import Raised, tried
from course_torch.verification.calls.finding import FormulaFinding
from course_torch.verification.calls.forward import ForwardCall
from course_torch.verification.difference import difference, exact

RECORDS = Text("{raises} when autograd records it", "autograd 记录它时{raises}")
SMALLEST = 1e-5
"""The smallest relative difference of a wrong derivative. Those of right formulas were below 3e-15 in float64."""
CUT_OFF = Text(
    "cuts {names} off: autograd finds no way back, as behind detach, item or numpy",
    "切断了 {names}：autograd 找不到回去的路，好像经过了 detach、item 或 numpy",
)
OTHERWISE = Text(
    "gives autograd another derivative by {name} (relative error {error:.1e}): one of its terms is "
    "cut off, as by detach",
    "使 autograd 得到另一个对 {name} 的导数（相对误差 {error:.1e}）：它的一项被切断了，好像经过了 detach",
)


def wrong_derivative(call: ForwardCall) -> FormulaFinding | None:
    """The finding about right numbers from which autograd gets another derivative than from the reference."""
    event = derivative_event(call)
    return None if event is None else call.ends(event, stops=False)


def derivative_event(call: ForwardCall) -> Text | None:
    """Autograd raises, finds no way back to an argument, or gets another derivative by it. In words."""
    weights = torch.randn(call.shape or (), dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    if "Z" in call.arguments and call.place == "A":
        weights[exact(call.arguments["Z"]) == 0] = 0  # a kink, at which several derivatives are right
    tensors = {name: each for name, each in call.arguments.items() if isinstance(each, Tensor)}
    in_64 = {name: exact(each) for name, each in tensors.items()}
    dtype, found = torch.float64, tried(partial(derivatives, call, call.formula, weights, in_64))
    if isinstance(found, Raised):  # a constant in its own dtype, or on its own device
        dtype, found = call.dtype, tried(partial(derivatives, call, call.formula, weights, tensors))
    if isinstance(found, Raised):
        return RECORDS.fill(raises=found.text)
    if lost := [name for name, derivative in found.items() if derivative is None]:
        return CUT_OFF.fill(names=joined(AND, map(same, lost)))
    if isinstance(call.right, Text):
        return None

    def reference(*arguments: Any) -> Tensor:
        right = call.reference(*arguments)
        assert not isinstance(right, Text)
        return average(right[0], call.arguments.get("m", 1))  # the reference of J computes m J

    eps = torch.finfo(dtype).eps
    rounding = 4 * eps * weights.abs().max() * max(1.0, *(each.abs().max().item() for each in in_64.values()))
    for name, right in derivatives(call, reference, weights, in_64).items():
        derivative = found[name]
        assert derivative is not None
        assert right is not None
        seen = difference(derivative, right, max(SMALLEST, 8 * eps) * right.abs() + rounding)
        if right.isfinite().all() and derivative.isfinite().all() and not seen.agrees:
            return OTHERWISE.fill(name=name, error=seen.relative)
    return None


def derivatives(
    call: ForwardCall, compute: Callable[..., Tensor], weights: Tensor, arguments: dict[str, Tensor]
) -> dict[str, Tensor | None]:
    """Name -> autograd's derivative of Σ weights * result by each argument but Y, or None without a way back."""
    leaves = {name: each.detach().requires_grad_() for name, each in arguments.items() if name != "Y"}
    with torch.enable_grad():
        result = compute(*(call.arguments | arguments | leaves).values())
        if not result.requires_grad:
            return dict.fromkeys(leaves)
        gradients = torch.autograd.grad((weights.to(result) * result).sum(), list(leaves.values()), allow_unused=True)
    return dict(zip(leaves, gradients, strict=True))
