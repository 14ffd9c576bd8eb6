"""The arguments of a learner's function: whether it takes those of a task, and which task it is by its name."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from course_torch.exercises.sandbox.source import Function, Source, nodes_of
from course_torch.exercises.tasks.task import Task, Value

PASS = "course_torch"
"""The label of the piece that `with_pass` adds to a file."""
WITH_ARGUMENTS = (ast.FunctionDef, ast.Lambda)


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
    return order_of(arguments_of(function), names_in(task.signature))


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


def order_of_results(source: Source, name: str, expected: Sequence[str]) -> list[int]:
    """The place of each expected result among those that a function returns, if the file unpacks them so.

    A single expected result is the first of several. Nothing if the results are not named, or not unpacked.
    """
    returned = [names_of(node.value) for node in nodes_of(source.functions[name], ast.Return)]
    own = [tree for piece, tree in zip(source.pieces, source.trees, strict=True) if piece.label != PASS]
    assigned = (node for tree in own for node in nodes_of(tree, ast.Assign) if name_called(node.value) == name)
    unpacked = [names_of(node.targets[0]) for node in assigned]
    if not expected:
        return [0] if min(map(len, returned + unpacked), default=0) > 1 else []
    alike = [names for names in unpacked if len(names) == len(expected)]
    orders = {tuple(order_of(names, expected)) for names in returned + alike}
    order = orders.pop() if alike and len(orders) == 1 else ()
    return [order.index(place) for place in range(len(order))] if list(order) != sorted(order) else []


def used_for_numbers(source: Source, name: str) -> bool:
    """Whether the file calls a function number by number: by vectorize or map, or for an entry in a loop."""
    for tree in source.trees:
        calls = nodes_of(tree, ast.Call)
        if any(
            name_in(call.func) in ("map", "np") and list(map(ast.unparse, call.args[:1])) == [name] for call in calls
        ):
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
    return value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""


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


def own_keys(source: Source, name: str, values: Iterable[Value]) -> dict[str, str]:
    """Key in a function and in another one of the file -> the key in the values that has other capital letters."""
    expected = {key.lower(): key for value in values for key in keys_in(value)}
    texts = {
        function: {node.value for node in nodes_of(tree, ast.Constant) if isinstance(node.value, str)}
        for function, tree in source.functions.items()
    }
    own = {text: key for text in texts.pop(name) if (key := expected.get(text.lower(), text)) != text}
    return {text: own[text] for text in sorted(own) if any(text in others for others in texts.values())}


def keys_in(value: Value) -> Iterable[str]:
    """The keys of a dict, and of the dicts in a tuple."""
    parts = value if isinstance(value, tuple) else (value,)
    return (key for part in parts if isinstance(part, dict) for key in part)


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
}
"""Word of a name, in small letters and without a plural s -> the word of the assignments."""
WHOLE = {"initializeparameter": "initializewithzero", "initializezero": "initializewithzero"}
"""Plain name -> the plain name of a function with another signature, for which learners use it too."""
CLOSE = 0.9
"""Similarity of two plain names that differ by a slip of the fingers."""
MANY = 3
"""Arguments that show the task although one of them has another name."""
MOST = 500
"""Functions of a file whose names are compared."""


def plain(name: str) -> str:
    """A name without capital letters, underscores and plurals, in the words of the assignments."""
    return "".join(words_of(name))


def words_of(name: str) -> list[str]:
    """The words of a name, as `plain` joins them."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_")
    return [WORDS.get(word.rstrip("s"), word.rstrip("s")) for word in words]


def under_other_names(source: Source, tasks: Sequence[Task]) -> list[Task]:
    """The tasks of an assignment that the file defines under another name alone, with this name.

    The function takes the arguments of the task, no other function of the file has such a name, and its name means no
    other task. Otherwise the names of its arguments may show the task of an assignment, if they show no other.
    """
    known = {name for task in tasks for name in task.names}
    functions = {name: node for name, node in source.functions.items() if isinstance(node, ast.FunctionDef)}
    others = {name: plain(name) for name in list(functions)[:MOST] if name not in known}
    found: dict[str, list[Task]] = {}
    nameless: list[Task] = []
    for task in tasks:
        if not (source.is_exercise or task.in_assignment) or not source.functions.keys().isdisjoint(task.names):
            continue
        fit = {name: form for name, form in others.items() if takes(functions[name], task)}
        wanted = {plain(name) for name in task.names}
        same = [name for name, form in fit.items() if not wanted.isdisjoint((form, WHOLE.get(form, form)))]
        close = {form for name in wanted for form in get_close_matches(name, fit.values(), 2, CLOSE)}
        by_name = same or [name for name, form in fit.items() if form in close]
        nameless += [] if by_name else [task]
        for name in by_name:
            found.setdefault(name, []).append(task)
    for name in () if source.is_exercise else others.keys() - found.keys():
        fitting = [
            task for task in nameless if takes(functions[name], task) and has_arguments_of(functions[name], task)
        ]
        most = max((task.signature.count(",") for task in fitting), default=0)
        found[name] = [
            replace(task, by_arguments=set(words_of(name)).isdisjoint(words_of(task.names[0])))
            for task in fitting
            if task.signature.count(",") == most
        ]
    meant = [name for name, tasks_of_name in found.items() if len(tasks_of_name) == 1]
    counts = Counter(found[name][0].names for name in meant)
    return [replace(found[name][0], name=name) for name in meant if counts[found[name][0].names] == 1]


def has_arguments_of(function: ast.FunctionDef, task: Task) -> bool:
    """Whether a function has the names of a task's arguments: two in their order, or more in any but for one."""
    expected = [name.lower() for name in names_in(task.signature)]
    found = [name.lower() for name in arguments_of(function)[: len(expected)]]
    if len(expected) < MANY:
        return found == expected and len(expected) > 1
    return len({*found} & {*expected}) >= len(expected) - 1
