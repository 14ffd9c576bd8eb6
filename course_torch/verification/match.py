"""Whether a tensor is a multiple of another or rounded to a narrower dtype, and how much evidence its digits are."""

from dataclasses import dataclass
from math import inf, log10

import numpy as np
import torch
from torch import Tensor

from course_torch.float64 import exact
from course_torch.verification.difference import SAFETY, Vector, largest, norm, vector_of

DIGITS = 7.0
"""Matching digits that are enough evidence. Digits that a fitted factor uses up do not count."""
EQUAL = 1e-6
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
    if norm(x - c * r) > tolerance or tolerance > size / 10:  # larger errors would make anything match
        return None
    precision = max(tolerance / size, float(np.finfo(np.float64).eps))
    return Match(c / scale, precision, -log10(precision), -log10(precision) * distinct(r) + sign_digits(r))


def error_norm(errors: Tensor, found: Tensor, right: Tensor) -> float:
    """The norm of the rounding errors of a wrong tensor. A larger tensor has larger errors than the right one."""
    growth = max(1.0, (found.norm() / right.norm()).item()) if right.any() else 1.0
    return exact(errors).norm().item() * growth


def multiple(found: Tensor, suspect: Tensor, error: float) -> Match | None:
    """The match if it has enough evidence beside the digits that its factor uses up, and otherwise None."""
    fit = match(found, suspect, error)
    return None if fit is None or fit.evidence - fit.digits < DIGITS else fit


def distinct(r: Vector) -> int:
    """The number of different absolute values among the entries. Equal values are no further evidence."""
    sizes = np.sort(np.abs(r[:SAMPLE]))
    smaller = np.concatenate(([0.0], sizes[:-1]))
    return int(np.count_nonzero(sizes - smaller > EQUAL))


def sign_digits(r: Vector) -> float:
    """The evidence in the pattern of -, 0 and +: SIGN_WEIGHT times its entropy in decimal digits.

    It is 0 if all entries have one sign. The weight is more than 1, because entries of one size are rare themselves.
    """
    sample = r[:SAMPLE]
    negative, positive = int(np.count_nonzero(sample < 0)), int(np.count_nonzero(sample > 0))
    counts = (negative, len(sample) - negative - positive, positive)
    return -SIGN_WEIGHT * sum(count * log10(count / len(sample)) for count in counts if count)


NARROW = {torch.float64: ("float32", "bfloat16", "float16"), torch.float32: ("bfloat16", "float16")}
"""dtype -> names of the narrower dtypes."""
LARGEST_LEVEL = 1e-3
"""The largest relative rounding error of float32 that is believed, of a sum whose terms cancel."""


def rounded_to(found: Tensor, right: Tensor, errors: Tensor, m: int) -> str | None:
    """The narrower dtype of the numbers, or of m times the numbers, or None. `errors` are those of the own dtype."""
    own = found.dtype
    found, right = exact(found), exact(right)
    distance, size, error = norm(vector_of(found - right)), norm(vector_of(right)), norm(vector_of(errors))
    for narrow in NARROW.get(own, ()):
        dtype = getattr(torch, narrow)
        eps, own_eps = torch.finfo(dtype).eps, torch.finfo(own).eps
        for factor in (1, m):
            x = factor * found
            rounded = norm(vector_of(x - x.to(dtype).double())) <= 4 * own_eps * norm(vector_of(x))
            if distance <= 10 * eps * size and rounded and (right != 0).sum() > 1:
                return narrow
        level = error * eps / own_eps
        if level > LARGEST_LEVEL * size:  # no rounding of a sum: measuring the tensor has a larger error
            level = 0.0
        if narrow == "float32" and distance <= min(3 * level, 10 * eps * size + level):
            return narrow
    return None
