"""Right backward passes that are written differently: none of them may raise an alarm."""

import torch
from torch import Tensor

from course_torch.verification.breakable import Call, Variant
from course_torch.verification.mistakes.entry import variant

VARIANTS: list[Variant] = []


@variant(VARIANTS, "dAL · g' for A - Y", "dZ[L]", outputs=("sigmoid",))
def two_factors(call: Call) -> Tensor:
    A, Y = call.A, call.Y
    return (-Y / A + (1 - Y) / (1 - A)) * A * (1 - A)


@variant(VARIANTS, "mean for sum / m", "db")
def mean(call: Call) -> Tensor:
    return call.dZ.mean(0, keepdim=True)


@variant(VARIANTS, "einsum for @", "dW")
def einsum(call: Call) -> Tensor:
    return torch.einsum("mo,mi->oi", call.dZ, call.A_prev) / call.m


@variant(VARIANTS, "1/m before the sum", "dW")
def divided_before(call: Call) -> Tensor:
    return (call.dZ / call.m).T @ call.A_prev


@variant(VARIANTS, "example by example", "dW")
def loop(call: Call) -> Tensor:
    dW = torch.zeros_like(call.W)
    for dz, a in zip(call.dZ, call.A_prev, strict=True):
        dW += torch.outer(dz, a)
    return dW / call.m


@variant(VARIANTS, "dA_prev by columns", "dA")
def columns(call: Call) -> Tensor:
    return (call.W.T @ call.dZ.T).T


@variant(VARIANTS, "derivative from Z", "g'", need="tanh")
def from_Z(call: Call) -> Tensor:
    return 1 / call.Z.cosh() ** 2


@variant(VARIANTS, "ReLU's slope 1 at 0", "g'", need="zeros")
def at_zero(call: Call) -> Tensor:
    return (call.Z >= 0).to(call.Z.dtype)
