"""A judged pass beside the right tensors of its network, the J that training computes, and the parameter update."""

from dataclasses import dataclass, replace
from functools import cached_property, partial

import torch

from course_torch.formulas.costs import cost
from course_torch.formulas.update import update
from course_torch.language import NOTHING, Text, joined, same
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import TensorName
from course_torch.mistakes.record import sentence
from course_torch.network.dimensions import is_finite
from course_torch.verification.calls import Raised, tried
from course_torch.verification.comparing import SMALL_RESIDUAL, Difference, difference, symptom
from course_torch.verification.diagnosis import Diagnosis, diagnose
from course_torch.verification.finding import Finding, formula_text
from course_torch.verification.forward_findings import causes_of_cost
from course_torch.verification.judges import parameters
from course_torch.verification.reference import Tensors, exact, total
from course_torch.verification.right_pass import Reference
from course_torch.verification.statements import said, short


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
def wrong_cost(J: float, passes: Reference, where: Text) -> Finding | None:
    """The finding about the J that training computes. Z and the losses are right: they are judged before."""
    losses = exact(passes.network.output.losses(passes.caches[-1].Z, passes.Y))
    found = torch.tensor(len(losses) * J, dtype=torch.float64)
    right, error = total(losses, torch.finfo(passes.X.dtype).eps)
    if not right.isfinite() or difference(found, right, error).agrees:
        return None
    seen = joined(NOTHING, (symptom(found, right), where))
    causes = tuple(causes_of_cost(found, right, error, len(losses)))
    return Finding(same("J"), "network.cost", seen, causes, formula_text(cost))


RATE = 0.3
"""α of the judged update: with 1 nothing would show that α is left out."""
STEPS = {-1: "+ for -", RATE: "α twice", 1 / RATE: "α left out", 1 / RATE**2: "divided by α"}
"""What a step is, as a multiple of the right step -> key of the mistake."""
STEP = Text("the step of {parameter}", "{parameter} 的一步")


@torch.no_grad()
def wrong_update(passes: Reference) -> Finding | None:
    """The finding about the first W, b or slope from which the formula of the update subtracts another step than α dW.

    W is rounded, so the step has an error of ε |W|.
    """
    for name, W in parameters(passes.network).items():
        W, dW = W.detach(), passes.right[name]
        if not is_finite(dW):
            continue
        parameter, W_new = f"{name.kind.removeprefix('d')}[{name.layer}]", W.clone()
        finding = partial(Finding, STEP.fill(parameter=parameter), "update", of="update", right=formula_text(update))
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
