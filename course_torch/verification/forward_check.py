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
from course_torch.language import NOTHING, Text, joined, same
from course_torch.mistakes.context import ForwardContext
from course_torch.network.deep_network import DeepNetwork
from course_torch.text import dtype_name
from course_torch.verification.calls import AND, FormulaCall, Raised, formula_text, name_of, tried
from course_torch.verification.comparing import difference, exact, symptom
from course_torch.verification.copies import RANDOM_B, own_copies, with_random_b
from course_torch.verification.explain.forward import (
    ForwardPlace,
    causes_of_cost,
    causes_of_input,
    causes_of_tensor,
    precision_lost,
)
from course_torch.verification.finding import FormulaFinding
from course_torch.verification.passes import RightPass
from course_torch.verification.reference import Judged, losses, total, true_function, values, weighted_sums
from course_torch.verification.rounding import product_eps

Found = dict[str, Tensor]
LOSSES = Text("the losses L", "损失 L")


@dataclass(frozen=True)
class ForwardStep:
    """One formula of the forward pass, and what judges it.

    place       the kind of the tensor
    dtype       the dtype that the tensor must have
    context     the arguments in float64, from which suspects are computed
    reference   from the arguments in float64 the right tensor and its rounding errors, for J those of m J; or why there
                is no reference, in words
    """

    call: FormulaCall
    place: ForwardPlace | Literal["J"]
    dtype: torch.dtype
    context: ForwardContext
    reference: Callable[..., Judged | Text]

    @property
    def name(self) -> str:
        """The name of the tensor, such as "Z[1]"."""
        return self.call.tensor.en

    @property
    def arguments(self) -> dict[str, Any]:
        return self.call.arguments

    @cached_property
    def right(self) -> Judged | Text:
        """What the reference computes from the arguments."""
        return self.reference(*map(in_float64, self.arguments.values()))


def in_float64(argument: Any) -> Any:
    """A tensor in float64 on the CPU; any other argument as it is."""
    return exact(argument) if isinstance(argument, Tensor) else argument


def forward_steps(network: DeepNetwork, X: Tensor, Y: Tensor, found: Found) -> Iterator[ForwardStep]:
    """Yield the calls from layer 1 to J. `found` must hold the results of the calls before, by their names."""
    A = X
    for l, layer in enumerate(network.tensors(), start=1):
        yield linear_call(l, A, layer.W, layer.b)
        Z = found[f"Z[{l}]"]
        yield value_call(network, l, Z, layer.slope)
        A = found[f"A[{l}]"]
    yield loss_call(network, Z, Y)
    L_of_examples, eps = found[LOSSES.en], torch.finfo(X.dtype).eps

    def m_J(losses: Tensor, m: int) -> Judged:
        return total(losses, eps)

    call = FormulaCall(("J",), cost, {"losses": L_of_examples, "m": len(X)}, shape=())
    yield ForwardStep(call, "J", L_of_examples.dtype, ForwardContext(), m_J)


def linear_call(l: int, A_prev: Tensor, W: Tensor, b: Tensor) -> ForwardStep:
    """Z[l] = A[l-1] W[l]ᵀ + b[l]."""
    context = ForwardContext(A_prev=exact(A_prev), W=exact(W), b=exact(b))
    reference = partial(weighted_sums, eps=product_eps(A_prev))
    arguments, shape = {"A_prev": A_prev, "W": W, "b": b}, (len(A_prev), len(W))
    return ForwardStep(
        FormulaCall((f"Z[{l}]",), formulas.linear, arguments, shape), "Z", A_prev.dtype, context, reference
    )


def value_call(network: DeepNetwork, l: int, Z: Tensor, slope: Tensor | None) -> ForwardStep:
    """A[l] = g(Z[l]). The value of a hidden activation calls its function."""
    g: Activation | Output = network.output if l == len(network.layers) else network.hidden_activation
    named = g.function if isinstance(g, Activation) else g.value
    arguments = {"Z": Z} if slope is None else {"Z": Z, "slope": slope}
    exact_slope, dtype = None if slope is None else exact(slope), Z.dtype
    context = ForwardContext(g.name, true_function(g, exact_slope) or g.value, Z=exact(Z), slope=exact_slope)

    def reference(Z: Tensor, slope: Tensor | None = None) -> Judged | Text:
        return values(g, Z, slope, dtype)

    call = FormulaCall((f"A[{l}]",), g.value, arguments, tuple(Z.shape), blamed=named)
    return ForwardStep(call, "A", dtype, context, reference)


