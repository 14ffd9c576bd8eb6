"""What the judges see of one network: the tensors of its backward pass beside the right ones, and those that train."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import InputError
from course_torch.formulas.layers import LayerGradients
from course_torch.language import NOTHING, Text, joined
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import is_finite
from course_torch.network.propagation import TensorName, Tensors
from course_torch.verification.difference import Difference, difference
from course_torch.verification.exceptions import Raised, tried
from course_torch.verification.finding import FormulaFinding
from course_torch.verification.networks.calls.backward import hand_written
from course_torch.verification.networks.calls.judged_forward import wrong_cost
from course_torch.verification.networks.explain.diagnosis import Diagnosis, diagnose
from course_torch.verification.networks.explain.factors import with_values
from course_torch.verification.networks.parameters import named_gradients, parameter_gradients, trainable_copy
from course_torch.verification.networks.right_pass import RightPass

Gradients = Callable[[DeepNetwork, Tensor, Tensor], Sequence[LayerGradients]]
"""(network, X, Y) -> the gradients of layers 1 to L. A copy of the network may be given."""


@dataclass(frozen=True)
class JudgedPass:
    """The tensors of one pass, beside the right pass of its network.

    errors   the standard rounding error of each entry
    where    which copy of the network it is
    """

    right_pass: RightPass
    found: Tensors
    errors: Tensors
    where: Text = NOTHING

    @cached_property
    def differences(self) -> dict[TensorName, Difference]:
        """How far each tensor is from the right one."""
        right, errors = self.right_pass.right, self.errors
        return {name: difference(tensor, right[name], errors[name]) for name, tensor in self.found.items()}

    @cached_property
    def agrees(self) -> bool:
        """Whether all tensors are right."""
        return all(each.agrees for each in self.differences.values())

    def diagnosis(self, first: RightPass) -> Diagnosis | None:
        """The first wrong tensor and its causes. `first` is the right pass of the network with its own b."""
        right = self.right_pass
        if self.agrees or (seen := diagnose(self.found, right.right, self.errors, right.forward)) is None:
            return None
        name = seen.tensor
        if first is not right and difference(self.found[name], first.right[name], self.errors[name]).agrees:
            seen = replace(seen, explanations=((with_values("of before"),),))
        return replace(seen, seen=joined(NOTHING, (seen.seen, self.where)))


@dataclass(frozen=True)
class JudgedNetwork:
    """What the judges see of the backward pass of one network.

    found      the tensors of the formulas, or of a function of the user
    formulas   these tensors beside the right ones
    trained    those that J.backward() leaves for training, if it can be called
    broken     where the pass breaks off
    cost       the finding about the J that training computes
    """

    found: Tensors
    formulas: JudgedPass
    trained: JudgedPass | None
    broken: FormulaFinding | None
    cost: FormulaFinding | None

    @property
    def agrees(self) -> bool:
        """Whether the pass ends, and all its tensors and those that train are right."""
        return self.broken is None and self.formulas.agrees and (self.trained is None or self.trained.agrees)


def judged_on(right_pass: RightPass, gradients: Gradients | None, where: Text) -> JudgedNetwork:
    """Judge the backward pass of a network. `where` says which copy of the network it is."""
    own = gradients is not None
    found, broken = computed(right_pass.network, right_pass.X, right_pass.Y, gradients)
    trained, cost = None, None
    complete = all(name in found and found[name].shape == each.shape for name, each in right_pass.right.items())
    if not own and broken is None and complete:  # with another shape, training would end in an error of torch
        left = tried(partial(as_trained, right_pass.network, right_pass.X, right_pass.Y), InputError)
        if isinstance(left, Raised):
            broken = FormulaFinding(NOTHING, "J.backward()", left.text, breaks_off=True, of="backward")
        else:
            tensors, J = left
            trained = judged_pass(right_pass, {name: tensors[name] for name in found if name in tensors}, where)
            cost = wrong_cost(J, right_pass, where)
    if broken is not None:
        broken = replace(broken, seen=joined(NOTHING, (broken.seen, where)))
    return JudgedNetwork(found, judged_pass(right_pass, found, where, own), trained, broken, cost)


def as_trained(network: DeepNetwork, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"]) -> tuple[Tensors, float]:
    """dW, db, learned dslope and dA[0] that `J.backward()` leaves in a copy of the network, and J."""
    copy = trainable_copy(network)
    X = X.detach().clone().requires_grad_()
    with torch.enable_grad():
        J = copy.cost(X, Y)
        J.backward()
    assert X.grad is not None
    return parameter_gradients(copy) | {TensorName("dA", 0): len(X) * X.grad}, J.item()


def computed(
    network: DeepNetwork, X: Tensor, Y: Tensor, gradients: Gradients | None
) -> tuple[Tensors, FormulaFinding | None]:
    """The tensors of a function of the user or of the hand-written pass, and where the hand-written pass ends."""
    if gradients is not None:
        labels = Y if Y.is_floating_point() else Y.to(X.dtype)  # matrix products need one dtype
        return named_gradients(gradients(network, X, labels)), None
    return hand_written(network, X, Y)


def judged_pass(right_pass: RightPass, found: Tensors, where: Text, own: bool = False) -> JudgedPass:
    """The tensors whose right numbers are finite. Nothing judges the others: the pass of a right network overflows.

    A function of the user may add the terms of a sum one after another, which rounds more than torch's sums.
    """
    judged = {name: each for name, each in found.items() if is_finite(right_pass.right[name])}
    return JudgedPass(right_pass, judged, right_pass.errors(in_turn=own), where)
