"""A call of a learner's function that raised an exception or does not return, and what stands on its line."""

import ast
from dataclasses import dataclass
from functools import cached_property

from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import Function, Node, arguments_of, name_of, nodes_of
from course_torch.exercises.sandbox.client import Failure
from course_torch.exercises.tasks.task import Call, Value


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
        given = zip(arguments_of(self.function), self.call.arguments.values(), strict=False)
        return {name: value for name, value in given if name not in self.stored}

    @cached_property
    def stored(self) -> set[str]:
        """The names to which the function assigns."""
        return {name.id for name in nodes_of(self.function, ast.Name) if isinstance(name.ctx, ast.Store)}

    @cached_property
    def line(self) -> list[ast.expr | ast.stmt]:
        """What stands on the line that raised it. Nothing if it is a line of another function."""
        place = self.failure.place
        if place is None or not self.source.is_inside(self.name, place):
            return []
        nodes = (node for node in ast.walk(self.function) if isinstance(node, ast.expr | ast.stmt))
        return [node for node in nodes if node.lineno <= place[1] <= (node.end_lineno or node.lineno)]

    def on_line(self, kind: type[Node]) -> list[Node]:
        """What stands on the line, of one kind."""
        return [node for node in self.line if isinstance(node, kind)]

    def calls_assigned_to(self, name: str) -> list[ast.Call]:
        """The calls whose results the function assigns to a name."""
        given = (one for one in nodes_of(self.function, ast.Assign) if name in map(name_of, one.targets))
        return [one.value for one in given if isinstance(one.value, ast.Call)]

    def looked_up(self) -> dict[str, Value]:
        """The arguments from which the line reads an entry, as parameters["W1"] and caches[l]: name -> value.

        Empty if the line also reads an entry of something else: the exception may come from there.
        """
        read = [node for node in self.on_line(ast.Subscript) if not isinstance(node.ctx, ast.Store)]
        changed = [node.target for node in self.on_line(ast.AugAssign)]
        read += [target for target in changed if isinstance(target, ast.Subscript)]
        names = [name_of(node.value) for node in read]
        return {name: self.given[name] for name in names} if set(names) <= set(self.given) else {}

    def read_by_text(self) -> str:
        """The argument from which the line reads an entry by a text, as cache["W"]; no text if there is none."""
        read = (node for node in self.on_line(ast.Subscript) if isinstance(node.slice, ast.Constant))
        return next((name_of(one.value) for one in read if name_of(one.value) in self.given), "")

    def unpacked(self) -> tuple[str, int] | None:
        """The argument that the line takes apart, a dict or a list of another length, and into how many parts."""
        for node in self.on_line(ast.Assign):
            held, target = self.given.get(name_of(node.value)), node.targets[0]
            if isinstance(target, ast.Tuple) and isinstance(held, dict | list) and len(held) != len(target.elts):
                return name_of(node.value), len(target.elts)
        return None


def loop_around(source: Source, place: tuple[str, int]) -> tuple[str, int]:
    """The place of the loop that does not end, because it is chance which of its lines is running.

    The innermost `while`, otherwise the outermost `for`, otherwise the place itself.
    """
    trees = [tree for piece, tree in zip(source.pieces, source.trees, strict=True) if piece.label == place[0]]
    loops = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)]
    around = [loop for loop in loops if loop.lineno <= place[1] <= (loop.end_lineno or 0)]
    whiles = [loop for loop in around if isinstance(loop, ast.While)]
    return place[0], [*whiles[-1:], *around[:1]][0].lineno if around else place[1]
