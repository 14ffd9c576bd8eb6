"""Mistakes that multiply dW[l] by a factor."""

from torch import Tensor

from course_torch.verification.breakable import Call, Mistake
from course_torch.verification.mistakes.entry import mistake

IN_FACTORS: list[Mistake] = []


@mistake(IN_FACTORS, "no 1/m in dW", "dW", "dW[L]", "no 1/m")
def dW_without_m(call: Call) -> Tensor:
    return call.dZ.T @ call.A_prev


@mistake(IN_FACTORS, "1/m twice in dW", "dW", "dW[L]", "1/m twice")
def dW_divided_twice(call: Call) -> Tensor:
    return call.dZ.T @ call.A_prev / call.m**2


@mistake(IN_FACTORS, "-dW", "dW", "dW[L]", "sign")
def negative_dW(call: Call) -> Tensor:
    return -call.dZ.T @ call.A_prev / call.m


@mistake(IN_FACTORS, "-dW without 1/m", "dW", "dW[L]", "sign and no 1/m")
def negative_sum(call: Call) -> Tensor:
    return -call.dZ.T @ call.A_prev


@mistake(IN_FACTORS, "-dW with 1/m twice", "dW", "dW[L]", "sign and 1/m twice")
def negative_divided_twice(call: Call) -> Tensor:
    return -call.dZ.T @ call.A_prev / call.m / call.m


@mistake(IN_FACTORS, "m of another data set", "dW", "dW[L]", "another m")
def m_of_another_set(call: Call) -> Tensor:
    return call.dZ.T @ call.A_prev / 209


@mistake(IN_FACTORS, "dW divided by m - 1", "dW", "dW[L]", "m - 1")
def m_minus_1(call: Call) -> Tensor:
    return call.dZ.T @ call.A_prev / (call.m - 1)


@mistake(IN_FACTORS, "dW divided by the features", "dW", "dW[L]", "m of the features")
def m_of_features(call: Call) -> Tensor:
    return call.dZ.T @ call.A_prev / call.A_prev.shape[1]


@mistake(IN_FACTORS, "3 dW", "dW", "dW[L]", "factor 3")
def tripled(call: Call) -> Tensor:
    return 3 * call.dZ.T @ call.A_prev / call.m


@mistake(IN_FACTORS, "learning rate in dW", "dW", "dW[L]", "factor 0.075")
def learning_rate(call: Call) -> Tensor:
    return 0.075 * call.dZ.T @ call.A_prev / call.m


@mistake(IN_FACTORS, "1 - β in dW", "dW", "dW[L]", "factor 0.1")
def momentum(call: Call) -> Tensor:
    return (1 - 0.9) * call.dZ.T @ call.A_prev / call.m


@mistake(IN_FACTORS, "dW divided by m + 1e-8", "dW", "dW[L]", "epsilon", float32=False)
def epsilon(call: Call) -> Tensor:
    return call.dZ.T @ call.A_prev / (call.m + 1e-8)
