"""Test whether a tensor is a multiple of another tensor, and measure the evidence that this is no coincidence."""

from dataclasses import dataclass
from math import inf, log10

import numpy as np
from torch import Tensor

from course_torch.verification.difference import SAFETY
from course_torch.verification.vectors import Vector, largest, norm, vector_of

DIGITS = 7.0
"""Matching digits that are enough evidence. Digits that a fitted factor uses up do not count."""
NEAR = 1e-6
"""Absolute values count as equal if they differ by less than this, relative to the largest."""
SIGN_WEIGHT = 3
SAMPLE = 10_000
"""Only this many entries are counted as evidence: they are more than enough."""


@dataclass(frozen=True)
class Match:
    """found = factor · suspect.

    precision   the relative error of the factor
    digits      decimal digits that match in each entry
    evidence    decimal digits that match in all entries together
    """

    factor: float
    precision: float
    digits: float
    evidence: float


def match(found: Tensor, suspect: Tensor, error: float, slack: float = 0.0) -> Match | None:
    """Fit found = factor · suspect. Returns None if the shapes differ or the residual is more than rounding errors.

    error   the norm of the rounding errors of `found`
    slack   a further error, relative to ‖found‖
    """
    if found.shape != suspect.shape or found.numel() == 0:
        return None
    x, r = vector_of(found), vector_of(suspect)
    size, scale = norm(x), largest(r)
    if not 0 < scale < inf or not 0 < size < inf:
        return None
    r = r / scale
    c = float((x * r).sum() / (r * r).sum())  # a plain sum rounds less than a product of long vectors
    tolerance = SAFETY * error + slack * size
    if norm(x - c * r) > tolerance or tolerance > size / 10:
        return None
    precision = max(tolerance / size, float(np.finfo(np.float64).eps))
    return Match(c / scale, precision, -log10(precision), -log10(precision) * distinct(r) + sign_digits(r))


def distinct(r: Vector) -> int:
    """The number of different absolute values among the entries. Equal values are no further evidence."""
    sizes = np.sort(np.abs(r[:SAMPLE]))
    smaller = np.concatenate(([0.0], sizes[:-1]))
    return int(np.count_nonzero(sizes - smaller > NEAR))


def sign_digits(r: Vector) -> float:
    """The evidence in the pattern of -, 0 and +: SIGN_WEIGHT times its entropy in decimal digits.

    It is 0 if all entries have one sign. The weight is more than 1, because entries of one size are rare themselves.
    """
    sample = r[:SAMPLE]
    negative, positive = int(np.count_nonzero(sample < 0)), int(np.count_nonzero(sample > 0))
    counts = (negative, len(sample) - negative - positive, positive)
    return -SIGN_WEIGHT * sum(count * log10(count / len(sample)) for count in counts if count)
