"""The hand-written gradients of a network held against autograd's, tensor by tensor."""

from dataclasses import dataclass
from math import prod

from jaxtyping import Float, Num
from torch import Tensor

from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import LayerGradients
from course_torch.verification.rounding import magnitudes, tolerance


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
    manual, autograd = network.manual_gradients(X, Y), network.autograd_gradients(X, Y)
    magnitude = magnitudes(network, network.caches(X), Y)
    terms = max(len(X), *network.layer_sizes[1:])
    return [
        compare(f"{field}[{l}]", a, b, size, terms)
        for l, layer in enumerate(zip(manual, autograd, magnitude, strict=True), start=1)
        for field, a, b, size in zip(LayerGradients._fields, *layer, strict=True)
        if a is not None and b is not None and size is not None
    ]


def compare(name: str, a: Tensor, b: Tensor, magnitude: Tensor, terms: int) -> TensorComparison:
    """Largest |a - b| and ‖a - b‖ / (‖a‖ + ‖b‖), which is 0 where both are 0; norms in float64."""
    difference = a.double() - b.double()
    size = a.double().norm().item() + b.double().norm().item()
    return TensorComparison(
        name=name,
        shape=tuple(a.shape),
        largest_absolute=difference.abs().max().item(),
        relative=difference.norm().item() / size if size != 0 else 0.0,
        tolerance=tolerance(magnitude, size, terms, a.dtype),
    )
