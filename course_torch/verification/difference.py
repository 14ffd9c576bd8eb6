"""How two tensors differ, in numbers that also say what kind of difference it is."""

from dataclasses import dataclass

from torch import Tensor

SAFETY = 3.0
"""How many standard errors still count as rounding."""


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


def difference(a: Tensor, b: Tensor, error: Tensor) -> Difference:
    """Compare tensors of one shape; `error` is the standard error that rounding leaves in each entry."""
    a, b, error = (tensor.detach().cpu().double().flatten() for tensor in (a, b, error))
    size = (a.norm() + b.norm()).item()
    if size == 0 or len(a) == 0:
        return Difference(largest=0.0, relative=0.0, factor=float("nan"), residual=0.0, tolerance=0.0)
    factor = (a @ b / (b @ b)).item()
    return Difference(
        largest=(a - b).abs().max().item(),
        relative=(a - b).norm().item() / size,
        factor=factor,
        residual=(a - factor * b).norm().item() / a.norm().item() if a.any() else 0.0,
        tolerance=SAFETY * error.norm().item() / size,
    )
