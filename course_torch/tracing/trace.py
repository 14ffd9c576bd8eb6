"""Run some parameter updates of a copy of a network under the recorder, and build the record from the recorded calls.

Autograd judges the network's derivatives, and the reference a learner's derivatives.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from types import CodeType
from typing import Any, Literal

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import InputError, check_count
from course_torch.exercises.explain.symptoms import ROUNDING, SINGLE
from course_torch.formulas.layers import BackwardStep, LayerCache, LayerGradients
from course_torch.language import LANGUAGES, Text
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import check_batch, check_values
from course_torch.network.gradient_descent import gradient_descent
from course_torch.text import dtype_name
from course_torch.tracing.formula_text import FORMULAS, formula_text, source_id, source_of
from course_torch.tracing.record import (
    FirstWrong,
    Judgement,
    Line,
    OwnResult,
    OwnTensor,
    Source,
    Step,
    Trace,
    TracedTensor,
    Value,
    numbers,
    traced,
)
from course_torch.tracing.recorder import Call, Key, Recorder, Snapshot, key_of, recording, tensors_of
from course_torch.verification.comparing import SAFETY, Difference, difference
from course_torch.verification.comparison import named_gradients
from course_torch.verification.explain.diagnosis import Diagnosis, diagnose
from course_torch.verification.passes import RightPass
from course_torch.verification.reference import in_order, product_eps

OwnGradients = Callable[[DeepNetwork, Tensor, Tensor], tuple[Tensor, Sequence[LayerGradients]]]
"""(network, X, Y) -> J and the gradients of layers 1 to L, as a learner computes them."""


class Autograd:
    """Autograd's derivatives of one update, and the rounding errors that they may have."""

    def __init__(self, network: DeepNetwork, X: Tensor, Y: Tensor) -> None:
        passes = RightPass(network, X, Y)
        errors = passes.errors()
        self._right = {str(name): (right, errors[name]) for name, right in passes.right.items()}

    def judge(self, tensor: TracedTensor, values: Tensor) -> None:
        """Add the verdict to a tensor of the record if autograd computes the tensor of this name."""
        if tensor.name in self._right:
            right, error = self._right[tensor.name]
            seen = difference(values, right, error)
            tensor.verdict = seen.verdict
            tensor.autograd = Judgement(numbers(right), seen.relative, seen.largest, seen.tolerance)


@dataclass(frozen=True)
class OwnUpdate:
    """What a learner's pass computes for one update, and the verdicts of the reference, name by name."""

    tensors: dict[str, Tensor]
    differences: dict[str, Difference]
    diagnosis: Diagnosis | None

    def judge(self, tensor: TracedTensor) -> None:
        """Add the learner's tensor of the same name."""
        if tensor.name in self.tensors:
            seen, values = self.differences[tensor.name], numbers(self.tensors[tensor.name])
            verdict: Literal["equal", "different"] = "equal" if seen.agrees else "different"
            tensor.own = OwnTensor(values, seen.relative, seen.largest, seen.tolerance, verdict)

    @property
    def first_wrong(self) -> str | None:
        """The name of the first wrong tensor: J comes first, then the order of the backward pass."""
        if not self.differences["J"].agrees:
            return "J"
        return None if self.diagnosis is None else str(self.diagnosis.tensor)


def own_update(own: OwnGradients, network: DeepNetwork, X: Tensor, Y: Tensor) -> OwnUpdate:
    """Run the learner's pass and judge it against the formulas.

    A learner may compute in float32, and may choose ReLU's slope 1 at Z = 0 (notes 2.4).
    """
    J, gradients = own(network, X, Y)
    found, passes = named_gradients(gradients), RightPass(network, X, Y)
    with torch.no_grad():
        right_J = network.autograd_cost(X, Y)
    errors = passes.errors(max(SINGLE, product_eps(X)))
    references = [in_order(passes.steps), passes.right_with_slope_1]
    judged = [
        {str(name): difference(tensor, right[name], errors[name]) for name, tensor in found.items()}
        for right in references
    ]
    differences = min(judged, key=lambda differences: sum(not seen.agrees for seen in differences.values()))
    differences["J"] = difference(J, right_J, ROUNDING * SINGLE * right_J.abs() / SAFETY)
    tensors = {str(name): tensor for name, tensor in found.items()} | {"J": J.detach()}
    diagnosis = diagnose(found, references[0], errors, passes.forward, references[1:])
    return OwnUpdate(tensors, differences, diagnosis)


def sentences(diagnosis: Diagnosis) -> dict[str, list[str]]:
    """The sentences of the explanations, by language."""
    return {language: [each.say(language) for each in diagnosis.sentences] for language in LANGUAGES}


GIVEN = re.compile(r"X|Y|(W|b|slope)\[\d+\]")
"""Names of tensors that no formula of the first update computes."""
OF_A_LAYER = re.compile(r"(\w+)\[(\d+)\]")


