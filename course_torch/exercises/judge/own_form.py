"""The form of a function of an assignment: the order of its arguments, and its results by their names and keys."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from torch import Tensor

from course_torch.exercises.comparing import Result
from course_torch.exercises.explain.missing import LAYER
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.learners_file.cells import PASS
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import name_of, nodes_of
from course_torch.exercises.recognition.signatures import order_of, places
from course_torch.exercises.tasks.task import FREE, Cache, Costs, Task, Value

NEAR = 0.9
"""Similarity of a text and the key that it stands for, as 'sigmod' for 'sigmoid'."""


def may_have_own_results(source: Source, wrong: Verdict) -> bool:
    """Whether a wrong function returns another structure, or names its results in another order or number."""
    if source.is_exercise or wrong.state != "wrong" or wrong.call is None or wrong.stuck:
        return False
    expected = getattr(wrong.call.right, "_fields", ())
    names = names_of_results(source, wrong.task.name)
    if wrong.raised:
        return 0 < len(names) < len(expected)
    return wrong.part is None or (bool(expected) and order_of(names, expected) not in ([], [*range(len(expected))]))


def has_own_order(source: Source, task: Task) -> bool:
    """Whether the arguments of the function stand in another order."""
    order = places(source.functions[task.name], task)
    return order != sorted(order)


def lacking_arguments(source: Source, task: Task) -> list[str]:
    """The arguments of the task that the function uses, although it does not have them and nothing gives them."""
    function = source.functions[task.name]
    given = {node.arg for node in nodes_of(function, ast.arg)}.union(*(one.binds for one in source.needed))
    names = nodes_of(function, ast.Name)
    given |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return [name for name in task.argument_names if name in {node.id for node in names} - given]


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
    """Whether the file takes the results of a function apart in another order or number, or a function keeps them."""
    returned = [names_in(node.value) for node in nodes_of(source.functions[name], ast.Return)]
    own = [tree for piece, tree in zip(source.pieces, source.trees, strict=True) if piece.label != PASS]
    kept = [node for tree in own for node in tree.body if not names_in(getattr(node, "targets", [None])[0])]
    assigned = ((one.targets[0], one.value) for tree in own for one in nodes_of(tree, ast.Assign) if one not in kept)
    read = [names_in(to) for to, call in assigned if isinstance(call, ast.Call) and name_of(call.func) == name]
    return any(
        len(names) != len(found) or order_of(names, found) != [*range(len(found))]
        for names in read
        for found in returned
    )


def taker_of_two(source: Source, task: Task) -> str | None:
    """The function that takes two values from an activation, which returns one: `A, cache = relu(Z)`."""
    returned = [node.value for node in nodes_of(source.functions[task.name], ast.Return)]
    is_one = not any(isinstance(value, ast.Tuple | ast.Call) for value in returned)
    if task.signature != "Z" or task.name in source.imported_names or not is_one:
        return None
    given = ((name, one) for name, tree in source.functions.items() for one in nodes_of(tree, ast.Assign))
    calls = ((name, one.value) for name, one in given if names_in(one.targets[0]) and isinstance(one.value, ast.Call))
    return next((name for name, call in calls if name_of(call.func) == task.name), None)


def own_keys(source: Source, name: str, values: Iterable[Value]) -> dict[str, str]:
    """Key or text in a function -> that of the values that is nearly the same. None if nothing else has any of them."""
    expected = {key.lower(): key for value in values for key in ([value] if isinstance(value, str) else keys_in(value))}
    texts = {
        function: {node.value for node in nodes_of(tree, ast.Constant) if isinstance(node.value, str)}
        for function, tree in source.functions.items()
    }
    near = {text: get_close_matches(text.lower(), expected, 1, NEAR) for text in texts.pop(name)}
    words = {key: sorted(key.split("_")) for key in expected}  # Y_test_prediction
    near |= {text: [key] for text in near for key in expected if sorted(text.lower().split("_")) == words[key]}
    own = {text: expected[found[0]] for text, found in near.items() if found and expected[found[0]] != text}
    outside = (node for tree in source.trees for node in tree.body if not isinstance(node, ast.FunctionDef))
    others = {node.value for top in outside for node in nodes_of(top, ast.Constant)}.union(*texts.values())
    # All keys of one kind are changed: it is no slip of the fingers.
    kinds = {part: {key for key in expected.values() if part in key} for part in ("_train", "_test")}
    all_of_a_kind = all(kinds.values()) and {*own.values()} >= set.union(*kinds.values())
    return {text: own[text] for text in sorted(own)} if all_of_a_kind or not others.isdisjoint(own) else {}


def keys_in(value: Value) -> Iterable[str]:
    """The keys of a dict, and of the dicts in a tuple."""
    parts = value if isinstance(value, tuple) else (value,)
    return (key for part in parts if isinstance(part, dict) for key in part)


def own_hidden_units(source: Source, results: list[Result]) -> dict[str, int] | None:
    """The number of hidden units that an assignment chooses in every call, and the course's, if all else is right."""
    found = [part for result in results if result.wrong == ["n_h"] for part in result.parts if part.name == "n_h"]
    sizes = {int(part.found) for part in found}
    if source.is_exercise or len(found) != len(results) or len(sizes) != 1:
        return None
    return {"found": sizes.pop(), "right": int(found[0].right)}


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
    if any(LAYER.fullmatch(str(key)) and key not in expected for key in entries):  # W0
        return value
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
