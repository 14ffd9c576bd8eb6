"""Other formulas in hidden layers."""

import torch
from torch import Tensor

from course_torch.mistakes.context import BackwardContext
from course_torch.verification.faults import Fault
from tests.verification.hold_out.entry import fault
from tests.verification.hold_out.noise_maker import noise

HIDDEN_FORMULAS: list[Fault] = []


@fault(HIDDEN_FORMULAS, "softplus's g' for ReLU's", "g'", "dZ[L-1]", need="relu")
def of_softplus(call: BackwardContext) -> Tensor:
    return 1 / (1 + (-call.Z).exp())


@fault(HIDDEN_FORMULAS, "|1 - A| for 1 - A²", "g'", "dZ[L-1]", need="tanh")
def absolute(call: BackwardContext) -> Tensor:
    return 1 - call.A.abs()


@fault(HIDDEN_FORMULAS, "1 - tanh(A)", "g'", "dZ[L-1]", need="tanh")
def tanh_of_A(call: BackwardContext) -> Tensor:
    return 1 - call.A.tanh()


@fault(HIDDEN_FORMULAS, "g' of a mean Z", "g'", "dZ[L-1]", need="tanh")
def of_mean(call: BackwardContext) -> Tensor:
    return (1 - call.Z.mean(0, keepdim=True).tanh() ** 2).expand_as(call.Z)


@fault(HIDDEN_FORMULAS, "no g' and 2 times", "dZ", "dZ[L-1]", "no g' and factor 2")
def no_derivative_doubled(call: BackwardContext) -> Tensor:
    return 2 * call.dA


@fault(HIDDEN_FORMULAS, "slope ½ where Z ≤ 0, and 1/m", "dZ", "dZ[L-1]", need="relu")
def another_mask(call: BackwardContext) -> Tensor:
    return call.dA * torch.where(call.Z > 0, 1.0, 0.5).to(call.Z.dtype) / call.m


@fault(HIDDEN_FORMULAS, "units in another order", "dA", "dA[L-1]")
def other_units(call: BackwardContext) -> Tensor:
    return call.right.roll(1, 1)


@fault(HIDDEN_FORMULAS, "examples in another order", "dA", "dA[L-1]")
def other_examples(call: BackwardContext) -> Tensor:
    return call.right.roll(2, 0)


@fault(HIDDEN_FORMULAS, "b added to dA", "dA", "dA[L-1]")
def bias_added(call: BackwardContext) -> Tensor:
    return (call.dZ + call.b) @ call.W


@fault(HIDDEN_FORMULAS, "W with a wrong step", "dA", "dA[L-1]")
def other_step(call: BackwardContext) -> Tensor:
    return call.dZ @ (call.W + 0.1 * noise(call.W))


@fault(HIDDEN_FORMULAS, "W decayed", "dA", "dA[L-1]", "factor 0.99")
def decayed(call: BackwardContext) -> Tensor:
    return call.dZ @ (0.99 * call.W)


@fault(HIDDEN_FORMULAS, "W² for W", "dA", "dA[L-1]")
def squared_W(call: BackwardContext) -> Tensor:
    return call.dZ @ call.W**2
