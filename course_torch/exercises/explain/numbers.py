"""Causes that make wrong numbers: known mistakes in the function, those of the backward pass, a shape, a factor.

If several causes make the numbers of every call, all are named.
"""

from collections.abc import Callable, Iterator, Set
from copy import deepcopy
from dataclasses import replace
from functools import cache
from itertools import chain
from math import inf, isfinite
from types import CodeType
from typing import Any

import numpy as np
import torch
from torch import Tensor

from course_torch.exercises.explain.symptoms import NEAR, Result, equal, factor_of, is_right
from course_torch.exercises.sandbox.layout import Part, all_handed, in_layout, parts
from course_torch.exercises.sandbox.learner.main import LIBRARIES, converted
from course_torch.exercises.tasks.task import Finding, Task, finding
from course_torch.language import NOTHING, Text
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import BackwardContext, TensorName
from course_torch.mistakes.record import REFERENCE, Edit, Mistake
from course_torch.mistakes.solution import body_of, change_of, functions, solution
from course_torch.verification.explain.factors import power_of_m
from course_torch.verification.explain.match import rounded_to, sign_and_power
from course_torch.verification.explain.statements import AXES, WrongMatrix, of_backward, statement

Wrong = Callable[..., Any]
Mistakes = Iterator[tuple[Mistake, Edit]]
NUMPY = LIBRARIES["numpy"]()


def matching(chapter: str, task: Task, results: list[Result], layout: str, tried: Mistakes) -> list[Finding]:
    """The mistakes that make the first wrong tensor of every wrong result, and no tensor that differs from the found.

    A tensor that a mistake leaves right may be wrong for another reason, if no mistake makes all tensors.
    """
    whole: dict[str, Finding] = {}
    partly: dict[str, Finding] = {}
    for mistake, edit in tried:
        wrong = edited_solution(chapter, layout, edit).get(task.key)
        others = left_unchanged(wrong, task, results, layout) if wrong and mistake.key not in whole else None
        if others is not None:
            sentence = mistake.sentence.fill(value=edit.value) if edit.value else mistake.sentence
            (partly if others else whole)[mistake.key] = Finding(mistake.key, sentence, mistake.section)
    return list((whole or partly).values())


def tried_in_turn(chapter: str, function: str) -> Iterator[Mistakes]:
    """The mistakes in a function, those that only the checker knows first, and those in the functions that it uses."""
    used = functions(chapter)[function] - {function}
    for in_networks in (False, True):
        yield possible({function}, in_networks)
    yield chain(possible(used, in_networks=False), possible(used, in_networks=True))


def possible(places: Set[str], in_networks: bool) -> Mistakes:
    """The mistakes in these functions that the diagnosis of a network knows, or all others."""
    for mistake in MISTAKES.values():
        known = mistake.recognized == "factor" or any(edit.place in REFERENCE for edit in mistake.edits)
        if mistake.recognized in ("tensor", "factor") and known is in_networks:
            yield from ((mistake, edit) for edit in mistake.edits if edit.place in places)


@cache
def edited_solution(chapter: str, layout: str, *edits: Edit) -> dict[str, Any]:
    """The functions of the solution with these edits of different functions, as far as the chapter has their text.

    Empty if no edit is possible in this chapter and layout.
    """
    text = solution(chapter, "numpy", layout)
    changes = {edit.place: change for edit in edits if (change := change_of(edit, chapter, "numpy", layout))}
    namespace: dict[str, Any] = {}
    if changes:
        exec(compiled(text), namespace)
    for place, change in changes.items():
        exec(compiled(f"def {place}({body_of(text, place).replace(*change, 1)}"), namespace)
    return namespace


@cache
def compiled(text: str) -> CodeType:
    """The text as code."""
    return compile(text, "<solution>", "exec")


def left_unchanged(wrong: Wrong, task: Task, results: list[Result], layout: str) -> set[str] | None:
    """The wrong tensors that the wrong function leaves right, if it makes all others of these results; else None."""
    left: set[str] = set()
    for result in results:
        tensors = tensors_made_by(wrong, task, result, layout)
        for part in result.parts:
            tensor = tensors.get(part.name)
            if tensor is None:
                return None
            in_single = part.found.dtype == torch.float32 and is_right(part._replace(right=tensor), None)
            if not (in_single or equal(tensor, part.found)):
                if part.name not in result.wrong[1:] or not equal(tensor, part.right):
                    return None
                left.add(part.name)
    return left


def tensors_made_by(wrong: Wrong, task: Task, result: Result, layout: str) -> dict[str, Tensor]:
    """The tensors that the wrong function gives; none if it raises an exception."""
    arguments = all_handed({**result.call.arguments, **result.call.solutions}, layout)
    try:
        with np.errstate(all="ignore"):
            values = as_arrays(wrong(*converted(deepcopy(arguments), NUMPY)))
        found = list(parts(values, result.call.right, task.result, layout))
    except Exception:
        return {}
    return {part.name: part.found for part in found if isinstance(part, Part)}


