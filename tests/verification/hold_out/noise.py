"""Random numbers, noise, and numbers that only look like a factor."""

from torch import Tensor

from course_torch.verification.breakable import Call, Mistake
from course_torch.verification.mistakes.entry import mistake
from tests.verification.hold_out.noise_maker import noise

NOISE: list[Mistake] = []


@mistake(NOISE, "db with an offset", "db", "db[L]", "constant added")
def offset(call: Call) -> Tensor:
    return call.right + 0.137


@mistake(NOISE, "random db", "db", "db[L]")
def random_db(call: Call) -> Tensor:
    return noise(call.right)


@mistake(NOISE, "random dW", "dW", "dW[L]")
def random_dW(call: Call) -> Tensor:
    return noise(call.right)


@mistake(NOISE, "random dslope", "dslope", "dslope[L-1]", need="leaky_relu")
def random_slope(call: Call) -> Tensor:
    return call.right * (1.234 + 0.1 * call.l)


@mistake(NOISE, "noise of 1e-3 in dA", "dA", "dA[L-1]")
def noisy(call: Call) -> Tensor:
    return call.right * (1 + 1e-3 * noise(call.right))


@mistake(NOISE, "noise of 1e-2 in db", "db", "db[L]")
def noisy_db(call: Call) -> Tensor:
    return call.right * (1 + 1e-2 * noise(call.right, call.l))


@mistake(NOISE, "one entry of dW left at 0", "dW", "dW[L]")
def one_entry(call: Call) -> Tensor:
    dW = call.right.clone()
    dW[0, 0] = 0
    return dW


@mistake(NOISE, "dropout left in", "dZ", "dZ[L-1]")
def dropout(call: Call) -> Tensor:
    return call.right * (noise(call.right) > 0) * 2


@mistake(NOISE, "dA clipped", "dA", "dA[L-1]")
def clipped(call: Call) -> Tensor:
    return call.right.clamp(-0.1, 0.1)


@mistake(NOISE, "sign of dW", "dW", "dW[L]")
def sign_only(call: Call) -> Tensor:
    return call.right.sign()


@mistake(NOISE, "dW rounded to 3 digits", "dW", "dW[L]")
def rounded(call: Call) -> Tensor:
    return call.right.mul(1000).round() / 1000


@mistake(NOISE, "dslope divided by the units", "dslope", "dslope[L-1]", need="leaky_relu")
def slope_by_units(call: Call) -> Tensor:
    """Single numbers with another factor in each layer: no one number of examples explains them."""
    return call.right / call.Z.shape[1]
