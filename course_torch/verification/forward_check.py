"""Judge the forward pass, formula after formula, by an independent computation: every judge of gradients needs it."""

from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.backward_tensors import trainable_copy
from course_torch.verification.break_off import called, formula_text, name_of, one_line
from course_torch.verification.diagnosis import symptom
from course_torch.verification.difference import difference
from course_torch.verification.forward_calls import ForwardCall, Found, forward_calls
from course_torch.verification.forward_causes import causes_of_cost, causes_of_tensor, precision_lost
from course_torch.verification.rounding import exact

HANDED_ON = 1e3
"""The largest difference of two runs of the same formula, in units of ε."""


@dataclass(frozen=True)
class ForwardFinding:
    """The first wrong tensor of the forward pass, the formula that computes it, and what is seen of it.

    seen        in numbers how the tensor differs, or what the formula raises or returns instead of a tensor
    sentences   the probable causes; empty if the pass breaks off or no known mistake makes the tensor
    right       what the formula must compute
    """

    tensor: str
    formula: str
    seen: str
    sentences: tuple[str, ...]
    right: str
    breaks_off: bool = False

    def __str__(self) -> str:
        right = f" {self.right}." if self.right else ""
        if self.breaks_off:
            return f"the forward pass breaks off at {self.tensor}: {self.formula} {self.seen}.{right}"
        causes = "; or: ".join(self.sentences) or "no known mistake makes exactly this tensor"
        return (
            f"first wrong: {self.tensor} of the forward pass, computed by {self.formula} ({self.seen}). "
            f"Probably {causes}.{right}"
        )

    def as_record(self) -> dict[str, object]:
        """The finding as strings and a list of strings."""
        return {
            "tensor": self.tensor,
            "formula": self.formula,
            "symptom": self.seen,
            "sentences": list(self.sentences),
            "breaks_off": self.breaks_off,
        }


@torch.no_grad()
def wrong_forward(
    network: DeepNetwork, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"], seed: int = 0
) -> ForwardFinding | None:
    """The first wrong tensor of the forward pass, on the network and on a copy with random b. None if all are right.

    Before the first update every b is 0, which hides a mistake with b.
    """
    copy = trainable_copy(network)
    generator = torch.Generator().manual_seed(seed)
    for layer in copy.layers:
        layer.b.copy_(torch.randn(layer.b.shape, generator=generator))
    return wrong_formula(network, X, Y) or wrong_formula(copy, X, Y)


def wrong_formula(network: DeepNetwork, X: Tensor, Y: Tensor) -> ForwardFinding | None:
    """The first formula whose tensor is wrong, or else the first tensor that the pass does not hand on."""
    found: Found = {}
    for call in forward_calls(network, X, Y, found):
        try:
            result = call.formula(*call.arguments.values())
        except torch.OutOfMemoryError:
            raise
        except Exception as error:
            text = f"raises {one_line(error)}"
            return ForwardFinding(
                call.name, called(call.named, call.arguments), text, (), formula_text(call.named), True
            )
        finding = misfit(call, result) or judged(call, result)
        if finding is not None:
            return finding
        found[call.name] = result
    return handed_on(network, X, Y, found)


def misfit(call: ForwardCall, result: Any) -> ForwardFinding | None:
    """The finding about a result that is no tensor, or has another shape."""
    if isinstance(result, Tensor) and result.shape == call.shape:
        return None
    returned = f"shape {tuple(result.shape)}" if isinstance(result, Tensor) else type(result).__name__
    expected = f"a tensor of shape {call.shape}" if call.shape else "one number as a tensor"
    text = f"returns {returned}, expected {expected}"
    return ForwardFinding(call.name, called(call.named, call.arguments), text, (), formula_text(call.named), True)


def judged(call: ForwardCall, result: Tensor) -> ForwardFinding | None:
    """The finding about wrong numbers or another dtype. None also for a function that is not the course's."""
    name, text = name_of(call.named), formula_text(call.named)
    if result.dtype != call.dtype:
        seen = f"dtype {result.dtype}, expected {call.dtype}".replace("torch.", "")
        return ForwardFinding(call.name, name, seen, (precision_lost(result.dtype, call.dtype),), text)
    if call.right is None or not call.right[0].isfinite().all():
        return None
    (right, error), found = call.right, exact(result)
    found = call.arguments["m"] * found if call.place == "J" else found
    if difference(found, right, error).agrees:
        return None
    if call.place == "J":
        sentences = causes_of_cost(found, right, call.arguments["m"])
    else:
        sentences = causes_of_tensor(call.place, call.step, result, right, error)
    return ForwardFinding(call.name, name, symptom(found, right).en, tuple(sentences), text)


def handed_on(network: DeepNetwork, X: Tensor, Y: Tensor, found: Found) -> ForwardFinding | None:
    """The first tensor of the whole pass that is not the tensor of its formula."""
    eps = HANDED_ON * torch.finfo(X.dtype).eps
    try:
        caches, J = network.caches(X), network.autograd_cost(X, Y)
        tensors: dict[str, tuple[Any, Tensor]] = {}
        for l, cache in enumerate(caches, start=1):
            before = f"A[{l - 1}]" if l > 1 else "A[0] = X"
            tensors[f"{before}, as layer {l} is given it"] = cache.A_prev, found[f"A[{l - 1}]"] if l > 1 else X
            tensors[f"Z[{l}]"], tensors[f"A[{l}]"] = (cache.Z, found[f"Z[{l}]"]), (cache.A, found[f"A[{l}]"])
        tensors["J"] = J, found["J"]
    except torch.OutOfMemoryError:
        raise
    except Exception as error:
        return ForwardFinding("the whole pass", "forward_propagation", f"raises {one_line(error)}", (), "", True)
    for name, (whole, own) in tensors.items():
        seen = difference(whole, own, own.abs()) if isinstance(whole, Tensor) else None
        if seen is None or not (seen.relative <= eps or not own.isfinite().all()):
            text = "another tensor than the formulas give, one after another"
            return ForwardFinding(name, "forward_propagation", text, (source_of(whole, X, found),), "")
    return None


def source_of(tensor: Any, X: Tensor, found: Found) -> str:
    """Which tensor was handed on instead."""
    same = [
        name for name, each in {"X": X, **found}.items() if isinstance(tensor, Tensor) and torch.equal(each, tensor)
    ]
    return (
        f"{same[0]} is handed on instead" if same else "the layers are called in another order or with other arguments"
    )
