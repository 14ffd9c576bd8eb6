"""Functions of an assignment that a file defines under names of its own, recognised by their names or arguments."""

import ast
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import Function, arguments_of
from course_torch.exercises.recognition.signatures import takes
from course_torch.exercises.tasks import CHAPTERS
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
    "function": "",
    "my": "",
    "weight": "parameter",
}
"""Word of a name, in small letters and without a plural s -> the word of the assignments."""
WHOLE = {
    "initializeparameter": ("initializewithzero", "initializeparameterdeep"),
    "initializezero": ("initializewithzero",),
}
"""Plain name -> the plain names of functions with another signature, for which learners use it too."""
ONE_LETTER = 0.96
"""Similarity of long names that differ by one letter: `initialize_parameters_L` and `initialize_parameters`."""
CLOSE = 0.9
"""Similarity of plain names that differ by a slip of the fingers: `linear_foward` has 0.96, `linear_backward` 0.74."""
MANY = 3
"""Arguments that show the task although one has another name: `layer(A, W, bias)` is `linear_forward(A, W, b)`."""


def plain(name: str) -> str:
    """A name without capital letters, underscores and plurals, in the words of the assignments."""
    return "".join(words_of(name))


def words_of(name: str) -> list[str]:
    """The words of a name, as `plain` joins them."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_")
    return [WORDS.get(word.rstrip("s"), word.rstrip("s")) for word in words]


def under_other_names(source: Source, tasks: Sequence[Task]) -> list[Task]:
    """The tasks whose function has only a name of the file's own; each task gets that name.

    The function takes the arguments of the task, no other function of the file has such a name, and its name means no
    other task. Otherwise the names of its arguments may show the task of an assignment, if they show no other, and if
    it is no function of another chapter.
    """
    known = {name for task in tasks for name in task.names}
    functions = {name: node for name, node in source.functions.items() if isinstance(node, ast.FunctionDef)}
    others = [name for name in functions if name not in known]
    found: dict[str, list[Task]] = {}
    nameless: list[Task] = []
    for task in tasks:
        if not source.functions.keys().isdisjoint(task.names):
            continue
        may_mean = [name for name in others if takes(functions[name], task)]
        if not (source.is_exercise or task.in_assignment):  # a helper, such as Sigmoid
            may_mean = [name for name in may_mean if name.lower() in task.names]
        meant = names_meaning(task, may_mean)
        nameless += [task] if task.in_assignment and not meant else []
        for name in meant:
            found.setdefault(name, []).append(task)
    if not source.is_exercise:
        elsewhere = of_other_chapters(functions, len(known & functions.keys()))
        unknown = [name for name in others if name not in {*found, *elsewhere}]
        found |= {name: shown_by_arguments(functions[name], nameless) for name in unknown}
    single = [replace(meant[0], name=name) for name, meant in found.items() if len(meant) == 1]
    counts = Counter(task.names for task in single)
    return [task for task in single if counts[task.names] == 1]


def of_other_chapters(functions: Mapping[str, Function], count: int) -> list[str]:
    """The functions of a chapter of which the file has more functions than this count."""
    chapters = [[task for task in one.tasks if task.in_assignment] for one in CHAPTERS.values()]
    named = [[task for task in tasks if task.key in functions] for tasks in chapters]
    return [task.key for tasks in named if len(tasks) > count for task in tasks if takes(functions[task.key], task)]


def names_meaning(task: Task, names: Sequence[str]) -> list[str]:
    """The names that are in plain form a name of the task, otherwise those that are nearly so."""
    forms, wanted = {name: plain(name) for name in names}, {plain(name) for name in task.names}
    whole = {form: [WHOLE[key] for key in get_close_matches(form, WHOLE, 1, ONE_LETTER)] for form in forms.values()}
    same = [name for name, form in forms.items() if wanted & {form}.union(*whole[form])]
    close = {form for name in wanted for form in get_close_matches(name, forms.values(), 2, CLOSE)}
    return same or [name for name, form in forms.items() if form in close]


def shown_by_arguments(function: ast.FunctionDef, tasks: Sequence[Task]) -> list[Task]:
    """Of the tasks whose arguments a function has those with most arguments."""
    fitting = [task for task in tasks if takes(function, task) and has_arguments_of(function, task)]
    most = max((len(task.argument_names) for task in fitting), default=0)
    return [
        replace(task, by_arguments=set(words_of(function.name)).isdisjoint(words_of(task.key)))
        for task in fitting
        if len(task.argument_names) == most
    ]


def has_arguments_of(function: ast.FunctionDef, task: Task) -> bool:
    """Whether a function has the names of a task's arguments: two in their order, or more in any but for one."""
    expected = [name.lower() for name in task.argument_names]
    found = [name.lower() for name in arguments_of(function)[: len(expected)]]
    if len(expected) < MANY:
        return found == expected and len(expected) > 1
    return len({*found} & {*expected}) >= len(expected) - 1
