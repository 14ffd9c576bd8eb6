"""Numbers computed in a narrower dtype, and epsilons."""

from torch import Tensor

from course_torch.mistakes.context import BackwardContext
from course_torch.verification.faults import Fault
from tests.verification.hold_out.entry import fault

PRECISION: list[Fault] = []


@fault(PRECISION, "dA added up in float32", "dA", "dA[L-1]", "float32", float32=False)
def narrow_dA(call: BackwardContext) -> Tensor:
    return (call.dZ.float() @ call.W.float()).double()


@fault(PRECISION, "db added up in float32", "db", "db[L]", "float32", float32=False)
def narrow_db(call: BackwardContext) -> Tensor:
    return call.dZ.float().sum(0, keepdim=True).double() / call.m


@fault(PRECISION, "sigmoid in float32", "dZ[L]", "dZ[L]", "float32", outputs=("sigmoid",), float32=False)
def narrow_A(call: BackwardContext) -> Tensor:
    return call.Z.float().sigmoid().double() - call.Y


@fault(PRECISION, "dA in bfloat16", "dA", "dA[L-1]", "bfloat16")
def half_dA(call: BackwardContext) -> Tensor:
    return (call.dZ.bfloat16() @ call.W.bfloat16()).to(call.dZ.dtype)


@fault(PRECISION, "dW in float16", "dW", "dW[L]", "float16")
def half_dW(call: BackwardContext) -> Tensor:
    return call.right.half().to(call.right.dtype)


@fault(PRECISION, "g' in float32", "g'", "dZ[L-1]", "float32", need="tanh", float32=False)
def narrow_derivative(call: BackwardContext) -> Tensor:
    return (1 - call.Z.float().tanh() ** 2).double()


@fault(PRECISION, "A clipped by 1e-8", "dZ[L]", "dZ[L]", "epsilon", outputs=("sigmoid",), float32=False)
def epsilon_in_denominators(call: BackwardContext) -> Tensor:
    A, Y = call.A, call.Y
    return (A - Y) / (A * (1 - A) + 1e-8) * A * (1 - A)


@fault(PRECISION, "log(A + 1e-12)", "dZ[L]", "dZ[L]", "epsilon", "float32", outputs=("sigmoid",), float32=False)
def smaller_epsilon(call: BackwardContext) -> Tensor:
    A, Y, e = call.A, call.Y, 1e-12
    return (-Y / (A + e) + (1 - Y) / (1 - A + e)) * A * (1 - A)


@fault(PRECISION, "softmax's log(A + 1e-8)", "dZ[L]", "dZ[L]", "epsilon", outputs=("softmax",), float32=False)
def epsilon_in_softmax(call: BackwardContext) -> Tensor:
    dA = -call.Y / (call.A + 1e-8)
    return call.A * (dA - (dA * call.A).sum(1, keepdim=True))
