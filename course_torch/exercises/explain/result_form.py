"""What a wrong result shows without a known mistake: nothing returned, a key misspelt, another order or shape, an axis
of a fixed length, or a factor.
"""

import ast
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import permutations
from math import inf, isfinite
from typing import Any

from torch import Tensor

from course_torch.exercises.comparing import NEAR, Result, conclusive, equal, factor_of, is_size
from course_torch.exercises.explain.missing import MISSPELT
from course_torch.exercises.learners_file.syntax import Function, nodes_of
from course_torch.exercises.sandbox.layout import Part, in_layout, parts
from course_torch.exercises.tasks.task import Call, Finding, Task, finding
from course_torch.language import NOTHING
from course_torch.mistakes import MISTAKES

MOST_RESULTS = 4
"""Results whose orders are tried."""


def by_structure(result: Any, call: Call, name: str, layout: str, function: Function) -> tuple[Finding, ...]:
    """Nothing is returned, a key is misspelt, or the right results are returned in another order."""
    if result is None and not any(node.value for node in nodes_of(function, ast.Return)):
        return (finding("no return"),)
    if misspelt := tuple(misspelt_keys(result, call.right)):
        return misspelt
    names = getattr(call.right, "_fields", ())
    if not isinstance(result, list | tuple) or not len(result) == len(names) <= MOST_RESULTS:
        return ()
    is_reordered = any(fits(other, call, name, layout) for other in permutations(result))
    return (finding("order of the results", names=", ".join(names)),) if is_reordered else ()


def misspelt_keys(result: Any, right: Any) -> Iterator[Finding]:
    """The keys of dicts in a result that are nearly those of the right result."""
    if isinstance(right, dict) and isinstance(result, dict):
        further = {str(key).lower(): key for key in result if key not in right}
        meant = [key for key in right if key not in result]
        near = {key: match for key in meant for match in get_close_matches(key.lower(), further, 1, MISSPELT)}
        near |= {key: other for key in meant for other in further if sorted(other) == sorted(key.lower())}  # bd
        if near:
            found = ", ".join(further[match] for match in near.values())
            yield finding("key misspelt", found=found, right=", ".join(near))
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


def as_another(name: str, wrong: list[Result]) -> list[Finding]:
    """A tensor of the result is a tensor of the arguments, as a parameter that is not updated, or another result."""
    others = sorted(set.intersection(*({*names_of_equals(name, result)} for result in wrong)))
    if name in others:
        return [finding("returned as given", name=name)]
    return [finding("another tensor", tensor=others[0])] if others else []


def names_of_equals(name: str, result: Result) -> Iterator[str]:
    """The arguments, their entries and the other results that are equal to a tensor of the result.

    Only the tensor of this name may be all 0 or a single number, as many tensors are.
    """
    beside = {part.name: part.found for part in result.parts}
    found = beside.pop(name, None)
    tensors = [entry for entry in beside.items() if "[" not in entry[0]]  # no entry of a cache
    for key, held in result.call.arguments.items():
        tensors += held.items() if isinstance(held, dict) else [(key, held)]
    for other, value in tensors:
        is_telling = isinstance(value, Tensor) and (other == name or value.count_nonzero() > 1)
        if found is not None and is_telling and equal(found, value):
            yield other


def by_shape(task: Task, part: Part, *, drawn: bool) -> list[Finding]:
    """The right numbers in another shape. For numbers drawn at random only the shapes are compared."""
    _, found, right = part
    if found.shape == right.shape or found.numel() != right.numel():
        return []
    if drawn and found.ndim == 2:
        return [finding("sizes swapped", section=task.section)] if found.T.shape == right.shape else []
    if drawn:
        return [finding("keepdim missing")] if found.ndim < right.ndim else []
    if found.ndim == 2 and found.T.shape == right.shape and equal(found.T, right):
        return [finding("transposed", section=task.section)]
    if not equal(found.reshape(right.shape), right):
        return []
    if found.ndim < min(right.ndim, 2):
        return [finding("keepdim missing")]
    return [finding("another shape", section=task.section)]


def by_axis(name: str, every: list[Result], layout: str) -> list[Finding]:
    """One axis has the same length in every result, although the right length changes.

    The length 1 shows it of the rows of drawn parameters alone: elsewhere an axis is transposed, or the argument wrong.
    """
    same = [part for result in every for part in result.parts if part.name == name]
    found = [tuple(in_layout(part.found, name, layout).shape) for part in same]
    right = [tuple(in_layout(part.right, name, layout).shape) for part in same]
    if len(set(map(len, (*found, *right)))) != 1:
        return []
    axes = [*zip(zip(*found, strict=True), zip(*right, strict=True), strict=True)]
    drawn = all(result.call.initial is not None for result in every)
    for axis, (lengths, expected) in enumerate(axes):
        shows = lengths[0] > 1 or (drawn and axis == 0 and all(one == other for one, other in axes[1:]))
        if len(set(lengths)) == 1 and shows and len(set(expected)) > 1:
            return [finding("size hard-coded", name=name, axis=axis, length=lengths[0])]
    return []


def by_factor(name: str, wrong: list[Result]) -> list[Finding]:
    """One factor in every wrong result: -1, m divided by a constant, or a constant."""
    named = [(part, result.call.case.m) for result in wrong for part in result.parts if part.name == name]
    factors = [(factor_of(part) or inf, m) for part, m in named if part.right.any()]
    if not factors or is_size(name):
        return []
    first, m = factors[0]
    number = abs(round(m / first))
    if len({m for _, m in factors}) > 1 and all(abs(c * number / m - 1) < NEAR for c, m in factors):
        if number > 1:
            return [finding("another m", number=number, m=conclusive(wrong)[0].call.case.m)]
        return [] if name.startswith(("dZ", "dA")) else [finding("no 1/m")]  # dZ and dA are no sums over the examples
    if all(abs(c + 1) < NEAR for c, _ in factors):
        return [finding("sign")]
    shown = f"{first:.4g}"
    same = isfinite(first) and all(abs(c / first - 1) < NEAR for c, _ in factors) and len(factors) > 1
    if same and shown != "1":  # a tensor so near the right one is the work of an epsilon, not of a factor
        sentence = MISTAKES["factor"].sentence.fill(exactly=NOTHING, factor=shown, calls=NOTHING)
        return [Finding(f"factor {shown}", sentence, "")]
    return []
