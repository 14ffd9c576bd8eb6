"""The passes of a network on examples: the right ones, what `J.backward()` leaves for training, and a judged pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.formulas.costs import cost
from course_torch.formulas.layers import BackwardStep, LayerCache, LayerGradients
from course_torch.formulas.update import update
from course_torch.language import NOTHING, Text, joined, same
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import ForwardPass, Kind, TensorName
from course_torch.mistakes.record import sentence
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import is_finite
from course_torch.verification.calls import Raised, formula_text, tried
from course_torch.verification.comparing import SMALL_RESIDUAL, Difference, difference, exact, symptom
from course_torch.verification.explain.diagnosis import Diagnosis, diagnose
from course_torch.verification.explain.forward import causes_of_cost
from course_torch.verification.explain.statements import said, short
from course_torch.verification.finding import FormulaFinding
from course_torch.verification.reference import (
    Tensors,
    by_autograd,
    product_eps,
    standard_errors,
    total,
    trainable_copy,
    with_slope_1_at_zero,
)


@dataclass(frozen=True, eq=False)
class RightPass:
    """A network with examples X (m, n_x), Y (m, n_y). Its tensors are computed when they are asked for, and once."""

    network: DeepNetwork
    X: Tensor
    Y: Tensor

    @cached_property
    def caches(self) -> list[LayerCache]:
        """A[l-1], Z[l], A[l] of layers 1 to L."""
        with torch.no_grad():
            return self.network.caches(self.X)

    @cached_property
    def steps(self) -> list[BackwardStep]:
        """dZ[l], dW[l], db[l], dA[l-1] of layers 1 to L, by the formulas."""
        return self.network.backward_steps(self.X, self.Y, input_derivative=True)

    @cached_property
    def right(self) -> Tensors:
        """Every tensor of the backward pass, by autograd."""
        return by_autograd(self.network, self.X, self.Y)

    @cached_property
    def right_with_slope_1(self) -> Tensors:
        """Every tensor of the backward pass, with slope 1 of ReLU where Z is exactly 0."""
        return with_slope_1_at_zero(self.network, self.caches, self.Y)

    @cached_property
    def forward(self) -> ForwardPass:
        return ForwardPass.of(self.network, self.caches, self.Y)

    def errors(self, eps: float | None = None) -> Tensors:
        """The standard rounding error of each entry: with this ε, or with that of the network's matrix products."""
        eps = product_eps(self.X) if eps is None else eps
        if eps not in self._errors:
            self._errors[eps] = standard_errors(self.network, self.caches, self.Y, self.steps, eps)
        return self._errors[eps]

    @cached_property
    def _errors(self) -> dict[float, Tensors]:
        return {}

    def diagnosis(self, found: Mapping[TensorName, Tensor], eps: float | None = None) -> Diagnosis | None:
        """The first wrong tensor of another backward pass, and its causes. None if all tensors are right."""
        alternatives = [self.right_with_slope_1]
        return diagnose(found, self.right, self.errors(eps), self.forward, alternatives)


class Reference(RightPass):
    """The right passes without the formulas of the backward pass, which are under judgement."""

    @cached_property
    def steps(self) -> list[BackwardStep]:
        """The tensors of layers 1 to L, by autograd."""
        return [step_of(self.right, l) for l in range(1, len(self.caches) + 1)]


def step_of(tensors: Tensors, l: int) -> BackwardStep:
    """The tensors of layer l as the backward step that computes them."""
    dZ, dW, db, dA_prev = (tensors[TensorName(*name)] for name in (("dZ", l), ("dW", l), ("db", l), ("dA", l - 1)))
    return BackwardStep(dZ, LayerGradients(dW, db, tensors.get(TensorName("dslope", l))), dA_prev)


KINDS: tuple[Kind, ...] = ("dW", "db", "dslope")


