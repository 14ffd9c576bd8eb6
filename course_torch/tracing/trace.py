"""Run some parameter updates of a copy of a network under the recorder, and build the record from the recorded calls.

Autograd judges the network's derivatives, and the reference a learner's derivatives.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from types import CodeType
from typing import Any, NamedTuple

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import check_count
from course_torch.formulas.layers import LayerCache
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import check_batch, check_values
from course_torch.network.gradient_descent import gradient_descent
from course_torch.network.propagation import in_order
from course_torch.text import dtype_name
from course_torch.tracing.formula_text import source_id, source_of
from course_torch.tracing.own_pass import OwnGradients, OwnUpdate, first_wrong_of, own_update
from course_torch.tracing.record import Judgement, Line, OwnResult, Step, Trace, TracedTensor, Value, numbers, traced
from course_torch.tracing.recorder import Call, Key, Recorder, Snapshot, key_of, recording, tensors_of
from course_torch.verification.difference import difference
from course_torch.verification.networks.right_pass import RightPass

OF_A_LAYER = re.compile(r"(\w+)\[(\d+)\]")
GIVEN = re.compile(r"X|Y|(W|b|slope)\[\d+\]")
"""Names of tensors that no formula of the first update computes."""


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
        if self.own is not None:
            tensor.own = self.own.traced(tensor.name)


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

    Raises InputError if X or Y does not fit the network, or if `updates` is below 1.
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
        if record.own is not None and record.own.first_wrong is None:
            assert learners is not None
            record.own.first_wrong = first_wrong_of(learners, record, number, own_line)
    return record
