"""Whether a tensor is a multiple of another one, and how unlikely it is that this is chance."""

from dataclasses import dataclass
from math import log10

import torch
from torch import Tensor

from course_torch.verification.difference import SAFETY

DIGITS = 7.0
"""Digits that must agree beyond those that a fitted factor takes up: what agrees in fewer may be chance."""
NEAR = 1e-6
"""Sizes that are nearer to each other, relative to the largest, count as equal."""
SIGN_WEIGHT = 3
SAMPLE = 10_000
"""Entries that are looked at: more would be no further evidence."""


@dataclass(frozen=True)
class Match:
    """found = factor · suspect.

    precision   the relative error of the factor
    digits      decimal digits in which each entry agrees
    evidence    digits in which all entries agree together
    """

    factor: float
    precision: float
    digits: float
    evidence: float


def match(found: Tensor, suspect: Tensor, error: float, slack: float = 0.0) -> Match | None:
    """The match of tensors of one shape, or None. `error` is the norm of the rounding errors of `found`.

    `slack` is a further error, relative to ‖found‖.
    """
    if found.shape != suspect.shape or found.numel() == 0:
        return None
    x, r = exact(found), exact(suspect)
    size, scale = x.norm().item(), r.abs().max().item()
    if not (0 < scale < float("inf")) or not 0 < size < float("inf"):
        return None
    r = r / scale
    c = (x @ r / (r @ r)).item()
    tolerance = SAFETY * error + slack * size
    if (x - c * r).norm().item() > tolerance or tolerance > size / 10:
        return None
    precision = max(tolerance / size, torch.finfo(torch.float64).eps)
    return Match(c / scale, precision, -log10(precision), -log10(precision) * distinct(r) + sign_digits(r))


def distinct(r: Tensor) -> int:
    """The number of different sizes among the entries: equal ones are no further evidence."""
    sizes = r[:SAMPLE].abs().sort().values
    return int((sizes.diff(prepend=sizes.new_zeros(1)) > NEAR).sum())


def sign_digits(r: Tensor) -> float:
    """The weight of the pattern of -, 0 and +: its entropy in decimal digits, and 0 where all entries have one sign.

    It counts SIGN_WEIGHT times, as entries of one size are rare themselves.
    """
    counts = r[:SAMPLE].sign().unique(return_counts=True)[1].tolist()
    return -SIGN_WEIGHT * sum(count * log10(count / sum(counts)) for count in counts)


def exact(tensor: Tensor) -> Tensor:
    """The entries in float64 on the CPU."""
    return tensor.detach().cpu().double().flatten()
