"""How far apart two right computations of one gradient can be: the tolerance that its own sums justify."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.average import average
from course_torch.formulas.layers import LayerCache
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import BackwardStep


class StepErrors(NamedTuple):
    """The standard error of every entry of a backward step, in the shapes of the tensors; None where there is none."""

    dZ: Tensor
    dW: Tensor
    db: Tensor
    dslope: Tensor | None
    dA_prev: Tensor | None


@torch.no_grad()
def rounding_errors(
    network: DeepNetwork, caches: Sequence[LayerCache], Y: Tensor, steps: Sequence[BackwardStep], eps: float
) -> list[StepErrors]:
    """The error that rounding to numbers `eps` apart at 1 leaves in each tensor of a backward pass, layer 1 first.

    Every operation passes on the errors of what goes into it, as independent ones that add up in squares, and adds
    its own: a sum of n terms ε · sqrt(n) · Σ|terms|, which is large beside a sum whose terms cancel. So db of labels
    that are half 0, half 1, a mean of numbers near ±1/2, may be off by more of itself than dW beside it.
    """
    hidden, m = ACTIVATIONS[network.hidden_activation], len(Y)
    result: list[StepErrors] = []
    dA: Tensor | None = None
    dA_error = torch.tensor(0.0)
    for layer, cache, step in reversed(list(zip(network.layers, caches, steps, strict=True))):
        dslope = None
        if dA is None:
            dZ_error = eps * (cache.A.abs() + Y.abs())
        else:
            slope = hidden.derivative(cache.Z, cache.A, layer.slope)
            dZ_error = torch.hypot(dA_error * slope, eps * dA.abs())
            if step.gradients.dslope is not None:
                negative = cache.Z.clamp(max=0).abs()
                own = eps * (m * dA.shape[1]) ** 0.5 * (dA.abs() * negative).sum()
                dslope = average(torch.hypot((dA_error * negative).norm(), own), m)
        A_prev, dZ, W = cache.A_prev.abs(), step.dZ.abs(), layer.W.abs()
        dW_error = torch.hypot((dZ_error.square().T @ A_prev.square()).sqrt(), eps * m**0.5 * (dZ.T @ A_prev))
        db_error = torch.hypot(dZ_error.norm(dim=0, keepdim=True), eps * m**0.5 * dZ.sum(dim=0, keepdim=True))
        dA = step.dA_prev
        if dA is not None:
            dA_error = torch.hypot((dZ_error.square() @ W.square()).sqrt(), eps * dZ.shape[1] ** 0.5 * (dZ @ W))
        errors = StepErrors(
            dZ_error, average(dW_error, m), average(db_error, m), dslope, None if dA is None else dA_error
        )
        result.append(errors)
    return result[::-1]
