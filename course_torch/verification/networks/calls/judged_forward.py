"""Judge the forward pass, formula after formula, by an independent computation: every judge of gradients needs it.

Then judge whether the whole pass hands on the tensors that its formulas give when they are called one after another.
"""

from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import InputError
from course_torch.float64 import exact
from course_torch.formulas.costs import cost
from course_torch.language import NOTHING, Text, joined, same
from course_torch.network.deep_network import DeepNetwork
from course_torch.text import dtype_name
from course_torch.verification.difference import difference, symptom
from course_torch.verification.exceptions import Raised, tried
from course_torch.verification.finding import FormulaFinding
from course_torch.verification.networks.calls.call import formula_text
from course_torch.verification.networks.calls.forward import ForwardCall, forward_pass
from course_torch.verification.networks.calls.reference import total
from course_torch.verification.networks.explain.wrong_forward import causes_of_cost, precision_lost
from course_torch.verification.networks.parameters import RANDOM_B, own_copies, with_random_b
from course_torch.verification.networks.right_pass import RightPass

DTYPE = Text("dtype {found}, expected {right}", "dtype 是 {found}，应当是 {right}")
NOT_FINITE = Text("the right numbers are not finite", "正确的数不是有限的")
HIDDEN = Text("rounding errors in this dtype hide it", "这种 dtype 的舍入误差掩盖了它")
RERUN = 16
"""The largest relative difference of two runs of the same formula, in units of ε. On the CPU they are equal."""
WIRING = "block or forward_propagation"
"""What calls the formulas of the layers. Output.cost calls those of J."""
OFF = Text(
    "not the tensor that the formulas give when they are called one after another", "与逐个调用公式得到的张量不同"
)
OFF_BY = Text("{off}: {seen}", "{off}：{seen}")
WHOLE_PASS = Text("the whole pass", "整个传播")
INPUT = Text("the input {before} of layer {l}", "第 {l} 层的输入 {before}")


class JudgedForward(NamedTuple):
    """The first wrong tensor of a forward pass, and the tensors that nothing judges."""

    wrong: FormulaFinding | None
    unjudged: dict[Text, Text]  # name of a tensor -> why nothing judges it


@torch.no_grad()
def judged_forward(
    network: DeepNetwork, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"], seed: int = 0
) -> JudgedForward:
    """Judge the numbers of the forward pass, then its numbers with random b.

    Before the first update every b is 0, which hides a mistake with b.
    """
    judged = judged_formulas(*own_copies(network, X, Y))
    if judged.wrong is not None:
        return judged
    wrong = judged_formulas(*own_copies(with_random_b(network, seed), X, Y)).wrong
    if wrong is not None:
        wrong = replace(wrong, seen=joined(NOTHING, (wrong.seen, RANDOM_B)))
    return judged._replace(wrong=wrong)


def judged_formulas(network: DeepNetwork, X: Tensor, Y: Tensor) -> JudgedForward:
    """Judge formula after formula up to the first whose tensor is wrong, then what the whole pass hands on."""
    found: dict[str, Tensor] = {}
    unjudged: dict[Text, Text] = {}
    for call, results, event in forward_pass(network, X, Y):
        said = event or judgement(call, results[0])
        if isinstance(said, FormulaFinding):
            return JudgedForward(said, unjudged)
        if said is not None:
            unjudged[call.tensor] = said
        found[call.tensor.en] = results[0]
    return JudgedForward(wrong_wiring(network, X, Y, found), unjudged)


def judgement(call: ForwardCall, result: Tensor) -> FormulaFinding | Text | None:
    """The finding about wrong numbers or another dtype, or why nothing judges the result. None if it is right."""
    if result.dtype != call.dtype:
        seen = DTYPE.fill(found=dtype_name(result.dtype), right=dtype_name(call.dtype))
        return call.wrong(seen, [precision_lost(result.dtype, call.dtype)])
    if isinstance(call.right, Text):
        return call.right
    (right, error), found = call.right, call.in_sum(result)
    if not right.isfinite().all():
        return NOT_FINITE
    compared = difference(found, right, error)
    if compared.agrees:
        return None if compared.judged else HIDDEN
    return call.wrong(symptom(found, right), call.causes_of(result))


class Handed(NamedTuple):
    """A tensor of the whole pass, and the name of the tensor that it should be."""

    name: Text
    tensor: Any
    should_be: str


def whole_pass(network: DeepNetwork, X: Tensor, Y: Tensor) -> list[Handed]:
    """The tensors of the whole pass: of each layer the cached input, Z and A, and then J."""
    handed: list[Handed] = []
    for l, cache in enumerate(network.caches(X), start=1):
        before, Z, A = f"A[{l - 1}]" if l > 1 else "X", f"Z[{l}]", f"A[{l}]"
        handed.append(Handed(INPUT.fill(before=before, l=l), cache.A_prev, before))
        handed += [Handed(same(Z), cache.Z, Z), Handed(same(A), cache.A, A)]
    return [*handed, Handed(same("J"), network.plain_cost(X, Y, network.tensors()), "J")]


def wrong_wiring(network: DeepNetwork, X: Tensor, Y: Tensor, found: dict[str, Tensor]) -> FormulaFinding | None:
    """The first tensor of the whole pass that is not the tensor of its formula. `found` are those of the formulas."""
    every = tried(partial(whole_pass, network, X, Y), InputError)
    if isinstance(every, Raised):
        return FormulaFinding(WHOLE_PASS, WIRING, every.text, breaks_off=True)
    known = {"X": X, **found}
    for name, tensor, should_be in every:
        right, calling = known[should_be], "Output.cost" if should_be == "J" else WIRING
        if right.isfinite().all() and not is_same(tensor, right):
            is_alike = isinstance(tensor, Tensor) and tensor.shape == right.shape and tensor.dtype == right.dtype
            seen = OFF_BY.fill(off=OFF, seen=symptom(exact(tensor), exact(right))) if is_alike else OFF
            return FormulaFinding(name, calling, seen)
    return None


def is_same(whole: Any, right: Tensor) -> bool:
    """Whether the tensors have the same shape, and are equal up to the rounding of another run."""
    if not isinstance(whole, Tensor) or whole.shape != right.shape:
        return False
    if whole.dtype == right.dtype and torch.equal(whole, right):  # nearly always, and fast
        return True
    return difference(whole, right, right).relative <= RERUN * torch.finfo(right.dtype).eps


@torch.no_grad()
def wrong_cost(J: float, right_pass: RightPass, where: Text) -> FormulaFinding | None:
    """The finding about the J that training computes. Z and the losses are right: they are judged before."""
    losses = exact(right_pass.network.output.losses(right_pass.caches[-1].Z, right_pass.Y))
    found = torch.tensor(len(losses) * J, dtype=torch.float64)
    right, error = total(losses, torch.finfo(right_pass.X.dtype).eps)
    if not right.isfinite() or difference(found, right, error).agrees:
        return None
    seen = joined(NOTHING, (symptom(found, right), where))
    causes = tuple(causes_of_cost(found, right, error, len(losses)))
    return FormulaFinding(same("J"), "network.cost", seen, sentences=causes, right=formula_text(cost))
