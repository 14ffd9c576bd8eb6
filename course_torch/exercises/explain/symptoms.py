"""What a result shows: which tensors are wrong and by how much, its structure, and the text of its function."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import permutations
from math import inf
from typing import Any

import numpy as np
import torch
from torch import Tensor

from course_torch.exercises.sandbox.layout import Part, in_layout, parts
from course_torch.exercises.sandbox.process import Answer
from course_torch.exercises.sandbox.source import Function, nodes_of
from course_torch.exercises.tasks.task import LAYOUTS, Call, Finding, Task, finding
from course_torch.language import NOTHING, Text
from course_torch.verification.comparing import SAFETY, difference, largest, norm, vector_of

SINGLE = torch.finfo(torch.float32).eps
ROUNDING = 8.0
"""Largest difference, in float32's ε of the largest entry, of a tensor that no backward pass computes.

An entry below 1 counts as 1: the arguments are of order 1, and a sum of such numbers that happens to be near 0 keeps
their rounding errors.
"""
NEAR = 1e-6
"""Relative difference below which two tensors count as equal: float32's rounding errors, and epsilons in logarithms."""
LARGEST = 4
"""Results whose orders are tried."""
LIKE = 0.8
"""Similarity of two keys from which one is the other misspelt. That of W1 and b1 is 0.5."""
VISIBLE = 1e-3
"""Relative difference from which a percentage with one decimal shows it."""
NUMBERS = ("learning_rate", "num_iterations", "iterations")
"""Arguments that are numbers, which people write as constants."""
SHAPE = Text("{name} has the shape {found}, expected {right}", "{name} 的形状是 {found}，应当是 {right}")
NOT_FINITE = Text("{name} contains nan or inf", "{name} 里有 nan 或 inf")
MULTIPLE = Text("{name} is {factor} times the right one{m}", "{name} 是正确值的 {factor} 倍{m}")
DIFFERENT = Text("{name} differs from the right one by {relative}", "{name} 与正确值相差 {relative}")


def wrong_parts(found: list[Part], call: Call) -> list[str]:
    """The names of the tensors that differ from the right ones by more than float32's rounding errors."""
    errors = {name: call.case.errors(SINGLE)[tensor] for name, tensor in call.names.items()}
    return [part.name for part in found if not is_right(part, errors.get(part.name))]


def shapes_wrong(found: list[Part]) -> list[str]:
    """The names of the tensors that have another shape than the right ones."""
    return [part.name for part in found if part.found.shape != part.right.shape]


def is_right(part: Part, error: torch.Tensor | None) -> bool:
    if part.found.dtype not in (torch.float64, torch.float32):
        return False
    if error is None:
        size = max(1.0, largest(vector_of(part.right)))
        error = torch.full(part.right.shape, ROUNDING * SINGLE * size / SAFETY, dtype=torch.float64)
    return difference(part.found, part.right, error).agrees


def same_parts(answer: Answer, call: Call, task: Task, layout: str) -> bool:
    """Whether the second call gave the same numbers as the first."""
    first, second = (parts(result, call.right, task.result, layout) for result in (answer.result, answer.again))
    return all(
        isinstance(b, Part) and torch.equal(a.found.nan_to_num(), b.found.nan_to_num())
        for a, b in zip(first, second, strict=False)
        if isinstance(a, Part)
    )


def equal(a: Tensor, b: Tensor) -> bool:
    """Whether two tensors have one shape and differ by NEAR at most. nan equals nan, and inf equals inf.

    Numbers whose squares overflow are never equal.
    """
    if a.shape != b.shape:
        return False
    x, y = vector_of(a), vector_of(b)
    finite = np.isfinite(x) & np.isfinite(y)
    if not finite.all():
        if not np.array_equal(x[~finite], y[~finite], equal_nan=True):
            return False
        x, y = x[finite], y[finite]
    with np.errstate(over="ignore"):
        return norm(x - y) <= NEAR * (norm(x) + norm(y)) < inf


def factor_of(part: Part) -> float | None:
    """c if the tensor is c times the right one, otherwise None. Nothing is a multiple of 0."""
    seen = difference(part.found, part.right, part.right)
    return seen.factor if seen.residual < NEAR and abs(seen.factor) > 0 else None  # a nan is not > 0


@dataclass(frozen=True)
class Result:
    """The tensors of one result, the names of those that are wrong, and the result as the function returned it."""

    call: Call
    parts: list[Part]
    wrong: list[str]
    value: Any = None

    @property
    def first(self) -> Part:
        """The first wrong tensor."""
        return next(part for part in self.parts if part.name in self.wrong)


def symptom_of(result: Result, layout: str) -> Text:
    """What is seen of the first wrong tensor, in numbers. Shapes are those of the learner's layout."""
    name, found, right = result.first
    if found.shape != right.shape:
        found, right = (in_layout(tensor, name, layout) for tensor in (found, right))
        return SHAPE.fill(name=name, found=tuple(found.shape), right=tuple(right.shape))
    if not found.isfinite().all():
        return NOT_FINITE.fill(name=name)
    m, factor = result.call.case.m, factor_of(result.first)
    if factor is not None:
        is_m = abs(factor / m - 1) < NEAR or abs(factor * m - 1) < NEAR
        note = Text(f", and m = {m}", f"，而 m = {m}") if is_m else NOTHING
        return MULTIPLE.fill(name=name, factor=f"{factor:.6g}", m=note)
    relative = difference(found, right, right).relative
    return DIFFERENT.fill(name=name, relative=f"{relative:.1%}" if relative >= VISIBLE else f"{relative:.1e}")


