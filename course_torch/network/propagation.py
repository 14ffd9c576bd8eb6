"""The two passes through L layers, each one loop (notes 3.2 and 3.3).

Layers and caches come layer 1 first. Anything with W, b and slope is a layer.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from jaxtyping import Float, Num
from torch import Tensor

from course_torch.formulas.activations import ACTIVATIONS, leaky_relu_slope_gradient
from course_torch.formulas.costs import OUTPUTS, cross_entropy_derivative
from course_torch.formulas.layers import (
    LayerCache,
    block,
    block_backward,
    linear,
    linear_backward,
    linear_backward_input,
)


@runtime_checkable
class Layer(Protocol):
    """What the passes read of a layer."""

    @property
    def W(self) -> Tensor: ...  # (n_out, n_in)
    @property
    def b(self) -> Tensor: ...  # (1, n_out)
    @property
    def slope(self) -> Tensor | None: ...  # () for a leaky activation


class LayerGradients(NamedTuple):
    """Derivatives of the cost J by a layer's parameters; `dslope` where a leaky activation has a slope."""

    dW: Tensor  # (n_out, n_in)
    db: Tensor  # (1, n_out)
    dslope: Tensor | None = None  # ()


class BackwardStep(NamedTuple):
    """All that the backward pass computes at a layer; `dA_prev` is None at layer 1 unless dA[0] is asked for."""

    dZ: Tensor  # (m, n_out)
    gradients: LayerGradients
    dA_prev: Tensor | None  # (m, n_in)


def forward_propagation(
    X: Float[Tensor, "m n_x"], layers: Iterable[Layer], hidden_activation: str, output: str
) -> list[LayerCache]:
    """A[0] = X; Z[l] = A[l-1] W[l]ᵀ + b[l] and A[l] = g(Z[l]) for l = 1 … L. Returns the caches, layer 1 first."""
    *hidden_layers, last_layer = layers
    caches: list[LayerCache] = []
    A = X
    for layer in hidden_layers:
        caches.append(block(A, layer.W, layer.b, ACTIVATIONS[hidden_activation], layer.slope))
        A = caches[-1].A
    Z = linear(A, last_layer.W, last_layer.b)
    caches.append(LayerCache(A, Z, OUTPUTS[output].value(Z)))
    return caches


def backward_propagation(
    Y: Num[Tensor, "m n_y"],
    layers: Iterable[Layer],
    caches: Sequence[LayerCache],
    hidden_activation: str,
    *,
    m: float,
    dJ: Float[Tensor, ""] | float = 1.0,
    input_derivative: bool = False,
) -> list[BackwardStep]:
    """dZ[L] = A[L] - Y; for l = L … 1: dW[l], db[l], dA[l-1] = dZ[l] W[l], dZ[l-1] = dA[l-1] * g'(Z[l-1]).

    Returns the steps, layer 1 first. dJ, the derivative of whatever J feeds into, multiplies dZ[L] rather than the
    finished dW and db: a loss scaled up for half precision must be scaled before its small entries vanish.
    dA[0] costs as much as dW[1] and only the input needs it, so it is computed where `input_derivative` says so.
    """
    steps: list[BackwardStep] = []
    hidden = ACTIVATIONS[hidden_activation]
    dA: Tensor | None = None
    for l, (layer, cache) in reversed(list(enumerate(zip(layers, caches, strict=True), start=1))):
        dslope = None
        if dA is None:
            dZ = dJ * cross_entropy_derivative(cache.A, Y)
        else:
            dZ = block_backward(dA, cache, hidden, layer.slope)
            if layer.slope is not None and layer.slope.requires_grad:
                dslope = leaky_relu_slope_gradient(dA, cache.Z, m)
        dW, db = linear_backward(dZ, cache.A_prev, m)
        dA = linear_backward_input(dZ, layer.W) if l > 1 or input_derivative else None
        steps.append(BackwardStep(dZ, LayerGradients(dW, db, dslope), dA))
    return steps[::-1]
