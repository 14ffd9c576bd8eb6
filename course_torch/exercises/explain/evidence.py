"""What wrong numbers show without a known mistake: a factor, a dtype, or facts without a cause."""

from dataclasses import replace
from math import inf, isfinite

import torch

from course_torch.exercises.explain.wrong_result import NEAR, Result, conclusive, factor_of, is_size
from course_torch.exercises.tasks.task import Finding, finding
from course_torch.language import NOTHING, Text
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import BackwardContext
from course_torch.mistakes.record import Mistake
from course_torch.network.propagation import TensorName
from course_torch.verification.explain.factors import power_of_m
from course_torch.verification.explain.match import rounded_to, sign_and_power
from course_torch.verification.explain.statements import AXES, WrongMatrix, of_backward, statement

UNKNOWN = Finding("unknown", NOTHING, "")
"""No known mistake makes the numbers. The text of such a finding is what the numbers show."""
LEARNERS = {"AL": "A", "predictions": "A", "Y_prediction": "A", "W": "dW", "b": "db"}
"""Learner's name of a tensor -> the kind with the same axes."""
PLACES = ("some rows", "Z ≤ 0 only")
"""Keys of the statements that say where a tensor is wrong."""


def by_factor(name: str, wrong: list[Result]) -> list[Finding]:
    """One factor in every wrong result: -1, m, 1/m or a constant."""
    named = [(part, result.call.case.m) for result in wrong for part in result.parts if part.name == name]
    factors = [(factor_of(part) or inf, m) for part, m in named if part.right.any()]
    sign, power = sign_and_power(factors, NEAR) or (1, 0)
    if (sign, power) != (1, 0):  # nothing is wrong by the factor 1
        of_loss = (TensorName(kind, 0) for kind in ("dZ", "dA") if name.startswith(kind))
        tensor = wrong[0].call.names.get(name) or next(of_loss, None)
        found = one_finding((*([MISTAKES["sign"]] if sign < 0 else []), *power_of_m(power, tensor)))
        section = "1.2" if tensor is None else found.section  # of the cost, and of its derivatives
        return [replace(found, section=section if power else "")]
    if not factors or is_size(name):
        return []
    first, m = factors[0]
    number = abs(round(m / first))
    if len({m for _, m in factors}) > 1 and all(abs(c * number / m - 1) < NEAR for c, m in factors):
        return [finding("another m", number=number, m=conclusive(wrong)[0].call.case.m)]
    shown = f"{first:.4g}"
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


def unknown_with_facts(wrong: list[Result]) -> tuple[Result, Finding]:
    """The cause "unknown", with what the numbers of a result show, and that result.

    Where the numbers are wrong is a fact of each result. What else the largest result shows, the next must show too.
    """
    largest = sorted(conclusive(wrong), key=lambda result: -min(result.first.right.shape, default=0))[:2]
    seen = [statement(matrix_of(result)) for result in largest]
    for result, causes in zip(largest, seen, strict=True):
        keys = [cause.key for cause in causes]
        if causes and (keys[0] in PLACES or all(keys == [cause.key for cause in others] for others in seen)):
            return result, one_finding(causes, "unknown")
    return largest[0], UNKNOWN


def matrix_of(result: Result) -> WrongMatrix:
    """The first wrong tensor of a result: that of a step of its case's backward pass, or one that only has axes."""
    (name, found, right), case = result.first, result.call.case
    in_network = result.call.names.get(name)
    error = NEAR * right.double().abs().max().expand_as(right)
    if in_network is not None and found.shape == right.shape:
        shape = case.right[in_network].shape  # dw (n, 1) is dW (1, n)
        step = BackwardContext(in_network, case.right, case.forward)
        return replace(of_backward(step, found.reshape(shape), error.reshape(shape)), beside={})
    kind = name.rstrip("0123456789")
    axes = AXES.get(LEARNERS.get(kind, kind), (NOTHING, NOTHING))
    return WrongMatrix(found.double(), right.double(), error, axes)


def one_finding(causes: tuple[Mistake, ...], key: str = "") -> Finding:
    """One finding for causes that occur together. Its key is made of theirs if no other is given."""
    english, chinese = zip(*(cause.sentence for cause in causes), strict=True)
    section = next((cause.section for cause in causes if cause.section), "")
    text = Text(", and ".join(english), "；并且".join(chinese))
    return Finding(key or " and ".join(cause.key for cause in causes), text, section)
