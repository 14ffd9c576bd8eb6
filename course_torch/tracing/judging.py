"""The verdicts of one update: autograd on the network's derivatives, and the reference on a learner's derivatives."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from course_torch.exercises.explain.symptoms import ROUNDING, SINGLE
from course_torch.formulas.layers import LayerGradients
from course_torch.language import LANGUAGES
from course_torch.network.deep_network import DeepNetwork
from course_torch.tracing.record import Judgement, OwnTensor, TracedTensor, numbers
from course_torch.verification.comparing import SAFETY, Difference, difference
from course_torch.verification.comparison import named_gradients
from course_torch.verification.diagnosis import Diagnosis, diagnose
from course_torch.verification.reference import in_order, product_eps
from course_torch.verification.right_pass import RightPass

OwnGradients = Callable[[DeepNetwork, Tensor, Tensor], tuple[Tensor, Sequence[LayerGradients]]]
"""(network, X, Y) -> J and the gradients of layers 1 to L, as a learner computes them."""


class Autograd:
    """Autograd's derivatives of one update, and the rounding errors that they may have."""

    def __init__(self, network: DeepNetwork, X: Tensor, Y: Tensor) -> None:
        passes = RightPass(network, X, Y)
        errors = passes.errors()
        self._right = {str(name): (right, errors[name]) for name, right in passes.right.items()}

    def judge(self, tensor: TracedTensor, values: Tensor) -> None:
        """Add the verdict to a tensor of the record if autograd computes the tensor of this name."""
        if tensor.name in self._right:
            right, error = self._right[tensor.name]
            seen = difference(values, right, error)
            tensor.verdict = seen.verdict
            tensor.autograd = Judgement(numbers(right), seen.relative, seen.largest, seen.tolerance)


@dataclass(frozen=True)
class OwnUpdate:
    """What a learner's pass computes for one update, and the verdicts of the reference, name by name."""

    tensors: dict[str, Tensor]
    differences: dict[str, Difference]
    diagnosis: Diagnosis | None

    def judge(self, tensor: TracedTensor) -> None:
        """Add the learner's tensor of the same name."""
        if tensor.name in self.tensors:
            seen, values = self.differences[tensor.name], numbers(self.tensors[tensor.name])
            verdict: Literal["equal", "different"] = "equal" if seen.agrees else "different"
            tensor.own = OwnTensor(values, seen.relative, seen.largest, seen.tolerance, verdict)

    @property
    def first_wrong(self) -> str | None:
        """The name of the first wrong tensor: J comes first, then the order of the backward pass."""
        if not self.differences["J"].agrees:
            return "J"
        return None if self.diagnosis is None else str(self.diagnosis.tensor)


def own_update(own: OwnGradients, network: DeepNetwork, X: Tensor, Y: Tensor) -> OwnUpdate:
    """Run the learner's pass and judge it against the formulas.

    A learner may compute in float32, and may choose ReLU's slope 1 at Z = 0 (notes 2.4).
    """
    J, gradients = own(network, X, Y)
    found, passes = named_gradients(gradients), RightPass(network, X, Y)
    with torch.no_grad():
        right_J = network.autograd_cost(X, Y)
    errors = passes.errors(max(SINGLE, product_eps(X)))
    references = [in_order(passes.steps), passes.right_with_slope_1]
    judged = [
        {str(name): difference(tensor, right[name], errors[name]) for name, tensor in found.items()}
        for right in references
    ]
    differences = min(judged, key=lambda differences: sum(not seen.agrees for seen in differences.values()))
    differences["J"] = difference(J, right_J, ROUNDING * SINGLE * right_J.abs() / SAFETY)
    tensors = {str(name): tensor for name, tensor in found.items()} | {"J": J.detach()}
    diagnosis = diagnose(found, references[0], errors, passes.forward, references[1:])
    return OwnUpdate(tensors, differences, diagnosis)


def sentences(diagnosis: Diagnosis) -> dict[str, list[str]]:
    """The sentences of the explanations, by language."""
    return {language: [each.say(language) for each in diagnosis.sentences] for language in LANGUAGES}
