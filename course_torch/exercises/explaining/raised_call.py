"""An exception in a call of a learner's function, with the arguments and the line that raised it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from course_torch.exercises.process import Failure
from course_torch.exercises.source import Function, Source
from course_torch.exercises.task import Call, Value


@dataclass(frozen=True)
class RaisedCall:
    """An exception in a call of the function `name` of the learner's file."""

    failure: Failure
    call: Call
    source: Source
    name: str

    @property
    def function(self) -> Function:
        return self.source.functions[self.name]

    @property
    def message(self) -> str:
        return self.failure.message

    @cached_property
    def given(self) -> dict[str, Value]:
        """Name of each argument in the learner's function -> its value. The function assigns to none of them."""
        if not isinstance(self.function, ast.FunctionDef):
            return {}
        names = [each.arg for each in (*self.function.args.posonlyargs, *self.function.args.args)]
        walked = [each for each in ast.walk(self.function) if isinstance(each, ast.Name)]
        stored = {each.id for each in walked if isinstance(each.ctx, ast.Store)}
        given = zip(names, self.call.arguments.values(), strict=False)
        return {name: value for name, value in given if name not in stored}

    @cached_property
    def nodes(self) -> list[ast.expr | ast.stmt]:
        """What stands on the line that raised it. Nothing if it is a line of another function."""
        place = self.failure.place
        if place is None or not self.source.is_inside(self.name, place):
            return []
        every = (each for each in ast.walk(self.function) if isinstance(each, ast.expr | ast.stmt))
        return [each for each in every if each.lineno <= place[1] <= (each.end_lineno or each.lineno)]

    def unpacked(self) -> Iterator[tuple[str, Value]]:
        """The arguments that the line takes apart, as A_prev, W, b = cache: name and value."""
        for node in self.nodes:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id in self.given:
                yield node.value.id, self.given[node.value.id]

    def looked_up(self) -> dict[str, Value]:
        """The arguments from which the line reads an entry, as parameters["W1"] and caches[l]: name -> value.

        Empty if the line also reads an entry of something else: the exception may come from there.
        """
        read = [each for each in self.nodes if isinstance(each, ast.Subscript) and not isinstance(each.ctx, ast.Store)]
        changed = [each.target for each in self.nodes if isinstance(each, ast.AugAssign)]
        read += [each for each in changed if isinstance(each, ast.Subscript)]
        names = [each.value.id if isinstance(each.value, ast.Name) else "" for each in read]
        return {name: self.given[name] for name in names} if set(names) <= set(self.given) else {}
