"""Exceptions of a lookup: a key, an index, an attribute, or the parts of a cache that an argument does not have."""

import ast
import re
from collections.abc import Iterator

import numpy as np
from torch import Tensor

from course_torch.exercises.explaining.raised_call import RaisedCall
from course_torch.exercises.task import Finding
from course_torch.language import Text

NO_LAYER = Text(
    "there is no layer {l}: the network has {L} layers, and {name} holds the keys {keys}",
    "没有第 {l} 层：网络有 {L} 层，{name} 的键是 {keys}",
)
NO_KEY = Text("{name} has no key {key}, it holds the keys {keys}", "{name} 没有键 {key}，它的键是 {keys}")
NOT_LONG_ENOUGH = Text(
    "{name} has {n} entries, {name}[0] to {name}[{last}]: layer l is {name}[{index}]",
    "{name} 有 {n} 项，从 {name}[0] 到 {name}[{last}]：第 l 层是 {name}[{index}]",
)
SIZES = Text("the last size of {names} is shape[{last}]", "{names} 的最后一个大小是 shape[{last}]")
UNPACKED = Text("{name} holds {n} values: {fields}", "{name} 里有 {n} 个值：{fields}")
BRACKETS = Text(
    'an entry of a dict is written in brackets: {name}["{key}"]', 'dict 的一项要写在方括号里：{name}["{key}"]'
)
TAKE_APART = Text(
    "{name} is a tuple of several values: take it apart first, as {fields} = {name}",
    "{name} 是由几个值组成的元组：要先拆开，即 {fields} = {name}",
)
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
            yield Finding("no such layer", NO_LAYER.fill(l=layer[2], L=L, name=name, keys=keys), "3.1")
        else:
            yield Finding("no such key", NO_KEY.fill(name=name, key=raised.message, keys=keys), "")


def of_index(raised: RaisedCall) -> Iterator[Finding]:
    """A list among the arguments has fewer entries, or an array has fewer sizes."""
    lists = {name: held for name, held in raised.looked_up().items() if isinstance(held, list)}
    sizes = {name: raised.given.get(name) for name in shapes_read(raised)}
    ranks = {value.ndim if isinstance(value, Tensor) else None for value in sizes.values()}
    if raised.message == "list index out of range" and len(lists) == 1:
        ((name, held),) = lists.items()
        index = "l - 1" if len(held) == raised.call.setting.L else "l"
        text = NOT_LONG_ENOUGH.fill(name=name, n=len(held), last=len(held) - 1, index=index)
        yield Finding("index of the layer", text, "3.1")
    elif raised.message == "tuple index out of range" and len(ranks) == 1 and (rank := ranks.pop()) is not None:
        yield Finding("sizes", SIZES.fill(names=", ".join(sizes), last=rank - 1), "1.7")


def shapes_read(raised: RaisedCall) -> list[str]:
    """The names whose shape the line reads, as Y.shape[2]."""
    found = [each for each in raised.nodes if isinstance(each, ast.Attribute) and each.attr == "shape"]
    return [each.value.id if isinstance(each.value, ast.Name) else "" for each in found]


def of_unpacking(raised: RaisedCall) -> Iterator[Finding]:
    """A cache among the arguments is taken apart into another number of values."""
    for name, held in raised.unpacked():
        if fields := getattr(held, "_fields", ()):
            text = UNPACKED.fill(name=name, n=len(fields), fields=", ".join(fields))
            yield Finding("parts of the cache", text, "3.2")


def of_attribute(raised: RaisedCall) -> Iterator[Finding]:
    """An entry of a dict as an attribute, or an attribute of arrays on a cache that is a tuple."""
    if NO_ATTRIBUTE.search(raised.message) is None:
        return
    for node in raised.nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name, held = node.value.id, raised.given.get(node.value.id)
            fields = getattr(held, "_fields", ())
            if isinstance(held, dict) and node.attr in held:
                yield Finding("entry of a dict", BRACKETS.fill(name=name, key=node.attr), "")
            elif node.attr in fields or (fields and hasattr(np.ndarray, node.attr)):
                yield Finding("parts of the cache", TAKE_APART.fill(name=name, fields=", ".join(fields)), "3.2")
