"""Functions of an assignment that a file has under another name, such as `calculate_cost` for `compute_cost`."""

import ast
import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from course_torch.exercises.recognition.signatures import takes
from course_torch.exercises.sandbox.source import Source
from course_torch.exercises.tasks.task import Task

WORDS = {
    "calculate": "compute",
    "calc": "compute",
    "init": "initialize",
    "initialise": "initialize",
    "normalise": "normalize",
    "optimise": "optimize",
    "param": "parameter",
    "grad": "derivative",
    "gradient": "derivative",
    "back": "backward",
    "prop": "propagation",
    "to": "2",
}
"""Word of a name, in small letters and without a plural s -> the word of the assignments."""
WHOLE = {"initializeparameter": "initializewithzero", "initializezero": "initializewithzero"}
"""Plain name -> the plain name of a function with another signature, for which learners use it too."""
CLOSE = 0.9
"""Similarity of two plain names that differ by a slip of the fingers."""
MOST = 500
"""Functions of a file whose names are compared."""


def plain(name: str) -> str:
    """A name without capital letters, underscores and plurals, in the words of the assignments."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_")
    return "".join(WORDS.get(word.rstrip("s"), word.rstrip("s")) for word in words)


def under_other_names(source: Source, tasks: Sequence[Task]) -> list[Task]:
    """The tasks of an assignment that the file defines under another name alone, with this name.

    The function takes the arguments of the task, no other function of the file has such a name, and its name means no
    other task.
    """
    if source.is_exercise:
        return []
    known = {name for task in tasks for name in task.names}
    functions = {name: node for name, node in source.functions.items() if isinstance(node, ast.FunctionDef)}
    others = {name: plain(name) for name in list(functions)[:MOST] if name not in known}
    found: dict[str, list[Task]] = {}
    for task in tasks:
        if not task.in_assignment or not source.functions.keys().isdisjoint(task.names):
            continue
        fit = {name: form for name, form in others.items() if takes(functions[name], task)}
        wanted = {plain(name) for name in task.names}
        same = [name for name, form in fit.items() if not wanted.isdisjoint((form, WHOLE.get(form, form)))]
        close = {form for name in wanted for form in get_close_matches(name, fit.values(), 2, CLOSE)}
        for name in same or [name for name, form in fit.items() if form in close]:
            found.setdefault(name, []).append(task)
    meant = [name for name, (first, *more) in found.items() if not more]
    counts = [found[name][0] for name in meant]
    return [replace(task, name=name) for name, task in zip(meant, counts, strict=True) if counts.count(task) == 1]
