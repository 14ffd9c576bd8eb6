"""Mistakes made in dZ[l] and dA[l] of hidden layers."""

from torch import Tensor

from course_torch.verification.breakable import Call, Mistake
from course_torch.verification.mistakes.entry import mistake
from course_torch.verification.mistakes.in_the_derivative import derivative_like
from course_torch.verification.names import TensorName

IN_HIDDEN_LAYERS: list[Mistake] = []


@mistake(IN_HIDDEN_LAYERS, "no g', and 1/m", "dZ", "dZ[L-1]", "no g' and 1/m in dZ")
def no_derivative_averaged(call: Call) -> Tensor:
    return call.dA / call.m


@mistake(IN_HIDDEN_LAYERS, "no g', and a wrong sign", "dZ", "dZ[L-1]", "no g' and sign")
def no_derivative_negative(call: Call) -> Tensor:
    return -call.dA


@mistake(IN_HIDDEN_LAYERS, "1/m in hidden dZ", "dZ", "dZ[L-1]", "1/m in dZ")
def averaged(call: Call) -> Tensor:
    return call.right / call.m


@mistake(IN_HIDDEN_LAYERS, "top dA reused", "dZ", "dZ[L-2]", "top dA reused", need="square")
def top_dA(call: Call) -> Tensor:
    return call.made[TensorName("dA", call.L - 1)] * derivative_like(call, call.Z)


@mistake(IN_HIDDEN_LAYERS, "dZ for dA", "dZ", "dZ[L-2]", "dZ for dA", need="square")
def dZ_above(call: Call) -> Tensor:
    above = call.made[TensorName("dZ", call.l + 1)]
    return (above if above.shape == call.Z.shape else call.dA) * derivative_like(call, call.Z)


@mistake(IN_HIDDEN_LAYERS, "A * g' without dA", "dZ", "dZ[L-1]", "A for dA")
def value_for_dA(call: Call) -> Tensor:
    return call.A * derivative_like(call, call.Z)


@mistake(IN_HIDDEN_LAYERS, "1/m in dA_prev", "dA", "dA[L-1]", "1/m in dA")
def averaged_input(call: Call) -> Tensor:
    return call.dZ @ call.W / call.m


@mistake(IN_HIDDEN_LAYERS, "dZ W + 1", "dA", "dA[L-1]", "constant added")
def one_added(call: Call) -> Tensor:
    return call.dZ @ call.W + 1


@mistake(IN_HIDDEN_LAYERS, "-dZ W", "dA", "dA[L-1]", "sign")
def negative_input(call: Call) -> Tensor:
    return -call.dZ @ call.W


@mistake(IN_HIDDEN_LAYERS, "W for Wᵀ", "dA", "dA[L-2]", "W for Wᵀ", need="square")
def not_transposed(call: Call) -> Tensor:
    return call.dZ @ (call.W.T if call.W.shape[0] == call.W.shape[1] else call.W)


@mistake(IN_HIDDEN_LAYERS, "W for Wᵀ, and 1/m", "dA", "dA[L-2]", "W for Wᵀ and 1/m in dA", need="square")
def not_transposed_averaged(call: Call) -> Tensor:
    return call.dZ @ call.W.T / call.m if call.W.shape[0] == call.W.shape[1] else call.right


@mistake(IN_HIDDEN_LAYERS, "W updated too early", "dA", "dA[L-1]", "W updated too early")
def early(call: Call) -> Tensor:
    return call.dZ @ (call.W - 0.1 * call.dW)


@mistake(IN_HIDDEN_LAYERS, "dW for W", "dA", "dA[L-1]", "dW for W")
def dW_for_W(call: Call) -> Tensor:
    return call.dZ @ call.dW


@mistake(IN_HIDDEN_LAYERS, "W of another layer", "dA", "dA[L-2]", "W of another layer", need="deep")
def another_W(call: Call) -> Tensor:
    other = {2: 3}.get(call.l, call.l - 1)
    return call.dZ @ call.network.layers[other - 1].W if 1 < call.l < call.L else call.right


@mistake(IN_HIDDEN_LAYERS, "dA for dZ in dA_prev", "dA", "dA[L-2]", "dA for dZ")
def dA_for_dZ(call: Call) -> Tensor:
    return (call.dZ if call.l == call.L else call.dA) @ call.W
