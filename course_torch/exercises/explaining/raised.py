"""An exception in a call of a learner's function, with the arguments and the line that raised it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from course_torch.exercises.process import Failure
from course_torch.exercises.source import Function
from course_torch.exercises.task import Call, Value


@dataclass(frozen=True)
class Raised:
    """An exception in a call of the function. `library` is that of the learner's file."""

    failure: Failure
    call: Call
    function: Function
    library: str

    @cached_property
    def given(self) -> dict[str, Value]:
        """Name of each argument in the learner's function -> its value."""
        if not isinstance(self.function, ast.FunctionDef):
            return {}
        names = [each.arg for each in (*self.function.args.posonlyargs, *self.function.args.args)]
        return dict(zip(names, self.call.arguments.values(), strict=False))

    @cached_property
    def nodes(self) -> list[ast.expr | ast.stmt]:
        """What stands on the line that raised it, if it is a line of the function."""
        line = self.failure.place[1] if self.failure.place else 0
        every = (each for each in ast.walk(self.function) if isinstance(each, ast.expr | ast.stmt))
        return [each for each in every if each.lineno <= line <= (each.end_lineno or each.lineno)]

    def unpacked(self) -> Iterator[tuple[str, Value]]:
        """The arguments that the line takes apart, as A_prev, W, b = cache: name and value."""
        for node in self.nodes:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id in self.given:
                yield node.value.id, self.given[node.value.id]

    def looked_up(self) -> Iterator[tuple[str, Value]]:
        """The arguments from which the line takes an entry, as parameters["W1"] and caches[l]: name and value."""
        for node in self.nodes:
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in self.given:
                yield node.value.id, self.given[node.value.id]
