"""The arguments of a call: those of the reference, or those that the learner's own functions make."""

import ast
from collections.abc import Iterable
from typing import Any

from course_torch.exercises.form import handed
from course_torch.exercises.process import Failure, Learner
from course_torch.exercises.source import Function
from course_torch.exercises.task import Call, Task


def arguments_for(learner: Learner, task: Task, call: Call, *, own: bool) -> list[Any] | Failure:
    """The arguments in the learner's form, and further arguments that the learner's function requires.

    own   whether the learner's own functions make the arguments that they can make; returns their failure
    """
    required = required_by(learner.source.functions[task.name])[len(call.arguments) :]
    further = {name: call.further[name] for name in required if name in call.further}
    layout = learner.source.layout
    values = {name: handed(value, name, layout) for name, value in (*call.arguments.items(), *further.items())}
    if own:
        for name, made in call.own.items():
            if made.function not in learner.source.functions:
                return Failure("NameError", "")
            inner = [handed(value, key, layout) for key, value in made.arguments.items()]
            answer = learner.call(made.function, inner)
            if isinstance(answer, Failure):
                return answer
            try:
                values[name] = answer.result[made.part]
            except (TypeError, IndexError, KeyError):
                return Failure("ValueError", "")
    return list(values.values())


def until_failure(made: Iterable[list[Any] | Failure]) -> list[list[Any] | Failure]:
    """The arguments of all calls, or the first failure alone: the calls after it might fail as slowly."""
    arguments: list[list[Any] | Failure] = []
    for each in made:
        if isinstance(each, Failure):
            return [each]
        arguments.append(each)
    return arguments


def required_by(function: Function) -> list[str]:
    """The names of the arguments without a default. A name for another function, such as `np.tanh`, names none."""
    if not isinstance(function, ast.FunctionDef | ast.Lambda):
        return []
    arguments = [*function.args.posonlyargs, *function.args.args]
    return [each.arg for each in arguments[: len(arguments) - len(function.args.defaults)]]
