"""Mistakes made in g'(Z) of hidden layers."""

import torch
from torch import Tensor

from course_torch.verification.breakable import Call, Mistake
from course_torch.verification.mistakes.entry import mistake

IN_THE_DERIVATIVE: list[Mistake] = []


@mistake(IN_THE_DERIVATIVE, "no g' in hidden layers", "g'", "dZ[L-1]", "no g'")
def ones(call: Call) -> Tensor:
    return torch.ones_like(call.Z)


@mistake(IN_THE_DERIVATIVE, "g'(A) for g'(Z)", "g'", "dZ[L-1]", "g'(A)", need="tanh")
def derivative_of_A(call: Call) -> Tensor:
    return 1 - call.A.tanh() ** 2


@mistake(IN_THE_DERIVATIVE, "1 - Z² for 1 - A²", "g'", "dZ[L-1]", "Z for A in g'", need="tanh")
def Z_squared(call: Call) -> Tensor:
    return 1 - call.Z**2


@mistake(IN_THE_DERIVATIVE, "1 + A² for 1 - A²", "g'", "dZ[L-1]", "sign in g'", need="tanh")
def plus(call: Call) -> Tensor:
    return 1 + call.A**2


@mistake(IN_THE_DERIVATIVE, "A² - 1 for 1 - A²", "g'", "dZ[L-1]", "sign", need="tanh")
def minus_one(call: Call) -> Tensor:
    return call.A**2 - 1


@mistake(IN_THE_DERIVATIVE, "1 - A for 1 - A²", "g'", "dZ[L-1]", "A not squared", need="tanh")
def not_squared(call: Call) -> Tensor:
    return 1 - call.A


@mistake(IN_THE_DERIVATIVE, "1 - A³ for 1 - A²", "g'", "dZ[L-1]", "another power of A", need="tanh")
def cube(call: Call) -> Tensor:
    return 1 - call.A**3


@mistake(IN_THE_DERIVATIVE, "A² for 1 - A²", "g'", "dZ[L-1]", "1 left out", need="tanh")
def square(call: Call) -> Tensor:
    return call.A**2


@mistake(IN_THE_DERIVATIVE, "A² for A (1 - A)", "g'", "dZ[L-1]", "1 left out", need="sigmoid")
def square_in_sigmoid(call: Call) -> Tensor:
    return call.A * call.A


@mistake(IN_THE_DERIVATIVE, "1 - A for A (1 - A)", "g'", "dZ[L-1]", "A left out", need="sigmoid")
def one_factor(call: Call) -> Tensor:
    return 1 - call.A


@mistake(IN_THE_DERIVATIVE, "Z (1 - Z) for A (1 - A)", "g'", "dZ[L-1]", "Z for A in g'", need="sigmoid")
def Z_for_A(call: Call) -> Tensor:
    return call.Z * (1 - call.Z)


@mistake(IN_THE_DERIVATIVE, "A for g'(Z)", "g'", "dZ[L-1]", "A for g'")
def value(call: Call) -> Tensor:
    return call.A


@mistake(IN_THE_DERIVATIVE, "g' squared", "g'", "dZ[L-1]", "g' squared", need="tanh")
def twice(call: Call) -> Tensor:
    return call.right * call.right


@mistake(IN_THE_DERIVATIVE, "sigmoid's g' for tanh's", "g'", "dZ[L-1]", "g' of sigmoid", need="tanh")
def of_sigmoid(call: Call) -> Tensor:
    return call.A * (1 - call.A)


@mistake(IN_THE_DERIVATIVE, "tanh's g' for sigmoid's", "g'", "dZ[L-1]", "g' of tanh", need="sigmoid")
def of_tanh(call: Call) -> Tensor:
    return 1 - call.A**2


@mistake(IN_THE_DERIVATIVE, "tanh's g' for ReLU's", "g'", "dZ[L-1]", "g' of tanh", need="relu")
def of_tanh_in_relu(call: Call) -> Tensor:
    return 1 - call.Z.tanh() ** 2


@mistake(IN_THE_DERIVATIVE, "ReLU's g' for tanh's", "g'", "dZ[L-1]", "g' of relu", need="tanh")
def of_relu(call: Call) -> Tensor:
    return mask(call.Z > 0, call)


@mistake(IN_THE_DERIVATIVE, "leaky ReLU's g' for ReLU's", "g'", "dZ[L-1]", "g' of leaky_relu", need="relu")
def of_leaky_relu(call: Call) -> Tensor:
    return mask(call.Z > 0, call) + 0.01 * mask(call.Z <= 0, call)


@mistake(IN_THE_DERIVATIVE, "mask reversed", "g'", "dZ[L-1]", "mask reversed", need="relu")
def reversed_mask(call: Call) -> Tensor:
    return mask(call.Z <= 0, call)


@mistake(IN_THE_DERIVATIVE, "leaky slope missing", "g'", "dZ[L-1]", "no slope", need="leaky_relu")
def no_slope(call: Call) -> Tensor:
    return mask(call.Z > 0, call)


@mistake(IN_THE_DERIVATIVE, "another leaky slope", "g'", "dZ[L-1]", "Z ≤ 0 only", need="leaky_relu")
def another_slope(call: Call) -> Tensor:
    return mask(call.Z > 0, call) + 0.3 * mask(call.Z <= 0, call)


@mistake(IN_THE_DERIVATIVE, "leaky slope everywhere", "g'", "dZ[L-1]", "slope everywhere", need="leaky_relu")
def slope_everywhere(call: Call) -> Tensor:
    return torch.full_like(call.Z, 0.1)


@mistake(IN_THE_DERIVATIVE, "g' of another layer", "g'", "dZ[L-1]", "g' of another layer", need="square")
def of_another_layer(call: Call) -> Tensor:
    return derivative_like(call, call.caches[call.l - 2].Z) if call.l > 1 else call.right


@mistake(IN_THE_DERIVATIVE, "g'(A_prev)", "g'", "dZ[L-1]", "g' at A_prev", need="square")
def at_A_prev(call: Call) -> Tensor:
    return derivative_like(call, call.A_prev) if call.l > 1 else call.right


def derivative_like(call: Call, Z: Tensor) -> Tensor:
    """g' of tanh or ReLU at another Z, computed without `formulas`."""
    return 1 - Z.tanh() ** 2 if call.network.hidden_activation.name == "tanh" else mask(Z > 0, call)


def mask(chosen: Tensor, call: Call) -> Tensor:
    """1 at the chosen entries, 0 elsewhere, in the dtype of the network."""
    return chosen.to(call.Z.dtype)
