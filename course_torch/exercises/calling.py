"""The arguments of a call: those of the reference, or those that the learner's own functions make."""

import ast
from collections.abc import Mapping
from typing import Any

from course_torch.exercises.form import handed
from course_torch.exercises.process import Learner
from course_torch.exercises.source import Function
from course_torch.exercises.task import Call, Task, Value


def arguments_for(learner: Learner, task: Task, call: Call) -> list[Any]:
    """The arguments in the learner's form, and further arguments that the learner's function requires."""
    required = required_by(learner.source.functions[task.name])[len(call.arguments) :]
    further = {name: call.further[name] for name in required if name in call.further}
    return all_handed({**call.arguments, **further}, learner.source.layout)


def all_handed(arguments: Mapping[str, Value], layout: str) -> list[Any]:
    """Arguments in the learner's form."""
    return [handed(value, name, layout) for name, value in arguments.items()]


def own_arguments(call: Call, other: Call | None, layout: str) -> list[list[Any]]:
    """The arguments of a call that the learner's own functions make, as `learner/child.py` reads them.

    other   the call whose arguments the same functions make afterwards
    """
    positions = {name: position for position, name in enumerate(call.arguments)}
    return [
        [
            positions[name],
            made.function,
            made.part,
            all_handed(made.arguments, layout),
            other and all_handed(other.own[name].arguments, layout),
        ]
        for name, made in call.own.items()
    ]


def required_by(function: Function) -> list[str]:
    """The names of the arguments without a default. A name for another function, such as `np.tanh`, names none."""
    if not isinstance(function, ast.FunctionDef | ast.Lambda):
        return []
    arguments = [*function.args.posonlyargs, *function.args.args]
    return [each.arg for each in arguments[: len(arguments) - len(function.args.defaults)]]
