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
from course_torch.verification.backward_tensors import in_order

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


@dataclass(frozen=True)
class Update:
    """One parameter update: its number, its calls, the names of its tensors, and what judges them."""

    number: int
    calls: Sequence[Call]
    names: Names
    autograd: Autograd
    own: OwnUpdate | None


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
        tensors = UpdateTensors(update, self)
        for call, layer in zip(update.calls, layers_of(update.calls, update.names, self.L), strict=True):
            self.steps.append(
                Step(
                    number=call.number,
                    update=update.number,
                    phase=call.phase,
                    layer=layer,
                    depth=call.depth,
                    parent=call.parent,
                    source=self._source(call.code),
                    inputs=[tensors.value(*argument, call, layer) for argument in call.inputs],
                    outputs=[tensors.value(*result, call, layer) for result in results(call)],
                    called_from=(self._source(call.caller), call.line),
                )
            )

    def _source(self, code: CodeType) -> str:
        """Store a function, and return its id."""
        key = source_id(code)
        if key not in self.sources:
            self.sources[key] = source_of(code)
        return key


class UpdateTensors:
    """Stores the tensors of one update in the builder, each once."""

    def __init__(self, update: Update, builder: Builder) -> None:
        self._update, self._builder = update, builder
        self._keys = {
            result.key: update.names.key(result, symbol) for call in update.calls for symbol, result in results(call)
        }
        self._made: dict[Key, int] = {}
        for call in update.calls:
            given = {argument.key for _, argument in tensors_of(call.inputs)}
            for _, result in call.outputs:
                if result.key not in given:  # the innermost call comes last
                    self._made[self._key(result)] = call.number

    def _key(self, snapshot: Snapshot) -> Key:
        return self._keys.get(snapshot.key, snapshot.key)

    def value(self, name: str, argument: Snapshot | str, call: Call, layer: int) -> Value:
        """An argument or a result of a call in this layer. A new tensor is stored, and judged."""
        if isinstance(argument, str):
            return Value(name, text=argument)
        key, ids = self._key(argument), self._builder.ids
        if key not in ids:
            ids[key] = len(self._builder.tensors)
            self._builder.tensors.append(self._traced(ids[key], key, name, argument, call, layer))
        return Value(name, tensor=ids[key])

    def _traced(self, number: int, key: Key, name: str, snapshot: Snapshot, call: Call, layer: int) -> TracedTensor:
        """The new tensor `key` in the record. A tensor that no formula makes is made by the code around the call."""
        names = self._update.names.of(key) or [name.replace("(Z)", f"(Z[{layer}])")]
        made = self._made.get(key, None if GIVEN.fullmatch(names[0]) else call.parent)
        tensor = traced(number, snapshot.values, *names, update=self._update.number, made=made)
        self._update.autograd.judge(tensor, snapshot.values)
        if self._update.own is not None:
            self._update.own.judge(tensor)
        return tensor


def results(call: Call) -> list[tuple[str, Snapshot]]:
    """The results of a call with their symbols: those of a NamedTuple, otherwise those of the formula's equations."""
    symbols = formula_text(FORMULAS[call.code]).symbols
    named = enumerate(call.outputs)
    return [(name or (symbols[i] if i < len(symbols) else "result"), result) for i, (name, result) in named]
