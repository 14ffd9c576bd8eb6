"""How far apart two right computations of one gradient can be: the tolerance that its own sums justify."""

from collections.abc import Sequence
from math import sqrt

import torch
from torch import Tensor

from course_torch.formulas.activations import ACTIVATIONS, leaky_relu_slope_gradient
from course_torch.formulas.layers import LayerCache, linear_backward, linear_backward_input
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import LayerGradients

SAFETY = 4.0
"""Rounding errors of a sum of n terms grow like sqrt(n); this much above it still counts as rounding."""


@torch.no_grad()
def magnitudes(network: DeepNetwork, caches: Sequence[LayerCache], Y: Tensor) -> list[LayerGradients]:
    """What |dW|, |db| and |dslope| would be if no two terms of their sums cancelled, layer 1 first.

    It is the backward pass on absolute values: |dZ[L]| ≤ |A[L]| + |Y|, |dW| ≤ (1/m) |dZ|ᵀ |A_prev|,
    |dA_prev| ≤ |dZ| |W|. A sum's rounding error is proportional to this, however small the sum itself is: db of a
    balanced set of labels is a mean of terms near ±1/2 that nearly cancel.
    """
    hidden, m = ACTIVATIONS[network.hidden_activation], len(Y)
    result: list[LayerGradients] = []
    dA: Tensor | None = None
    for layer, cache in reversed(list(zip(network.layers, caches, strict=True))):
        dslope = None
        if dA is None:
            dZ = cache.A.abs() + Y.abs()
        else:
            dZ = dA * hidden.derivative(cache.Z, cache.A, layer.slope).abs()
            dslope = leaky_relu_slope_gradient(dA, cache.Z, m).abs()
        result.append(LayerGradients(*linear_backward(dZ, cache.A_prev.abs(), m), dslope))
        dA = linear_backward_input(dZ, layer.W.abs())
    return result[::-1]


def tolerance(magnitude: Tensor, size: float, terms: int, dtype: torch.dtype) -> float:
    """The largest ‖a - b‖ / size that rounding explains: ε · SAFETY · sqrt(terms) · ‖magnitude‖ / size.

    ε is the spacing of the dtype's numbers at 1, `terms` the length of the longest sum on the way, size ‖a‖ + ‖b‖.
    """
    relative = magnitude.double().norm().item() / size if size != 0 else 1.0
    return torch.finfo(dtype).eps * SAFETY * sqrt(terms) * relative
