"""The line of a learner's file that computes a tensor."""

import ast
from collections.abc import Collection, Iterator
from typing import Any

from course_torch.exercises.learners_file.problems import line_of
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import nodes_of

NAMES = {"J": ("J", "cost"), "dW": ("dW", "dw")}
"""Kind of a tensor -> what learners call it. Other tensors have the name of the kind."""


def learners_line(source: Source, functions: Collection[str], tensor: str) -> dict[str, Any] | None:
    """The line that computes a tensor such as "dW[2]", with the function around it; None if no line assigns to it.

    functions   the functions of the file that may compute it
    A name with the number of the layer, as in `dW2`, comes before a name without one.
    """
    kind, _, layer = tensor.rstrip("]").partition("[")
    names = NAMES.get(kind, (kind,))
    for wanted in ([f"{name}{layer}" for name in names], names):
        for function in (name for name in source.functions if name in functions):
            for statement in assignments(source, function):
                if any(name in wanted for name in targets(statement)):
                    label, first_line, text = source.text_of(function)
                    line = statement.lineno
                    code = text.split("\n")[line - first_line].strip()
                    place = line_of(label, line)._asdict()
                    return {"place": place, "line": line, "code": code, "first_line": first_line, "text": text}
    return None


def assignments(source: Source, function: str) -> Iterator[ast.Assign | ast.AugAssign]:
    """The statements that compute what they assign: no number alone, and no call of another function of the file."""
    for node in nodes_of(source.functions[function], ast.stmt):
        if isinstance(node, ast.Assign | ast.AugAssign) and not isinstance(node.value, ast.Constant):
            called = node.value.func if isinstance(node.value, ast.Call) else None
            if not (isinstance(called, ast.Name) and called.id in source.functions):
                yield node


def targets(statement: ast.Assign | ast.AugAssign) -> Iterator[str]:
    """The names and the keys to which a statement assigns: dW2, grads["dW2"], grads["dW" + str(l)] and dW[j]."""
    found = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for node in (inner for target in found for inner in ast.walk(target)):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Constant):
            yield str(node.value)
