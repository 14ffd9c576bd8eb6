"""Build the record from the recorded calls of one update after the other."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from course_torch.tracing.formula_text import formula_text
from course_torch.tracing.judging import Autograd, OwnUpdate
from course_torch.tracing.naming import GIVEN, Names, layers_of
from course_torch.tracing.record import Source, Step, TracedTensor, Value
from course_torch.tracing.recorder import FORMULAS, Call, CodeType, Key, Snapshot, tensors_of
from course_torch.tracing.slices import traced
from course_torch.tracing.sources import source_id, source_of


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
                    inputs=[tensors.value(name, each, call, layer) for name, each in call.inputs],
                    outputs=[tensors.value(name, each, call, layer) for name, each in results(call)],
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
            each.key: update.names.key(each, symbol) for call in update.calls for symbol, each in results(call)
        }
        self._made: dict[Key, int] = {}
        for call in update.calls:
            given = {each.key for _, each in tensors_of(call.inputs)}
            for _, each in call.outputs:
                if each.key not in given:  # the innermost call comes last
                    self._made[self._key(each)] = call.number

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
        own_name, *also = self._update.names.of(key) or [name.replace("(Z)", f"(Z[{layer}])")]
        made = self._made.get(key, None if GIVEN.fullmatch(own_name) else call.parent)
        tensor = traced(number, own_name, snapshot.values, update=self._update.number, made=made)
        tensor.also = also
        self._update.autograd.judge(tensor, snapshot.values)
        if self._update.own is not None:
            self._update.own.judge(tensor)
        return tensor


def results(call: Call) -> list[tuple[str, Snapshot]]:
    """The results of a call with their symbols: those of a NamedTuple, otherwise those of the formula's equations."""
    symbols = formula_text(FORMULAS[call.code]).symbols
    return [
        (name or (symbols[i] if i < len(symbols) else "result"), each) for i, (name, each) in enumerate(call.outputs)
    ]
