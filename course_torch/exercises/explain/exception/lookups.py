"""A key, an index or an attribute that is not there: in a dict, a list, a shape or a cache."""

import ast
import re
from collections.abc import Iterator

import numpy as np
from torch import Tensor

from course_torch.exercises.explain.exception.messages import NO_ATTRIBUTE
from course_torch.exercises.explain.exception.raised_call import RaisedCall
from course_torch.exercises.learners_file.syntax import name_of, nodes_of
from course_torch.exercises.tasks.task import Finding, finding
from course_torch.language import Text

LAYER = re.compile(r"(d?[Wb])(\d+)")
IN_QUOTES = re.compile(r"d?[AZWb](l|L|i|\{.*\}|str\(.*\))")
"""A key that holds the name of the layer's number, as in "W" + "l"."""
NO_KEYS = Text("(none yet)", "（还没有）")


def of_key(raised: RaisedCall) -> Iterator[Finding]:
    """A dict among the arguments does not have the key: there is no such layer, or the key is that of another dict."""
    key, L = raised.message.strip("'"), raised.call.case.L
    if IN_QUOTES.fullmatch(key) and raised.looked_up():
        yield finding("index in quotes", entry=raised.message)
        return
    layer = LAYER.fullmatch(key)
    beyond = layer is not None and not 1 <= int(layer[2]) <= L
    lacking = {
        name: ", ".join(map(str, held))
        for name, held in raised.looked_up().items()
        if isinstance(held, dict) and key not in held and (layer is None or not beyond or f"{layer[1]}1" in held)
    }
    for name, keys in lacking.items() if len(lacking) == 1 else ():
        if layer is not None and beyond:
            yield finding("no such layer", l=layer[2], L=L, name=name, keys=keys)
        else:
            yield finding("no such key", name=name, entry=raised.message, keys=keys)


def of_own_dicts(raised: RaisedCall, dicts: object) -> Iterator[Finding]:
    """A dict that the function makes does not have the key. `dicts` holds the keys of its dicts by name."""
    key, own = raised.message.strip("'"), dicts if isinstance(dicts, dict) else {}
    read = {name_of(node.value) for node in raised.on_line(ast.Subscript) if key.startswith(beginning(node.slice))}
    lacking = {name: keys for name, keys in own.items() if name in read and key not in keys}
    for name, keys in lacking.items() if len(lacking) == 1 else ():
        yield finding("no such key", name=name, entry=raised.message, keys=", ".join(map(str, keys)) or NO_KEYS)


def beginning(key: ast.expr) -> str:
    """The text with which a key begins: "dW" of "dW" + str(l), nothing of another expression."""
    texts = [node for node in nodes_of(key, ast.Constant) if isinstance(node.value, str)]
    return str(min(texts, key=lambda node: node.col_offset).value) if texts else ""


def of_index(raised: RaisedCall) -> Iterator[Finding]:
    """A list among the arguments has fewer entries, or an array has fewer sizes."""
    lists = {name: held for name, held in raised.looked_up().items() if isinstance(held, list)}
    names = [name_of(node.value) for node in raised.on_line(ast.Attribute) if node.attr == "shape"]
    sizes = {name: raised.given.get(name) for name in names}
    ranks = {value.ndim if isinstance(value, Tensor) else None for value in sizes.values()}
    if raised.message == "list index out of range" and len(lists) == 1:
        ((name, held),) = lists.items()
        index = "l - 1" if len(held) == raised.call.case.L else "l"
        yield finding("index of the layer", name=name, n=len(held), last=len(held) - 1, index=index)
    elif raised.message == "tuple index out of range" and len(ranks) == 1 and (rank := ranks.pop()) is not None:
        yield finding("sizes", names=", ".join(sizes), last=rank - 1)


def of_attribute(raised: RaisedCall) -> Iterator[Finding]:
    """A cache or several results are read as an array."""
    match = NO_ATTRIBUTE.match(raised.message)
    for node in raised.on_line(ast.Attribute) if match and match[2] == "tuple" else ():
        name = name_of(node.value)
        held = raised.given.get(name)
        fields = getattr(held, "_fields", ())
        if node.attr in fields or (fields and hasattr(np.ndarray, node.attr)):
            yield parts_of_cache(name, fields)
        elif hasattr(np.ndarray, node.attr):
            for call in raised.calls_assigned_to(name):
                fields = ("A", "cache") if name_of(call.func) in ("sigmoid", "relu") else returned_names(raised, call)
                if len(fields) > 1:
                    yield parts_of_cache(ast.unparse(call), fields)


def returned_names(raised: RaisedCall, value: ast.expr) -> tuple[str, ...]:
    """The names of the values that a call of a function of the file returns; none if they have no names."""
    function = raised.source.functions.get(name_of(value.func)) if isinstance(value, ast.Call) else None
    returned = [node.value for node in nodes_of(function, ast.Return)] if function else []
    values = returned[0].elts if len(returned) == 1 and isinstance(returned[0], ast.Tuple) else []
    return tuple(map(name_of, values)) if all(map(name_of, values)) else ()


def parts_of_cache(name: str, fields: tuple[str, ...]) -> Finding:
    return finding("parts of the cache", name=name, n=len(fields), fields=", ".join(fields))
