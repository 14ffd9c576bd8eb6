"""Whether the whole forward pass hands on the tensors that its formulas make, one after another."""

from functools import partial
from typing import Any

import torch
from torch import Tensor

from course_torch.errors import InputError
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.break_off import Raised, tried
from course_torch.verification.difference import difference
from course_torch.verification.forward_calls import Found
from course_torch.verification.forward_finding import ForwardFinding

NEAR = 16
"""The largest relative difference of two runs of the same formula, in units of ε."""
WIRING = "block or forward_propagation"
OFF = "another tensor than the formulas give, one after another"


def handed_on(network: DeepNetwork, X: Tensor, Y: Tensor, found: Found) -> ForwardFinding | None:
    """The first tensor of the whole pass that is not the tensor of its formula. `found` are those of the formulas."""
    tensors = tried(partial(whole_pass, network, X, Y), InputError)
    if isinstance(tensors, Raised):
        return ForwardFinding("the whole pass", WIRING, str(tensors), (), "", True, True)
    for name, (whole, own) in tensors.items():
        right = X if own == "X" else found[own]
        if right.isfinite().all() and not is_same(whole, right):
            return ForwardFinding(name, WIRING, OFF, source_of(whole, X, found), "")
    return None


def whole_pass(network: DeepNetwork, X: Tensor, Y: Tensor) -> dict[str, tuple[Any, str]]:
    """Name -> the tensor of the whole pass, and the name of the tensor that it should be."""
    tensors: dict[str, tuple[Any, str]] = {}
    for l, cache in enumerate(network.caches(X), start=1):
        before = f"A[{l - 1}]" if l > 1 else "X"
        tensors[f"the input {before} of layer {l}"] = cache.A_prev, before
        tensors |= {f"Z[{l}]": (cache.Z, f"Z[{l}]"), f"A[{l}]": (cache.A, f"A[{l}]")}
    return tensors | {"J": (network.plain_cost(X, Y, network.tensors()), "J")}


def is_same(whole: Any, right: Tensor) -> bool:
    """Whether the tensors have the same shape, and are equal up to the rounding of another run."""
    if not isinstance(whole, Tensor) or whole.shape != right.shape:
        return False
    if whole.dtype == right.dtype and torch.equal(whole, right):  # nearly always, and fast
        return True
    return difference(whole, right, right).relative <= NEAR * torch.finfo(right.dtype).eps


def source_of(tensor: Any, X: Tensor, found: Found) -> tuple[str, ...]:
    """Which tensor is handed on instead, if it is one."""
    named = {"X": X, **found}
    same = [name for name, each in named.items() if isinstance(tensor, Tensor) and torch.equal(each, tensor)]
    return (f"{same[0]} is handed on instead",) if same else ()
