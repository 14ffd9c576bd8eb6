"""Which tensors of a result are wrong, and what is seen of the first: its shape, a factor, or how much it differs."""

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
import torch
from torch import Tensor

from course_torch.exercises.sandbox.client import Answer
from course_torch.exercises.sandbox.layout import Part, in_layout, parts
from course_torch.exercises.tasks.task import Call, Task
from course_torch.language import NOTHING, Text
from course_torch.verification.difference import SAFETY, difference, largest, norm, shown_factor, vector_of

SINGLE = torch.finfo(torch.float32).eps
ROUNDING = 8.0
"""How many float32 ε of its largest entry a tensor may be off, if no rounding error was computed for it.

A largest entry below 1 counts as 1: the arguments are of order 1, and a sum of such numbers that happens to be near 0
keeps their rounding errors.
"""
NEAR = 1e-6
"""Relative difference below which two tensors count as equal: float32's rounding errors, and epsilons in logarithms."""
VISIBLE = 1e-3
"""Relative difference from which a percentage with one decimal shows it."""
SHAPE = Text("{name} has the shape {found}, expected {right}", "{name} 的形状是 {found}，应当是 {right}")
NOT_FINITE = Text("{name} contains nan or inf", "{name} 里有 nan 或 inf")
SIZE = Text("{name} is {found}, expected {right}", "{name} 是 {found}，应当是 {right}")
MULTIPLE = Text("{name} is {factor} times the right one{m}", "{name} 是正确值的 {factor} 倍{m}")
DIFFERENT = Text("{name} differs from the right one by {relative}", "{name} 与正确值相差 {relative}")


@dataclass(frozen=True)
class Result:
    """The tensors of one result, the names of those that are wrong, and the result as the function returned it."""

    call: Call
    parts: list[Part]
    wrong: list[str]
    value: Any = None

    @property
    def first(self) -> Part:
        """The first wrong tensor."""
        return next(part for part in self.parts if part.name in self.wrong)


def conclusive(wrong: list[Result]) -> list[Result]:
    """The results that can tell causes apart: those of several examples, with several numbers that are not 0.

    Any factor fits a single number, so a single number counts only if there is nothing else.
    """
    some = [result for result in wrong if result.call.case.m > 1 and result.first.right.any()]
    return [result for result in some if result.first.right.count_nonzero() > 1] or some or wrong


def wrong_parts(found: list[Part], call: Call) -> list[str]:
    """The names of the tensors that differ from the right ones by more than float32's rounding errors."""
    errors = {name: call.case.errors(SINGLE)[tensor] for name, tensor in call.names.items()}
    return [part.name for part in found if not is_right(part, errors.get(part.name))]


def is_right(part: Part, error: Tensor | None) -> bool:
    """Whether a tensor differs from the right one by rounding errors only: these, or ROUNDING if they are not known."""
    if part.found.dtype not in (torch.float64, torch.float32):
        return False
    if torch.equal(part.found, part.right):  # bit for bit, as most right ones: this needs no norm
        return True
    if error is None:
        size = max(1.0, largest(vector_of(part.right)))
        error = torch.full(part.right.shape, ROUNDING * SINGLE * size / SAFETY, dtype=torch.float64)
    return difference(part.found, part.right, error).agrees


def equal(a: Tensor, b: Tensor) -> bool:
    """Whether two tensors have one shape and differ by NEAR at most. nan equals nan, and inf equals inf.

    Numbers whose squares overflow are never equal.
    """
    if a.shape != b.shape:
        return False
    x, y = vector_of(a), vector_of(b)
    finite = np.isfinite(x) & np.isfinite(y)
    if not np.array_equal(x[~finite], y[~finite], equal_nan=True):
        return False
    x, y = x[finite], y[finite]
    with np.errstate(over="ignore"):
        return norm(x - y) <= NEAR * (norm(x) + norm(y)) < inf


def same_parts(answer: Answer, call: Call, task: Task, layout: str) -> bool:
    """Whether the second call gave the same numbers as the first."""
    first, second = (parts(result, call.right, task.result, layout) for result in (answer.result, answer.again))
    return all(
        isinstance(b, Part) and torch.equal(a.found.nan_to_num(), b.found.nan_to_num())
        for a, b in zip(first, second, strict=False)
        if isinstance(a, Part)
    )


def symptom_of(result: Result, layout: str) -> Text:
    """What is seen of the first wrong tensor, in numbers. Shapes are those of the learner's layout."""
    name, found, right = result.first
    if found.shape != right.shape:
        found, right = (in_layout(tensor, name, layout) for tensor in (found, right))
        return SHAPE.fill(name=name, found=tuple(found.shape), right=tuple(right.shape))
    if not found.isfinite().all():
        return NOT_FINITE.fill(name=name)
    if is_size(name):
        return SIZE.fill(name=name, found=int(found), right=int(right))
    m, factor = result.call.case.m, factor_of(result.first)
    if factor is not None:
        is_m = abs(abs(factor) / m - 1) < NEAR or abs(abs(factor) * m - 1) < NEAR
        note = Text(f", and m = {m}", f"，而 m = {m}") if is_m else NOTHING
        return MULTIPLE.fill(name=name, factor=shown_factor(factor, 6), m=note)
    relative = difference(found, right, right).relative
    return DIFFERENT.fill(name=name, relative=f"{relative:.1%}" if relative >= VISIBLE else f"{relative:.1e}")


def is_size(name: str) -> bool:
    """Whether a result is a number of units: n_x, n_h or n_y, of which no factor says anything."""
    return name.startswith("n_")


def factor_of(part: Part) -> float | None:
    """c if the tensor is c times the right one, otherwise None. Nothing is a multiple of 0."""
    seen = difference(part.found, part.right, part.right)
    return seen.factor if seen.residual < NEAR and abs(seen.factor) > 0 else None  # a nan is not > 0
