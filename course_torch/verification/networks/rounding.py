"""The rounding errors of right code: how far a right backward pass may be from autograd's tensors."""

from collections.abc import Sequence
from math import log2

import torch
from jaxtyping import Float
from torch import Tensor

from course_torch.float64 import exact
from course_torch.formulas.average import average
from course_torch.formulas.layers import BackwardStep, LayerCache, LayerGradients
from course_torch.mistakes.context import true_derivative
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.difference import SAFETY


def product_eps(X: Tensor) -> float:
    """ε of matrix products of such tensors: that of the dtype, or 2⁻¹⁰ if CUDA may compute float32 products in tf32."""
    tf32 = X.is_cuda and X.dtype == torch.float32 and torch.get_float32_matmul_precision() != "highest"
    return 2.0**-10 if tf32 else torch.finfo(X.dtype).eps


@torch.no_grad()
def rounding_errors(
    network: DeepNetwork,
    caches: Sequence[LayerCache],
    Y: Tensor,
    steps: Sequence[BackwardStep],
    eps: float,
    m: float | None = None,
    terms: int | None = None,
    *,
    in_turn: bool = False,
) -> list[BackwardStep]:
    """The standard rounding error of every entry of a backward pass, for layers 1 to L, in float64 on the CPU.

    `eps` is the distance from 1 to the next number. Every operation passes on the errors of its inputs, whose squares
    add up. It also adds its own error: ε of each term, and ε · log₂(2n) · Σ|terms| for a sum of n terms that is
    computed as a tree. db has no logarithm, because torch's plain sum rounds less than its matrix product. Sums of
    narrow dtypes run in float32, so the ε of a sum is at most that of float32. The error is large relative to a sum
    whose terms cancel: with balanced labels db is a mean of numbers near ±1/2, and loses more digits than dW.

    in_turn   whether a sum over the examples may add its terms one after another: a loop does so, and so does NumPy in
              a sum over axis 0. Then the error of `added_in_turn` comes on top.

    The playground records this function too, for every m and every width (playground/graphs.py): no value may choose a
    branch, every operation is one that its page has, and `terms`, if given, replaces n in every sum.
    """
    hidden, rows = network.hidden_activation, len(Y)
    m = rows if m is None else m
    sum_eps = min(eps, torch.finfo(torch.float32).eps)
    result: list[BackwardStep] = []
    dA: Tensor | None = None
    dA_error = torch.tensor(0.0)
    for layer, cache, step in reversed(list(zip(network.layers, caches, steps, strict=True))):
        A_prev, Z, A, dZ, W = (exact(each) for each in (cache.A_prev, cache.Z, cache.A, step.dZ, layer.W))
        dslope = None
        if dA is None:
            dZ_error = eps * (A.abs() + exact(Y).abs())
        else:
            slope = true_derivative(hidden, Z, None if layer.slope is None else exact(layer.slope))
            dZ_error = torch.hypot(dA_error * slope, eps * dA.abs())
            if step.gradients.dslope is not None:
                assert hidden.slope_derivative is not None
                by_slope = hidden.slope_derivative(Z)
                parts = dA * by_slope
                own = depth(terms or parts.numel()) * sum_eps * parts.abs().sum()
                if in_turn:
                    own += added_in_turn(parts.reshape(-1, 1), torch.ones_like(parts).reshape(-1, 1), sum_eps).sum()
                dslope = average(sum_error((dA_error * by_slope).norm(), parts, eps, own), m)
                dslope = torch.hypot(dslope, eps * exact(step.gradients.dslope))
        terms_error = torch.hypot(dZ_error, eps * dZ)
        own_dW = depth(terms or rows) * sum_eps * average(dZ.abs().T @ A_prev.abs(), m)
        own_db = sum_eps * average(dZ.abs().sum(dim=0, keepdim=True), m)
        if in_turn:
            own_dW += average(added_in_turn(dZ, A_prev, sum_eps), m)
            own_db += average(added_in_turn(dZ, torch.ones_like(dZ[:, :1]), sum_eps).T, m)
        dW_error = average((terms_error.square().T @ A_prev.square()).sqrt(), m)
        db_error = average(dZ_error.norm(dim=0, keepdim=True), m)
        dW_error = torch.hypot(dW_error, own_dW + eps * exact(step.gradients.dW).abs())
        db_error = torch.hypot(db_error, own_db + eps * exact(step.gradients.db).abs())
        gradients = LayerGradients(dW_error, db_error, dslope)
        if step.dA_prev is None:  # of layer 1, whose dA_prev has as many entries as X
            result.append(BackwardStep(dZ_error, gradients, None))
            continue
        dA = exact(step.dA_prev)
        passed_on, sums = terms_error.square() @ W.square(), dZ.abs() @ W.abs()
        dA_error = torch.hypot(passed_on.sqrt(), depth(terms or dZ.shape[1]) * sum_eps * sums)
        result.append(BackwardStep(dZ_error, gradients, dA_error))
    return result[::-1]


def sum_error(passed_on: Tensor, terms: Tensor, eps: float, own: Tensor) -> Tensor:
    """The error of a sum: its `own`, that of its terms, and the error `passed_on` by its terms."""
    return torch.hypot(passed_on, torch.hypot(eps * terms.norm(), own))


def depth(n: int) -> float:
    """log₂(2n): the number of additions above a term in a tree of n terms, plus 1."""
    return log2(2 * max(n, 1))


BLOCKS = 256


def added_in_turn(a: Float[Tensor, "m p"], b: Float[Tensor, "m q"], eps: float) -> Float[Tensor, "p q"]:
    """The standard error of aᵀ b if it adds row after row. Its largest error counts as SAFETY standard errors.

    The largest error is (ε / 2) Σ_k |S_k|, where S_k is the sum of the first k rows: equal terms are all rounded in one
    direction. S_k is computed at the ends of BLOCKS blocks of rows. Within a block it is at most as far from the start
    as the sum of the block's |terms|, on average half as far.
    """
    total, partial = (a.new_zeros(a.shape[1], b.shape[1]) for _ in range(2))
    for rows_a, rows_b in zip(a.chunk(BLOCKS), b.chunk(BLOCKS), strict=True):
        partial += len(rows_a) * (total.abs() + rows_a.abs().T @ rows_b.abs() / 2)
        total += rows_a.T @ rows_b
    return eps / 2 * partial / SAFETY
