"""Loops that never end: nothing in them changes their condition."""

import ast
import builtins

from course_torch.exercises.sandbox.source import Source, nodes_of
from course_torch.exercises.sandbox.statements import changed
from course_torch.exercises.tasks.task import Finding, finding

LEAVING = (ast.Break, ast.Return, ast.Raise)


def endless_loops(source: Source, place: tuple[str, int]) -> tuple[Finding, ...]:
    """The outermost `while` around the place, the label of a piece and a line, whose condition nothing in it changes.

    A condition that calls a function of the file may change, and a loop with break, return or raise may be left.
    """
    trees = [tree for piece, tree in zip(source.pieces, source.trees, strict=True) if piece.label == place[0]]
    loops = (loop for tree in trees for loop in nodes_of(tree, ast.While))
    around = (loop for loop in loops if loop.lineno <= place[1] <= (loop.end_lineno or 0))
    found = next((loop for loop in around if is_endless(loop)), None)
    return (finding("endless loop", test=ast.unparse(found.test), line=found.lineno),) if found else ()


def is_endless(loop: ast.While) -> bool:
    """Whether no statement of the loop changes the condition or leaves the loop."""
    inside = [node for statement in loop.body for node in ast.walk(statement)]
    called = {ast.unparse(call.func) for call in nodes_of(loop.test, ast.Call)}
    if any(isinstance(node, LEAVING) for node in inside) or not called <= {*dir(builtins)}:
        return False
    stored = {node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    stored |= {name for statement in loop.body for name in changed(statement)}
    return stored.isdisjoint(name.id for name in nodes_of(loop.test, ast.Name))
