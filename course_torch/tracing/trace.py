"""Run some parameter updates of a copy of a network under the recorder, and build the record from the recorded calls.

Autograd judges the network's derivatives, and the reference a learner's derivatives.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from types import CodeType
from typing import Any, Literal, NamedTuple

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import InputError, check_count
from course_torch.exercises.explain.wrong_result import ROUNDING, SINGLE
from course_torch.formulas.layers import LayerCache, LayerGradients
from course_torch.language import LANGUAGES, Text
from course_torch.mistakes.context import TensorName
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import check_batch, check_values
from course_torch.network.gradient_descent import gradient_descent
from course_torch.text import dtype_name
from course_torch.tracing.formula_text import source_id, source_of
from course_torch.tracing.record import (
    FirstWrong,
    Judgement,
    Line,
    OwnResult,
    OwnTensor,
    Step,
    Trace,
    TracedTensor,
    Value,
    numbers,
    traced,
)
from course_torch.tracing.recorder import Call, Key, Recorder, Snapshot, key_of, recording, tensors_of
from course_torch.verification.autograd import Tensors, in_order
from course_torch.verification.difference import SAFETY, Difference, difference
from course_torch.verification.explain.diagnosis import Diagnosis, diagnose
from course_torch.verification.passes import RightPass, named_gradients
from course_torch.verification.rounding import product_eps

OwnGradients = Callable[[DeepNetwork, Tensor, Tensor], tuple[Tensor, Sequence[LayerGradients]]]
"""(network, X, Y) -> J and the gradients of layers 1 to L, as a learner computes them."""


class OwnUpdate(NamedTuple):
    """What a learner's pass computes for one update.

    tensors     name -> the learner's tensor, and how far the tensor is from the reference
    diagnosis   of the first wrong gradient
    """

    tensors: dict[str, tuple[Tensor, Difference]]
    diagnosis: Diagnosis | None


def own_update(own: OwnGradients, passes: RightPass) -> OwnUpdate:
    """Run the learner's pass and judge it against the formulas.

    A learner may compute in float32, and may choose ReLU's slope 1 at Z = 0 (notes 2.4).
    """
    examples = passes.X, passes.Y
    J, gradients = own(passes.network, *examples)
    found = named_gradients(gradients)
    with torch.no_grad():
        right_J = passes.network.autograd_cost(*examples)
    errors = passes.errors(max(SINGLE, product_eps(passes.X)))

    def differences(right: Tensors) -> dict[TensorName, Difference]:
        return {name: difference(tensor, right[name], errors[name]) for name, tensor in found.items()}

    steps = passes.network.backward_steps(*examples, input_derivative=True)
    rights = in_order(steps), passes.right_with_slope_1
    right = min(rights, key=lambda right: sum(not seen.agrees for seen in differences(right).values()))
    tensors = {str(name): (found[name], seen) for name, seen in differences(right).items()}
    tensors["J"] = J.detach(), difference(J, right_J, ROUNDING * SINGLE * right_J.abs() / SAFETY)
    return OwnUpdate(tensors, diagnose(found, right, errors, passes.forward))


GIVEN = re.compile(r"X|Y|(W|b|slope)\[\d+\]")
"""Names of tensors that no formula of the first update computes."""
OF_A_LAYER = re.compile(r"(\w+)\[(\d+)\]")


class Names:
    """The names of the notes for the tensors of one update, such as "dZ[2]", "A[1]", "W[1]", "J", and their makers.

    A tensor has a name by its identity: the network, the caches and the backward steps hold nearly all of them. Only
    the derivative of the output is multiplied by dJ = 1 before it is kept, so it is found by its equal values.

    made   key of a tensor -> number of the call that makes it
    """

    def __init__(
        self, network: DeepNetwork, X: Tensor, Y: Tensor, passes: Mapping[str, Any], calls: Sequence[Call]
    ) -> None:
        caches: Sequence[LayerCache] = passes["forward"]
        self._backward = in_order(passes["backward"])
        named: list[tuple[str, Tensor | None]] = [("X", X), ("A[0]", X), ("Y", Y)]
        for l, (layer, cache) in enumerate(zip(network.layers, caches, strict=True), start=1):
            named += [(f"W[{l}]", layer.W), (f"b[{l}]", layer.b), (f"slope[{l}]", layer.slope)]
            named += [(f"Z[{l}]", cache.Z), (f"A[{l}]", cache.A)]
        self._by_id: dict[int, list[str]] = {}
        for name, tensor in [*named, *((str(name), tensor) for name, tensor in self._backward.items())]:
            if tensor is not None:
                self._by_id.setdefault(id(tensor), []).append(name)
        self._keys: dict[Key, Key] = {}
        self.made: dict[Key, int] = {}
        for call in calls:
            given = {argument.key for _, argument in tensors_of(call.inputs)}
            for symbol, result in call.outputs:
                self._keys[result.key] = self._kept(result, symbol)
                if result.key not in given:  # the innermost call comes last
                    self.made[self.key(result)] = call.number

    def of(self, key: Key) -> list[str]:
        """All names of a tensor; none if the notes do not name it."""
        return self._by_id.get(key[0], [])

    def key(self, snapshot: Snapshot) -> Key:
        """The key under which a tensor is stored."""
        return self._keys.get(snapshot.key, snapshot.key)

    def _kept(self, result: Snapshot, symbol: str) -> Key:
        """The key of a result. An unnamed result gets the key of the tensor of this symbol with equal values."""
        if not self.of(result.key):
            for name, tensor in self._backward.items():
                if name.kind == symbol and torch.equal(tensor, result.values):
                    return key_of(tensor)
        return result.key

    def layer_of(self, call: Call) -> int | None:
        """The layer whose step computes the last named result: dA[l-1] and dZ[l] belong to layer l."""
        names = [name for _, result in call.outputs for name in self.of(result.key)[-1:]]
        layers = [int(found[2]) + (found[1] == "dA") for name in names if (found := OF_A_LAYER.fullmatch(name))]
        return layers[-1] if layers else None


class Update(NamedTuple):
    """One parameter update: its number, the names of its tensors, and what judges them.

    right   name of a derivative -> autograd's tensor, and the rounding errors that it may have
    """

    number: int
    names: Names
    right: Mapping[str, tuple[Tensor, Tensor]]
    own: OwnUpdate | None

    def judge(self, tensor: TracedTensor, values: Tensor) -> None:
        """Add autograd's verdict and the learner's tensor, if they compute a tensor of this name."""
        if tensor.name in self.right:
            right, error = self.right[tensor.name]
            seen = difference(values, right, error)
            tensor.verdict = seen.verdict
            tensor.autograd = Judgement(numbers(right), seen.relative, seen.largest, seen.tolerance)
        if self.own is not None and tensor.name in self.own.tensors:
            learners, seen = self.own.tensors[tensor.name]
            verdict: Literal["equal", "different"] = "equal" if seen.agrees else "different"
            tensor.own = OwnTensor(numbers(learners), seen.relative, seen.largest, seen.tolerance, verdict)


class Builder:
    """Adds the sources, tensors and steps of the updates to a record. A tensor of several updates is stored once."""

    def __init__(self, record: Trace) -> None:
        self.record = record
        self._ids: dict[Key, int] = {}

    def add(self, update: Update, calls: Sequence[Call]) -> None:
        """Add the calls of one update. A call without a layer has that of its caller, and otherwise L."""
        steps = self.record.steps
        L = len(self.record.network["layer_sizes"]) - 1
        for call in calls:
            layer = update.names.layer_of(call) or (L if call.parent is None else steps[call.parent].layer)
            step = Step(
                number=call.number,
                update=update.number,
                phase=call.phase,
                layer=layer,
                depth=call.depth,
                parent=call.parent,
                source=self._source(call.code),
                inputs=[self._value(update, call, layer, *argument) for argument in call.inputs],
                outputs=[self._value(update, call, layer, *result) for result in call.outputs],
                called_from=Line(self._source(call.caller), call.line),
            )
            steps.append(step)

    def _source(self, code: CodeType) -> str:
        """Store a function, and return its id."""
        key = source_id(code)
        if key not in self.record.sources:
            self.record.sources[key] = source_of(code)
        return key

    def _value(self, update: Update, call: Call, layer: int, name: str, argument: Snapshot | str) -> Value:
        """An argument or a result of a call in this layer. A new tensor is stored, and judged.

        A tensor that no formula makes is made by the code around the call.
        """
        if isinstance(argument, str):
            return Value(name, text=argument)
        key = update.names.key(argument)
        if key not in self._ids:
            self._ids[key] = len(self.record.tensors)
            names = update.names.of(key) or [name.replace("(Z)", f"(Z[{layer}])")]
            made = update.names.made.get(key, None if GIVEN.fullmatch(names[0]) else call.parent)
            tensor = traced(self._ids[key], argument.values, *names, update=update.number, made=made)
            update.judge(tensor, argument.values)
            self.record.tensors.append(tensor)
        return Value(name, tensor=self._ids[key])


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
    facts = {
        "layer_sizes": network.layer_sizes,
        "hidden_activation": network.hidden_activation.name,
        "output": network.output.name,
        "parameters": sum(parameter.numel() for layer in network.layers for parameter in layer.learned()),
        "dtype": dtype_name(X.dtype),
    }
    record = Trace(facts, len(X), updates, learning_rate, own=None if own is None else OwnResult(own_name))
    builder = Builder(record)
    for number in range(1, updates + 1):
        passes = RightPass(copy, X, Y)
        errors = passes.errors()
        right = {str(name): (tensor, errors[name]) for name, tensor in passes.right.items()}
        learners = None if own is None else own_update(own, passes)
        start = len(recorder.calls)
        with recording(recorder):
            gradient_descent(copy, X, Y, learning_rate=learning_rate, iterations=1, record_every=1, method="plain")
        calls = recorder.calls[start:]
        builder.add(Update(number, Names(copy, X, Y, recorder.passes, calls), right, learners), calls)
        if number == 1:
            check_updates(updates, len(record.steps))
        if record.own is not None and record.own.first_wrong is None:
            assert learners is not None
            record.own.first_wrong = first_wrong_of(learners, record, number, own_line)
    return record


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
    own: OwnUpdate, record: Trace, update: int, line: Callable[[str], dict[str, Any] | None]
) -> FirstWrong | None:
    """The first wrong tensor of a learner's pass in this update, with its diagnosis. J comes before the gradients."""
    J, seen = own.tensors["J"]
    found = own.diagnosis if seen.agrees else None
    if seen.agrees and found is None:
        return None
    name = "J" if found is None else str(found.tensor)
    tensor = next(tensor for tensor in record.tensors if tensor.update == update and tensor.name == name)
    value = Value(name.partition("[")[0], tensor=tensor.id)  # of dW = (1/m) dZᵀ A_prev, not of the mean inside
    step = [step.number for step in record.steps if value in step.outputs][-1]
    if found is None:
        cost = WRONG_COST.fill(found=f"{J.item():.6g}", right=f"{tensor.values:.6g}")
        return FirstWrong(tensor.id, step, cost._asdict(), [], {"en": [], "zh": []}, line(name))
    sentences: dict[str, list[str]] = {
        language: [each.say(language) for each in found.sentences] for language in LANGUAGES
    }
    return FirstWrong(tensor.id, step, found.seen._asdict(), list(found.causes), sentences, line(name))
