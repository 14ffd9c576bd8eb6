"""The arguments of a learner's function, and whether it can be called with those of a task."""

import ast

from course_torch.exercises.sandbox.source import Function
from course_torch.exercises.tasks.task import Task

WITH_ARGUMENTS = (ast.FunctionDef, ast.Lambda)


def takes(function: Function, task: Task, further: tuple[str, ...] = ()) -> bool:
    """Whether a function can be called with the arguments of the task, and `further` arguments by name after them.

    The arguments may have other names and defaults. A name for another function, such as `np.tanh`, shows no arguments.
    """
    if not isinstance(function, WITH_ARGUMENTS):
        return True
    arguments, number = function.args, len(task.signature.split(", "))
    enough = arguments.vararg is not None or len(arguments_of(function)) >= number
    return enough and set(required_by(function)[number:]) <= {*further} and None not in arguments.kw_defaults


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
