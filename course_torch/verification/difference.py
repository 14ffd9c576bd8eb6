"""Measure how far two tensors differ, and whether one is a multiple of the other."""

from dataclasses import dataclass
from math import inf, nan

import numpy as np
from torch import Tensor

from course_torch.verification.vectors import largest, norm, vector_of

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
    x, y, noise = vector_of(a), vector_of(b), vector_of(error)
    # The squares of very small numbers would underflow.
    scale = float(np.maximum(largest(x), largest(y)))
    if scale == 0:
        return Difference(largest=0.0, relative=0.0, factor=nan, residual=0.0, tolerance=0.0)
    with np.errstate(all="ignore"):  # inf / inf is a nan, and a nan never agrees
        x, y, noise = x / scale, y / scale, noise / scale
        off, x_norm, y_is_0 = x - y, norm(x), not y.any()
        size = x_norm + norm(y)
        factor = nan if y_is_0 else float(x @ y / (y @ y))
        return Difference(
            largest=largest(off) * scale,
            relative=norm(off) / size,
            factor=factor,
            residual=0.0 if x_norm == 0 or y_is_0 else norm(x - factor * y) / x_norm,
            tolerance=SAFETY * norm(noise) / size,
        )
