"""Judge the forward pass, formula after formula, by an independent computation: every judge of gradients needs it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import zip_longest
from typing import Any, Literal

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import InputError
from course_torch.formulas import layers as formulas
from course_torch.formulas.activation import Activation
from course_torch.formulas.average import average
from course_torch.formulas.costs import cost
from course_torch.formulas.output import Output
from course_torch.mistakes.context import ForwardContext
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.comparing import difference, symptom
from course_torch.verification.diagnosis import sentence
from course_torch.verification.evidence import said
from course_torch.verification.forward_findings import (
    ForwardPlace,
    causes_of_cost,
    causes_of_input,
    causes_of_tensor,
    precision_lost,
)
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
    RANDOM_B,
    Judged,
    exact,
    losses,
    own_copies,
    product_eps,
    total,
    true_function,
    values,
    weighted_sums,
    with_random_b,
)

Found = dict[str, Tensor]
LOSS_NAME = "the losses L"


@dataclass(frozen=True)
class ForwardCall:
    """One formula of the forward pass.

    name        of the tensor that it computes, such as "Z[1]"
    place       the kind of the tensor
    formula     is called with the arguments
    named       the function to blame: `formula` may only call it
    shape       the shape that the tensor must have
    dtype       the dtype that the tensor must have
    step        the arguments in float64, from which suspects are computed
    reference   from the arguments in float64 the right tensor and its rounding errors, for J those of m J; or why there
                is no reference, in words
    """

    name: str
    place: ForwardPlace | Literal["J"]
    formula: Callable[..., Any]
    named: Callable[..., Any]
    arguments: dict[str, Any]
    shape: tuple[int, ...]
    dtype: torch.dtype
    step: ForwardContext
    reference: Callable[..., Judged | str]

    @cached_property
    def right(self) -> Judged | str:
        """What the reference computes from the arguments."""
        return self.reference(*map(in_float64, self.arguments.values()))


def in_float64(argument: Any) -> Any:
    """A tensor in float64 on the CPU; any other argument as it is."""
    return exact(argument) if isinstance(argument, Tensor) else argument


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

    def m_J(losses: Tensor, m: int) -> Judged:
        return total(losses, eps)

    yield ForwardCall("J", "J", cost, cost, arguments, (), L_of_examples.dtype, ForwardContext(), m_J)


def linear_call(l: int, A_prev: Tensor, W: Tensor, b: Tensor) -> ForwardCall:
    """Z[l] = A[l-1] W[l]ᵀ + b[l]."""
    step = ForwardContext(A_prev=exact(A_prev), W=exact(W), b=exact(b))
    reference = partial(weighted_sums, eps=product_eps(A_prev))
    arguments, shape = {"A_prev": A_prev, "W": W, "b": b}, (len(A_prev), len(W))
    linear = formulas.linear
    return ForwardCall(f"Z[{l}]", "Z", linear, linear, arguments, shape, A_prev.dtype, step, reference)


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
    dtype = Z.dtype
    step = ForwardContext(g.name, true_function(g, slope) or formula, Z=exact(Z), slope=slope)

    def reference(Z: Tensor, slope: Tensor | None = None) -> Judged | str:
        return values(g, Z, slope, dtype)

    return ForwardCall(f"A[{l}]", "A", formula, named, arguments, tuple(Z.shape), dtype, step, reference)


def loss_call(network: DeepNetwork, Z: Tensor, Y: Tensor) -> ForwardCall:
    """L of each example."""
    output, dtype = network.output, torch.promote_types(Z.dtype, Y.dtype)
    step = ForwardContext(output.name, true_function(output) or output.value, Z=exact(Z), Y=exact(Y))
    reference = partial(losses, output, dtype=Z.dtype)
    arguments = {"Z": Z, "Y": Y}
    return ForwardCall(LOSS_NAME, "L", output.losses, output.losses, arguments, (len(Z),), dtype, step, reference)


NEAR = 16
"""The largest relative difference of two runs of the same formula, in units of ε."""
WIRING = "block or forward_propagation"
OFF = "not the tensor that the formulas give when they are called one after another"
CACHED = ", but {} is right, so only the copy in the cache is wrong"


def handed_on(
    network: DeepNetwork, X: Tensor, Y: Tensor, found: Found, calls: dict[str, ForwardCall]
) -> Finding | None:
    """The first tensor of the whole pass that is not the tensor of its formula. `found` are those of the formulas."""
    tensors = tried(partial(whole_pass, network, X, Y), InputError)
    if isinstance(tensors, Raised):
        return Finding("the whole pass", WIRING, str(tensors), (), "", True, True)
    known, last = {"X": X, **found}, f"Z[{len(network.layers)}]"
    if len(network.layers) > 1:
        known[f"g({last})"] = network.hidden_activation.value(found[last], network.tensors()[-2].slope)
    for (name, (whole, own)), after in zip_longest(tensors.items(), list(tensors)[1:]):
        right = X if own == "X" else found[own]
        if right.isfinite().all() and not is_same(whole, right):
            if not (causes := source_of(whole, right, known)) and is_random(network, X, Y, name, whole):
                return Finding(name, WIRING, OFF, (AT_RANDOM,))
            if not isinstance(whole, Tensor) or whole.shape != right.shape or whole.dtype != right.dtype:
                return Finding(name, WIRING, OFF, causes)
            causes = causes or tuple(causes_of_input(X, whole) if own == "X" else causes_of(calls[own], whole, right))
            kept = name.startswith("the input") and is_same(tensors[after][0], found[after])
            off = f"{OFF}: {symptom(exact(whole), exact(right)).en}{CACHED.format(after) if kept else ''}"
            return Finding(name, WIRING, off, causes)
    return None


def given(call: ForwardCall) -> Tensor | None:
    """m ∂J/∂L of each example by autograd: 1 if J is the mean. None without a derivative."""
    weights = torch.ones((), dtype=torch.float64)
    found = tried(
        lambda: derivatives(call, call.formula, weights, {"losses": exact(call.arguments["losses"])})["losses"]
    )
    return call.arguments["m"] * found if isinstance(found, Tensor) else None


def is_random(network: DeepNetwork, X: Tensor, Y: Tensor, name: str, whole: Any) -> bool:
    """Whether another run of the whole pass gives another tensor."""
    again = tried(lambda: whole_pass(network, X, Y)[name][0])
    return isinstance(whole, Tensor) and isinstance(again, Tensor) and not torch.equal(whole, again)


def causes_of(call: ForwardCall, result: Tensor, own: Tensor) -> list[str]:
    """The causes of a wrong result. `own` is the result of the formula, which is right beside a missing reference."""
    right, error = (exact(own), torch.zeros_like(exact(own))) if isinstance(call.right, str) else call.right
    if call.place == "J":
        return causes_of_cost(in_sum(call, result), right, error, call.arguments["losses"], partial(given, call))
    return causes_of_tensor(call.place, call.step, result, right, error)


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


def source_of(tensor: Any, right: Tensor, known: Found) -> tuple[str, ...]:
    """Which tensor is handed on instead, or is added, if it is one."""
    same = [name for name, each in known.items() if isinstance(tensor, Tensor) and torch.equal(each, tensor)]
    added = [name for name, each in known.items() if each.shape == right.shape and is_same(tensor, right + each)]
    sentences = [f"{name} is handed on instead" for name in same]
    return tuple([*sentences, *(sentence((said("term added", term=name),)) for name in added)][:1])


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
    if (hidden := wrong_formula(*own_copies(with_random_b(network, seed), X, Y))) is not None:
        return replace(hidden, seen=f"{hidden.seen}{RANDOM_B}")
    return wrong_derivative(*own_copies(network, X, Y))


def wrong_formula(network: DeepNetwork, X: Tensor, Y: Tensor, unjudged: dict[str, str] | None = None) -> Finding | None:
    """The first formula whose tensor is wrong, or else the first tensor that the pass does not hand on."""
    found: Found = {}
    calls: dict[str, ForwardCall] = {}
    for call in forward_calls(network, X, Y, found):
        before = versions(call.arguments)
        result: Any = tried(partial(call.formula, *call.arguments.values()))
        finding = unusable(call, result, changed(call.arguments, before)) or judged(call, result)
        if finding is not None:
            return finding
        found[call.name], calls[call.name] = result, call
        if unjudged is not None and (why := not_judged(call, result)):
            unjudged[call.name] = why
    return handed_on(network, X, Y, found, calls)


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
    else:
        causes = causes_of(call, result, result)
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


def wrong_derivative(network: DeepNetwork, X: Tensor, Y: Tensor) -> Finding | None:
    """The first formula that computes the right numbers, but from which autograd gets another derivative."""
    found: Found = {}
    for call in forward_calls(network, X, Y, found):
        if (event := cut(call)) is not None:
            return broken(call, event, stops=False)
        found[call.name] = call.formula(*call.arguments.values())
    return None


SMALLEST = 1e-5
"""The smallest relative difference of a wrong derivative."""
CUT_OFF = "cuts {} off: autograd finds no way back, as behind detach, item or numpy"
OTHERWISE = "gives autograd another derivative by {} (relative error {:.1e}): one of its terms is cut off, as by detach"


def cut(call: ForwardCall) -> str | None:
    """What is wrong with autograd's derivatives by the arguments of a formula, in words."""
    weights = torch.randn(call.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    if "Z" in call.arguments and call.place == "A":
        weights[exact(call.arguments["Z"]) == 0] = 0  # a kink, at which several derivatives are right
    own = {name: each for name, each in call.arguments.items() if isinstance(each, Tensor)}
    in_64 = {name: exact(each) for name, each in own.items()}
    dtype, given = torch.float64, tried(partial(derivatives, call, call.formula, weights, in_64))
    if isinstance(given, Raised):  # a constant in its own dtype, or on its own device
        dtype, given = call.dtype, tried(partial(derivatives, call, call.formula, weights, own))
    if isinstance(given, Raised):
        return f"{given} when autograd records it"
    if lost := [name for name, derivative in given.items() if derivative is None]:
        return CUT_OFF.format(" and ".join(lost))
    if isinstance(call.right, str):
        return None
    m = call.arguments.get("m", 1)  # the reference of J computes m J

    def right(*arguments: Any) -> Tensor:
        judged = call.reference(*arguments)
        assert not isinstance(judged, str)
        return average(judged[0], m)

    eps = torch.finfo(dtype).eps
    rounding = 4 * eps * weights.abs().max() * max(1.0, *(each.abs().max().item() for each in in_64.values()))
    for name, derivative in derivatives(call, right, weights, in_64).items():
        found = given[name]
        assert found is not None
        assert derivative is not None
        seen = difference(found, derivative, max(SMALLEST, 8 * eps) * derivative.abs() + rounding)
        if derivative.isfinite().all() and found.isfinite().all() and not seen.agrees:
            return OTHERWISE.format(name, seen.relative)
    return None


def derivatives(
    call: ForwardCall, compute: Callable[..., Tensor], weights: Tensor, arguments: dict[str, Tensor]
) -> dict[str, Tensor | None]:
    """Name -> autograd's derivative of Σ weights * result by each argument but Y, or None without a way back."""
    leaves = {name: each.detach().requires_grad_() for name, each in arguments.items() if name != "Y"}
    with torch.enable_grad():
        result = compute(*(call.arguments | arguments | leaves).values())
        if not result.requires_grad:
            return dict.fromkeys(leaves)
        gradients = torch.autograd.grad((weights.to(result) * result).sum(), list(leaves.values()), allow_unused=True)
    return dict(zip(leaves, gradients, strict=True))
