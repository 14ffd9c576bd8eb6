"""The arguments of a learner's function, and whether it can be called with those of a task."""

import ast

from course_torch.exercises.sandbox.source import Function
from course_torch.exercises.tasks.task import Task

WITH_ARGUMENTS = (ast.FunctionDef, ast.Lambda)


def takes(function: Function, task: Task) -> bool:
    """Whether a function can be called with the arguments of the task, and its further arguments by name after them.

    The arguments may have other names and defaults, but an argument with the name of one of the task has its place. A
    name for another function, such as `np.tanh`, shows no arguments.
    """
    if not isinstance(function, WITH_ARGUMENTS):
        return True
    arguments, found, expected = function.args, arguments_of(function), names_in(task.signature)
    enough = arguments.vararg is not None or len(found) >= len(expected)
    moved = [name for name, place in zip(found, expected, strict=False) if name != place and place in found]
    needless = set(required_by(function)[len(expected) :]) <= {*task.further}
    return enough and not moved and needless and None not in arguments.kw_defaults


def names_in(signature: str) -> list[str]:
    """The names of the arguments in a signature such as "X, Y, learning_rate=1.2"."""
    return [argument.partition("=")[0] for argument in signature.split(", ")]


def arguments_of(function: Function) -> list[str]:
    """The names of the arguments that have a place."""
    if not isinstance(function, WITH_ARGUMENTS):
        return []
    return [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]


def required_by(function: Function) -> list[str]:
    """The names of the arguments without a default."""
    arguments = arguments_of(function)
    defaults = function.args.defaults if isinstance(function, WITH_ARGUMENTS) else []
    return arguments[: len(arguments) - len(defaults)]