def as_arrays(value: Any) -> Any:
    """A result with NumPy's scalars as arrays, as the learner's process sends them."""
    if isinstance(value, dict):
        return {key: as_arrays(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(as_arrays, value))
    return np.asarray(value) if isinstance(value, np.generic) else value


LEARNERS = {"AL": "A", "predictions": "A", "Y_prediction": "A", "W": "dW", "b": "db"}
"""Learner's name of a tensor -> the kind with the same axes."""


def unknown_with_facts(wrong: list[Result]) -> tuple[Result, Finding]:
    """The cause "unknown", with what the numbers of a result show, and that result.

    Where the numbers are wrong is a fact of each result. What else the largest result shows, the next must show too.
    """
    largest = sorted(conclusive(wrong), key=lambda result: -min(result.first.right.shape, default=0))[:2]
    seen = [statement(matrix_of(result)) for result in largest]
    for result, causes in zip(largest, seen, strict=True):
        keys = [cause.key for cause in causes]
        if causes and (keys[0] in PLACES or all(keys == [cause.key for cause in others] for others in seen)):
            return result, one_finding(causes, "unknown")
    return largest[0], UNKNOWN


PLACES = ("some rows", "Z ≤ 0 only", "Y = 0 only")
"""Keys of the statements that say where a tensor is wrong."""


def matrix_of(result: Result) -> WrongMatrix:
    """The first wrong tensor of a result: that of a step of its case's backward pass, or one that only has axes."""
    (name, found, right), case = result.first, result.call.case
    in_network = result.call.names.get(name)
    error = NEAR * right.double().abs().max().expand_as(right)
    if in_network is not None and found.shape == right.shape:
        shape = case.right[in_network].shape  # dw (n, 1) is dW (1, n)
        step = BackwardContext(in_network, case.right, case.forward)
        return replace(of_backward(step, found.reshape(shape), error.reshape(shape)), beside={})
    kind = name.rstrip("0123456789")
    axes = AXES.get(LEARNERS.get(kind, kind), (NOTHING, NOTHING))
    return WrongMatrix(found.double(), right.double(), error, axes)


def one_finding(causes: tuple[Mistake, ...], key: str = "") -> Finding:
    """One finding for causes that occur together. Its key is made of theirs if no other is given."""
    english, chinese = zip(*(cause.sentence for cause in causes), strict=True)
    section = next((cause.section for cause in causes if cause.section), "")
    text = Text(", and ".join(english), "；并且".join(chinese))
    return Finding(key or " and ".join(cause.key for cause in causes), text, section)


def by_axis(name: str, every: list[Result], layout: str) -> list[Finding]:
    """One axis has the same length in every result, although the right length changes.

    The length 1 says nothing: it belongs to an axis that is transposed, or to the wrong argument.
    """
    same = [part for result in every for part in result.parts if part.name == name]
    found, right = (
        [tuple(in_layout(tensor, name, layout).shape) for tensor in tensors]
        for tensors in ([part.found for part in same], [part.right for part in same])
    )
    if len(set(map(len, (*found, *right)))) != 1:
        return []
    for axis, (lengths, expected) in enumerate(zip(zip(*found, strict=True), zip(*right, strict=True), strict=True)):
        if len(set(lengths)) == 1 and lengths[0] > 1 and len(set(expected)) > 1:
            return [finding("size hard-coded", name=name, axis=axis, length=lengths[0])]
    return []


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


def by_factor(name: str, wrong: list[Result]) -> list[Finding]:
    """One factor in every wrong result: -1, m, 1/m or a constant."""
    parts = [(part, result.call.case.m) for result in wrong for part in result.parts if part.name == name]
    factors = [(factor_of(part) or inf, m) for part, m in parts if part.right.any()]
    sign, power = sign_and_power(factors, NEAR) or (1, 0)
    if (sign, power) != (1, 0):  # nothing is wrong by the factor 1
        of_loss = (TensorName(kind, 0) for kind in ("dZ", "dA") if name.startswith(kind))
        tensor = wrong[0].call.names.get(name) or next(of_loss, None)
        found = one_finding((*([MISTAKES["sign"]] if sign < 0 else []), *power_of_m(power, tensor)))
        section = "1.2" if tensor is None else found.section  # of the cost, and of its derivatives
        return [replace(found, section=section if power else "")]
    if not factors:
        return []
    first, m = factors[0]
    number = abs(round(m / first))
    if len({m for _, m in factors}) > 1 and all(abs(c * number / m - 1) < NEAR for c, m in factors):
        return [finding("another m", number=number, m=conclusive(wrong)[0].call.case.m)]
    shown = f"{first:.4g}"
    same = isfinite(first) and all(abs(c / first - 1) < NEAR for c, _ in factors) and len(factors) > 1
    if same and shown != "1":  # a tensor so near the right one is the work of an epsilon, not of a factor
        sentence = MISTAKES["factor"].sentence.fill(exactly=NOTHING, factor=shown, calls=NOTHING)
        return [Finding(f"factor {shown}", sentence, "")]
    return []


def by_dtype(wrong: list[Result]) -> list[Finding]:
    """Every wrong result differs as much as a narrower dtype rounds."""
    firsts, eps = [result.first for result in wrong], torch.finfo(torch.float64).eps
    if any(part.found.shape != part.right.shape for part in firsts):
        return []
    seen = {rounded_to(part.found, part.right, eps * part.right.abs(), 1) for part in firsts}
    return [finding(key) for key in seen if key is not None] if len(seen) == 1 else []


UNKNOWN = Finding("unknown", NOTHING, "")
"""No known mistake makes the numbers. The text of such a finding is what the numbers show."""


def conclusive(wrong: list[Result]) -> list[Result]:
    """The results that can tell causes apart: those of several examples, with several numbers that are not 0.

    Any factor fits a single number, so a single number counts only if there is nothing else.
    """
    some = [result for result in wrong if result.call.case.m > 1 and result.first.right.any()]
    return [result for result in some if result.first.right.count_nonzero() > 1] or some or wrong
