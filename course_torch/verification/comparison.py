"""The hand-written gradients of a network held against autograd's, tensor by tensor."""

from dataclasses import dataclass
from math import prod

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.network.deep_network import DeepNetwork

TOLERANCES = {torch.float64: 1e-12, torch.float32: 1e-5}
"""The largest relative difference that rounding explains."""


@dataclass(frozen=True)
class TensorComparison:
    """One gradient: how far the hand-written one is from autograd's."""

    name: str
    shape: tuple[int, ...]
    largest_absolute: float
    relative: float
    tolerance: float

    @property
    def entries(self) -> int:
        return prod(self.shape)

    @property
    def agrees(self) -> bool:
        """Whether the relative difference is within the tolerance; a nan is not."""
        return self.relative <= self.tolerance


def compare_gradients(
    network: DeepNetwork, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"]
) -> list[TensorComparison]:
    """Every dW[l], db[l] and learned dslope[l], by the formulas and by autograd, layer 1 first."""
    pairs = zip(network.manual_gradients(X, Y), network.autograd_gradients(X, Y), strict=True)
    return [
        compare(f"{field}[{l}]", manual, reference)
        for l, (manual_layer, autograd_layer) in enumerate(pairs, start=1)
        for field, manual, reference in zip(manual_layer._fields, manual_layer, autograd_layer, strict=True)
        if reference is not None
    ]


def compare(name: str, manual: Float[Tensor, "*shape"], reference: Float[Tensor, "*shape"]) -> TensorComparison:
    """Largest |a - b| and ‖a - b‖ / (‖a‖ + ‖b‖), which is 0 where both are 0; norms in float64."""
    a, b = manual.double(), reference.double()
    difference, size = (a - b).norm().item(), (a.norm() + b.norm()).item()
    return TensorComparison(
        name=name,
        shape=tuple(manual.shape),
        largest_absolute=(a - b).abs().max().item(),
        relative=difference / size if size != 0 else 0.0,
        tolerance=TOLERANCES[manual.dtype],
    )
