"""Other formulas in dW and db."""

from torch import Tensor

from course_torch.mistakes.context import BackwardContext, TensorName
from course_torch.verification.faults import Fault
from tests.verification.hold_out.entry import fault

SUMS: list[Fault] = []


@fault(SUMS, "a half of the batch", "dW", "dW[L]")
def half_batch(call: BackwardContext) -> Tensor:
    k = call.m // 2
    return call.dZ[:k].T @ call.A_prev[:k] / k


@fault(SUMS, "last example lost, and m - 1", "dW", "dW[L]", "an example lost and m - 1")
def lost_and_m(call: BackwardContext) -> Tensor:
    return call.dZ[:-1].T @ call.A_prev[:-1] / (call.m - 1)


@fault(SUMS, "second example lost", "db", "db[L]")
def second_lost(call: BackwardContext) -> Tensor:
    return (call.dZ.sum(0, keepdim=True) - call.dZ[1:2]) / call.m


@fault(SUMS, "A_prev centred", "dW", "dW[L]")
def centred(call: BackwardContext) -> Tensor:
    return call.dZ.T @ (call.A_prev - call.A_prev.mean(0)) / call.m


@fault(SUMS, "db added to dW", "dW", "dW[L]", "constant added")
def db_in_dW(call: BackwardContext) -> Tensor:
    return call.right + call.dZ.mean(0)[:, None]


@fault(SUMS, "L1 and L2 terms", "dW", "dW[L]")
def elastic(call: BackwardContext) -> Tensor:
    return call.right + 0.1 * call.W + 0.05 * call.W.sign()


@fault(SUMS, "an L2 term without the gradient", "dW", "dW[L]")
def decay_only(call: BackwardContext) -> Tensor:
    return 0.1 * call.W


@fault(SUMS, "the L2 term twice and -dW", "dW", "dW[L]")
def negative_with_decay(call: BackwardContext) -> Tensor:
    return 0.2 * call.W - call.right


@fault(SUMS, "dA for dZ in dA, without 1/m", "dA", "dA[L-2]", "dA for dZ and factor m")
def dA_summed(call: BackwardContext) -> Tensor:
    return call.right if call.layer == call.L else call.m * call.dA @ call.W


@fault(SUMS, "layers exchanged", "db", "db[L-2]", "dZ of another layer", "db of another layer", need="square")
def exchanged(call: BackwardContext) -> Tensor:
    above = call.tensors[TensorName("dZ", min(call.layer + 1, call.L))]
    return above.mean(0, keepdim=True) if above.shape == call.dZ.shape else call.right


@fault(SUMS, "the largest in place of the sum", "db", "db[L]", "one example only and no 1/m")
def largest(call: BackwardContext) -> Tensor:
    return call.dZ.max(0, keepdim=True).values


@fault(SUMS, "the median in place of the mean", "db", "db[L]")
def median(call: BackwardContext) -> Tensor:
    return call.dZ.median(0, keepdim=True).values


@fault(SUMS, "db of dZ in a wrong shape", "db", "db[L]", "transposed", "transposed and no 1/m", outputs=("softmax",))
def column(call: BackwardContext) -> Tensor:
    return call.dZ.sum(0)[:, None]
