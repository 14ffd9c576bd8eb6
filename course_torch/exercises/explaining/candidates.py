"""The known mistakes in a function of the exercises, each as the function of a solution that makes the mistake."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import numpy as np

from course_torch.exercises.equality import equal
from course_torch.exercises.form import Part, handed, parts
from course_torch.exercises.seen import Seen
from course_torch.exercises.task import Task
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.record import Mistake
from course_torch.mistakes.solution import change_of, changed, functions, solution

Wrong = Callable[..., Any]


def candidates(chapter: str, function: str, layout: str) -> Iterator[tuple[Mistake, Wrong]]:
    """The mistakes in this function, and in the functions that its solution uses."""
    used = functions(chapter).get(function, frozenset())
    for mistake in MISTAKES.values():
        for number, edit in enumerate(mistake.edits):
            if edit.place in used and (wrong := wrong_function(chapter, function, layout, mistake.key, number)):
                yield mistake, wrong


@cache
def wrong_function(chapter: str, function: str, layout: str, key: str, number: int) -> Wrong | None:
    """The function of the solution with this edit; None if the edit is not possible in this chapter and layout."""
    edit = MISTAKES[key].edits[number]
    change = change_of(edit, chapter, "numpy", layout)
    if change is None:
        return None
    text = changed(solution(chapter, "numpy", layout), edit.place, *change)
    namespace: dict[str, Any] = {}
    exec(compile(text, f"{chapter} with {key}", "exec"), namespace)
    return namespace[function]


def matching(chapter: str, task: Task, best: Seen, every: list[Seen], layout: str) -> list[Mistake]:
    """The mistakes that make the first wrong tensor of every wrong result, and no tensor that differs from the found.

    A tensor that a mistake leaves right may be wrong for another reason.
    """
    found: dict[str, Mistake] = {}
    for mistake, wrong in candidates(chapter, task.name, layout):
        if mistake.key not in found and all(explains(wrong, task, seen, layout) for seen in [best, *every]):
            found[mistake.key] = mistake
    return list(found.values())


def explains(wrong: Wrong, task: Task, seen: Seen, layout: str) -> bool:
    """Whether the wrong function gives this result. A mistake that raises an exception explains no numbers."""
    arguments = [deepcopy(handed(value, name, layout)) for name, value in seen.call.arguments.items()]
    try:
        with np.errstate(all="ignore"):
            made = list(parts(as_arrays(wrong(*arguments)), seen.call.right, task.result, layout))
    except Exception:
        return False
    tensors = {part.name: part.found for part in made if isinstance(part, Part)}
    for part in seen.parts:
        if part.name not in tensors:
            return False
        wrong_elsewhere = equal(tensors[part.name], part.right) and part.name in seen.wrong[1:]
        if not equal(tensors[part.name], part.found) and not wrong_elsewhere:
            return False
    return True


def as_arrays(value: Any) -> Any:
    """A result with NumPy's scalars as arrays, as the learner's process sends them."""
    if isinstance(value, dict):
        return {key: as_arrays(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(as_arrays, value))
    return np.asarray(value) if isinstance(value, np.generic) else value
