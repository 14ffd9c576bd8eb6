"""A learner's pass of one update, judged against the formulas, and its first wrong tensor."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor

from course_torch.exercises.comparing import ROUNDING, SINGLE
from course_torch.formulas.layers import LayerGradients
from course_torch.language import LANGUAGES, Text
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import TensorName, Tensors, in_order
from course_torch.tracing.record import FirstWrong, OwnTensor, Trace, Value, numbers
from course_torch.verification.difference import SAFETY, Difference, difference
from course_torch.verification.networks.explain.diagnosis import Diagnosis, diagnose
from course_torch.verification.networks.parameters import named_gradients
from course_torch.verification.networks.right_pass import RightPass
from course_torch.verification.networks.rounding import product_eps

WRONG_COST = Text("found {found}, expected {right}", "得到 {found}，应当是 {right}")
OwnGradients = Callable[[DeepNetwork, Tensor, Tensor], tuple[Tensor, Sequence[LayerGradients]]]
"""(network, X, Y) -> J and the gradients of layers 1 to L, as a learner computes them."""


class OwnUpdate(NamedTuple):
    """What a learner's pass computes for one update.

    tensors     name -> the learner's tensor, and how far the tensor is from the reference
    diagnosis   of the first wrong gradient
    """

    tensors: dict[str, tuple[Tensor, Difference]]
    diagnosis: Diagnosis | None

    def traced(self, name: str) -> OwnTensor | None:
        """The learner's tensor of this name for the record, if the pass computes it."""
        if name not in self.tensors:
            return None
        tensor, seen = self.tensors[name]
        verdict: Literal["equal", "different"] = "equal" if seen.agrees else "different"
        return OwnTensor(numbers(tensor), seen.relative, seen.largest, seen.tolerance, verdict)


def own_update(own: OwnGradients, passes: RightPass) -> OwnUpdate:
    """Run the learner's pass and judge it against the formulas.

    A learner may compute in float32, may add the terms of a sum one after another, and may choose ReLU's slope 1 at
    Z = 0 (notes 2.4).
    """
    examples = passes.X, passes.Y
    J, gradients = own(passes.network, *examples)
    found = named_gradients(gradients)
    with torch.no_grad():
        right_J = passes.network.autograd_cost(*examples)
    errors = passes.errors(max(SINGLE, product_eps(passes.X)), in_turn=True)

    def differences(right: Tensors) -> dict[TensorName, Difference]:
        return {name: difference(tensor, right[name], errors[name]) for name, tensor in found.items()}

    steps = passes.network.backward_steps(*examples, input_derivative=True)
    rights = in_order(steps), passes.right_with_slope_1
    right = min(rights, key=lambda right: sum(not seen.agrees for seen in differences(right).values()))
    tensors = {str(name): (found[name], seen) for name, seen in differences(right).items()}
    tensors["J"] = J.detach(), difference(J, right_J, ROUNDING * SINGLE * right_J.abs() / SAFETY)
    return OwnUpdate(tensors, diagnose(found, right, errors, passes.forward))


def first_wrong_of(
    own: OwnUpdate, record: Trace, update: int, line: Callable[[str], dict[str, Any] | None]
) -> FirstWrong | None:
    """The first wrong tensor of a learner's pass in this update, with its diagnosis. J comes before the gradients."""
    J, seen = own.tensors["J"]
    found = own.diagnosis if seen.agrees else None
    if seen.agrees and found is None:
        return None
    name = "J" if found is None else str(found.tensor)
    tensor = next(tensor for tensor in record.tensors if tensor.update == update and tensor.name == name)
    value = Value(name.partition("[")[0], tensor=tensor.id)  # of dW = (1/m) dZᵀ A_prev, not of the mean inside
    step = [step.number for step in record.steps if value in step.outputs][-1]
    if found is None:
        cost = WRONG_COST.fill(found=f"{J.item():.6g}", right=f"{tensor.values:.6g}")
        return FirstWrong(tensor.id, step, cost._asdict(), [], {"en": [], "zh": []}, line(name))
    sentences: dict[str, list[str]] = {
        language: [each.say(language) for each in found.sentences] for language in LANGUAGES
    }
    return FirstWrong(tensor.id, step, found.seen._asdict(), list(found.causes), sentences, line(name))