def of_result(result: Any, call: Call, name: str, layout: str, function: Function) -> tuple[Finding, ...]:
    """Nothing is returned, a key is misspelt, or the right results are returned in another order."""
    if result is None and not any(node.value for node in nodes_of(function, ast.Return)):
        return (finding("no return"),)
    if misspelt := tuple(misspelt_keys(result, call.right)):
        return misspelt
    names = getattr(call.right, "_fields", ())
    if not isinstance(result, list | tuple) or not len(result) == len(names) <= LARGEST:
        return ()
    if any(fits(other, call, name, layout) for other in permutations(result)):
        return (finding("order of the results", names=", ".join(names)),)
    return ()


def misspelt_keys(result: Any, right: Any) -> Iterator[Finding]:
    """The keys of dicts in a result that are nearly those of the right result."""
    if isinstance(right, dict) and isinstance(result, dict):
        further = {str(key).lower(): key for key in result if key not in right}
        for key in right.keys() - result.keys():
            for match in get_close_matches(key.lower(), further, 1, LIKE):
                yield finding("key misspelt", found=further[match], right=key)
    elif isinstance(right, list | tuple) and isinstance(result, list | tuple):
        yield from (cause for pair in zip(result, right, strict=False) for cause in misspelt_keys(*pair))


def fits(result: Any, call: Call, name: str, layout: str) -> bool:
    """Whether a result is right. Of numbers drawn at random only the shapes are compared."""
    return all(
        isinstance(part, Part)
        and part.found.shape == part.right.shape
        and (call.initial is not None or equal(part.found, part.right))
        for part in parts(result, call.right, name, layout)
    )


ABOUT_M = re.compile(r"m of the .*|another m")
WRONG_M = {
    "rows": re.compile(r"m = (\d+|\w+\.shape\[1\])"),
    "columns": re.compile(r"m = (\d+|len\(\w+\)|\w+\.shape\[0\])"),
}
"""Layout -> statements that give m another value than the number of examples."""
WITH_LINE = Text("{cause} (line {line}: {code})", "{cause}（第 {line} 行：{code}）")


def in_text(function: Function, cause: Finding, layout: str) -> Finding:
    """A cause in the words of the text: with the line that gives m a wrong value, or a start in every iteration."""
    if cause.key == "no update" and (start := restarted(function)):
        return finding("start in the loop", name=start)
    for node in nodes_of(function, ast.Assign) if ABOUT_M.fullmatch(cause.key) else ():
        if WRONG_M[layout].fullmatch(code := ast.unparse(node)):
            return replace(cause, text=WITH_LINE.fill(cause=cause.text, line=node.lineno, code=code))
    return cause


def of_text(function: Function) -> tuple[Finding, ...]:
    """An argument that is replaced before it is used, numbers that are never used, or a start in every iteration."""
    if not isinstance(function, ast.FunctionDef):
        return ()
    names = [argument.arg for argument in function.args.args]
    replaced = [name for name in names if is_replaced(function, name)]
    used = {node.id for node in nodes_of(function, ast.Name)}
    if unused := [name for name in names if name in NUMBERS and name not in used]:
        return (finding("argument unused", names=", ".join(unused)),)
    if not replaced and (start := restarted(function)):
        return (finding("start in the loop", name=start),)
    return tuple(finding("argument replaced", name=name) for name in replaced)


CONTRADICTED = {
    "not summed": r"^ *{name} = [^\n]*(sum|mean|dot|@)",
    "denominator only": r"1(\.0)? / 1",
    "brackets of the sigmoid": r"\A(?!.*1(\.0)? / 1)",
    "axis of length 1": r"\A(?!.*({axis}|len\())",
    "1/m twice": r"^ *d[ZA]\w* = [^\n]*\bm\b",
    "1/m in dZ": r"\A(?!.*\n *dZ\w* = [^\n]*(\bm\b|shape|len))",
    "1/m in dA": r"\A(?!.*\n *dA\w* = [^\n]*(\bm\b|shape|len))",
}
"""Cause -> a pattern in the text of a function that contradicts it.

{name} is the first wrong tensor, and {axis} a size that is not the number of examples.
"""
FLAGS, NEVER = re.DOTALL | re.MULTILINE, "(?!)"


def not_contradicted(function: Function, causes: tuple[Finding, ...], name: str, layout: str) -> tuple[Finding, ...]:
    """Those of several causes that the text does not contradict, or all if it contradicts all."""
    if len(causes) < 2:
        return causes
    text, axis = ast.unparse(function), rf"shape\[{LAYOUTS.index(layout) ^ 1}\]"
    patterns = {key: one.replace("{name}", name).replace("{axis}", axis) for key, one in CONTRADICTED.items()}
    return tuple(one for one in causes if not re.search(patterns.get(one.key, NEVER), text, FLAGS)) or causes


def restarted(function: Function) -> str:
    """The function that makes the initial parameters, if a loop calls it in every iteration; otherwise no text."""
    statements = (statement for loop in nodes_of(function, ast.For) for statement in loop.body)
    calls = (call for one in statements if isinstance(one, ast.Assign) for call in nodes_of(one.value, ast.Call))
    called = (call.func.id for call in calls if isinstance(call.func, ast.Name))
    return next((name for name in called if name.startswith("initialize")), "")


def is_replaced(function: ast.FunctionDef, name: str) -> bool:
    """Whether the first statement with the name assigns to it and does not read it."""
    for statement in function.body:
        uses = [node.ctx for node in nodes_of(statement, ast.Name) if node.id == name]
        if uses:
            return isinstance(statement, ast.Assign) and all(isinstance(use, ast.Store) for use in uses)
    return False
