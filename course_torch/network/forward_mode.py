"""The chain rule read forward: how J changes if X and the parameters move in one direction (notes 1.4)."""

from collections.abc import Sequence

from jaxtyping import Float, Num
from torch import Tensor

from course_torch.formulas.activation import Activation
from course_torch.formulas.average import average
from course_torch.formulas.layers import LayerCache, linear
from course_torch.formulas.output import Output
from course_torch.network.propagation import Layer


def forward_derivative(
    Y: Num[Tensor, "m n_y"],
    layers: Sequence[Layer],
    caches: Sequence[LayerCache],
    X_dot: Float[Tensor, "m n_x"],
    layers_dot: Sequence[Layer],
    hidden_activation: Activation,
    output: Output,
    *,
    m: float,
) -> Float[Tensor, ""]:
    """Ż = Ȧ_prev Wᵀ + A_prev Ẇᵀ + ḃ and Ȧ = g'(Z) * Ż for l = 1 … L; J̇ = (1/m) Σ dZ[L] * Ż[L].

    A dot marks the derivative along the direction (X_dot, layers_dot). A slope adds dg/dslope times its direction to Ȧ.
    The backward pass finds the derivatives by all parameters at once, this pass finds one number.
    """
    A_dot = X_dot
    for layer, cache, dot in zip(layers[:-1], caches[:-1], layers_dot[:-1], strict=True):
        Z_dot = A_dot @ layer.W.T + linear(cache.A_prev, dot.W, dot.b)
        A_dot = hidden_activation.derivative(cache.Z, cache.A, layer.slope) * Z_dot
        if dot.slope is not None and hidden_activation.slope_derivative is not None:
            A_dot = A_dot + hidden_activation.slope_derivative(cache.Z) * dot.slope
    Z_dot = A_dot @ layers[-1].W.T + linear(caches[-1].A_prev, layers_dot[-1].W, layers_dot[-1].b)
    return average((output.derivative(caches[-1].A, Y) * Z_dot).sum(), m)
