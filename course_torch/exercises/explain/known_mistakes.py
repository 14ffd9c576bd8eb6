"""The known mistakes that make the numbers of the wrong results: each edits the solution, whose results are compared.

If several mistakes make the numbers of every call, all are named.
"""

from collections.abc import Callable, Iterator, Set
from copy import deepcopy
from functools import cache
from itertools import chain
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
from course_torch.mistakes.solution import change_of, replace_in, solution, solution_functions

Mistakes = Iterator[tuple[Mistake, Edit]]


def matching(chapter: str, task: Task, results: list[Result], layout: str, tried: Mistakes) -> list[Finding]:
    """The mistakes that reproduce every tensor of every call.

    If there are none: those that reproduce the first wrong tensor of every call, and leave others right, which a second
    mistake made wrong.
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
                if part.name not in result.wrong[1:] or not equal(tensor, part.right):
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
