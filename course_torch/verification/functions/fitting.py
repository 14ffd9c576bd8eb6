"""Whether numbers are others, or a multiple of others, up to their errors, and with enough digits as evidence."""

from math import inf, log10

import torch
from torch import Tensor

from course_torch.verification.difference import SAFETY, vector_of
from course_torch.verification.match import DIGITS, distinct

WRITTEN = {1.0: "", -1.0: "-", 2.0: "2 ", -2.0: "-2 ", 0.5: "1/2 ", -0.5: "-1/2 ", 3.0: "3 ", -3.0: "-3 "}
"""Factors of a term that a programmer writes, and how they are written."""


def is_written(c: float, precision: float) -> bool:
    """Whether c is one of these factors."""
    return any(abs(c - number) <= precision * abs(number) for number in WRITTEN)


def best_of(
    made: Tensor, goal: Tensor, error: float, tried: int, *, signs_only: bool = False
) -> tuple[float, int] | None:
    """(c, i) of the row with goal = c · made that is nearest, if c is a number that a programmer writes.

    The matching digits must be more evidence than so many rows that are tried give by chance.
    """
    c = (made * goal).sum(dim=1) / made.square().sum(dim=1)
    size = goal.norm(dim=1)
    off = (goal - c[:, None] * made).norm(dim=1)
    allowed = SAFETY * error * (1 + c.abs()) + 1e-9 * size
    fits = (off <= allowed) & (allowed < size / 10)
    for i in torch.nonzero(fits).flatten()[off[fits].argsort()].tolist():
        precision = max((allowed[i] / size[i]).item(), 1e-9)
        number = next((each for each in WRITTEN if abs(c[i].item() - each) <= precision * abs(each)), None)
        if number is None or (signs_only and abs(number) != 1):
            continue
        evidence = -log10(precision) * distinct(vector_of(goal[i]))
        if evidence >= DIGITS + log10(tried) + 3:
            return number, i
    return None


def fitted(found: Tensor, right: Tensor) -> tuple[float, float]:
    """c of found ≈ c · right, and ‖found - c · right‖."""
    norm = right.square().sum()
    c = ((found * right).sum() / norm).item() if norm > 0 else inf
    return c, (found - c * right).norm().item() if c != inf else inf


def is_near(found: Tensor, right: Tensor, error: float) -> bool:
    """Whether two tensors are equal up to the errors of the right one, which must be small beside it."""
    return (found - right).norm().item() <= SAFETY * error + 1e-9 * right.norm().item() < right.norm().item() / 10