def as_trained(network: DeepNetwork, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"]) -> tuple[Tensors, float]:
    """dW, db, learned dslope and dA[0] that `J.backward()` leaves in a copy of the network, and J."""
    copy = trainable_copy(network)
    X = X.detach().clone().requires_grad_()
    with torch.enable_grad():
        J = copy.cost(X, Y)
        J.backward()
    assert X.grad is not None
    return parameter_gradients(copy) | {TensorName("dA", 0): len(X) * X.grad}, J.item()


def parameters(network: DeepNetwork) -> dict[TensorName, Tensor]:
    """Name of the gradient -> parameter, for all learned parameters."""
    return {
        TensorName(kind, l): parameter
        for l, layer in enumerate(network.layers, start=1)
        for kind, parameter in zip(KINDS, layer.learned(), strict=False)
    }


def parameter_gradients(network: DeepNetwork) -> Tensors:
    """Name -> `.grad`, for all learned parameters that have a gradient."""
    named = parameters(network).items()
    return {name: parameter.grad for name, parameter in named if parameter.grad is not None}


def answers_itself(network: DeepNetwork) -> bool:
    """Whether the network is of a subclass that computes its gradients by a method of its own."""
    return type(network).manual_gradients is not DeepNetwork.manual_gradients


def answered(network: DeepNetwork, X: Tensor, Y: Tensor) -> Tensors:
    """The gradients of a subclass that computes them by a method of its own."""
    return named_gradients(network.manual_gradients(X, Y)) if answers_itself(network) else {}


def whole(found: Tensors, right: Tensors) -> bool:
    """Whether every tensor is there in its shape: training with the others would end in an error of torch."""
    return all(name in found and found[name].shape == tensor.shape for name, tensor in right.items())


def named_gradients(gradients: Sequence[LayerGradients]) -> Tensors:
    """Name -> gradient, from layer L to layer 1."""
    return {
        TensorName(kind, l): tensor
        for l, layer in reversed(list(enumerate(gradients, start=1)))
        for kind, tensor in zip(KINDS, layer, strict=False)
        if tensor is not None
    }


@dataclass(frozen=True)
class JudgedPass:
    """The tensors of one pass, beside the right passes of its network.

    errors   the standard rounding error of each entry
    where    which copy of the network it is
    """

    reference: Reference
    found: Tensors
    errors: Tensors
    where: Text = NOTHING

    @cached_property
    def differences(self) -> dict[TensorName, Difference]:
        """How far each tensor is from the right one."""
        right, errors = self.reference.right, self.errors
        return {name: difference(tensor, right[name], errors[name]) for name, tensor in self.found.items()}

    @cached_property
    def agrees(self) -> bool:
        """Whether all tensors are right."""
        return all(each.agrees for each in self.differences.values())

    def diagnosis(self, first: Reference) -> Diagnosis | None:
        """The first wrong tensor and its causes. `first` are the right passes before b became random."""
        right = self.reference
        if self.agrees or (seen := diagnose(self.found, right.right, self.errors, right.forward)) is None:
            return None
        name = seen.tensor
        if first is not right and difference(self.found[name], first.right[name], self.errors[name]).agrees:
            seen = replace(seen, explanations=((said("of before"),),))
        return seen.at(self.where)


@torch.no_grad()
def wrong_cost(J: float, passes: Reference, where: Text) -> FormulaFinding | None:
    """The finding about the J that training computes. Z and the losses are right: they are judged before."""
    losses = exact(passes.network.output.losses(passes.caches[-1].Z, passes.Y))
    found = torch.tensor(len(losses) * J, dtype=torch.float64)
    right, error = total(losses, torch.finfo(passes.X.dtype).eps)
    if not right.isfinite() or difference(found, right, error).agrees:
        return None
    seen = joined(NOTHING, (symptom(found, right), where))
    causes = tuple(causes_of_cost(found, right, error, len(losses)))
    return FormulaFinding(same("J"), "network.cost", seen, causes, formula_text(cost))


RATE = 0.3
"""α of the judged update: with 1 nothing would show that α is left out."""
STEPS = {-1: "+ for -", RATE: "α twice", 1 / RATE: "α left out", 1 / RATE**2: "divided by α"}
"""What a step is, as a multiple of the right step -> key of the mistake."""
STEP = Text("the step of {parameter}", "{parameter} 的一步")


@torch.no_grad()
def wrong_update(passes: Reference) -> FormulaFinding | None:
    """The finding about the first W, b or slope from which the formula of the update subtracts another step than α dW.

    W is rounded, so the step has an error of ε |W|.
    """
    for name, W in parameters(passes.network).items():
        W, dW = W.detach(), passes.right[name]
        if not is_finite(dW):
            continue
        parameter, W_new = f"{name.kind.removeprefix('d')}[{name.layer}]", W.clone()
        finding = partial(
            FormulaFinding, STEP.fill(parameter=parameter), "update", of="update", right=formula_text(update)
        )
        raised = tried(partial(update, W_new, dW.clone(), RATE))
        if isinstance(raised, Raised):
            return finding(raised.text, breaks_off=True, stops=True)
        step, right = exact(W) - exact(W_new), RATE * exact(dW)
        error = torch.finfo(W.dtype).eps * (exact(W).abs() + exact(W_new).abs() + right.abs())
        if not (seen := difference(step, right, error)).agrees:
            return finding(symptom(step, right), tuple(causes_of_step(seen, parameter)))
    return None


def causes_of_step(seen: Difference, parameter: str) -> list[Text]:
    """The sentence about a step that is a multiple of the right one."""
    if not seen.residual <= SMALL_RESIDUAL:
        return []
    if seen.factor == 0:
        return [sentence((said("not updated", parameter=parameter),))]
    known = [MISTAKES[key] for factor, key in STEPS.items() if abs(seen.factor / factor - 1) <= SMALL_RESIDUAL]
    return [sentence((each,)) for each in known or [said("scaled step", value=short(seen.factor))]]
