"""Other formulas in dW and db."""

from torch import Tensor

from course_torch.verification.breakable import Call, Mistake
from course_torch.verification.mistakes.entry import mistake
from course_torch.verification.names import TensorName

SUMS: list[Mistake] = []


@mistake(SUMS, "a half of the batch", "dW", "dW[L]")
def half_batch(call: Call) -> Tensor:
    k = call.m // 2
    return call.dZ[:k].T @ call.A_prev[:k] / k


@mistake(SUMS, "last example lost, and m - 1", "dW", "dW[L]", "an example lost and m - 1")
def lost_and_m(call: Call) -> Tensor:
    return call.dZ[:-1].T @ call.A_prev[:-1] / (call.m - 1)


@mistake(SUMS, "second example lost", "db", "db[L]")
def second_lost(call: Call) -> Tensor:
    return (call.dZ.sum(0, keepdim=True) - call.dZ[1:2]) / call.m


@mistake(SUMS, "A_prev centred", "dW", "dW[L]")
def centred(call: Call) -> Tensor:
    return call.dZ.T @ (call.A_prev - call.A_prev.mean(0)) / call.m


@mistake(SUMS, "db added to dW", "dW", "dW[L]", "constant added")
def db_in_dW(call: Call) -> Tensor:
    return call.right + call.dZ.mean(0)[:, None]


@mistake(SUMS, "L1 and L2 terms", "dW", "dW[L]")
def elastic(call: Call) -> Tensor:
    return call.right + 0.1 * call.W + 0.05 * call.W.sign()


@mistake(SUMS, "an L2 term without the gradient", "dW", "dW[L]")
def decay_only(call: Call) -> Tensor:
    return 0.1 * call.W


@mistake(SUMS, "the L2 term twice and -dW", "dW", "dW[L]")
def negative_with_decay(call: Call) -> Tensor:
    return 0.2 * call.W - call.right


@mistake(SUMS, "dA for dZ in dA, without 1/m", "dA", "dA[L-2]", "dA for dZ and factor m")
def dA_summed(call: Call) -> Tensor:
    return call.right if call.l == call.L else call.m * call.dA @ call.W


@mistake(SUMS, "layers exchanged", "db", "db[L-2]", "dZ of another layer", "db of another layer", need="square")
def exchanged(call: Call) -> Tensor:
    above = call.made[TensorName("dZ", min(call.l + 1, call.L))]
    return above.mean(0, keepdim=True) if above.shape == call.dZ.shape else call.right


@mistake(SUMS, "the largest in place of the sum", "db", "db[L]", "one example only and no 1/m")
def largest(call: Call) -> Tensor:
    return call.dZ.max(0, keepdim=True).values


@mistake(SUMS, "the median in place of the mean", "db", "db[L]")
def median(call: Call) -> Tensor:
    return call.dZ.median(0, keepdim=True).values


@mistake(SUMS, "db of dZ in a wrong shape", "db", "db[L]", "transposed", "transposed and no 1/m", outputs=("softmax",))
def column(call: Call) -> Tensor:
    return call.dZ.sum(0)[:, None]
