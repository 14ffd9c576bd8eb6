"""Judge the forward pass, formula after formula, by an independent computation: every judge of gradients needs it."""

from dataclasses import replace
from functools import partial
from typing import Any

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.formulas.costs import cost
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.as_trained import BACKWARD, TrainedGradients
from course_torch.verification.backward_tensors import own_copies
from course_torch.verification.break_off import (
    Raised,
    called,
    changed,
    described,
    formula_text,
    name_of,
    tried,
    versions,
)
from course_torch.verification.diagnosis import symptom
from course_torch.verification.difference import difference
from course_torch.verification.forward_calls import ForwardCall, Found, forward_calls
from course_torch.verification.forward_causes import causes_of_cost, causes_of_tensor, precision_lost
from course_torch.verification.forward_finding import ForwardFinding
from course_torch.verification.forward_wiring import handed_on
from course_torch.verification.rounding import exact
from course_torch.verification.true_forward import total

AT_RANDOM = "it gives another tensor at each call: no formula draws random numbers"


@torch.no_grad()
def wrong_forward(
    network: DeepNetwork,
    X: Float[Tensor, "m n_x"],
    Y: Num[Tensor, "m n_y"],
    seed: int = 0,
    unjudged: dict[str, str] | None = None,
) -> ForwardFinding | None:
    """The first wrong tensor of the forward pass, on the network and on a copy with random b. None if all are right.

    Before the first update every b is 0, which hides a mistake with b. `unjudged` gets the name of each tensor that
    nothing judges, and why.
    """
    if (found := wrong_formula(*own_copies(network, X, Y), unjudged)) is not None:
        return found
    copy, X, Y = own_copies(network, X, Y)
    generator = torch.Generator().manual_seed(seed)
    for layer in copy.layers:
        layer.b.copy_(torch.randn(layer.b.shape, generator=generator))
    hidden = wrong_formula(copy, X, Y)
    return None if hidden is None else replace(hidden, seen=f"{hidden.seen}, seen with random b")


def wrong_formula(
    network: DeepNetwork, X: Tensor, Y: Tensor, unjudged: dict[str, str] | None = None
) -> ForwardFinding | None:
    """The first formula whose tensor is wrong, or else the first tensor that the pass does not hand on."""
    found: Found = {}
    for call in forward_calls(network, X, Y, found):
        before = versions(call.arguments)
        result: Any = tried(partial(call.formula, *call.arguments.values()))
        finding = unusable(call, result, changed(call.arguments, before)) or judged(call, result) or cut_off(call)
        if finding is not None:
            return finding
        found[call.name] = result
        if unjudged is not None and (why := not_judged(call, result)):
            unjudged[call.name] = why
    return handed_on(network, X, Y, found)


def broken(call: ForwardCall, event: str, *, stops: bool) -> ForwardFinding:
    """The finding about a formula whose result the next formula cannot use."""
    text = formula_text(call.named)
    return ForwardFinding(call.name, called(call.named, call.arguments), event, (), text, True, stops)


def unusable(call: ForwardCall, result: Any, written: str) -> ForwardFinding | None:
    """The finding about a formula that raises, writes into an argument, or returns another type or shape."""
    if isinstance(result, Raised):
        return broken(call, str(result), stops=True)
    if written:
        return broken(call, written, stops=False)
    if not isinstance(result, Tensor) or result.shape != call.shape:
        expected = f"the shape {call.shape}" if call.shape else "one number as a tensor"
        return broken(call, f"returns {described(result)}, expected {expected}", stops=True)
    return None


def judged(call: ForwardCall, result: Tensor) -> ForwardFinding | None:
    """The finding about wrong numbers or another dtype. None also without a reference."""
    name, text = name_of(call.named), formula_text(call.named)
    if result.dtype != call.dtype:
        seen = f"dtype {result.dtype}, expected {call.dtype}".replace("torch.", "")
        sentences = (precision_lost(result.dtype, call.dtype),)
        return ForwardFinding(call.name, name, seen, sentences, text, stops=True)
    if isinstance(call.right, str) or not call.right[0].isfinite().all():
        return None
    (right, error), found = call.right, in_sum(call, result)
    if difference(found, right, error).agrees:
        return None
    if not torch.equal(result, call.formula(*call.arguments.values())) and result.isfinite().all():
        causes = [AT_RANDOM]
    elif call.place == "J":
        causes = causes_of_cost(found, right, error, call.arguments["m"])
    else:
        causes = causes_of_tensor(call.place, call.step, result, right, error)
    return ForwardFinding(call.name, name, symptom(found, right).en, tuple(causes), text)


def in_sum(call: ForwardCall, result: Tensor) -> Tensor:
    """The result in float64, m J for J."""
    return call.arguments["m"] * exact(result) if call.place == "J" else exact(result)


def not_judged(call: ForwardCall, result: Tensor) -> str:
    """Why nothing judges a result that no finding is about, or ""."""
    if isinstance(call.right, str):
        return call.right
    right, error = call.right
    if not right.isfinite().all():
        return "the right numbers are not finite"
    return "" if difference(in_sum(call, result), right, error).judged else "rounding errors in this dtype hide it"


@torch.no_grad()
def wrong_cost(trained: TrainedGradients, Z: Tensor, Y: Tensor, method: str) -> ForwardFinding | None:
    """The finding about the J that training computes or records. Z and the losses are right: they are judged before."""
    losses = exact(trained.network.output.losses(Z, Y))
    (right, error), found = total(losses, trained.slack), torch.tensor(len(Y) * trained.J, dtype=torch.float64)
    if not right.isfinite() or difference(found, right, error).agrees:
        return None
    seen = symptom(found, right).en + trained.update.en
    causes = causes_of_cost(found, right, error, len(Y))
    by = "network.cost" if method == BACKWARD else f"gradient_descent(method={method!r})"
    return ForwardFinding("J", by, seen, tuple(causes), formula_text(cost))


def cut_off(call: ForwardCall) -> ForwardFinding | None:
    """The finding about right numbers that autograd cannot follow back to an argument."""
    lost = tried(partial(lost_arguments, call))
    if isinstance(lost, Raised):
        return broken(call, f"{lost} when autograd records it", stops=False)
    if not lost:
        return None
    event = f"cuts {' and '.join(lost)} off: autograd finds no way back, as behind detach, item or numpy"
    return broken(call, event, stops=False)


def lost_arguments(call: ForwardCall) -> list[str]:
    """The names of the arguments to which autograd finds no way back from the result. Y needs none."""
    leaves = {
        name: each.detach().requires_grad_() if isinstance(each, Tensor) and name != "Y" else each
        for name, each in call.arguments.items()
    }
    wanted = {name: each for name, each in leaves.items() if isinstance(each, Tensor) and each.requires_grad}
    with torch.enable_grad():
        result = call.formula(*leaves.values())
        if not result.requires_grad:
            return list(wanted)
        gradients = torch.autograd.grad(result.sum(), list(wanted.values()), allow_unused=True)
    return [name for name, each in zip(wanted, gradients, strict=True) if each is None]
