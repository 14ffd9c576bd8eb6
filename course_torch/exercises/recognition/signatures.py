"""The arguments and the results of a learner's function: whether they are those of a task, in which order."""

import ast
from collections.abc import Mapping, Sequence

from course_torch.exercises.sandbox.source import Source
from course_torch.exercises.sandbox.syntax import WITH_ARGUMENTS, Function, arguments_of, name_of, nodes_of
from course_torch.exercises.tasks.task import Task, Value

PASS = "course_torch"
"""The label of the piece that `with_pass` adds to a file."""
OF_TRAINING = ("learning_rate", "num_iterations")
"""Arguments that stand for nothing else: in the place of another argument they show another signature."""


def takes(function: Function, task: Task) -> bool:
    """Whether a function can be called with the arguments of the task, and its further arguments by name after them.

    The arguments may have other names, defaults and another order (`places`). A name for another function, such as
    `np.tanh`, shows no arguments.
    """
    if not isinstance(function, WITH_ARGUMENTS):
        return True
    expected = names_in(task.signature)
    enough = function.args.vararg is not None or len(arguments_of(function)) >= len(expected)
    needless = set(required_by(function)[len(expected) :]) <= {*task.further}
    return enough and bool(places(function, task)) and needless and None not in function.args.kw_defaults


def places(function: Function, task: Task) -> list[int]:
    """The place in the task's signature of each argument of the function, nothing if the names show no order."""
    found, expected = arguments_of(function), names_in(task.signature)
    others = {*found[: len(expected)]} - {*expected}
    return order_of(found, expected) if others.isdisjoint(OF_TRAINING) else []


def order_of(found: list[str], expected: Sequence[str]) -> list[int]:
    """The place of each name among the expected names, nothing if the names show no order.

    Names that are not expected keep their places. One such name may be at another place: (W, A_prev, b) for (A, W, b).
    """
    if all(name == place or place not in found for name, place in zip(found, expected, strict=False)):
        return [*range(len(expected))]
    unknown = [place for place in expected if place not in found]
    if len(unknown) > 1 or not {*expected} - {*unknown} <= {*found[: len(expected)]}:
        return []
    return [expected.index(name if name in expected else unknown[0]) for name in found[: len(expected)]]


def used_for_numbers(source: Source, name: str) -> bool:
    """Whether the file calls a function number by number: by vectorize or map, or for an entry in a loop."""
    for tree in source.trees:
        calls = nodes_of(tree, ast.Call)
        mapped = (call.args[:1] for call in calls if name_in(call.func) in ("map", "np"))
        if any([ast.unparse(one) for one in given] == [name] for given in mapped):
            return True
        targets = [loop.target for loop in ast.walk(tree) if isinstance(loop, ast.For | ast.comprehension)]
        entries = {node.id for target in targets for node in nodes_of(target, ast.Name)}
        given = [call.args[0] for call in calls if name_called(call) == name and call.args]
        if any(name_in(one) in entries if isinstance(one, ast.Name) else is_entry(one) for one in given):
            return True
    return False


def is_entry(value: ast.expr) -> bool:
    """Whether a value is one entry of a table, as Z[0, i] and Z[0][i] are."""
    index = value.slice if isinstance(value, ast.Subscript) else None
    return isinstance(index, ast.Tuple) or (isinstance(value, ast.Subscript) and isinstance(value.value, ast.Subscript))


def name_called(value: ast.expr) -> str:
    """The name of the function that an expression calls, or no text."""
    return name_of(value.func) if isinstance(value, ast.Call) else ""


def names_of(value: ast.expr | None) -> list[str]:
    """The names of the values in a tuple: w, and dW of grads["dW" + str(l)]. Nothing of any other expression."""
    return [name_in(part) for part in value.elts] if isinstance(value, ast.Tuple) else []


def name_in(value: ast.expr) -> str:
    """The first text in an expression, otherwise its first name, or no text."""
    texts = [node.value for node in nodes_of(value, ast.Constant) if isinstance(node.value, str)]
    return [*texts, *(node.id for node in nodes_of(value, ast.Name)), ""][0]


def in_own_order(arguments: Mapping[str, Value], function: Function, task: Task) -> dict[str, Value]:
    """The arguments of a call, in the function's order."""
    values, order = [*arguments.items()], places(function, task)
    return dict([values[place] for place in order if place < len(values)] + values[len(order) :])


def names_in(signature: str) -> list[str]:
    """The names of the arguments in a signature such as "X, Y, learning_rate=1.2"."""
    return [argument.partition("=")[0] for argument in signature.split(", ")]


def required_by(function: Function) -> list[str]:
    """The names of the arguments without a default."""
    arguments = arguments_of(function)
    defaults = function.args.defaults if isinstance(function, WITH_ARGUMENTS) else []
    return arguments[: len(arguments) - len(defaults)]
