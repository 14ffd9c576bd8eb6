"""When two tensors count as equal, and when one is a multiple of the other."""

import numpy as np
import torch
from torch import Tensor

from course_torch.exercises.form import Part, parts
from course_torch.exercises.process import Answer
from course_torch.exercises.task import Call, Task
from course_torch.verification.comparing import SAFETY, difference, norm, vector_of

SINGLE = torch.finfo(torch.float32).eps
ROUNDING = 8.0
"""Largest difference, in float32's ε of the largest entry, of a tensor that no backward pass computes.

An entry below 1 counts as 1: the arguments are of order 1, and a sum of such numbers that happens to be near 0 keeps
their rounding errors.
"""
NEAR = 1e-6
"""Relative difference below which two tensors count as equal: float32's rounding errors, and epsilons in logarithms."""


def wrong_parts(found: list[Part], call: Call) -> list[str]:
    """The names of the tensors that differ from the right ones by more than float32's rounding errors."""
    errors = call.setting.errors(SINGLE) if call.names else {}
    return [
        each.name
        for each in found
        if not is_right(each, errors[call.names[each.name]] if each.name in call.names else None)
    ]


def is_right(part: Part, error: torch.Tensor | None) -> bool:
    if part.found.dtype not in (torch.float64, torch.float32):
        return False
    if error is None:
        size = max(1.0, part.right.abs().max().item()) if part.right.numel() else 0.0
        error = torch.full(part.right.shape, ROUNDING * SINGLE * size / SAFETY, dtype=torch.float64)
    return difference(part.found, part.right, error).agrees


def same_parts(answer: Answer, call: Call, task: Task, layout: str) -> bool:
    """Whether the second call gave the same numbers as the first."""
    pairs = zip(
        parts(answer.result, call.right, task.result, layout),
        parts(answer.again, call.right, task.result, layout),
        strict=False,
    )
    return all(
        isinstance(b, Part)
        and a.found.shape == b.found.shape
        and torch.equal(a.found.nan_to_num(), b.found.nan_to_num())
        for a, b in pairs
        if isinstance(a, Part)
    )


def equal(a: Tensor, b: Tensor) -> bool:
    """Whether two tensors have one shape and differ by NEAR at most. nan equals nan, and inf equals inf."""
    if a.shape != b.shape:
        return False
    x, y = vector_of(a), vector_of(b)
    finite = np.isfinite(x) & np.isfinite(y)
    if not finite.all():
        if not np.array_equal(x[~finite], y[~finite], equal_nan=True):
            return False
        x, y = x[finite], y[finite]
    with np.errstate(over="ignore"):
        return norm(x - y) <= NEAR * (norm(x) + norm(y))


def factor_of(part: Part) -> float | None:
    """c if the tensor is c times the right one, otherwise None."""
    if part.found.shape != part.right.shape or not part.found.isfinite().all():
        return None
    seen = difference(part.found, part.right, part.right)
    return seen.factor if seen.residual < NEAR and seen.factor != 0 else None
