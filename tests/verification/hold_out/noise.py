"""Random numbers, noise, and numbers that only look like a factor."""

from torch import Tensor

from course_torch.mistakes.context import BackwardContext
from course_torch.verification.faults import Fault
from tests.verification.hold_out.entry import fault
from tests.verification.hold_out.noise_maker import noise

NOISE: list[Fault] = []


@fault(NOISE, "db with an offset", "db", "db[L]", "constant added")
def offset(call: BackwardContext) -> Tensor:
    return call.right + 0.137


@fault(NOISE, "random db", "db", "db[L]")
def random_db(call: BackwardContext) -> Tensor:
    return noise(call.right)


@fault(NOISE, "random dW", "dW", "dW[L]")
def random_dW(call: BackwardContext) -> Tensor:
    return noise(call.right)


@fault(NOISE, "random dslope", "dslope", "dslope[L-1]", need="leaky_relu")
def random_slope(call: BackwardContext) -> Tensor:
    return call.right * (1.234 + 0.1 * call.layer)


@fault(NOISE, "noise of 1e-3 in dA", "dA", "dA[L-1]")
def noisy(call: BackwardContext) -> Tensor:
    return call.right * (1 + 1e-3 * noise(call.right))


@fault(NOISE, "noise of 1e-2 in db", "db", "db[L]")
def noisy_db(call: BackwardContext) -> Tensor:
    return call.right * (1 + 1e-2 * noise(call.right, call.layer))


@fault(NOISE, "one entry of dW left at 0", "dW", "dW[L]")
def one_entry(call: BackwardContext) -> Tensor:
    dW = call.right.clone()
    dW[0, 0] = 0
    return dW


@fault(NOISE, "dropout left in", "dZ", "dZ[L-1]")
def dropout(call: BackwardContext) -> Tensor:
    return call.right * (noise(call.right) > 0) * 2


@fault(NOISE, "dA clipped", "dA", "dA[L-1]")
def clipped(call: BackwardContext) -> Tensor:
    return call.right.clamp(-0.1, 0.1)


@fault(NOISE, "sign of dW", "dW", "dW[L]")
def sign_only(call: BackwardContext) -> Tensor:
    return call.right.sign()


@fault(NOISE, "dW rounded to 3 digits", "dW", "dW[L]")
def rounded(call: BackwardContext) -> Tensor:
    return call.right.mul(1000).round() / 1000


@fault(NOISE, "dslope divided by the units", "dslope", "dslope[L-1]", need="leaky_relu")
def slope_by_units(call: BackwardContext) -> Tensor:
    """Single numbers with another factor in each layer: no one number of examples explains them."""
    return call.right / call.Z.shape[1]
