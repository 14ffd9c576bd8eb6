"""How two tensors differ, in numbers that also say what kind of difference it is."""

from dataclasses import dataclass
from math import nan

import torch
from torch import Tensor

SAFETY = 3.0
"""How many standard errors still count as rounding."""
BLIND = 0.5
"""Tolerance above which agreement says nothing."""


@dataclass(frozen=True)
class Difference:
    """a against b, with norms over all entries and in float64.

    largest     the largest |a - b|
    relative    ‖a - b‖ / (‖a‖ + ‖b‖): 0 where both are 0, 1 at the most
    factor      c = <a, b> / <b, b>, the c for which c · b is nearest to a; nan where b is 0
    residual    ‖a - c b‖ / ‖a‖: near 0 where a is b times a factor
    tolerance   the relative difference that rounding explains
    """

    largest: float
    relative: float
    factor: float
    residual: float
    tolerance: float

    @property
    def agrees(self) -> bool:
        """Whether the relative difference is within the tolerance; a nan is not."""
        return self.relative <= self.tolerance

    @property
    def judged(self) -> bool:
        """Whether the tolerance leaves something to see: half the size of the tensors would hide nearly any mistake."""
        return not self.tolerance > BLIND


def difference(a: Tensor, b: Tensor, error: Tensor) -> Difference:
    """Compare tensors of one shape; `error` is the standard error that rounding leaves in each entry."""
    a, b, error = (tensor.detach().cpu().double().flatten() for tensor in (a, b, error))
    scale = torch.cat([a, b]).abs().max().item() if len(a) else 0.0  # squares of very small numbers would vanish
    if scale == 0:
        return Difference(largest=0.0, relative=0.0, factor=nan, residual=0.0, tolerance=0.0)
    a, b, error = a / scale, b / scale, error / scale
    size, a_norm = (a.norm() + b.norm()).item(), a.norm().item()
    factor = (a @ b / (b @ b)).item() if b.any() else nan
    return Difference(
        largest=(a - b).abs().max().item() * scale,
        relative=(a - b).norm().item() / size,
        factor=factor,
        residual=(a - factor * b).norm().item() / a_norm if a_norm > 0 and b.any() else 0.0,
        tolerance=SAFETY * error.norm().item() / size,
    )
