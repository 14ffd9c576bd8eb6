"""The forward pass without the code under test: every step in float64 from torch's own operations.

Each function returns the right tensor and the standard rounding error of each of its entries. `eps` is that of the
dtype in which the formula under test computes.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from course_torch.verification.rounding import depth

Judged = tuple[Tensor, Tensor]
ULPS = 4
"""The largest error of torch's exp, tanh and log, in units of ε of the result."""


def weighted_sums(A_prev: Tensor, W: Tensor, b: Tensor, eps: float) -> Judged:
    """Z = A_prev Wᵀ + b. Each product has the error ε, and the sum that of a tree in float32 or better."""
    Z = A_prev @ W.T + b
    sum_eps = min(eps, torch.finfo(torch.float32).eps)
    products = eps * (A_prev.square() @ W.T.square()).sqrt()
    sums = depth(A_prev.shape[1] + 1) * sum_eps * (A_prev.abs() @ W.T.abs() + b.abs())
    return Z, products + sums + eps * Z.abs()


VALUES: dict[str, Callable[[Tensor, Tensor | None], Tensor]] = {
    "sigmoid": lambda Z, slope: torch.special.expit(Z),
    "tanh": lambda Z, slope: torch.tanh(Z),
    "relu": lambda Z, slope: Z.clamp(min=0),
    "leaky_relu": lambda Z, slope: Z.clamp(min=0) + (0.01 if slope is None else slope) * Z.clamp(max=0),
    "identity": lambda Z, slope: Z,
    "softmax": lambda Z, slope: (Z - Z.logsumexp(dim=1, keepdim=True)).exp(),
}
"""Name of an activation or of an output -> g(Z)."""


def values(name: str, Z: Tensor, slope: Tensor | None, eps: float) -> Judged:
    """A = g(Z). softmax takes exp of a difference, whose rounding error grows with the difference."""
    A = VALUES[name](Z, slope)
    spread = Z.amax(dim=1, keepdim=True) - Z if name == "softmax" else 0.0
    return A, eps * (ULPS + spread) * A.abs()


def losses_of_sigmoid(Z: Tensor, Y: Tensor, eps: float) -> Judged:
    """L = Σ softplus(Z) - Y Z. Both terms have one sign, so that the error is relative to the loss."""
    L = binary_cross_entropy_with_logits(Z, Y, reduction="none").sum(dim=1)
    return L, eps * ULPS * L


def losses_of_softmax(Z: Tensor, Y: Tensor, eps: float) -> Judged:
    """L = Σ_j Y_j (logsumexp(Z) - Z_j)."""
    total = Z.logsumexp(dim=1, keepdim=True)
    return (Y * (total - Z)).sum(dim=1), eps * ULPS * (1 + total.abs() + Z.abs()).amax(dim=1)


def losses_of_identity(Z: Tensor, Y: Tensor, eps: float) -> Judged:
    """L = ½ Σ (Z - Y)²."""
    error = eps * ULPS * ((Z - Y).abs() * (Z.abs() + Y.abs())).sum(dim=1)
    return (Z - Y).square().sum(dim=1) / 2, error


LOSSES = {"sigmoid": losses_of_sigmoid, "softmax": losses_of_softmax, "identity": losses_of_identity}
"""Name of an output -> its losses."""


def total(losses: Tensor, eps: float) -> Judged:
    """m J = Σ L. The sum runs in float32 or better, and J is rounded twice: at the division and to its dtype."""
    sum_eps = min(eps, torch.finfo(torch.float32).eps)
    return losses.sum(), (2 * eps + depth(len(losses)) * sum_eps) * losses.abs().sum()