class Names:
    """The names of the notes for the tensors of one update, such as "dZ[2]", "A[1]", "W[1]", "J".

    A tensor has a name by its identity: the network, the caches and the backward steps hold nearly all of them. Only
    the derivative of the output is multiplied by dJ = 1 before it is kept, so it is found by its equal values.
    """

    def __init__(self, network: DeepNetwork, X: Tensor, Y: Tensor, passes: Mapping[str, Any]) -> None:
        caches: Sequence[LayerCache] = passes["forward"]
        steps: Sequence[BackwardStep] = passes["backward"]
        self._backward = {str(name): tensor for name, tensor in in_order(steps).items()}
        named: list[tuple[str, Tensor | None]] = [("X", X), ("A[0]", X), ("Y", Y)]
        for l, (layer, cache) in enumerate(zip(network.layers, caches, strict=True), start=1):
            named += [(f"W[{l}]", layer.W), (f"b[{l}]", layer.b), (f"slope[{l}]", layer.slope)]
            named += [(f"Z[{l}]", cache.Z), (f"A[{l}]", cache.A)]
        self._by_id: dict[int, list[str]] = {}
        for name, tensor in [*named, *self._backward.items()]:
            if tensor is not None:
                self._by_id.setdefault(id(tensor), []).append(name)

    def of(self, key: Key) -> list[str]:
        """All names of a tensor; none if the notes do not name it."""
        return self._by_id.get(key[0], [])

    def key(self, snapshot: Snapshot, symbol: str) -> Key:
        """The key of a result. An unnamed result gets the key of a tensor `symbol[l]` with equal values."""
        if not self.of(snapshot.key):
            for name, tensor in self._backward.items():
                same_shape = name.startswith(f"{symbol}[") and tensor.shape == snapshot.values.shape
                if same_shape and torch.equal(tensor, snapshot.values):
                    return key_of(tensor)
        return snapshot.key


def layer_of(names: Sequence[str]) -> int | None:
    """The layer whose step computes the last of these tensors: dA[l-1] and dZ[l] belong to layer l."""
    for name in reversed(names):
        if match := OF_A_LAYER.fullmatch(name):
            return int(match[2]) + (match[1] == "dA")
    return None


def layers_of(calls: Sequence[Call], names: Names, L: int) -> list[int]:
    """The layer of each call: that of its results, otherwise that of the call from which it comes, otherwise L."""
    layers: list[int] = []
    for call in calls:
        own = layer_of([name for _, result in call.outputs for name in names.of(result.key)[-1:]])
        layers.append(own or (L if call.parent is None else layers[call.parent - calls[0].number]))
    return layers


class Update:
    """One parameter update: its number and calls, the names of its tensors, their makers, and what judges them."""

    def __init__(
        self, number: int, calls: Sequence[Call], names: Names, autograd: Autograd, own: OwnUpdate | None
    ) -> None:
        self.number, self.calls, self.names, self.autograd, self.own = number, calls, names, autograd, own
        self._keys = {result.key: names.key(result, symbol) for call in calls for symbol, result in results(call)}
        self.made: dict[Key, int] = {}
        for call in calls:
            given = {argument.key for _, argument in tensors_of(call.inputs)}
            for _, result in call.outputs:
                if result.key not in given:  # the innermost call comes last
                    self.made[self.key(result)] = call.number

    def key(self, snapshot: Snapshot) -> Key:
        return self._keys.get(snapshot.key, snapshot.key)


@dataclass
class Builder:
    """Collects the sources, tensors and steps of all updates. A tensor that several updates use is stored once."""

    L: int
    sources: dict[str, Source] = field(default_factory=dict)
    tensors: list[TracedTensor] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    ids: dict[Key, int] = field(default_factory=dict)

    def add(self, update: Update) -> None:
        """Add the calls of one update."""
        for call, layer in zip(update.calls, layers_of(update.calls, update.names, self.L), strict=True):
            step = Step(
                number=call.number,
                update=update.number,
                phase=call.phase,
                layer=layer,
                depth=call.depth,
                parent=call.parent,
                source=self._source(call.code),
                inputs=[self._value(update, call, layer, *argument) for argument in call.inputs],
                outputs=[self._value(update, call, layer, *result) for result in results(call)],
                called_from=Line(self._source(call.caller), call.line),
            )
            self.steps.append(step)

    def _source(self, code: CodeType) -> str:
        """Store a function, and return its id."""
        key = source_id(code)
        if key not in self.sources:
            self.sources[key] = source_of(code)
        return key

    def _value(self, update: Update, call: Call, layer: int, name: str, argument: Snapshot | str) -> Value:
        """An argument or a result of a call in this layer. A new tensor is stored, and judged.

        A tensor that no formula makes is made by the code around the call.
        """
        if isinstance(argument, str):
            return Value(name, text=argument)
        key = update.key(argument)
        if key not in self.ids:
            self.ids[key] = len(self.tensors)
            names = update.names.of(key) or [name.replace("(Z)", f"(Z[{layer}])")]
            made = update.made.get(key, None if GIVEN.fullmatch(names[0]) else call.parent)
            tensor = traced(self.ids[key], argument.values, *names, update=update.number, made=made)
            update.autograd.judge(tensor, argument.values)
            if update.own is not None:
                update.own.judge(tensor)
            self.tensors.append(tensor)
        return Value(name, tensor=self.ids[key])


