"""Mistakes made in dZ[L]."""

from torch import Tensor

from course_torch.verification.breakable import CLASSES, Call, Mistake
from course_torch.verification.mistakes.entry import mistake

AT_THE_OUTPUT: list[Mistake] = []
SIGMOID, SOFTMAX, IDENTITY = ("sigmoid",), ("softmax",), ("identity",)


@mistake(AT_THE_OUTPUT, "Y - A", "dZ[L]", "dZ[L]", "sign at the output")
def exchanged(call: Call) -> Tensor:
    return call.Y - call.A


@mistake(AT_THE_OUTPUT, "1/m in dZ[L]", "dZ[L]", "dZ[L]", "1/m in dZ")
def averaged(call: Call) -> Tensor:
    return (call.A - call.Y) / len(call.A)


@mistake(AT_THE_OUTPUT, "Y - A, and 1/m", "dZ[L]", "dZ[L]", "sign at the output and 1/m in dZ")
def exchanged_and_averaged(call: Call) -> Tensor:
    return (call.Y - call.A) / len(call.A)


@mistake(AT_THE_OUTPUT, "2 (A - Y)", "dZ[L]", "dZ[L]", "factor 2")
def doubled(call: Call) -> Tensor:
    return 2 * (call.A - call.Y)


@mistake(AT_THE_OUTPUT, "dZ[L] divided by n_y", "dZ[L]", "dZ[L]", "factor 0.3333", outputs=SOFTMAX)
def averaged_over_outputs(call: Call) -> Tensor:
    return (call.A - call.Y) / call.Y.shape[1]


@mistake(AT_THE_OUTPUT, "no g' at the output", "dZ[L]", "dZ[L]", "no g' at the output", outputs=SIGMOID)
def dA_of_the_output(call: Call) -> Tensor:
    return -call.Y / call.A + (1 - call.Y) / (1 - call.A)


@mistake(AT_THE_OUTPUT, "no g' at the softmax", "dZ[L]", "dZ[L]", "no g' at the output", outputs=SOFTMAX)
def dA_of_softmax(call: Call) -> Tensor:
    return -call.Y / call.A


@mistake(AT_THE_OUTPUT, "squared error", "dZ[L]", "dZ[L]", "squared error", outputs=SIGMOID)
def squared_error(call: Call) -> Tensor:
    return (call.A - call.Y) * call.A * (1 - call.A)


@mistake(
    AT_THE_OUTPUT,
    "squared error, 1/m",
    "dZ[L]",
    "dZ[L]",
    "squared error and 1/m in dZ",
    outputs=SIGMOID,
)
def squared_error_averaged(call: Call) -> Tensor:
    return (call.A - call.Y) * call.A * (1 - call.A) / call.m


@mistake(AT_THE_OUTPUT, "sign of the (1 - Y) term", "dZ[L]", "dZ[L]", "sign of (1 - Y)", outputs=SIGMOID)
def wrong_sign(call: Call) -> Tensor:
    return (-call.Y / call.A - (1 - call.Y) / (1 - call.A)) * call.A * (1 - call.A)


@mistake(AT_THE_OUTPUT, "no (1 - Y) term", "dZ[L]", "dZ[L]", "no (1 - Y) term", outputs=SIGMOID)
def one_term(call: Call) -> Tensor:
    return -call.Y / call.A * call.A * (1 - call.A)


@mistake(AT_THE_OUTPUT, "|A - Y|", "dZ[L]", "dZ[L]", "|A - Y|")
def distance(call: Call) -> Tensor:
    return (call.A - call.Y).abs()


@mistake(AT_THE_OUTPUT, "(A - Y)²", "dZ[L]", "dZ[L]", "(A - Y)²")
def square(call: Call) -> Tensor:
    return (call.A - call.Y) ** 2


@mistake(AT_THE_OUTPUT, "Z - Y", "dZ[L]", "dZ[L]", "Z for A at the output", outputs=CLASSES)
def from_logits(call: Call) -> Tensor:
    return call.Z - call.Y


@mistake(AT_THE_OUTPUT, "(A > ½) - Y", "dZ[L]", "dZ[L]", "decided labels for A", outputs=CLASSES)
def from_decisions(call: Call) -> Tensor:
    return (call.A > 0.5).float() - call.Y


@mistake(AT_THE_OUTPUT, "softmax along the examples", "dZ[L]", "dZ[L]", "softmax along the examples", outputs=SOFTMAX)
def wrong_axis(call: Call) -> Tensor:
    exponentials = call.Z.exp()
    return exponentials / exponentials.sum(0) - call.Y


@mistake(AT_THE_OUTPUT, "sigmoid for softmax", "dZ[L]", "dZ[L]", "another function at the output", outputs=SOFTMAX)
def sigmoids(call: Call) -> Tensor:
    return 1 / (1 + (-call.Z).exp()) - call.Y


@mistake(AT_THE_OUTPUT, "true class only", "dZ[L]", "dZ[L]", "true class only", outputs=SOFTMAX)
def true_class(call: Call) -> Tensor:
    return call.Y * (call.A - 1)


@mistake(
    AT_THE_OUTPUT, "sigmoid for the identity", "dZ[L]", "dZ[L]", "another function at the output", outputs=IDENTITY
)
def sigmoid_of_numbers(call: Call) -> Tensor:
    return 1 / (1 + (-call.Z).exp()) - call.Y


@mistake(AT_THE_OUTPUT, "log(A + 1e-8)", "dZ[L]", "dZ[L]", "epsilon", outputs=SIGMOID, float32=False)
def epsilon_in_logarithms(call: Call) -> Tensor:
    A, Y, e = call.A, call.Y, 1e-8
    return (-Y / (A + e) + (1 - Y) / (1 - A + e)) * A * (1 - A)


@mistake(AT_THE_OUTPUT, "dZ[L] in float32", "dZ[L]", "dZ[L]", "float32", float32=False)
def narrowed(call: Call) -> Tensor:
    return (call.A.float() - call.Y.float()).double()
