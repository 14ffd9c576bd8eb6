"""The arguments and results of a learner's function: their names and order in the file, and their form in the task."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from torch import Tensor

from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import WITH_ARGUMENTS, Function, arguments_of, name_of, nodes_of
from course_torch.exercises.tasks.task import FREE, Cache, Costs, Task, Value

OF_TRAINING = ("learning_rate", "num_iterations")
"""Arguments that stand for nothing else: in the place of another argument they show another signature."""
NEAR = 0.9
"""Similarity of a text and the key that it stands for, as 'sigmod' for 'sigmoid'."""
PASS = "course_torch"
"""The label of the piece that `with_pass` adds to a file."""


def takes(function: Function, task: Task) -> bool:
    """Whether a function can be called with the arguments of the task, and its further arguments by name after them.

    The arguments may have other names, defaults and another order (`places`). A name for another function, such as
    `np.tanh`, shows no arguments.
    """
    if not isinstance(function, WITH_ARGUMENTS):
        return True
    expected = task.argument_names
    enough = function.args.vararg is not None or len(arguments_of(function)) >= len(expected)
    needless = all(get_close_matches(name, task.further) for name in required_by(function)[len(expected) :])
    return enough and bool(places(function, task)) and needless and None not in function.args.kw_defaults


def places(function: Function, task: Task) -> list[int]:
    """The place in the task's signature of each argument of the function, nothing if the names show no order."""
    found, expected = arguments_of(function), task.argument_names
    others = {*found[: len(expected)]} - {*expected}
    return order_of(found, expected) if others.isdisjoint(OF_TRAINING) else []


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


def required_by(function: Function) -> list[str]:
    """The names of the arguments without a default."""
    arguments = arguments_of(function)
    defaults = function.args.defaults if isinstance(function, WITH_ARGUMENTS) else []
    return arguments[: len(arguments) - len(defaults)]


def names_of_results(source: Source, name: str) -> list[str]:
    """The names of the values that a function returns; nothing if it returns one value."""
    returned = [names_in(node.value) for node in nodes_of(source.functions[name], ast.Return)]
    is_same = all(order_of(names, returned[0]) == [*range(len(returned[0]))] for names in returned)
    return returned[0] if returned and is_same else []


def names_in(value: ast.expr | None) -> list[str]:
    """The names of the values in a tuple or list: w, and dW of grads["dW" + str(l)]. Nothing of another expression."""
    return [first_name(part) for part in value.elts] if isinstance(value, ast.Tuple | ast.List) else []


def first_name(value: ast.expr) -> str:
    """The first text in an expression, otherwise its first name, or no text."""
    texts = [node.value for node in nodes_of(value, ast.Constant) if isinstance(node.value, str)]
    return [*texts, *(node.id for node in nodes_of(value, ast.Name)), ""][0]


def reads_others(source: Source, name: str) -> bool:
    """Whether the file takes the results of a function apart in another order or number, or not at all."""
    returned = [names_in(node.value) for node in nodes_of(source.functions[name], ast.Return)]
    own = [tree for piece, tree in zip(source.pieces, source.trees, strict=True) if piece.label != PASS]
    assigned = ((node.targets[0], node.value) for tree in own for node in nodes_of(tree, ast.Assign))
    read = [names_in(to) for to, call in assigned if isinstance(call, ast.Call) and name_of(call.func) == name]
    return any(
        len(names) != len(found) or order_of(names, found) != [*range(len(found))]
        for names in read
        for found in returned
    )


def own_keys(source: Source, name: str, values: Iterable[Value]) -> dict[str, str]:
    """Key or text in a function and in another one of the file -> that of the values that is nearly the same."""
    expected = {key.lower(): key for value in values for key in ([value] if isinstance(value, str) else keys_in(value))}
    texts = {
        function: {node.value for node in nodes_of(tree, ast.Constant) if isinstance(node.value, str)}
        for function, tree in source.functions.items()
    }
    near = {text: get_close_matches(text.lower(), expected, 1, NEAR) for text in texts.pop(name)}
    own = {text: expected[found[0]] for text, found in near.items() if found and expected[found[0]] != text}
    return {text: own[text] for text in sorted(own) if any(text in others for others in texts.values())}


def keys_in(value: Value) -> Iterable[str]:
    """The keys of a dict, and of the dicts in a tuple."""
    parts = value if isinstance(value, tuple) else (value,)
    return (key for part in parts if isinstance(part, dict) for key in part)


def results_by_name(source: Source, task: Task, right: Value, value: Any) -> Any:
    """The results in the task's form: each by its name in the `return`, or by its key in a dict.

    The value as it is if one of the expected tensors has no such name, or if the file reads other results. One tensor
    may have another name.
    """
    if reads_others(source, task.name):
        return value
    names = names_of_results(source, task.name)
    values = value if isinstance(value, list | tuple) and len(value) == len(names) else [value]
    named = dict(zip([name.lower() for name in names], values, strict=False)) if len(values) == len(names) else {}
    entries = entries_in(dict(zip(names or [""], values, strict=False)), own_keys(source, task.name, [right]))
    parts = dict(parts_in(right, task.result))
    expected = {name: part for name, part in parts.items() if not (part is FREE or isinstance(part, Cache | Costs))}
    absent = [name for name in expected if name not in entries and name.lower() not in named]
    if absent:
        spare = spare_results(named, expected, absent[0])
        if len(absent) > 1 or (len(spare) != 1 and len(expected) > 1):
            return value
        entries[absent[0]] = spare[0] if len(spare) == 1 else values[0]
    return in_structure_of(right, task.result, lambda name: entries.get(name, named.get(name.lower())))


def entries_in(results: Mapping[str, Any], keys: Mapping[str, str]) -> dict[str, Any]:
    """The entries of the dicts among the results, but not of a cache. `keys`: own key -> that of the task."""
    dicts = (held for name, held in results.items() if "cache" not in name and isinstance(held, dict))
    return {keys.get(key, key): part for held in dicts for key, part in held.items()}


def spare_results(named: Mapping[str, Any], expected: Mapping[str, Value], absent: str) -> list[Any]:
    """The results with names that are not expected, of which one may be the absent tensor.

    Arrays come before numbers: the predictions, and not the accuracy beside them.
    """
    known = {name.lower() for name in expected}
    spare = [found for name, found in named.items() if name not in known and not isinstance(found, dict)]
    lost = expected[absent]
    arrays = [found for found in spare if getattr(found, "ndim", 0)] if isinstance(lost, Tensor) and lost.ndim else []
    return arrays or spare


def parts_in(right: Value, name: str) -> Iterator[tuple[str, Value]]:
    """The name of each part of a right result, and the part."""
    if isinstance(right, dict) and not isinstance(right, Cache):
        for key, part in right.items():
            yield from parts_in(part, key)
    elif hasattr(right, "_fields"):
        for key, part in zip(right._fields, right, strict=True):
            yield from parts_in(part, key)
    else:
        yield name, right


def in_structure_of(right: Value, name: str, value_of: Callable[[str], Any]) -> Any:
    """Values in the structure of a right result."""
    if isinstance(right, dict) and not isinstance(right, Cache):
        return {key: in_structure_of(part, key, value_of) for key, part in right.items()}
    if hasattr(right, "_fields"):
        return [in_structure_of(part, key, value_of) for key, part in zip(right._fields, right, strict=True)]
    return value_of(name)
