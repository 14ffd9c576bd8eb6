"""The known mistakes that make the numbers of the wrong results: each edits the solution, whose results are compared.

If several mistakes make the numbers of every call, all are named. If it takes two, both are named as one cause.
"""

from collections.abc import Callable, Iterator, Set
from copy import deepcopy
from dataclasses import replace
from functools import cache
from itertools import chain, combinations
from typing import Any

import numpy as np
import torch
from torch import Tensor

from course_torch.exercises.comparing import Result, equal, is_right
from course_torch.exercises.sandbox.layout import Part, all_handed, parts
from course_torch.exercises.sandbox.learner.main import LIBRARIES, converted
from course_torch.exercises.tasks.task import Finding, Task
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.record import REFERENCE, Edit, Mistake
from course_torch.mistakes.solution import body_of, change_of, replace_in, solution, solution_functions

Mistakes = Iterator[tuple[Mistake, Edit]]


def matching(
    chapter: str, task: Task, results: list[Result], layout: str, tried: Mistakes
) -> tuple[list[Finding], list[Finding]]:
    """The mistakes that reproduce every tensor of every call, and those that reproduce only the first wrong tensor.

    These leave other wrong tensors right, which a second mistake made wrong.
    """
    first = results[0].first.name
    whole: dict[str, Finding] = {}
    partly: dict[str, Finding] = {}
    for mistake, edit in tried:
        wrong = edited_solution(chapter, layout, edit).get(task.key)
        left = left_unchanged(wrong, task, results, layout) if wrong and mistake.key not in whole else None
        if left is not None and first not in left:
            (partly if left else whole)[mistake.key] = named(mistake, edit)
    return [*whole.values()], [*partly.values()]


def two_matching(chapter: str, task: Task, results: list[Result], layout: str) -> list[Finding]:
    """The two mistakes in the function that reproduce every tensor of every call together.

    If several pairs do, the mistakes that all these pairs have.
    """
    both, body = [], body_of(solution(chapter, "numpy", layout), task.key)
    mistakes = [mistake for mistake in MISTAKES.values() if mistake.recognized in ("tensor", "factor", "pattern")]
    tried = [(mistake, edit) for mistake in mistakes for edit in mistake.edits if edit.place == task.key]
    changes = [(named(*one), change) for one in tried if (change := change_of(one[1], chapter, "numpy", layout))]
    for (one, (old, new)), (other, (other_old, other_new)) in combinations(changes, 2):
        text = body.replace(old, new, 1).replace(other_old, other_new, 1)
        is_apart = text == body.replace(other_old, other_new, 1).replace(old, new, 1)
        if one.key != other.key and is_apart:
            wrong = defined(chapter, layout, task.key, text)
            if left_unchanged(wrong, task, results, layout) == set():
                both.append({one.key: one, other.key: other})
    first = both[0] if both else {}
    return [replace(cause, adds=True) for key, cause in first.items() if all(key in pair for pair in both)]


def named(mistake: Mistake, edit: Edit) -> Finding:
    """The finding of a mistake that an edit makes."""
    sentence = mistake.sentence.fill(value=edit.value) if edit.value else mistake.sentence
    return Finding(mistake.key, sentence, mistake.section, maker=mistake.place)


def tried_in_turn(chapter: str, function: str) -> Iterator[Mistakes]:
    """The mistakes in a function, those that only the checker knows first, and those in the functions that it uses."""
    used = solution_functions(chapter)[function] - {function}
    yield possible({function}, in_networks=False)
    yield possible({function}, in_networks=True)
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
    text = right = solution(chapter, "numpy", layout)
    for edit in edits:
        if change := change_of(edit, chapter, "numpy", layout):
            text = replace_in(text, edit.place, *change)
    namespace: dict[str, Any] = {}
    if text != right:
        exec(text, namespace)
    return namespace


def defined(chapter: str, layout: str, function: str, text: str) -> Callable[..., Any]:
    """The function of the solution with another text, which begins with its arguments."""
    namespace = dict(right_solution(chapter, layout))
    exec(f"def {function}({text}", namespace)
    changed: Callable[..., Any] = namespace[function]
    return changed


@cache
def right_solution(chapter: str, layout: str) -> dict[str, Any]:
    """The functions of the solution."""
    namespace: dict[str, Any] = {}
    exec(solution(chapter, "numpy", layout), namespace)
    return namespace


def left_unchanged(wrong: Callable[..., Any], task: Task, results: list[Result], layout: str) -> set[str] | None:
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
                if part.name not in result.wrong or not equal(tensor, part.right):
                    return None
                left.add(part.name)
    return left


def tensors_made_by(wrong: Callable[..., Any], task: Task, result: Result, layout: str) -> dict[str, Tensor]:
    """The tensors that the wrong function gives; none if it raises an exception."""
    arguments = all_handed({**result.call.arguments, **result.call.solutions}, layout)
    try:
        with np.errstate(all="ignore"):
            values = wrong(*converted(deepcopy(arguments), LIBRARIES["numpy"]()))
        found = list(parts(values, result.call.right, task.result, layout))
    except Exception:
        return {}
    return {part.name: part.found for part in found if isinstance(part, Part)}
