"""Whether the whole forward pass hands on the tensors that its formulas give when they are called one after another."""

from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor

from course_torch.errors import InputError
from course_torch.language import Text, same
from course_torch.mistakes.context import ForwardContext
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.calls.exceptions import Raised, tried
from course_torch.verification.calls.finding import FormulaFinding
from course_torch.verification.calls.forward import ForwardCall
from course_torch.verification.difference import difference, exact, symptom
from course_torch.verification.explain.wrong_forward import SLACK, causes_of_tensor

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
HANDED_ON = Text("{name} is handed on instead", "传下去的是 {name}")


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


def wrong_wiring(
    network: DeepNetwork, X: Tensor, Y: Tensor, found: dict[str, Tensor], calls: dict[str, ForwardCall]
) -> FormulaFinding | None:
    """The first tensor of the whole pass that is not the tensor of its formula. `found` are those of the formulas."""
    every = tried(partial(whole_pass, network, X, Y), InputError)
    if isinstance(every, Raised):
        return FormulaFinding(WHOLE_PASS, WIRING, every.text, breaks_off=True)
    known = {"X": X, **found}
    judged = (n for n, each in enumerate(every) if known[each.should_be].isfinite().all())
    number = next((n for n in judged if not is_same(every[n].tensor, known[every[n].should_be])), None)
    if number is None:
        return None
    name, tensor, should_be = every[number]
    right, calling = known[should_be], "Output.cost" if should_be == "J" else WIRING
    causes = source_of(tensor, network, known)
    if not isinstance(tensor, Tensor) or tensor.shape != right.shape or tensor.dtype != right.dtype:
        return FormulaFinding(name, calling, OFF, sentences=tuple(causes))
    seen = OFF_BY.fill(off=OFF, seen=symptom(exact(tensor), exact(right)))
    if not causes and should_be == "X":
        causes = causes_of_tensor("X", ForwardContext(), tensor, exact(X), SLACK * exact(X).abs())
    elif not causes:
        causes = calls[should_be].causes_of(tensor, right)
    return FormulaFinding(name, calling, seen, sentences=tuple(causes))


def is_same(whole: Any, right: Tensor) -> bool:
    """Whether the tensors have the same shape, and are equal up to the rounding of another run."""
    if not isinstance(whole, Tensor) or whole.shape != right.shape:
        return False
    if whole.dtype == right.dtype and torch.equal(whole, right):  # nearly always, and fast
        return True
    return difference(whole, right, right).relative <= RERUN * torch.finfo(right.dtype).eps


def source_of(tensor: Any, network: DeepNetwork, known: dict[str, Tensor]) -> list[Text]:
    """Which tensor is handed on instead, if it is one: one of the pass, or the hidden activation of Z[L]."""
    if len(network.layers) > 1:
        last, slope = f"Z[{len(network.layers)}]", network.tensors()[-2].slope
        known = known | {f"g({last})": network.hidden_activation.value(known[last], slope)}
    equal = [name for name, each in known.items() if isinstance(tensor, Tensor) and torch.equal(each, tensor)]
    return [HANDED_ON.fill(name=name) for name in equal[:1]]
