"""Exceptions of a lookup: a key, an index, an attribute, or the parts of a cache that an argument does not have."""

import ast
import re
from collections.abc import Iterator

import numpy as np
from torch import Tensor

from course_torch.exercises.explaining.raised_call import RaisedCall
from course_torch.exercises.task import Finding, finding

NO_ATTRIBUTE = re.compile(r"'(dict|tuple)' object has no attribute")
LAYER = re.compile(r"(d?[Wb])(\d+)")


def of_key(raised: RaisedCall) -> Iterator[Finding]:
    """A dict among the arguments does not have the key: there is no such layer, or the key is that of another dict."""
    key, L = raised.message.strip("'"), raised.call.setting.L
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


def of_index(raised: RaisedCall) -> Iterator[Finding]:
    """A list among the arguments has fewer entries, or an array has fewer sizes."""
    lists = {name: held for name, held in raised.looked_up().items() if isinstance(held, list)}
    sizes = {name: raised.given.get(name) for name in shapes_read(raised)}
    ranks = {value.ndim if isinstance(value, Tensor) else None for value in sizes.values()}
    if raised.message == "list index out of range" and len(lists) == 1:
        ((name, held),) = lists.items()
        index = "l - 1" if len(held) == raised.call.setting.L else "l"
        yield finding("index of the layer", name=name, n=len(held), last=len(held) - 1, index=index)
    elif raised.message == "tuple index out of range" and len(ranks) == 1 and (rank := ranks.pop()) is not None:
        yield finding("sizes", names=", ".join(sizes), last=rank - 1)


def shapes_read(raised: RaisedCall) -> list[str]:
    """The names whose shape the line reads, as Y.shape[2]."""
    found = [each for each in raised.nodes if isinstance(each, ast.Attribute) and each.attr == "shape"]
    return [each.value.id if isinstance(each.value, ast.Name) else "" for each in found]


def of_unpacking(raised: RaisedCall) -> Iterator[Finding]:
    """A cache among the arguments is taken apart into another number of values."""
    for name, held in raised.unpacked():
        if fields := getattr(held, "_fields", ()):
            yield finding("parts of the cache", name=name, n=len(fields), fields=", ".join(fields))


def of_attribute(raised: RaisedCall) -> Iterator[Finding]:
    """An entry of a dict as an attribute, or an attribute of arrays on a cache that is a tuple."""
    if NO_ATTRIBUTE.search(raised.message) is None:
        return
    for node in raised.nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name, held = node.value.id, raised.given.get(node.value.id)
            fields = getattr(held, "_fields", ())
            if isinstance(held, dict) and node.attr in held:
                yield finding("entry of a dict", name=name, entry=node.attr)
            elif node.attr in fields or (fields and hasattr(np.ndarray, node.attr)):
                yield finding("parts of the cache", name=name, n=len(fields), fields=", ".join(fields))
