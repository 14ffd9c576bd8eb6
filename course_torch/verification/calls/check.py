"""Judge the forward pass, formula after formula, by an independent computation: every judge of gradients needs it."""

from dataclasses import replace
from functools import partial

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.formulas.costs import cost
from course_torch.language import NOTHING, Text, joined, same
from course_torch.network.deep_network import DeepNetwork
from course_torch.text import dtype_name
from course_torch.verification.calls.call import formula_text
from course_torch.verification.calls.derivatives import wrong_derivative
from course_torch.verification.calls.finding import FormulaFinding
from course_torch.verification.calls.forward import ForwardCall, Found, forward_calls
from course_torch.verification.calls.reference import total
from course_torch.verification.calls.wiring import AT_RANDOM, handed_on, is_random
from course_torch.verification.copies import RANDOM_B, own_copies, with_random_b
from course_torch.verification.difference import difference, exact, symptom
from course_torch.verification.explain.forward import causes_of_cost, precision_lost
from course_torch.verification.passes import RightPass

DTYPE = Text("dtype {found}, expected {right}", "dtype 是 {found}，应当是 {right}")
NOT_FINITE = Text("the right numbers are not finite", "正确的数不是有限的")
HIDDEN = Text("rounding errors in this dtype hide it", "这种 dtype 的舍入误差掩盖了它")


@torch.no_grad()
def wrong_forward(
    network: DeepNetwork,
    X: Float[Tensor, "m n_x"],
    Y: Num[Tensor, "m n_y"],
    seed: int = 0,
    unjudged: dict[Text, Text] | None = None,
) -> FormulaFinding | None:
    """The first wrong tensor of the forward pass, on the network and on a copy with random b. None if all are right.

    Before the first update every b is 0, which hides a mistake with b. `unjudged` gets the name of each tensor that
    nothing judges, and why.
    """
    calls: dict[str, ForwardCall] = {}
    if (finding := wrong_formula(*own_copies(network, X, Y), calls, {} if unjudged is None else unjudged)) is not None:
        return finding
    if (hidden := wrong_formula(*own_copies(with_random_b(network, seed), X, Y), {}, {})) is not None:
        return replace(hidden, seen=joined(NOTHING, (hidden.seen, RANDOM_B)))
    return next(filter(None, map(wrong_derivative, calls.values())), None)


def wrong_formula(
    network: DeepNetwork, X: Tensor, Y: Tensor, calls: dict[str, ForwardCall], unjudged: dict[Text, Text]
) -> FormulaFinding | None:
    """The first formula whose tensor is wrong, or else the first tensor that the pass does not hand on.

    `calls` gets each call by the name of its tensor, `unjudged` the name of each tensor that nothing judges, and why.
    """
    found: Found = {}
    for call in forward_calls(network, X, Y, found):
        results, event = call.run()
        if event is not None or (event := judged(call, results[0])) is not None:
            return event
        found[call.tensor.en], calls[call.tensor.en] = results[0], call
        if (why := not_judged(call, results[0])).en:
            unjudged[call.tensor] = why
    return handed_on(network, X, Y, found, calls)


def judged(call: ForwardCall, result: Tensor) -> FormulaFinding | None:
    """The finding about wrong numbers or another dtype. None also without a reference."""
    if result.dtype != call.dtype:
        seen = DTYPE.fill(found=dtype_name(result.dtype), right=dtype_name(call.dtype))
        return call.wrong(seen, [precision_lost(result.dtype, call.dtype)], stops=True)
    if isinstance(call.right, Text) or not call.right[0].isfinite().all():
        return None
    (right, error), found = call.right, call.in_sum(result)
    if difference(found, right, error).agrees:
        return None
    at_random = result.isfinite().all() and is_random(partial(call.formula, *call.arguments.values()), result)
    return call.wrong(symptom(found, right), [AT_RANDOM] if at_random else call.causes_of(result, result))


def not_judged(call: ForwardCall, result: Tensor) -> Text:
    """Why nothing judges a result that no finding is about, or nothing."""
    if isinstance(call.right, Text):
        return call.right
    right, error = call.right
    if not right.isfinite().all():
        return NOT_FINITE
    return NOTHING if difference(call.in_sum(result), right, error).judged else HIDDEN


@torch.no_grad()
def wrong_cost(J: float, passes: RightPass, where: Text) -> FormulaFinding | None:
    """The finding about the J that training computes. Z and the losses are right: they are judged before."""
    losses = exact(passes.network.output.losses(passes.caches[-1].Z, passes.Y))
    found = torch.tensor(len(losses) * J, dtype=torch.float64)
    right, error = total(losses, torch.finfo(passes.X.dtype).eps)
    if not right.isfinite() or difference(found, right, error).agrees:
        return None
    seen = joined(NOTHING, (symptom(found, right), where))
    causes = tuple(causes_of_cost(found, right, error, len(losses)))
    return FormulaFinding(same("J"), "network.cost", seen, causes, formula_text(cost))
