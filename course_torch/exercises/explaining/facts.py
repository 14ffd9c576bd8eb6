"""Causes that stand in the result's structure or in the text, and not in the numbers."""

import ast
from itertools import permutations
from typing import Any

from course_torch.exercises.equality import equal
from course_torch.exercises.form import Part, parts
from course_torch.exercises.source import Function
from course_torch.exercises.task import Call, Finding, finding

LARGEST = 4
"""Results whose orders are tried."""


def of_result(result: Any, call: Call, name: str, layout: str, function: Function) -> list[Finding]:
    """Nothing is returned, or the right results are returned in another order."""
    if result is None and not any(isinstance(each, ast.Return) and each.value for each in ast.walk(function)):
        return [finding("no return")]
    names = getattr(call.right, "_fields", ())
    if not isinstance(result, list | tuple) or not len(result) == len(names) <= LARGEST:
        return []
    if any(fits(other, call, name, layout) for other in permutations(result)):
        return [finding("order of the results", names=", ".join(names))]
    return []


def fits(result: Any, call: Call, name: str, layout: str) -> bool:
    """Whether a result is right. Of numbers drawn at random only the shapes are compared."""
    return all(
        isinstance(each, Part)
        and each.found.shape == each.right.shape
        and (call.fails is not None or equal(each.found, each.right))
        for each in parts(result, call.right, name, layout)
    )


def of_text(function: Function) -> list[Finding]:
    """Names to which the function assigns nothing but None, or an argument that is replaced before it is used."""
    names = [each for each in ast.walk(function) if isinstance(each, ast.Name)]
    stored = [each.id for each in names if isinstance(each.ctx, ast.Store)]
    none = [
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and node.value.value is None
        for target in node.targets
        if isinstance(target, ast.Name) and stored.count(target.id) == 1
    ]
    if none:
        return [finding("still None", names=", ".join(none))]
    if not isinstance(function, ast.FunctionDef):
        return []
    replaced = [each.arg for each in function.args.args if is_replaced(function, each.arg)]
    return [finding("argument replaced", name=each) for each in replaced]


def is_replaced(function: ast.FunctionDef, name: str) -> bool:
    """Whether the first statement with the name assigns to it and does not read it."""
    for statement in function.body:
        uses = [each.ctx for each in ast.walk(statement) if isinstance(each, ast.Name) and each.id == name]
        if uses:
            return isinstance(statement, ast.Assign) and all(isinstance(use, ast.Store) for use in uses)
    return False
