"""What wrong numbers show without a known mistake: a factor or a dtype."""

from math import inf, isfinite

import torch

from course_torch.exercises.explain.wrong_result import NEAR, Result, conclusive, factor_of, is_size
from course_torch.exercises.tasks.task import Finding, finding
from course_torch.language import NOTHING
from course_torch.mistakes import MISTAKES
from course_torch.verification.explain.match import rounded_to

UNKNOWN = Finding("unknown", NOTHING, "")
"""No known mistake makes the numbers."""


def by_factor(name: str, wrong: list[Result]) -> list[Finding]:
    """One factor in every wrong result: -1, m divided by a constant, or a constant."""
    named = [(part, result.call.case.m) for result in wrong for part in result.parts if part.name == name]
    factors = [(factor_of(part) or inf, m) for part, m in named if part.right.any()]
    if not factors or is_size(name):
        return []
    first, m = factors[0]
    number = abs(round(m / first))
    if number > 1 and len({m for _, m in factors}) > 1 and all(abs(c * number / m - 1) < NEAR for c, m in factors):
        return [finding("another m", number=number, m=conclusive(wrong)[0].call.case.m)]
    shown = f"{first:.4g}"
    if all(abs(c + 1) < NEAR for c, _ in factors):
        return [finding("sign")]
    same = isfinite(first) and all(abs(c / first - 1) < NEAR for c, _ in factors) and len(factors) > 1
    if same and shown != "1":  # a tensor so near the right one is the work of an epsilon, not of a factor
        sentence = MISTAKES["factor"].sentence.fill(exactly=NOTHING, factor=shown, calls=NOTHING)
        return [Finding(f"factor {shown}", sentence, "")]
    return []


def by_dtype(wrong: list[Result]) -> list[Finding]:
    """Every wrong result differs as much as a narrower dtype rounds."""
    firsts, eps = [result.first for result in wrong], torch.finfo(torch.float64).eps
    if any(part.found.shape != part.right.shape for part in firsts):
        return []
    seen = {rounded_to(part.found, part.right, eps * part.right.abs(), 1) for part in firsts}
    return [finding(key) for key in seen if key is not None] if len(seen) == 1 else []
