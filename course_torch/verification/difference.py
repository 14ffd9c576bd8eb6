"""How far two tensors differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, isnan, nan, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from course_torch.float64 import exact
from course_torch.language import Text

Vector = NDArray[np.float64]
Agreement = Literal["equal", "different", "not judged"]


def vector_of(tensor: Tensor) -> Vector:
    """All entries in one row, in float64 on the CPU."""
    return exact(tensor).flatten().numpy()


ORDINARY = 1e-100, 1e100
"""Numbers whose squares neither underflow nor overflow."""


def dot(u: Vector, v: Vector) -> np.float64:
    """u·v in one thread: u @ v wakes the threads of NumPy's BLAS, which takes longer, and those of torch wait."""
    return np.float64(np.einsum("i,i->", u, v))


def norm(vector: Vector) -> float:
    """‖v‖ = √(v·v), also where a square would overflow or underflow."""
    scale = scale_of(vector)
    scaled = over(vector, scale)
    return scale * sqrt(dot(scaled, scaled))


def over(vector: Vector, scale: float) -> Vector:
    """v / scale. Without need no second vector is allocated, which takes longer than to compute with it."""
    return vector if scale == 1 else vector / scale


def scale_of(*vectors: Vector) -> float:
    """1 if the squares of the entries neither overflow nor underflow, else the largest |v_i|."""
    size = max(map(largest, vectors))
    return 1.0 if ORDINARY[0] < size < ORDINARY[1] or size in (0, inf) or isnan(size) else size


def largest(vector: Vector) -> float:
    """max |v_i|, and 0 without entries."""
    return float(np.maximum(vector.max(), -vector.min())) + 0.0 if vector.size else 0.0  # -0.0 + 0.0 is 0.0


SAFETY = 3.0
"""The tolerance in standard errors. Right passes of 60 random networks, in three dtypes, stayed within 0.8 of them."""
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

    @property
    def verdict(self) -> Agreement:
        """ "different", "equal", or "not judged" if rounding errors hide a difference."""
        return "different" if not self.agrees else "equal" if self.judged else "not judged"

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
    if not x.any() and not y.any():
        return Difference(largest=0.0, relative=0.0, factor=nan, residual=0.0, tolerance=0.0)
    with np.errstate(all="ignore"):  # inf / inf is a nan, and a nan never agrees
        scale = scale_of(x, y)
        x, y, noise = (over(vector, scale) for vector in (x, y, noise))
        off, x_norm, y_norm = x - y, norm(x), norm(y)
        size, distance = x_norm + y_norm, norm(off)
        factor = float(dot(x, y) / y_norm**2) if y_norm else nan
        seen = {"largest": largest(off) * scale, "relative": distance / size, "factor": factor}
        off += (1 - factor) * y  # x - factor * y
        residual = norm(off) / x_norm if x_norm and y_norm else 0.0
        return Difference(**seen, residual=residual, tolerance=SAFETY * norm(noise) / size)


def first_wrong(seen: Sequence[Difference]) -> Difference:
    """The first difference that is too large, or else the first of all."""
    return next((each for each in seen if not each.agrees), seen[0])


WRONG_SHAPE = Text("shape {found}, expected {right}", "形状是 {found}，应当是 {right}")
A_MULTIPLE = Text(
    "{factor} times the right one, with a residual of {residual}", "是正确值的 {factor} 倍，残差 {residual}"
)
NEARLY = Text("relative error {relative}, nearly the right one", "相对误差 {relative}，与正确值几乎相同")
NO_MULTIPLE = Text("relative error {relative}, no multiple of the right one", "相对误差 {relative}，不是正确值的倍数")
SMALL_RESIDUAL = 1e-3
"""Up to this residual a tensor is called a multiple of the right one."""


def shown_factor(c: float, digits: int = 4) -> str:
    """c in so many digits, or in as many as tell it from 1."""
    return next((text for text in (f"{c:.{digits}g}", f"{c:.8g}") if text != "1"), f"{c:.16g}")


def symptom(found: Tensor, reference: Tensor) -> Text:
    """Describe in numbers how the tensor differs from the right one."""
    if found.shape != reference.shape:
        return WRONG_SHAPE.fill(found=tuple(found.shape), right=tuple(reference.shape))
    seen = difference(found, reference, reference)
    factor = f"{seen.factor:.4g}"
    text = A_MULTIPLE if seen.residual <= SMALL_RESIDUAL and isfinite(seen.factor) else NO_MULTIPLE
    text = NEARLY if factor == "1" and text is A_MULTIPLE else text
    return text.fill(relative=f"{seen.relative:.1e}", factor=factor, residual=f"{seen.residual:.1e}")
