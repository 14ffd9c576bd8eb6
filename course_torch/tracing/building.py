"""Build the record from the recorded calls of one update after the other: names, layers, steps and tensors."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

import torch
from torch import Tensor

from course_torch.formulas.layers import BackwardStep, LayerCache
from course_torch.network.deep_network import DeepNetwork
from course_torch.tracing.formula_text import FORMULAS, formula_text, source_id, source_of
from course_torch.tracing.judging import Autograd, OwnUpdate
from course_torch.tracing.record import Source, Step, TracedTensor, Value, traced
from course_torch.tracing.recorder import Call, Key, Snapshot, key_of, tensors_of
from course_torch.verification.reference import in_order

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
                called_from=(self._source(call.caller), call.line),
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
