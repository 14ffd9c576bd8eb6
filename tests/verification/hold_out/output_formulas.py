"""Other formulas at the output."""

import torch
from torch import Tensor

from course_torch.verification.breakable import Call, Mistake
from course_torch.verification.mistakes.entry import mistake
from tests.verification.hold_out.noise_maker import noise

OUTPUT_FORMULAS: list[Mistake] = []
CLASSES = ("sigmoid", "softmax")


@mistake(OUTPUT_FORMULAS, "focal loss", "dZ[L]", "dZ[L]", outputs=CLASSES)
def focal(call: Call) -> Tensor:
    return call.right * (call.A - call.Y) ** 2 * (1 + call.A)


@mistake(OUTPUT_FORMULAS, "Huber's loss", "dZ[L]", "dZ[L]")
def huber(call: Call) -> Tensor:
    return call.right.clamp(-0.3, 0.3)


@mistake(OUTPUT_FORMULAS, "temperature 2", "dZ[L]", "dZ[L]", outputs=("sigmoid",))
def temperature(call: Call) -> Tensor:
    return 1 / (1 + (-call.Z / 2).exp()) - call.Y


@mistake(OUTPUT_FORMULAS, "labels of real numbers", "dZ[L]", "dZ[L]", outputs=CLASSES)
def random_labels(call: Call) -> Tensor:
    return call.A - noise(call.A)


@mistake(OUTPUT_FORMULAS, "three labels flipped", "dZ[L]", "dZ[L]", "labels shuffled", outputs=("sigmoid",))
def flipped(call: Call) -> Tensor:
    Y = call.Y.clone()
    Y[2:5] = 1 - Y[2:5]
    return call.A - Y


@mistake(OUTPUT_FORMULAS, "classes in another order", "dZ[L]", "dZ[L]", "labels shuffled", outputs=("softmax",))
def other_classes(call: Call) -> Tensor:
    return call.A - call.Y[:, [1, 2, 0]]


@mistake(OUTPUT_FORMULAS, "class weights ½ and -1", "dZ[L]", "dZ[L]", outputs=("sigmoid",))
def signed_weights(call: Call) -> Tensor:
    return call.right * torch.where(call.Y == 0, -1.0, 0.5).to(call.A.dtype)


@mistake(OUTPUT_FORMULAS, "examples weighted", "dZ[L]", "dZ[L]")
def weighted(call: Call) -> Tensor:
    return call.right * torch.linspace(0.5, 2, call.m, dtype=call.A.dtype)[:, None]


@mistake(OUTPUT_FORMULAS, "hinge", "dZ[L]", "dZ[L]", "decided labels for A", outputs=CLASSES)
def hinge(call: Call) -> Tensor:
    """The same tensor as (A > ½) - Y."""
    return (call.right.abs() > 0.5) * call.right.sign()
