"""How far apart two right computations of one gradient can be: the tolerance that its own sums justify."""

from collections.abc import Sequence
from math import log2
from typing import NamedTuple

import torch
from torch import Tensor

from course_torch.formulas.average import average
from course_torch.formulas.layers import BackwardStep, LayerCache, linear_backward
from course_torch.network.deep_network import DeepNetwork


class StepErrors(NamedTuple):
    """The standard error of every entry of a backward step, in the shapes of the tensors; None where there is none."""

    dZ: Tensor
    dW: Tensor
    db: Tensor
    dslope: Tensor | None
    dA_prev: Tensor | None


def product_eps(X: Tensor) -> float:
    """ε of matrix products of such tensors: the dtype's, or 2⁻¹⁰ where CUDA may compute those of float32 in tf32."""
    tf32 = X.is_cuda and X.dtype == torch.float32 and torch.get_float32_matmul_precision() != "highest"
    return 2.0**-10 if tf32 else torch.finfo(X.dtype).eps


@torch.no_grad()
def rounding_errors(
    network: DeepNetwork, caches: Sequence[LayerCache], Y: Tensor, steps: Sequence[BackwardStep], eps: float
) -> list[StepErrors]:
    """The error that rounding to numbers `eps` apart at 1 leaves in each tensor of a backward pass, layer 1 first.

    Every operation passes on the errors of what goes into it, as independent ones that add up in squares, and adds its
    own: ε of each term, and of a sum of n terms ε · log₂(2n) · Σ|terms|, as of a tree of additions (without the
    logarithm for db: a plain sum is more careful than a product), with the ε of float32 at most, in which narrower
    numbers are summed. That is large beside a sum whose terms cancel: db of labels
    that are half 0, half 1, a mean of numbers near ±1/2, may be off by more of itself than dW beside it. Computed in
    float64 on the CPU.
    """
    hidden, m = network.hidden_activation, len(Y)
    sum_eps = min(eps, torch.finfo(torch.float32).eps)
    result: list[StepErrors] = []
    dA: Tensor | None = None
    dA_error = torch.tensor(0.0)
    for layer, cache, step in reversed(list(zip(network.layers, caches, steps, strict=True))):
        A_prev, Z, A, dZ, W = (exact(each) for each in (cache.A_prev, cache.Z, cache.A, step.dZ, layer.W))
        dslope = None
        if dA is None:
            dZ_error = eps * (A.abs() + exact(Y).abs())
        else:
            slope = hidden.derivative(Z, A, None if layer.slope is None else exact(layer.slope))
            dZ_error = torch.hypot(dA_error * slope, eps * dA.abs())
            if step.gradients.dslope is not None:
                negative = Z.clamp(max=0)
                dslope = average(sum_error((dA_error * negative).norm(), dA * negative, eps, sum_eps), m)
                dslope = torch.hypot(dslope, eps * exact(step.gradients.dslope))
        terms_error = torch.hypot(dZ_error, eps * dZ)
        own_dW, own_db = linear_backward(dZ.abs(), A_prev.abs(), m)
        dW_error = average((terms_error.square().T @ A_prev.square()).sqrt(), m)
        db_error = average(dZ_error.norm(dim=0, keepdim=True), m)
        dW_error = torch.hypot(dW_error, depth(m) * sum_eps * own_dW + eps * exact(step.gradients.dW).abs())
        db_error = torch.hypot(db_error, sum_eps * own_db + eps * exact(step.gradients.db).abs())
        dA = None if step.dA_prev is None else exact(step.dA_prev)
        dA_error = torch.hypot(
            (terms_error.square() @ W.square()).sqrt(), depth(dZ.shape[1]) * sum_eps * (dZ.abs() @ W.abs())
        )
        result.append(StepErrors(dZ_error, dW_error, db_error, dslope, None if dA is None else dA_error))
    return result[::-1]


def sum_error(passed_on: Tensor, terms: Tensor, eps: float, sum_eps: float) -> Tensor:
    """The error of a sum of all terms, with what their own errors pass on."""
    own = depth(terms.numel()) * sum_eps * terms.abs().sum()
    return torch.hypot(passed_on, torch.hypot(eps * terms.norm(), own))


def depth(n: int) -> float:
    """Additions that a term goes through in a tree of n, and one."""
    return log2(2 * n)


def exact(tensor: Tensor) -> Tensor:
    """In float64 on the CPU."""
    return tensor.detach().cpu().double()
