"""Constant factors and wrong numbers of examples."""

from torch import Tensor

from course_torch.verification.breakable import Call, Mistake
from course_torch.verification.mistakes.entry import mistake
from tests.verification.hold_out.noise_maker import noise

FACTORS: list[Mistake] = []


@mistake(FACTORS, "4 dW", "dW", "dW[L]", "factor 4")
def four(call: Call) -> Tensor:
    return 4 * call.right


@mistake(FACTORS, "2 db", "db", "db[L]", "factor 2")
def two(call: Call) -> Tensor:
    return 2 * call.right


@mistake(FACTORS, "0.9 dW", "dW", "dW[L]", "factor 0.9")
def nine_tenths(call: Call) -> Tensor:
    return 0.9 * call.right


@mistake(FACTORS, "db / (m + 1)", "db", "db[L]", "another m", "factor 0.9", "factor 0.9167", "factor 0.9583")
def m_plus_1(call: Call) -> Tensor:
    return call.dZ.sum(0, keepdim=True) / (call.m + 1)


@mistake(FACTORS, "-2 dA", "dA", "dA[L-1]", "factor -2")
def minus_two(call: Call) -> Tensor:
    return -2 * call.right


@mistake(FACTORS, "½ dZ in hidden layers", "dZ", "dZ[L-1]", "factor 0.5")
def half(call: Call) -> Tensor:
    return call.right / 2


@mistake(FACTORS, "0.37 dZ[L]", "dZ[L]", "dZ[L]", "factor 0.37")
def odd_factor(call: Call) -> Tensor:
    return 0.37 * call.right


@mistake(FACTORS, "dW / sqrt(m)", "dW", "dW[L]", "factor 0.3333", "factor 0.3015", "factor 0.2085")
def root_of_m(call: Call) -> Tensor:
    return call.right / call.m**0.5


@mistake(FACTORS, "dA_prev summed, not averaged", "dA", "dA[L-1]", "factor m")
def times_m(call: Call) -> Tensor:
    return call.right * call.m


@mistake(FACTORS, "dslope / 2", "dslope", "dslope[L-1]", "factor 0.5", need="leaky_relu")
def half_slope(call: Call) -> Tensor:
    return call.right / 2


@mistake(FACTORS, "dW / m²", "dW", "dW[L]", "factor 1/m²")
def divided_by_m_squared(call: Call) -> Tensor:
    return call.right / call.m**2


@mistake(FACTORS, "a factor of its own in each layer", "dW", "dW[L]", "factor 1.5")
def by_layer(call: Call) -> Tensor:
    return call.right * (1 + 0.5 * call.l / call.L)


@mistake(FACTORS, "dW normalized", "dW", "dW[L]")
def normalized(call: Call) -> Tensor:
    return call.right / call.right.norm() * (1 + 0.01 * noise(call.right))
