"""Judge the formula of the parameter update, W = W - α dW."""

from functools import partial

import torch

from course_torch.float64 import exact
from course_torch.formulas.update import update
from course_torch.language import Text
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.record import sentence
from course_torch.network.dimensions import is_finite
from course_torch.verification.difference import SMALL_RESIDUAL, Difference, difference, shown_factor, symptom
from course_torch.verification.exceptions import Raised, tried
from course_torch.verification.finding import FormulaFinding
from course_torch.verification.networks.calls.call import formula_text
from course_torch.verification.networks.explain.factors import with_values
from course_torch.verification.networks.parameters import parameters
from course_torch.verification.networks.right_pass import RightPass

RATE = 0.3
"""α of the judged update: with 1 nothing would show that α is left out."""
STEP = Text("the step of {parameter}", "{parameter} 的一步")


@torch.no_grad()
def wrong_update(right_pass: RightPass) -> FormulaFinding | None:
    """The finding about the first W, b or slope from which the formula of the update subtracts another step than α dW.

    W is rounded, so the step has an error of ε |W|.
    """
    for name, W in parameters(right_pass.network).items():
        W, dW = W.detach(), right_pass.right[name]
        if not is_finite(dW):
            continue
        parameter, W_new = f"{name.kind.removeprefix('d')}[{name.layer}]", W.clone()
        finding = partial(
            FormulaFinding, STEP.fill(parameter=parameter), "update", of="update", right=formula_text(update)
        )
        raised = tried(partial(update, W_new, dW.clone(), RATE))
        if isinstance(raised, Raised):
            return finding(raised.text, breaks_off=True)
        step, right = exact(W) - exact(W_new), RATE * exact(dW)
        error = torch.finfo(W.dtype).eps * (exact(W).abs() + exact(W_new).abs() + right.abs())
        if not (seen := difference(step, right, error)).agrees:
            causes = tuple(causes_of_step(seen, parameter, RATE))
            return finding(symptom(step, right), sentences=causes, certain=seen.factor == 0)
    return None


def causes_of_step(seen: Difference, parameter: str, rate: float) -> list[Text]:
    """The sentence about a step of a parameter that is a multiple of the right one. `rate` is α."""
    if not seen.residual <= SMALL_RESIDUAL or abs(seen.factor - 1) <= seen.residual:  # rounded, and no multiple
        return []
    if seen.factor == 0:
        return [sentence((with_values("not updated", parameter=parameter),))]
    steps = {-1: "+ for -", rate: "α twice", 1 / rate: "α left out", 1 / rate**2: "divided by α"}
    known = [MISTAKES[key] for factor, key in steps.items() if abs(seen.factor / factor - 1) <= SMALL_RESIDUAL]
    return [sentence((each,)) for each in known or [with_values("scaled step", value=shown_factor(seen.factor))]]
