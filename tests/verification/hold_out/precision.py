"""Numbers computed in a narrower dtype, and epsilons."""

from torch import Tensor

from course_torch.verification.breakable import Call, Mistake
from course_torch.verification.mistakes.entry import mistake

PRECISION: list[Mistake] = []


@mistake(PRECISION, "dA added up in float32", "dA", "dA[L-1]", "float32", float32=False)
def narrow_dA(call: Call) -> Tensor:
    return (call.dZ.float() @ call.W.float()).double()


@mistake(PRECISION, "db added up in float32", "db", "db[L]", "float32", float32=False)
def narrow_db(call: Call) -> Tensor:
    return call.dZ.float().sum(0, keepdim=True).double() / call.m


@mistake(PRECISION, "sigmoid in float32", "dZ[L]", "dZ[L]", "float32", outputs=("sigmoid",), float32=False)
def narrow_A(call: Call) -> Tensor:
    return call.Z.float().sigmoid().double() - call.Y


@mistake(PRECISION, "dA in bfloat16", "dA", "dA[L-1]", "bfloat16")
def half_dA(call: Call) -> Tensor:
    return (call.dZ.bfloat16() @ call.W.bfloat16()).to(call.dZ.dtype)


@mistake(PRECISION, "dW in float16", "dW", "dW[L]", "float16")
def half_dW(call: Call) -> Tensor:
    return call.right.half().to(call.right.dtype)


@mistake(PRECISION, "g' in float32", "g'", "dZ[L-1]", "float32", need="tanh", float32=False)
def narrow_derivative(call: Call) -> Tensor:
    return (1 - call.Z.float().tanh() ** 2).double()


@mistake(PRECISION, "A clipped by 1e-8", "dZ[L]", "dZ[L]", "epsilon", outputs=("sigmoid",), float32=False)
def epsilon_in_denominators(call: Call) -> Tensor:
    A, Y = call.A, call.Y
    return (A - Y) / (A * (1 - A) + 1e-8) * A * (1 - A)


@mistake(PRECISION, "log(A + 1e-12)", "dZ[L]", "dZ[L]", "epsilon", "float32", outputs=("sigmoid",), float32=False)
def smaller_epsilon(call: Call) -> Tensor:
    A, Y, e = call.A, call.Y, 1e-12
    return (-Y / (A + e) + (1 - Y) / (1 - A + e)) * A * (1 - A)


@mistake(PRECISION, "softmax's log(A + 1e-8)", "dZ[L]", "dZ[L]", "epsilon", outputs=("softmax",), float32=False)
def epsilon_in_softmax(call: Call) -> Tensor:
    dA = -call.Y / (call.A + 1e-8)
    return call.A * (dA - (dA * call.A).sum(1, keepdim=True))
