"""Signs that a training is not well, from the numbers that it makes anyway."""

from math import log

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.formulas.average import average
from course_torch.network.deep_network import DeepNetwork

RAW = 16
"""Whole-numbered features above it look like pixels that were not divided by 255."""


@torch.no_grad()
def first_non_finite(network: DeepNetwork, X: Float[Tensor, "m n_x"]) -> str | None:
    """The first tensor of the forward pass with a nan or an infinity: X, then W[l], b[l], Z[l], A[l] layer by layer."""
    named = [("X", X)]
    for l, (layer, cache) in enumerate(zip(network.layers, network.caches(X), strict=True), start=1):
        named += [(f"W[{l}]", layer.W), (f"b[{l}]", layer.b), (f"Z[{l}]", cache.Z), (f"A[{l}]", cache.A)]
    return next((name for name, tensor in named if not tensor.isfinite().all()), None)


@torch.no_grad()
def dead_layers(network: DeepNetwork, X: Float[Tensor, "m n_x"]) -> list[int]:
    """The hidden layers whose ReLU units are 0 for every example, so that no gradient passes (notes 2.4)."""
    if network.hidden_activation != "relu":
        return []
    return [l for l, cache in enumerate(network.caches(X)[:-1], start=1) if not cache.A.any()]


def looks_like_raw_pixels(X: Float[Tensor, "m n_x"]) -> bool:
    """Whether the features are whole numbers of which some are far above 1."""
    return bool(X.max() > RAW and X.min() >= 0 and (X.round() == X).all())


def undecided_cost(n_y: int, output: str) -> float:
    """J of a network that finds every answer equally probable: ln 2 for each sigmoid output, ln n_y for a softmax."""
    return n_y * log(2) if output == "sigmoid" else log(n_y)


def base_rate_cost(Y: Num[Tensor, "m n_y"], output: str) -> float:
    """J of the best network that ignores X and says each label's share p: the entropy of p (0.6440 for 72 of 209)."""
    p = average(Y.double().sum(dim=0), len(Y))
    entropy = torch.special.entr(p).sum()
    return (entropy if output == "softmax" else entropy + torch.special.entr(1 - p).sum()).item()
