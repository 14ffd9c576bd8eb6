"""The arguments of a learner's function: their names and order in the file, and in the task."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from course_torch.exercises.learners_file.syntax import WITH_ARGUMENTS, Function, arguments_of
from course_torch.exercises.tasks.task import Call, Task, Value

OF_TRAINING = ("learning_rate", "num_iterations")
"""Arguments that stand for nothing else: in the place of another argument they show another signature."""


def takes(function: Function, task: Task) -> bool:
    """Whether a function can be called with the arguments of the task, and the further ones that it requires by name.

    The arguments may have other names, defaults and another order (`places`). A name for another function, such as
    `np.tanh`, shows no arguments.
    """
    if not isinstance(function, WITH_ARGUMENTS):
        return True
    expected, further = task.argument_names, further_of(function, task)
    enough = len(arguments_of(function)) >= len(expected) or (function.args.vararg is not None and len(expected) > 1)
    needless = len(required_by(function)) <= len(expected) + len(further)
    return enough and bool(places(function, task)) and needless and None not in function.args.kw_defaults


def places(function: Function, task: Task) -> list[int]:
    """The place in the task's signature of each argument of the function, nothing if the names show no order."""
    further, expected = further_of(function, task), task.argument_names
    found = [name for name in arguments_of(function) if name not in further]
    others = {*found[: len(expected)]} - {*expected}
    return order_of(found, expected) if others.isdisjoint(OF_TRAINING) else []


def further_of(function: Function, task: Task) -> dict[str, str]:
    """The required arguments of the function that the task has not -> its further argument for which each stands."""
    close = {name: get_close_matches(name, task.further, 1) for name in required_by(function)}
    return {name: found[0] for name, found in close.items() if found and name not in task.argument_names}


def order_of(found: list[str], expected: Sequence[str]) -> list[int]:
    """The place of each name among the expected names, nothing if the names show no order.

    Capital letters do not count. Names that are not expected keep their places. One such name may be at another place:
    (W, A_prev, b) for (A, W, b).
    """
    found, expected = [name.lower() for name in found], [name.lower() for name in expected]
    if all(name == place or place not in found for name, place in zip(found, expected, strict=False)):
        return [*range(len(expected))]
    unknown = [place for place in expected if place not in found]
    if len(unknown) > 1 or not {*expected} - {*unknown} <= {*found[: len(expected)]}:
        return []
    return [expected.index(name if name in expected else unknown[0]) for name in found[: len(expected)]]


def in_own_order(arguments: Mapping[str, Value], function: Function, task: Task) -> dict[str, Value]:
    """The arguments of a call, in the function's order."""
    values, order = [*arguments.items()], places(function, task)
    return dict([values[place] for place in order if place < len(values)] + values[len(order) :])


def own_arguments(call: Call, function: Function, task: Task) -> dict[str, Value]:
    """The arguments of a call in the function's order, with the further ones that it requires in their places."""
    given, further = [*in_own_order(call.arguments, function, task).items()], further_of(function, task)
    for place, name in enumerate(arguments_of(function)):
        if name in further:
            given.insert(place, (name, getattr(call.case, further[name])))
    return dict(given)


def required_by(function: Function) -> list[str]:
    """The names of the arguments without a default."""
    arguments = arguments_of(function)
    defaults = function.args.defaults if isinstance(function, WITH_ARGUMENTS) else []
    return arguments[: len(arguments) - len(defaults)]
