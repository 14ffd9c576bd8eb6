"""Record the calls of formulas while a network runs: function, arguments, result, calling line, depth.

The recorder watches the code objects of `course_torch.formulas` with `sys.setprofile`, so the formulas contain no code
for it. Tensors are copied when they are seen, because an update changes parameters in place.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from inspect import isfunction
from itertools import chain, repeat
from types import CodeType, FrameType
from typing import Any, NamedTuple

from torch import Tensor

from course_torch.formulas.activations import Activation
from course_torch.formulas.outputs import Output
from course_torch.network.propagation import backward_propagation, forward_propagation
from course_torch.tracing.formula_text import FORMULAS, PACKAGE, code_of, formula_text
from course_torch.tracing.record import Phase

PASSES: dict[CodeType, Phase] = {code_of(forward_propagation): "forward", code_of(backward_propagation): "backward"}
"""The code objects of the two passes."""
METHODS = {code_of(method) for entry in (Activation, Output) for method in vars(entry).values() if isfunction(method)}
"""The code objects of the methods that only pass a call on to a formula."""

Key = tuple[int, int]
"""The identity of a tensor, and its version: an update in place makes a new version."""


class Snapshot(NamedTuple):
    """A tensor, and a copy of its values when it was seen. The tensor is kept, so that no other gets its identity."""

    tensor: Tensor
    values: Tensor
    key: Key


def key_of(tensor: Tensor) -> Key:
    """The key of a tensor as it is now."""
    return id(tensor), tensor._version


Argument = tuple[str, Snapshot | str]
"""The name of an argument or a field, and its tensor or its text."""


@dataclass
class Call:
    """One call of a formula. `parent` is the number of the call from which it comes.

    outputs   the results with their symbols: the fields of a NamedTuple, otherwise those of the formula's equations
    """

    number: int
    code: CodeType
    phase: Phase
    depth: int
    parent: int | None
    caller: CodeType
    line: int
    inputs: list[Argument]
    outputs: list[tuple[str, Snapshot]] = field(default_factory=list)


class Recorder:
    """A profiler that collects the calls of formulas during forward pass, backward pass and update.

    passes    "forward" and "backward" -> the result of the last pass
    phase     of the calls that are recorded now; None before the first pass, when labels are checked
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.passes: dict[str, Any] = {}
        self.phase: Phase | None = None
        self._open: list[int] = []
        self._seen: dict[Key, Snapshot] = {}

    def __call__(self, frame: FrameType, event: str, result: Any) -> None:
        """Handle an event of `sys.setprofile`."""
        code = frame.f_code
        if code in PASSES:
            if event == "call":
                self.phase = PASSES[code]
            elif event == "return":
                self.passes[PASSES[code]] = result
                self.phase = "update" if PASSES[code] == "backward" else "forward"
        elif code in FORMULAS and self.phase is not None:
            if event == "call":
                self._begin(frame, self.phase)
            elif event == "return":
                self._end(result)

    def _begin(self, frame: FrameType, phase: Phase) -> None:
        code = frame.f_code
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        inputs = [argument for name in names for argument in self._flat(name, frame.f_locals[name])]
        caller = calling(frame)
        number, depth, parent = len(self.calls), len(self._open), self._open[-1] if self._open else None
        self._open.append(number)
        self.calls.append(Call(number, code, phase, depth, parent, caller.f_code, caller.f_lineno, inputs))

    def _end(self, result: Any) -> None:
        call = self.calls[self._open.pop()]
        is_record = hasattr(result, "_fields")  # a cache contains its arguments too: only its new tensors are results
        given = {snapshot.key for _, snapshot in tensors_of(call.inputs)} if is_record else set()
        made = [(name, snapshot) for name, snapshot in tensors_of(self._flat("", result)) if snapshot.key not in given]
        symbols = chain(formula_text(FORMULAS[call.code]).symbols, repeat("result"))
        call.outputs = [
            (name.rpartition(".")[2] or symbol, snapshot)
            for (name, snapshot), symbol in zip(made, symbols, strict=False)
        ]

    def _flat(self, name: str, value: Any) -> Iterator[Argument]:
        """Yield the tensors and texts of a value: those of a NamedTuple one by one, and nothing for None."""
        if isinstance(value, Tensor):
            yield name, self.snapshot(value)
        elif isinstance(value, tuple):
            keys = getattr(value, "_fields", [""] * len(value))
            for key, entry in zip(keys, value, strict=True):
                yield from self._flat(f"{name}.{key}" if name else key, entry)
        elif value is not None:
            yield name, f"{value:g}" if isinstance(value, float) else str(getattr(value, "name", value))

    def snapshot(self, tensor: Tensor) -> Snapshot:
        """Copy the values of a tensor, once for each version of it."""
        key = key_of(tensor)
        if key not in self._seen:
            self._seen[key] = Snapshot(tensor, tensor.detach().clone(), key)
        return self._seen[key]


def tensors_of(arguments: Iterable[Argument]) -> list[tuple[str, Snapshot]]:
    """The arguments that are tensors."""
    return [(name, value) for name, value in arguments if isinstance(value, Snapshot)]


def calling(frame: FrameType) -> FrameType:
    """The frame of the package that calls a formula: frames of other packages and of METHODS are skipped."""
    caller = frame.f_back
    while caller is not None:
        code = caller.f_code
        if code.co_filename.startswith(str(PACKAGE)) and code not in METHODS and code.co_name != "<lambda>":
            return caller
        caller = caller.f_back
    return frame


@contextmanager
def recording(recorder: Recorder) -> Iterator[None]:
    """Record the formulas that run inside the context in this thread. Afterwards the previous profiler is back."""
    before = sys.getprofile()
    recorder.phase = None
    sys.setprofile(recorder)
    try:
        yield
    finally:
        sys.setprofile(before)
