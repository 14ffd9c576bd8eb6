"""Judge the forward pass, formula after formula, by an independent computation: every judge of gradients needs it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Literal, NamedTuple

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import InputError
from course_torch.formulas import layers as formulas
from course_torch.formulas.activation import Activation
from course_torch.formulas.costs import cost
from course_torch.formulas.output import Output
from course_torch.mistakes.context import ForwardContext
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.comparing import difference
from course_torch.verification.diagnosis import symptom
from course_torch.verification.forward_findings import ForwardPlace, causes_of_cost, causes_of_tensor, precision_lost
from course_torch.verification.judges import BACKWARD, TrainedGradients
from course_torch.verification.pass_failure import (
    Finding,
    Raised,
    called,
    changed,
    described,
    formula_text,
    name_of,
    tried,
    versions,
)
from course_torch.verification.reference import (
    Judged,
    exact,
    losses,
    own_copies,
    product_eps,
    total,
    true_function,
    values,
    weighted_sums,
)

Found = dict[str, Tensor]
LOSS_NAME = "the losses L"


class ForwardCall(NamedTuple):
    """One formula of the forward pass.

    name        of the tensor that it computes, such as "Z[1]"
    place       the kind of the tensor
    formula     is called with the arguments
    named       the function to blame: `formula` may only call it
    shape       the shape that the tensor must have
    dtype       the dtype that the tensor must have
    step        the arguments in float64, from which suspects are computed
    right       the right tensor and its rounding errors, for J those of m J; or why there is no reference, in words
    """

    name: str
    place: ForwardPlace | Literal["J"]
    formula: Callable[..., Any]
    named: Callable[..., Any]
    arguments: dict[str, Any]
    shape: tuple[int, ...]
    dtype: torch.dtype
    step: ForwardContext
    right: Judged | str


def forward_calls(network: DeepNetwork, X: Tensor, Y: Tensor, found: Found) -> Iterator[ForwardCall]:
    """Yield the calls from layer 1 to J. `found` must hold the results of the calls before, by their names."""
    A, L = X, len(network.layers)
    for l, layer in enumerate(network.tensors(), start=1):
        yield linear_call(l, A, layer.W, layer.b)
        Z = found[f"Z[{l}]"]
        yield output_call(network, l, Z) if l == L else activation_call(network, l, Z, layer.slope)
        A = found[f"A[{l}]"]
    yield loss_call(network, Z, Y)
    L_of_examples = found[LOSS_NAME]
    arguments, eps = {"losses": L_of_examples, "m": len(X)}, torch.finfo(X.dtype).eps
    yield ForwardCall(
        "J", "J", cost, cost, arguments, (), L_of_examples.dtype, ForwardContext(), total(exact(L_of_examples), eps)
    )


def linear_call(l: int, A_prev: Tensor, W: Tensor, b: Tensor) -> ForwardCall:
    """Z[l] = A[l-1] W[l]ᵀ + b[l]."""
    step = ForwardContext(A_prev=exact(A_prev), W=exact(W), b=exact(b))
    right = weighted_sums(step.A_prev, step.W, step.b, product_eps(A_prev))
    arguments, shape = {"A_prev": A_prev, "W": W, "b": b}, (len(A_prev), len(W))
    linear = formulas.linear
    return ForwardCall(f"Z[{l}]", "Z", linear, linear, arguments, shape, A_prev.dtype, step, right)


def activation_call(network: DeepNetwork, l: int, Z: Tensor, slope: Tensor | None) -> ForwardCall:
    """A[l] = g(Z[l]) of a hidden layer."""
    activation = network.hidden_activation
    arguments = {"Z": Z} if slope is None else {"Z": Z, "slope": slope}
    return value_call(l, activation, activation.value, activation.function, arguments)


def output_call(network: DeepNetwork, l: int, Z: Tensor) -> ForwardCall:
    """A[L] = g(Z[L])."""
    value = network.output.value
    return value_call(l, network.output, value, value, {"Z": Z})


def value_call(
    l: int, g: Activation | Output, formula: Callable[..., Any], named: Callable[..., Any], arguments: dict[str, Tensor]
) -> ForwardCall:
    Z, slope = arguments["Z"], exact(arguments["slope"]) if "slope" in arguments else None
    step = ForwardContext(g.name, true_function(g, slope) or formula, Z=exact(Z), slope=slope)
    right = values(g, step.Z, slope, Z.dtype)
    return ForwardCall(f"A[{l}]", "A", formula, named, arguments, tuple(Z.shape), Z.dtype, step, right)


def loss_call(network: DeepNetwork, Z: Tensor, Y: Tensor) -> ForwardCall:
    """L of each example."""
    output, dtype = network.output, torch.promote_types(Z.dtype, Y.dtype)
    step = ForwardContext(output.name, true_function(output) or output.value, Z=exact(Z), Y=exact(Y))
    right = losses(output, step.Z, step.Y, Z.dtype)
    arguments = {"Z": Z, "Y": Y}
    return ForwardCall(LOSS_NAME, "L", output.losses, output.losses, arguments, (len(Z),), dtype, step, right)


NEAR = 16
"""The largest relative difference of two runs of the same formula, in units of ε."""
WIRING = "block or forward_propagation"
OFF = "another tensor than the formulas give, one after another"


def handed_on(network: DeepNetwork, X: Tensor, Y: Tensor, found: Found) -> Finding | None:
    """The first tensor of the whole pass that is not the tensor of its formula. `found` are those of the formulas."""
    tensors = tried(partial(whole_pass, network, X, Y), InputError)
    if isinstance(tensors, Raised):
        return Finding("the whole pass", WIRING, str(tensors), (), "", True, True)
    for name, (whole, own) in tensors.items():
        right = X if own == "X" else found[own]
        if right.isfinite().all() and not is_same(whole, right):
            return Finding(name, WIRING, OFF, source_of(whole, X, found), "")
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


AT_RANDOM = "it gives another tensor at each call: no formula draws random numbers"


@torch.no_grad()
def wrong_forward(
    network: DeepNetwork,
    X: Float[Tensor, "m n_x"],
    Y: Num[Tensor, "m n_y"],
    seed: int = 0,
    unjudged: dict[str, str] | None = None,
) -> Finding | None:
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


def wrong_formula(network: DeepNetwork, X: Tensor, Y: Tensor, unjudged: dict[str, str] | None = None) -> Finding | None:
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


def broken(call: ForwardCall, event: str, *, stops: bool) -> Finding:
    """The finding about a formula whose result the next formula cannot use."""
    text = formula_text(call.named)
    return Finding(call.name, called(call.named, call.arguments), event, (), text, True, stops)


def unusable(call: ForwardCall, result: Any, written: str) -> Finding | None:
    """The finding about a formula that raises, writes into an argument, or returns another type or shape."""
    if isinstance(result, Raised):
        return broken(call, str(result), stops=True)
    if written:
        return broken(call, written, stops=False)
    if not isinstance(result, Tensor) or result.shape != call.shape:
        expected = f"the shape {call.shape}" if call.shape else "one number as a tensor"
        return broken(call, f"returns {described(result)}, expected {expected}", stops=True)
    return None


def judged(call: ForwardCall, result: Tensor) -> Finding | None:
    """The finding about wrong numbers or another dtype. None also without a reference."""
    name, text = name_of(call.named), formula_text(call.named)
    if result.dtype != call.dtype:
        seen = f"dtype {result.dtype}, expected {call.dtype}".replace("torch.", "")
        sentences = (precision_lost(result.dtype, call.dtype),)
        return Finding(call.name, name, seen, sentences, text, stops=True)
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
    return Finding(call.name, name, symptom(found, right).en, tuple(causes), text)


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
def wrong_cost(trained: TrainedGradients, Z: Tensor, Y: Tensor, method: str) -> Finding | None:
    """The finding about the J that training computes or records. Z and the losses are right: they are judged before."""
    losses = exact(trained.network.output.losses(Z, Y))
    (right, error), found = total(losses, trained.slack), torch.tensor(len(Y) * trained.J, dtype=torch.float64)
    if not right.isfinite() or difference(found, right, error).agrees:
        return None
    seen = symptom(found, right).en + trained.update.en
    causes = causes_of_cost(found, right, error, len(Y))
    by = "network.cost" if method == BACKWARD else f"gradient_descent(method={method!r})"
    return Finding("J", by, seen, tuple(causes), formula_text(cost))


def cut_off(call: ForwardCall) -> Finding | None:
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
