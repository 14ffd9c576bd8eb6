"""Constant factors and wrong numbers of examples."""

from torch import Tensor

from course_torch.mistakes.context import BackwardContext
from course_torch.verification.faults import Fault
from tests.verification.hold_out.entry import fault
from tests.verification.hold_out.noise_maker import noise

FACTORS: list[Fault] = []


@fault(FACTORS, "4 dW", "dW", "dW[L]", "factor 4")
def four(call: BackwardContext) -> Tensor:
    return 4 * call.right


@fault(FACTORS, "2 db", "db", "db[L]", "factor 2")
def two(call: BackwardContext) -> Tensor:
    return 2 * call.right


@fault(FACTORS, "0.9 dW", "dW", "dW[L]", "factor 0.9")
def nine_tenths(call: BackwardContext) -> Tensor:
    return 0.9 * call.right


@fault(FACTORS, "db / (m + 1)", "db", "db[L]", "another m", "factor 0.9", "factor 0.9167", "factor 0.9583")
def m_plus_1(call: BackwardContext) -> Tensor:
    return call.dZ.sum(0, keepdim=True) / (call.m + 1)


@fault(FACTORS, "-2 dA", "dA", "dA[L-1]", "factor -2")
def minus_two(call: BackwardContext) -> Tensor:
    return -2 * call.right


@fault(FACTORS, "½ dZ in hidden layers", "dZ", "dZ[L-1]", "factor 0.5")
def half(call: BackwardContext) -> Tensor:
    return call.right / 2


@fault(FACTORS, "0.37 dZ[L]", "dZ[L]", "dZ[L]", "factor 0.37")
def odd_factor(call: BackwardContext) -> Tensor:
    return 0.37 * call.right


@fault(FACTORS, "dW / sqrt(m)", "dW", "dW[L]", "factor 0.3333", "factor 0.3015", "factor 0.2085")
def root_of_m(call: BackwardContext) -> Tensor:
    return call.right / call.m**0.5


@fault(FACTORS, "dA_prev summed, not averaged", "dA", "dA[L-1]", "factor m")
def times_m(call: BackwardContext) -> Tensor:
    return call.right * call.m


@fault(FACTORS, "dslope / 2", "dslope", "dslope[L-1]", "factor 0.5", need="leaky_relu")
def half_slope(call: BackwardContext) -> Tensor:
    return call.right / 2


@fault(FACTORS, "dW / m²", "dW", "dW[L]", "factor 1/m²")
def divided_by_m_squared(call: BackwardContext) -> Tensor:
    return call.right / call.m**2


@fault(FACTORS, "a factor of its own in each layer", "dW", "dW[L]", "factor 1.5")
def by_layer(call: BackwardContext) -> Tensor:
    return call.right * (1 + 0.5 * call.layer / call.L)


@fault(FACTORS, "dW normalized", "dW", "dW[L]")
def normalized(call: BackwardContext) -> Tensor:
    return call.right / call.right.norm() * (1 + 0.01 * noise(call.right))
