"""The right tensors of the forward pass, and the standard rounding error of each of their entries.

`eps` is that of the dtype in which the formula under test computes. The functions and losses of the project have exact
references. Any other is judged by torch's own module or loss, which its entry in the table names. A function without
both has no reference, and a text says so.
"""

from collections.abc import Callable
from functools import partial
from typing import Literal

import torch
from torch import Tensor
from torch.func import functional_call

from course_torch.formulas.activations import Activation
from course_torch.formulas.outputs import Output
from course_torch.language import Text
from course_torch.verification.exceptions import tried
from course_torch.verification.networks.rounding import depth

RightTensor = tuple[Tensor, Tensor]
"""A right tensor, and the standard rounding error of each of its entries."""
ULPS = 4
"""The largest error of torch's exp, tanh and log, in units of ε of the result."""
LOST = 0.1
"""The largest part of a loss that may be lost because the loss is written otherwise. A larger part is a finding."""


def weighted_sums(A_prev: Tensor, W: Tensor, b: Tensor, eps: float) -> RightTensor:
    """Z = A_prev Wᵀ + b. Each product has the error ε, and the sum that of a tree in float32 or better."""
    Z = A_prev @ W.T + b
    sum_eps = min(eps, torch.finfo(torch.float32).eps)
    products = eps * root_of_squares(A_prev, W.T)
    sums = depth(A_prev.shape[1] + 1) * sum_eps * (A_prev.abs() @ W.T.abs() + b.abs())
    return Z, products + sums + eps * Z.abs()


def softplus(Z: Tensor) -> Tensor:
    """log(1 + exp(Z)), to all digits on both sides of 0: torch's softplus is Z from Z = 20 on."""
    return torch.logaddexp(Z, torch.zeros_like(Z))


def softmax(Z: Tensor) -> Tensor:
    """exp(Z_j) / Σ_k exp(Z_k), shifted by the largest Z of each example."""
    shifted = (Z - Z.amax(dim=1, keepdim=True)).exp()
    return shifted / shifted.sum(dim=1, keepdim=True)


VALUES: dict[str, Callable[[Tensor, Tensor | None], Tensor]] = {
    "sigmoid": lambda Z, slope: torch.special.expit(Z),
    "tanh": lambda Z, slope: torch.tanh(Z),
    "relu": lambda Z, slope: Z.clamp(min=0),
    "leaky_relu": lambda Z, slope: Z.clamp(min=0) + (0.01 if slope is None else slope) * Z.clamp(max=0),
    "identity": lambda Z, slope: Z,
    "softmax": lambda Z, slope: softmax(Z),
}
"""Name of an activation or of an output -> g(Z)."""


def true_function(g: Activation | Output, slope: Tensor | None = None) -> Callable[[Tensor], Tensor] | None:
    """g in float64: the exact reference of this name, or torch's module. None without both."""
    if g.name in VALUES:
        return lambda Z: VALUES[g.name](Z, slope)
    module = g.module
    if module is None:
        return None
    if slope is None:
        return lambda Z: module().double()(Z)
    return lambda Z: functional_call(module().double(), {"weight": slope.reshape(1)}, Z, strict=True)


NO_REFERENCE = Text("{name} has no fitting {kind}", "{name} 没有合适的 {kind}")


def by_torch(
    name: str, kind: Literal["module", "torch_loss"], compute: Callable[..., Tensor] | None, *arguments: Tensor
) -> Tensor | Text:
    """What the module or the loss of torch computes that an entry names, or why it is no reference."""
    right = None if compute is None else tried(partial(compute, *arguments))
    shape = arguments[0].shape
    if isinstance(right, Tensor) and right.shape in (shape, shape[:1]):
        return right
    return NO_REFERENCE.fill(name=name, kind=kind)


def values(g: Activation | Output, Z: Tensor, slope: Tensor | None = None, *, dtype: torch.dtype) -> RightTensor | Text:
    """A = g(Z). softmax takes exp of a difference, whose rounding error grows with the difference.

    tanh may be written as (exp(Z) - exp(-Z)) / (exp(Z) + exp(-Z)): each exp near 1 is rounded by at most ε / 2. A
    function without an exact reference may be written with numbers near 1 and near Z. A probability below the smallest
    number of the dtype may become 0.
    """
    A, limits = by_torch(g.name, "module", true_function(g, slope), Z), torch.finfo(dtype)
    if isinstance(A, Text):
        return A
    spread = Z.amax(dim=1, keepdim=True) - Z if g.name == "softmax" else 0.0
    terms = 0.5 if g.name == "tanh" else 0.0 if g.name in VALUES else 1 + Z.abs()
    return A, limits.eps * ((ULPS + spread) * A.abs() + terms) + limits.tiny


