"""Other formulas at the output."""

import torch
from torch import Tensor

from course_torch.mistakes.context import BackwardContext
from course_torch.verification.faults import Fault
from tests.verification.hold_out.entry import fault
from tests.verification.hold_out.noise_maker import noise

OUTPUT_FORMULAS: list[Fault] = []
CLASSES = ("sigmoid", "softmax")


@fault(OUTPUT_FORMULAS, "focal loss", "dZ[L]", "dZ[L]", outputs=CLASSES)
def focal(call: BackwardContext) -> Tensor:
    return call.right * (call.A - call.Y) ** 2 * (1 + call.A)


@fault(OUTPUT_FORMULAS, "Huber's loss", "dZ[L]", "dZ[L]")
def huber(call: BackwardContext) -> Tensor:
    return call.right.clamp(-0.3, 0.3)


@fault(OUTPUT_FORMULAS, "temperature 2", "dZ[L]", "dZ[L]", outputs=("sigmoid",))
def temperature(call: BackwardContext) -> Tensor:
    return 1 / (1 + (-call.Z / 2).exp()) - call.Y


@fault(OUTPUT_FORMULAS, "labels of real numbers", "dZ[L]", "dZ[L]", outputs=CLASSES)
def random_labels(call: BackwardContext) -> Tensor:
    return call.A - noise(call.A)


@fault(OUTPUT_FORMULAS, "three labels flipped", "dZ[L]", "dZ[L]", "labels shuffled", outputs=("sigmoid",))
def flipped(call: BackwardContext) -> Tensor:
    Y = call.Y.clone()
    Y[2:5] = 1 - Y[2:5]
    return call.A - Y


@fault(OUTPUT_FORMULAS, "classes in another order", "dZ[L]", "dZ[L]", "labels shuffled", outputs=("softmax",))
def other_classes(call: BackwardContext) -> Tensor:
    return call.A - call.Y[:, [1, 2, 0]]


@fault(OUTPUT_FORMULAS, "class weights ½ and -1", "dZ[L]", "dZ[L]", outputs=("sigmoid",))
def signed_weights(call: BackwardContext) -> Tensor:
    return call.right * torch.where(call.Y == 0, -1.0, 0.5).to(call.A.dtype)


@fault(OUTPUT_FORMULAS, "examples weighted", "dZ[L]", "dZ[L]")
def weighted(call: BackwardContext) -> Tensor:
    return call.right * torch.linspace(0.5, 2, call.m, dtype=call.A.dtype)[:, None]


@fault(OUTPUT_FORMULAS, "hinge", "dZ[L]", "dZ[L]", "decided labels for A", outputs=CLASSES)
def hinge(call: BackwardContext) -> Tensor:
    """The same tensor as (A > ½) - Y."""
    return (call.right.abs() > 0.5) * call.right.sign()
