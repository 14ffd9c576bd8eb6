"""Whether the whole forward pass hands on the tensors that its formulas give when they are called one after another."""

from functools import partial
from itertools import zip_longest
from typing import Any

import torch
from torch import Tensor

from course_torch.errors import InputError
from course_torch.language import NOTHING, Text, same
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.calls.call import Raised, tried
from course_torch.verification.calls.finding import FormulaFinding
from course_torch.verification.calls.forward import ForwardCall, Found
from course_torch.verification.difference import difference, exact, symptom
from course_torch.verification.explain.forward import causes_of_input

NEAR = 16
"""The largest relative difference of two runs of the same formula, in units of ε."""
WIRING = "block or forward_propagation"
"""What calls the formulas of the layers. Output.cost calls those of J."""
OFF = Text(
    "not the tensor that the formulas give when they are called one after another", "与逐个调用公式得到的张量不同"
)
OFF_BY = Text("{off}: {seen}{kept}", "{off}：{seen}{kept}")
CACHED = Text(
    ", but {after} is right, so only the copy in the cache is wrong", "，但 {after} 正确，所以只有 cache 里的副本是错的"
)
WHOLE_PASS = Text("the whole pass", "整个传播")
INPUT = Text("the input {before} of layer {l}", "第 {l} 层的输入 {before}")
HANDED_ON = Text("{name} is handed on instead", "传下去的是 {name}")
AT_RANDOM = Text(
    "it gives another tensor at each call: no formula draws random numbers", "每次调用的结果都不同：没有公式用到随机数"
)


def handed_on(
    network: DeepNetwork, X: Tensor, Y: Tensor, found: Found, calls: dict[str, ForwardCall]
) -> FormulaFinding | None:
    """The first tensor of the whole pass that is not the tensor of its formula. `found` are those of the formulas."""
    tensors = tried(partial(whole_pass, network, X, Y), InputError)
    if isinstance(tensors, Raised):
        return FormulaFinding(WHOLE_PASS, WIRING, tensors.text, (), NOTHING, True, True)
    known, last = {"X": X, **found}, f"Z[{len(network.layers)}]"
    if len(network.layers) > 1:
        known[f"g({last})"] = network.hidden_activation.value(found[last], network.tensors()[-2].slope)
    for (name, (whole, own)), after in zip_longest(tensors.items(), list(tensors)[1:]):
        right, calling = X if own == "X" else found[own], "Output.cost" if own == "J" else WIRING
        if right.isfinite().all() and not is_same(whole, right):
            if not (causes := source_of(whole, known)) and is_random(network, X, Y, name, whole):
                return FormulaFinding(name, calling, OFF, (AT_RANDOM,))
            if not isinstance(whole, Tensor) or whole.shape != right.shape or whole.dtype != right.dtype:
                return FormulaFinding(name, calling, OFF, causes)
            causes = causes or tuple(causes_of_input(X, whole) if own == "X" else calls[own].causes_of(whole, right))
            kept = name.en != name.zh and is_same(tensors[after][0], found[after.en])
            seen = {"seen": symptom(exact(whole), exact(right)), "kept": CACHED.fill(after=after) if kept else NOTHING}
            return FormulaFinding(name, calling, OFF_BY.fill(off=OFF, **seen), causes)
    return None


def is_random(network: DeepNetwork, X: Tensor, Y: Tensor, name: Text, whole: Any) -> bool:
    """Whether another run of the whole pass gives another tensor."""
    again = tried(lambda: whole_pass(network, X, Y)[name][0])
    return isinstance(whole, Tensor) and isinstance(again, Tensor) and not torch.equal(whole, again)


def whole_pass(network: DeepNetwork, X: Tensor, Y: Tensor) -> dict[Text, tuple[Any, str]]:
    """Name -> the tensor of the whole pass, and the name of the tensor that it should be."""
    tensors: dict[Text, tuple[Any, str]] = {}
    for l, cache in enumerate(network.caches(X), start=1):
        before = f"A[{l - 1}]" if l > 1 else "X"
        tensors[INPUT.fill(before=before, l=l)] = cache.A_prev, before
        tensors |= {same(name): (made, name) for name, made in ((f"Z[{l}]", cache.Z), (f"A[{l}]", cache.A))}
    return tensors | {same("J"): (network.plain_cost(X, Y, network.tensors()), "J")}


def is_same(whole: Any, right: Tensor) -> bool:
    """Whether the tensors have the same shape, and are equal up to the rounding of another run."""
    if not isinstance(whole, Tensor) or whole.shape != right.shape:
        return False
    if whole.dtype == right.dtype and torch.equal(whole, right):  # nearly always, and fast
        return True
    return difference(whole, right, right).relative <= NEAR * torch.finfo(right.dtype).eps


def source_of(tensor: Any, known: Found) -> tuple[Text, ...]:
    """Which tensor is handed on instead, if it is one."""
    equal = [name for name, each in known.items() if isinstance(tensor, Tensor) and torch.equal(each, tensor)]
    return tuple(HANDED_ON.fill(name=name) for name in equal[:1])