def losses_of_sigmoid(Z: Tensor, Y: Tensor, eps: float) -> RightTensor:
    """L = Σ Y softplus(-Z) + (1 - Y) softplus(Z).

    The loss may be written with log A and log(1 - A), whose rounding errors are ε and ε / (1 - A) = ε (1 + exp(Z)), or
    as softplus(Z) - Y Z, whose rounding error is ε |Z|. For sure predictions these errors are larger than the loss in
    the dtype, so that any number would pass: no more than the fraction LOST of the loss is allowed.
    """
    losses = Y * softplus(-Z) + (1 - Y) * softplus(Z)
    written_otherwise = eps * (1 + Z.abs() + (1 - Y) * Z.clamp(max=100).exp())
    return losses.sum(dim=1), (eps * ULPS * losses + written_otherwise.minimum(LOST * losses)).sum(dim=1)


def losses_of_softmax(Z: Tensor, Y: Tensor, eps: float) -> RightTensor:
    """L = Σ_j Y_j (logsumexp(Z) - Z_j).

    torch's log_softmax has the rounding error ε of numbers near 1. A loss that is written as the difference has the
    rounding error of both numbers, but no more than the fraction LOST is allowed.
    """
    total = Z.logsumexp(dim=1, keepdim=True)
    losses = (Y * (total - Z)).sum(dim=1)
    written_otherwise = eps * ULPS * (1 + total.abs() + Z.abs()).amax(dim=1)
    return losses, eps * (1 + ULPS * losses) + written_otherwise.minimum(LOST * losses)


def losses_of_identity(Z: Tensor, Y: Tensor, eps: float) -> RightTensor:
    """L = ½ Σ (Z - Y)²."""
    error = eps * ULPS * ((Z - Y).abs() * (Z.abs() + Y.abs())).sum(dim=1)
    return (Z - Y).square().sum(dim=1) / 2, error


def losses_of_torch(L: Tensor, Z: Tensor, Y: Tensor, eps: float) -> RightTensor:
    """L by torch's own loss. The loss may be written with products of Z and Y, with exp and with log.

    As in `losses_of_sigmoid`, these errors count up to the fraction LOST of the loss.
    """
    terms = ((1 + Z.abs()) * (1 + Y.abs()) + Z.abs().clamp(max=100).exp()).sum(dim=1)
    return L, eps * ULPS * L.abs() + (eps * terms).minimum(LOST * L.abs())


def losses(output: Output, Z: Tensor, Y: Tensor, dtype: torch.dtype) -> RightTensor | Text:
    """L of each example. A loss below the smallest number of the dtype may become 0."""
    limits = torch.finfo(dtype)
    if output.name in LOSSES:
        L, error = LOSSES[output.name](Z, Y, limits.eps)
    elif isinstance(right := by_torch(output.name, "torch_loss", output.torch_loss, Z, Y), Text):
        return right
    else:
        L, error = losses_of_torch(right.reshape(len(Z), -1).sum(dim=1), Z, Y, limits.eps)
    return L, error + limits.tiny


LOSSES = {"sigmoid": losses_of_sigmoid, "softmax": losses_of_softmax, "identity": losses_of_identity}
"""Name of an output -> its losses."""


def total(losses: Tensor, eps: float) -> RightTensor:
    """m J = Σ L. The sum runs in float32 or better, and J is rounded twice: at the division and to its dtype."""
    sum_eps = min(eps, torch.finfo(torch.float32).eps)
    return losses.sum(), (2 * eps + depth(len(losses)) * sum_eps) * losses.abs().sum()


def root_of_squares(a: Tensor, b: Tensor) -> Tensor:
    """√(Σ_k a_ik² b_kj²): the error of a product whose terms have independent errors.

    The largest entry is taken out of the squares, which would overflow from 1e154 on.
    """
    a_scale, b_scale = (each.abs().amax() if each.any() else torch.ones_like(each.sum()) for each in (a, b))
    return a_scale * (b_scale * ((a / a_scale).square() @ (b / b_scale).square()).sqrt())