def loss_call(network: DeepNetwork, Z: Tensor, Y: Tensor) -> ForwardStep:
    """L of each example."""
    output, dtype = network.output, torch.promote_types(Z.dtype, Y.dtype)
    context = ForwardContext(output.name, true_function(output) or output.value, Z=exact(Z), Y=exact(Y))
    call = FormulaCall((LOSSES,), output.losses, {"Z": Z, "Y": Y}, (len(Z),))
    return ForwardStep(call, "L", dtype, context, partial(losses, output, dtype=Z.dtype))


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
DTYPE = Text("dtype {found}, expected {right}", "dtype 是 {found}，应当是 {right}")
NOT_FINITE = Text("the right numbers are not finite", "正确的数不是有限的")
HIDDEN = Text("rounding errors in this dtype hide it", "这种 dtype 的舍入误差掩盖了它")
RECORDS = Text("{raises} when autograd records it", "autograd 记录它时{raises}")


def handed_on(
    network: DeepNetwork, X: Tensor, Y: Tensor, found: Found, steps: dict[str, ForwardStep]
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
            causes = causes or tuple(causes_of_input(X, whole) if own == "X" else causes_of(steps[own], whole, right))
            kept = name.en != name.zh and is_same(tensors[after][0], found[after.en])
            seen = {"seen": symptom(exact(whole), exact(right)), "kept": CACHED.fill(after=after) if kept else NOTHING}
            return FormulaFinding(name, calling, OFF_BY.fill(off=OFF, **seen), causes)
    return None


def is_random(network: DeepNetwork, X: Tensor, Y: Tensor, name: Text, whole: Any) -> bool:
    """Whether another run of the whole pass gives another tensor."""
    again = tried(lambda: whole_pass(network, X, Y)[name][0])
    return isinstance(whole, Tensor) and isinstance(again, Tensor) and not torch.equal(whole, again)


def causes_of(step: ForwardStep, result: Tensor, own: Tensor) -> list[Text]:
    """The causes of a wrong result. `own` is the result of the formula, which is right beside a missing reference."""
    right, error = (exact(own), torch.zeros_like(exact(own))) if isinstance(step.right, Text) else step.right
    if step.place == "J":
        return causes_of_cost(in_sum(step, result), right, error, step.arguments["m"])
    return causes_of_tensor(step.place, step.context, result, right, error)


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


AT_RANDOM = Text(
    "it gives another tensor at each call: no formula draws random numbers", "每次调用的结果都不同：没有公式用到随机数"
)


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
    if (found := wrong_formula(*own_copies(network, X, Y), unjudged)) is not None:
        return found
    if (hidden := wrong_formula(*own_copies(with_random_b(network, seed), X, Y))) is not None:
        return replace(hidden, seen=joined(NOTHING, (hidden.seen, RANDOM_B)))
    return wrong_derivative(*own_copies(network, X, Y))


def wrong_formula(
    network: DeepNetwork, X: Tensor, Y: Tensor, unjudged: dict[Text, Text] | None = None
) -> FormulaFinding | None:
    """The first formula whose tensor is wrong, or else the first tensor that the pass does not hand on."""
    found: Found = {}
    steps: dict[str, ForwardStep] = {}
    for step in forward_steps(network, X, Y, found):
        results, event = step.call.run()
        if event is not None or (event := judged(step, results[0])) is not None:
            return event
        found[step.name], steps[step.name] = results[0], step
        if unjudged is not None and (why := not_judged(step, results[0])).en:
            unjudged[step.call.tensor] = why
    return handed_on(network, X, Y, found, steps)


def judged(step: ForwardStep, result: Tensor) -> FormulaFinding | None:
    """The finding about wrong numbers or another dtype. None also without a reference."""
    name, text, told = name_of(step.call.named), formula_text(step.call.named), step.call.tensor
    if result.dtype != step.dtype:
        seen = DTYPE.fill(found=dtype_name(result.dtype), right=dtype_name(step.dtype))
        sentences = (precision_lost(result.dtype, step.dtype),)
        return FormulaFinding(told, name, seen, sentences, text, stops=True)
    if isinstance(step.right, Text) or not step.right[0].isfinite().all():
        return None
    (right, error), found = step.right, in_sum(step, result)
    if difference(found, right, error).agrees:
        return None
    if not torch.equal(result, step.call.formula(*step.arguments.values())) and result.isfinite().all():
        causes = [AT_RANDOM]
    else:
        causes = causes_of(step, result, result)
    return FormulaFinding(told, name, symptom(found, right), tuple(causes), text)


def in_sum(step: ForwardStep, result: Tensor) -> Tensor:
    """The result in float64, m J for J."""
    return step.arguments["m"] * exact(result) if step.place == "J" else exact(result)


def not_judged(step: ForwardStep, result: Tensor) -> Text:
    """Why nothing judges a result that no finding is about, or nothing."""
    if isinstance(step.right, Text):
        return step.right
    right, error = step.right
    if not right.isfinite().all():
        return NOT_FINITE
    return NOTHING if difference(in_sum(step, result), right, error).judged else HIDDEN


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


def wrong_derivative(network: DeepNetwork, X: Tensor, Y: Tensor) -> FormulaFinding | None:
    """The first formula that computes the right numbers, but from which autograd gets another derivative."""
    found: Found = {}
    for step in forward_steps(network, X, Y, found):
        if (event := cut(step)) is not None:
            return step.call.ends(event, stops=False)
        found[step.name] = step.call.formula(*step.arguments.values())
    return None


SMALLEST = 1e-5
"""The smallest relative difference of a wrong derivative."""
CUT_OFF = Text(
    "cuts {names} off: autograd finds no way back, as behind detach, item or numpy",
    "切断了 {names}：autograd 找不到回去的路，好像经过了 detach、item 或 numpy",
)
OTHERWISE = Text(
    "gives autograd another derivative by {name} (relative error {error:.1e}): one of its terms is "
    "cut off, as by detach",
    "使 autograd 得到另一个对 {name} 的导数（相对误差 {error:.1e}）：它的一项被切断了，好像经过了 detach",
)


def cut(step: ForwardStep) -> Text | None:
    """What is wrong with autograd's derivatives by the arguments of a formula, in words."""
    weights = torch.randn(step.call.shape or (), dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    if "Z" in step.arguments and step.place == "A":
        weights[exact(step.arguments["Z"]) == 0] = 0  # a kink, at which several derivatives are right
    own = {name: each for name, each in step.arguments.items() if isinstance(each, Tensor)}
    in_64 = {name: exact(each) for name, each in own.items()}
    dtype, given = torch.float64, tried(partial(derivatives, step, step.call.formula, weights, in_64))
    if isinstance(given, Raised):  # a constant in its own dtype, or on its own device
        dtype, given = step.dtype, tried(partial(derivatives, step, step.call.formula, weights, own))
    if isinstance(given, Raised):
        return RECORDS.fill(raises=given.text)
    if lost := [name for name, derivative in given.items() if derivative is None]:
        return CUT_OFF.fill(names=joined(AND, map(same, lost)))
    if isinstance(step.right, Text):
        return None
    m = step.arguments.get("m", 1)  # the reference of J computes m J

    def right(*arguments: Any) -> Tensor:
        judged = step.reference(*arguments)
        assert not isinstance(judged, Text)
        return average(judged[0], m)

    eps = torch.finfo(dtype).eps
    rounding = 4 * eps * weights.abs().max() * max(1.0, *(each.abs().max().item() for each in in_64.values()))
    for name, derivative in derivatives(step, right, weights, in_64).items():
        found = given[name]
        assert found is not None
        assert derivative is not None
        seen = difference(found, derivative, max(SMALLEST, 8 * eps) * derivative.abs() + rounding)
        if derivative.isfinite().all() and found.isfinite().all() and not seen.agrees:
            return OTHERWISE.fill(name=name, error=seen.relative)
    return None


def derivatives(
    step: ForwardStep, compute: Callable[..., Tensor], weights: Tensor, arguments: dict[str, Tensor]
) -> dict[str, Tensor | None]:
    """Name -> autograd's derivative of Σ weights * result by each argument but Y, or None without a way back."""
    leaves = {name: each.detach().requires_grad_() for name, each in arguments.items() if name != "Y"}
    with torch.enable_grad():
        result = compute(*(step.arguments | arguments | leaves).values())
        if not result.requires_grad:
            return dict.fromkeys(leaves)
        gradients = torch.autograd.grad((weights.to(result) * result).sum(), list(leaves.values()), allow_unused=True)
    return dict(zip(leaves, gradients, strict=True))