def results(call: Call) -> list[tuple[str, Snapshot]]:
    """The results of a call with their symbols: those of a NamedTuple, otherwise those of the formula's equations."""
    symbols = formula_text(FORMULAS[call.code]).symbols
    named = enumerate(call.outputs)
    return [(name or (symbols[i] if i < len(symbols) else "result"), result) for i, (name, result) in named]


MOST_STEPS = 5000
"""Largest number of steps in a record. A page lists all steps: with 7500 steps the next one takes a browser 0.15 s."""
WRONG_COST = Text("found {found}, expected {right}", "得到 {found}，应当是 {right}")


def trace(
    network: DeepNetwork,
    X: Float[Tensor, "m n_x"],
    Y: Num[Tensor, "m n_y"],
    *,
    updates: int = 1,
    learning_rate: float = 0.1,
    own: OwnGradients | None = None,
    own_name: str = "",
    own_line: Callable[[str], dict[str, Any] | None] = lambda tensor: None,
) -> Trace:
    """Record every formula of some updates W -= α dW, b -= α db on all examples; α is `learning_rate`.

    The network does not change: a copy is trained. `own` is a learner's pass, named `own_name`: its J and gradients
    are judged beside those of the formulas, in each update from the same parameters. `own_line` finds
    the learner's line that computes the tensor of a name.

    Raises InputError if X or Y does not fit the network, if `updates` is below 1, or if the record would have more than
    MOST_STEPS steps.
    """
    check_count("updates", updates, 1)
    check_batch(network.layer_sizes, X, Y, W=network.layers[0].W)
    check_values(X)
    copy, recorder = deepcopy(network), Recorder()
    copy.hidden_activation = copy.hidden_activation.by_product()  # g' and the product are two steps
    builder = Builder(L=len(network.layers))
    first_wrong: FirstWrong | None = None
    for number in range(1, updates + 1):
        autograd = Autograd(copy, X, Y)
        own_pass = None if own is None else own_update(own, copy, X, Y)
        start = len(recorder.calls)
        with recording(recorder):
            gradient_descent(copy, X, Y, learning_rate=learning_rate, iterations=1, record_every=1, method="plain")
        names = Names(copy, X, Y, recorder.passes)
        builder.add(Update(number, recorder.calls[start:], names, autograd, own_pass))
        if number == 1:
            check_updates(updates, len(builder.steps))
        if own_pass is not None:
            first_wrong = first_wrong or first_wrong_of(own_pass, builder, number, own_line)
    return Trace(
        network={
            "layer_sizes": network.layer_sizes,
            "hidden_activation": network.hidden_activation.name,
            "output": network.output.name,
            "parameters": sum(parameter.numel() for layer in network.layers for parameter in layer.learned()),
            "dtype": dtype_name(X.dtype),
        },
        m=len(X),
        updates=updates,
        learning_rate=learning_rate,
        sources=builder.sources,
        tensors=builder.tensors,
        steps=builder.steps,
        own=None if own is None else OwnResult(own_name, first_wrong),
    )


def check_updates(updates: int, steps: int) -> None:
    """Reject more updates of so many steps each than a page can show. Raises InputError."""
    most = max(1, MOST_STEPS // steps)
    if updates > most:
        raise InputError(
            f"updates: found {updates}, expected at most {most}: a page shows {MOST_STEPS} steps, and an update of "
            f"this network has {steps}",
            f"updates：得到 {updates}，至多为 {most}：一个网页展示 {MOST_STEPS} 步，而这个网络的一次更新有 {steps} 步",
        )


def first_wrong_of(
    own: OwnUpdate, made: Builder, update: int, line: Callable[[str], dict[str, Any] | None]
) -> FirstWrong | None:
    """The first wrong tensor of a learner's pass in this update, with its diagnosis."""
    name = own.first_wrong
    if name is None:
        return None
    tensor = next(tensor for tensor in made.tensors if tensor.update == update and tensor.name == name)
    value = Value(name.partition("[")[0], tensor=tensor.id)  # of dW = (1/m) dZᵀ A_prev, not of the mean inside
    step = [step.number for step in made.steps if value in step.outputs][-1]
    if name == "J" or own.diagnosis is None:
        right = tensor.values
        symptom = WRONG_COST.fill(found=f"{own.tensors['J'].item():.6g}", right=f"{right:.6g}")
        return FirstWrong(tensor.id, step, symptom._asdict(), [], {"en": [], "zh": []}, line(name))
    causes, said = list(own.diagnosis.causes), sentences(own.diagnosis)
    return FirstWrong(tensor.id, step, own.diagnosis.seen._asdict(), causes, said, line(name))
