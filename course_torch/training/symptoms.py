"""Symptoms of a bad training: values that are not finite, dead layers, raw pixels, and reference costs."""

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.formulas.output import Output
from course_torch.network.deep_network import DeepNetwork

RAW = 16
"""Integer features above this value look like pixels that were not divided by 255."""


@torch.no_grad()
def first_non_finite(network: DeepNetwork, X: Float[Tensor, "m n_x"]) -> str | None:
    """Name the first tensor of the forward pass with nan or infinity: X, then W[l], b[l], Z[l], A[l] layer by layer."""
    named = [("X", X)]
    for l, (layer, cache) in enumerate(zip(network.layers, network.caches(X), strict=True), start=1):
        named += [(f"W[{l}]", layer.W), (f"b[{l}]", layer.b), (f"Z[{l}]", cache.Z), (f"A[{l}]", cache.A)]
    return next((name for name, tensor in named if not tensor.isfinite().all()), None)


@torch.no_grad()
def first_non_finite_parameter(network: DeepNetwork) -> str | None:
    """Name the first of W[l], b[l] layer by layer that has nan or infinity."""
    named = [(f"{name}[{l}]", getattr(layer, name)) for l, layer in enumerate(network.layers, 1) for name in ("W", "b")]
    return next((name for name, tensor in named if not tensor.isfinite().all()), None)


@torch.no_grad()
def dead_layers(network: DeepNetwork, X: Float[Tensor, "m n_x"]) -> list[int]:
    """Find the hidden layers in which g'(Z) is 0 for every unit and example, so that no gradient passes (notes 2.4)."""
    g, layers = network.hidden_activation, zip(network.layers, network.caches(X)[:-1], strict=False)
    return [l for l, (layer, cache) in enumerate(layers, 1) if not g.derivative(cache.Z, cache.A, layer.slope).any()]


def looks_like_raw_pixels(X: Float[Tensor, "m n_x"]) -> bool:
    """Whether all features are nonnegative integers and some exceed RAW."""
    return bool(X.max() > RAW and X.min() >= 0 and (X.round() == X).all())


def undecided_cost(Y: Num[Tensor, "m n_y"], output: Output, m: float | None = None) -> float:
    """J at Z = 0: ln 2 for each sigmoid output, ln n_y for softmax, half the mean square of Y for squared error.

    m is the number of examples unless it is given.
    """
    return output.cost(torch.zeros(Y.shape, dtype=torch.float64, device=Y.device), Y, m).item()


def base_rate_cost(Y: Num[Tensor, "m n_y"], output: Output) -> float:
    """J of the best prediction that ignores X.

    For classes J is the entropy of the class frequencies (0.6440 for 72 of 209); for squared error J is half the
    variance of Y.
    """
    return output.cost(output.best_constant(Y).expand(Y.shape), Y).item()
