"""The known mistakes in a function of the exercises, each as the function of a solution that makes the mistake."""

from collections.abc import Callable, Iterator, Set
from copy import deepcopy
from functools import cache
from types import CodeType
from typing import Any

import numpy as np
from torch import Tensor

from course_torch.exercises.equality import equal
from course_torch.exercises.form import Part, handed, parts
from course_torch.exercises.learner.child import converted
from course_torch.exercises.learner.libraries import LIBRARIES
from course_torch.exercises.seen import Seen
from course_torch.exercises.task import Finding, Task
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.record import Edit, Mistake
from course_torch.mistakes.reference import REFERENCE
from course_torch.mistakes.solution import body_of, change_of, functions, solution

Wrong = Callable[..., Any]
Mistakes = Iterator[tuple[Mistake, Edit]]
NUMPY = LIBRARIES["numpy"]()


def matching(chapter: str, task: Task, results: list[Seen], layout: str, tried: Mistakes) -> list[Finding]:
    """The mistakes that make the first wrong tensor of every wrong result, and no tensor that differs from the found.

    A tensor that a mistake leaves right may be wrong for another reason, if no mistake makes all tensors.
    """
    whole: dict[str, Finding] = {}
    partly: dict[str, Finding] = {}
    for mistake, edit in tried:
        wrong = edited_solution(chapter, layout, edit).get(task.name)
        others = left_right(wrong, task, results, layout) if wrong and mistake.key not in whole else None
        if others is not None:
            sentence = mistake.sentence.fill(value=edit.value) if edit.value else mistake.sentence
            (partly if others else whole)[mistake.key] = Finding(mistake.key, sentence, mistake.section)
    return list((whole or partly).values())


def in_used(chapter: str, function: str) -> Mistakes:
    """The mistakes in the other functions that the solution uses in this function."""
    places = functions(chapter).get(function, frozenset()) - {function}
    for in_networks in (False, True):
        yield from possible(places, in_networks)


def possible(places: Set[str], in_networks: bool) -> Mistakes:
    """The mistakes in these functions that the diagnosis of a network knows, or all others."""
    for mistake in MISTAKES.values():
        known = mistake.recognized == "factor" or any(edit.place in REFERENCE for edit in mistake.edits)
        if mistake.recognized in ("tensor", "factor") and known is in_networks:
            yield from ((mistake, edit) for edit in mistake.edits if edit.place in places)


@cache
def edited_solution(chapter: str, layout: str, edit: Edit) -> dict[str, Any]:
    """The functions of the solution with this edit; none if the edit is not possible in this chapter and layout."""
    text = solution(chapter, "numpy", layout)
    change = change_of(edit, chapter, "numpy", layout)
    if change is None:
        return {}
    namespace: dict[str, Any] = {}
    exec(compiled(text), namespace)
    exec(compiled(f"def {edit.place}({body_of(text, edit.place).replace(*change, 1)}"), namespace)
    return namespace


@cache
def compiled(text: str) -> CodeType:
    """The text as code."""
    return compile(text, "<solution>", "exec")


def left_right(wrong: Wrong, task: Task, results: list[Seen], layout: str) -> set[str] | None:
    """The wrong tensors that the wrong function leaves right, if it makes all others of these results; else None."""
    left: set[str] = set()
    for seen in results:
        tensors = made(wrong, task, seen, layout)
        for part in seen.parts:
            tensor = tensors.get(part.name)
            if tensor is None:
                return None
            if not equal(tensor, part.found):
                if part.name not in seen.wrong[1:] or not equal(tensor, part.right):
                    return None
                left.add(part.name)
    return left


def made(wrong: Wrong, task: Task, seen: Seen, layout: str) -> dict[str, Tensor]:
    """The tensors that the wrong function gives; none if it raises an exception."""
    arguments = [handed(value, name, layout) for name, value in seen.call.arguments.items()]
    try:
        with np.errstate(all="ignore"):
            result = as_arrays(wrong(*converted(deepcopy(arguments), NUMPY)))
        found = list(parts(result, seen.call.right, task.result, layout))
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
