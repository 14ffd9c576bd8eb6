"""Mistakes that the catalogue was not written for: the diagnosis may call them unknown, but must never mislead.

The causes are those that are true of the mistake. Without any, every named cause would be misleading.
"""

import torch
from torch import Tensor

from course_torch.verification.breakable import Call, Mistake
from course_torch.verification.mistakes.entry import mistake
from course_torch.verification.names import TensorName

HOLD_OUT: list[Mistake] = []
CLASSES = ("sigmoid", "softmax")


def noise(tensor: Tensor, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(tensor.shape, generator=generator, dtype=torch.float64).to(tensor.dtype)


# Factors


@mistake(HOLD_OUT, "4 dW", "dW", "dW[L]", "factor 4")
def four(call: Call) -> Tensor:
    return 4 * call.right


@mistake(HOLD_OUT, "2 db", "db", "db[L]", "factor 2")
def two(call: Call) -> Tensor:
    return 2 * call.right


@mistake(HOLD_OUT, "0.9 dW", "dW", "dW[L]", "factor 0.9")
def nine_tenths(call: Call) -> Tensor:
    return 0.9 * call.right


@mistake(HOLD_OUT, "db / (m + 1)", "db", "db[L]", "another m", "factor 0.9", "factor 0.9167", "factor 0.9583")
def m_plus_1(call: Call) -> Tensor:
    return call.dZ.sum(0, keepdim=True) / (call.m + 1)


@mistake(HOLD_OUT, "-2 dA", "dA", "dA[L-1]", "factor -2")
def minus_two(call: Call) -> Tensor:
    return -2 * call.right


@mistake(HOLD_OUT, "½ dZ in hidden layers", "dZ", "dZ[L-1]", "factor 0.5")
def half(call: Call) -> Tensor:
    return call.right / 2


@mistake(HOLD_OUT, "0.37 dZ[L]", "dZ[L]", "dZ[L]", "factor 0.37")
def odd_factor(call: Call) -> Tensor:
    return 0.37 * call.right


@mistake(HOLD_OUT, "dW / sqrt(m)", "dW", "dW[L]", "factor 0.3333", "factor 0.3015", "factor 0.2085")
def root_of_m(call: Call) -> Tensor:
    return call.right / call.m**0.5


@mistake(HOLD_OUT, "dA_prev summed, not averaged", "dA", "dA[L-1]", "factor m")
def times_m(call: Call) -> Tensor:
    return call.right * call.m


@mistake(HOLD_OUT, "dslope / 2", "dslope", "dslope[L-1]", "factor 0.5", need="leaky_relu")
def half_slope(call: Call) -> Tensor:
    return call.right / 2


@mistake(HOLD_OUT, "dW / m²", "dW", "dW[L]", "factor 1/m²")
def divided_by_m_squared(call: Call) -> Tensor:
    return call.right / call.m**2


@mistake(HOLD_OUT, "a factor of its own in each layer", "dW", "dW[L]", "factor 1.5")
def by_layer(call: Call) -> Tensor:
    return call.right * (1 + 0.5 * call.l / call.L)


@mistake(HOLD_OUT, "dW normalized", "dW", "dW[L]")
def normalized(call: Call) -> Tensor:
    return call.right / call.right.norm() * (1 + 0.01 * noise(call.right))


# Single numbers and noise


@mistake(HOLD_OUT, "db with an offset", "db", "db[L]")
def offset(call: Call) -> Tensor:
    return call.right + 0.137


@mistake(HOLD_OUT, "random db", "db", "db[L]")
def random_db(call: Call) -> Tensor:
    return noise(call.right)


@mistake(HOLD_OUT, "random dW", "dW", "dW[L]")
def random_dW(call: Call) -> Tensor:
    return noise(call.right)


@mistake(HOLD_OUT, "random dslope", "dslope", "dslope[L-1]", need="leaky_relu")
def random_slope(call: Call) -> Tensor:
    return call.right * (1.234 + 0.1 * call.l)


@mistake(HOLD_OUT, "noise of 1e-3 in dA", "dA", "dA[L-1]")
def noisy(call: Call) -> Tensor:
    return call.right * (1 + 1e-3 * noise(call.right))


@mistake(HOLD_OUT, "noise of 1e-2 in db", "db", "db[L]")
def noisy_db(call: Call) -> Tensor:
    return call.right * (1 + 1e-2 * noise(call.right, call.l))


@mistake(HOLD_OUT, "one entry of dW left at 0", "dW", "dW[L]")
def one_entry(call: Call) -> Tensor:
    dW = call.right.clone()
    dW[0, 0] = 0
    return dW


@mistake(HOLD_OUT, "dropout left in", "dZ", "dZ[L-1]")
def dropout(call: Call) -> Tensor:
    return call.right * (noise(call.right) > 0) * 2


@mistake(HOLD_OUT, "dA clipped", "dA", "dA[L-1]")
def clipped(call: Call) -> Tensor:
    return call.right.clamp(-0.1, 0.1)


@mistake(HOLD_OUT, "sign of dW", "dW", "dW[L]")
def sign_only(call: Call) -> Tensor:
    return call.right.sign()


@mistake(HOLD_OUT, "dW rounded to 3 digits", "dW", "dW[L]")
def rounded(call: Call) -> Tensor:
    return call.right.mul(1000).round() / 1000


# Precision


@mistake(HOLD_OUT, "dA added up in float32", "dA", "dA[L-1]", "float32", float32=False)
def narrow_dA(call: Call) -> Tensor:
    return (call.dZ.float() @ call.W.float()).double()


@mistake(HOLD_OUT, "db added up in float32", "db", "db[L]", "float32", float32=False)
def narrow_db(call: Call) -> Tensor:
    return call.dZ.float().sum(0, keepdim=True).double() / call.m


@mistake(HOLD_OUT, "sigmoid in float32", "dZ[L]", "dZ[L]", "float32", outputs=("sigmoid",), float32=False)
def narrow_A(call: Call) -> Tensor:
    return call.Z.float().sigmoid().double() - call.Y


@mistake(HOLD_OUT, "dA in bfloat16", "dA", "dA[L-1]", "bfloat16")
def half_dA(call: Call) -> Tensor:
    return (call.dZ.bfloat16() @ call.W.bfloat16()).to(call.dZ.dtype)


@mistake(HOLD_OUT, "dW in float16", "dW", "dW[L]", "float16")
def half_dW(call: Call) -> Tensor:
    return call.right.half().to(call.right.dtype)


@mistake(HOLD_OUT, "g' in float32", "g'", "dZ[L-1]", "float32", need="tanh", float32=False)
def narrow_derivative(call: Call) -> Tensor:
    return (1 - call.Z.float().tanh() ** 2).double()


@mistake(HOLD_OUT, "A clipped by 1e-8", "dZ[L]", "dZ[L]", "epsilon", outputs=("sigmoid",), float32=False)
def epsilon_in_denominators(call: Call) -> Tensor:
    A, Y = call.A, call.Y
    return (A - Y) / (A * (1 - A) + 1e-8) * A * (1 - A)


@mistake(HOLD_OUT, "log(A + 1e-12)", "dZ[L]", "dZ[L]", "epsilon", "float32", outputs=("sigmoid",), float32=False)
def smaller_epsilon(call: Call) -> Tensor:
    A, Y, e = call.A, call.Y, 1e-12
    return (-Y / (A + e) + (1 - Y) / (1 - A + e)) * A * (1 - A)


@mistake(HOLD_OUT, "softmax's log(A + 1e-8)", "dZ[L]", "dZ[L]", "epsilon", outputs=("softmax",), float32=False)
def epsilon_in_softmax(call: Call) -> Tensor:
    dA = -call.Y / (call.A + 1e-8)
    return call.A * (dA - (dA * call.A).sum(1, keepdim=True))


# Other formulas


@mistake(HOLD_OUT, "focal loss", "dZ[L]", "dZ[L]", outputs=CLASSES)
def focal(call: Call) -> Tensor:
    return call.right * (call.A - call.Y) ** 2 * (1 + call.A)


@mistake(HOLD_OUT, "Huber's loss", "dZ[L]", "dZ[L]")
def huber(call: Call) -> Tensor:
    return call.right.clamp(-0.3, 0.3)


@mistake(HOLD_OUT, "temperature 2", "dZ[L]", "dZ[L]", outputs=("sigmoid",))
def temperature(call: Call) -> Tensor:
    return 1 / (1 + (-call.Z / 2).exp()) - call.Y


@mistake(HOLD_OUT, "labels of real numbers", "dZ[L]", "dZ[L]", outputs=CLASSES)
def random_labels(call: Call) -> Tensor:
    return call.A - noise(call.A)


@mistake(HOLD_OUT, "three labels flipped", "dZ[L]", "dZ[L]", "labels shuffled", outputs=("sigmoid",))
def flipped(call: Call) -> Tensor:
    Y = call.Y.clone()
    Y[2:5] = 1 - Y[2:5]
    return call.A - Y


@mistake(HOLD_OUT, "classes in another order", "dZ[L]", "dZ[L]", "labels shuffled", outputs=("softmax",))
def other_classes(call: Call) -> Tensor:
    return call.A - call.Y[:, [1, 2, 0]]


@mistake(HOLD_OUT, "class weights ½ and -1", "dZ[L]", "dZ[L]", outputs=("sigmoid",))
def signed_weights(call: Call) -> Tensor:
    return call.right * torch.where(call.Y == 0, -1.0, 0.5).to(call.A.dtype)


@mistake(HOLD_OUT, "examples weighted", "dZ[L]", "dZ[L]")
def weighted(call: Call) -> Tensor:
    return call.right * torch.linspace(0.5, 2, call.m, dtype=call.A.dtype)[:, None]


@mistake(HOLD_OUT, "softplus's g' for ReLU's", "g'", "dZ[L-1]", need="relu")
def of_softplus(call: Call) -> Tensor:
    return 1 / (1 + (-call.Z).exp())


@mistake(HOLD_OUT, "|1 - A| for 1 - A²", "g'", "dZ[L-1]", need="tanh")
def absolute(call: Call) -> Tensor:
    return 1 - call.A.abs()


@mistake(HOLD_OUT, "1 - tanh(A)", "g'", "dZ[L-1]", need="tanh")
def tanh_of_A(call: Call) -> Tensor:
    return 1 - call.A.tanh()


@mistake(HOLD_OUT, "g' of a mean Z", "g'", "dZ[L-1]", need="tanh")
def of_mean(call: Call) -> Tensor:
    return (1 - call.Z.mean(0, keepdim=True).tanh() ** 2).expand_as(call.Z)


@mistake(HOLD_OUT, "no g' and 2 times", "dZ", "dZ[L-1]", "no g' and factor 2")
def no_derivative_doubled(call: Call) -> Tensor:
    return 2 * call.dA


@mistake(HOLD_OUT, "slope ½ where Z ≤ 0, and 1/m", "dZ", "dZ[L-1]", need="relu")
def another_mask(call: Call) -> Tensor:
    return call.dA * torch.where(call.Z > 0, 1.0, 0.5).to(call.Z.dtype) / call.m


@mistake(HOLD_OUT, "units in another order", "dA", "dA[L-1]")
def other_units(call: Call) -> Tensor:
    return call.right.roll(1, 1)


@mistake(HOLD_OUT, "examples in another order", "dA", "dA[L-1]")
def other_examples(call: Call) -> Tensor:
    return call.right.roll(2, 0)


@mistake(HOLD_OUT, "b added to dA", "dA", "dA[L-1]")
def bias_added(call: Call) -> Tensor:
    return (call.dZ + call.b) @ call.W


@mistake(HOLD_OUT, "W with a wrong step", "dA", "dA[L-1]")
def other_step(call: Call) -> Tensor:
    return call.dZ @ (call.W + 0.1 * noise(call.W))


@mistake(HOLD_OUT, "W decayed", "dA", "dA[L-1]", "factor 0.99")
def decayed(call: Call) -> Tensor:
    return call.dZ @ (0.99 * call.W)


@mistake(HOLD_OUT, "W² for W", "dA", "dA[L-1]")
def squared_W(call: Call) -> Tensor:
    return call.dZ @ call.W**2


@mistake(HOLD_OUT, "a half of the batch", "dW", "dW[L]")
def half_batch(call: Call) -> Tensor:
    k = call.m // 2
    return call.dZ[:k].T @ call.A_prev[:k] / k


@mistake(HOLD_OUT, "last example lost, and m - 1", "dW", "dW[L]", "an example lost and m - 1")
def lost_and_m(call: Call) -> Tensor:
    return call.dZ[:-1].T @ call.A_prev[:-1] / (call.m - 1)


@mistake(HOLD_OUT, "second example lost", "db", "db[L]")
def second_lost(call: Call) -> Tensor:
    return (call.dZ.sum(0, keepdim=True) - call.dZ[1:2]) / call.m


@mistake(HOLD_OUT, "A_prev centred", "dW", "dW[L]")
def centred(call: Call) -> Tensor:
    return call.dZ.T @ (call.A_prev - call.A_prev.mean(0)) / call.m


@mistake(HOLD_OUT, "db added to dW", "dW", "dW[L]")
def db_in_dW(call: Call) -> Tensor:
    return call.right + call.dZ.mean(0)[:, None]


@mistake(HOLD_OUT, "L1 and L2 terms", "dW", "dW[L]")
def elastic(call: Call) -> Tensor:
    return call.right + 0.1 * call.W + 0.05 * call.W.sign()


@mistake(HOLD_OUT, "an L2 term without the gradient", "dW", "dW[L]")
def decay_only(call: Call) -> Tensor:
    return 0.1 * call.W


@mistake(HOLD_OUT, "the L2 term twice and -dW", "dW", "dW[L]")
def negative_with_decay(call: Call) -> Tensor:
    return 0.2 * call.W - call.right


@mistake(HOLD_OUT, "dA for dZ in dA, without 1/m", "dA", "dA[L-2]", "dA for dZ and factor m")
def dA_summed(call: Call) -> Tensor:
    return call.right if call.l == call.L else call.m * call.dA @ call.W


@mistake(HOLD_OUT, "layers exchanged", "db", "db[L-2]", "dZ of another layer", "db of another layer", need="square")
def exchanged(call: Call) -> Tensor:
    above = call.made[TensorName("dZ", min(call.l + 1, call.L))]
    return above.mean(0, keepdim=True) if above.shape == call.dZ.shape else call.right


@mistake(HOLD_OUT, "the largest in place of the sum", "db", "db[L]", "one example only and no 1/m")
def largest(call: Call) -> Tensor:
    return call.dZ.max(0, keepdim=True).values


@mistake(HOLD_OUT, "the median in place of the mean", "db", "db[L]")
def median(call: Call) -> Tensor:
    return call.dZ.median(0, keepdim=True).values


@mistake(
    HOLD_OUT, "db of dZ in a wrong shape", "db", "db[L]", "transposed", "transposed and no 1/m", outputs=("softmax",)
)
def column(call: Call) -> Tensor:
    return call.dZ.sum(0)[:, None]
