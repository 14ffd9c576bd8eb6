"""Measure how far two tensors differ, and whether one is a multiple of the other."""

from dataclasses import dataclass
from math import inf, nan

import torch
from torch import Tensor

SAFETY = 3.0
"""The tolerance in standard errors."""
BLIND = 0.5
"""A tolerance above this value would accept nearly any tensor, so agreement proves nothing."""


@dataclass(frozen=True)
class Difference:
    """How a differs from b. Norms run over all entries, in float64.

    largest     the largest |a - b|
    relative    ‖a - b‖ / (‖a‖ + ‖b‖): 0 if both tensors are 0, at most 1
    factor      c = <a, b> / <b, b>: c · b is the multiple of b that is nearest to a; nan if b is 0
    residual    ‖a - c b‖ / ‖a‖: near 0 if a is a multiple of b
    tolerance   the relative difference that rounding errors explain
    """

    largest: float
    relative: float
    factor: float
    residual: float
    tolerance: float

    @property
    def agrees(self) -> bool:
        """Whether the relative difference is within the tolerance. A nan never is."""
        return self.relative <= self.tolerance

    @property
    def judged(self) -> bool:
        """Whether the tolerance is small enough for agreement to prove something."""
        return not self.tolerance > BLIND

    def __str__(self) -> str:
        """1.3e-16 ≤ 2e-15, with > for a difference that is too large."""
        return f"{self.relative:.1e} {'≤' if self.agrees else '>'} {self.tolerance:.0e}"


ANOTHER_SHAPE = Difference(largest=inf, relative=1.0, factor=nan, residual=1.0, tolerance=0.0)
"""The difference of two tensors whose shapes differ."""


def difference(a: Tensor, b: Tensor, error: Tensor) -> Difference:
    """Compare two tensors. `error` is the standard rounding error of each entry."""
    if a.shape != b.shape:
        return ANOTHER_SHAPE
    a, b, error = (tensor.detach().cpu().double().flatten() for tensor in (a, b, error))
    # The squares of very small numbers would underflow.
    scale = torch.maximum(a.norm(inf), b.norm(inf)).item() if len(a) else 0.0
    if scale == 0:
        return Difference(largest=0.0, relative=0.0, factor=nan, residual=0.0, tolerance=0.0)
    a, b, error = a / scale, b / scale, error / scale
    off, a_norm, b_is_0 = a - b, a.norm().item(), not b.any()
    size = a_norm + b.norm().item()
    factor = nan if b_is_0 else (a @ b / (b @ b)).item()
    return Difference(
        largest=off.norm(inf).item() * scale,
        relative=off.norm().item() / size,
        factor=factor,
        residual=0.0 if a_norm == 0 or b_is_0 else torch.sub(a, b, alpha=factor).norm().item() / a_norm,
        tolerance=SAFETY * error.norm().item() / size,
    )
