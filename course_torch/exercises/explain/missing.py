"""An entry, a name or an attribute that is not there, as an exception shows it.

KeyError, IndexError              a key or an index of an argument, or of a dict that the function makes
NameError, UnboundLocalError      a name without a value
AttributeError                    an attribute that torch, NumPy or their arrays do not have
"""

import ast
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

import numpy as np
import torch
from torch import Tensor

from course_torch.exercises.explain.raised_call import RaisedCall
from course_torch.exercises.learners_file.syntax import arguments_of, name_of, nodes_of
from course_torch.exercises.recognition.other_names import plain
from course_torch.exercises.tasks.task import Finding, finding
from course_torch.language import Text

# What Python, NumPy and torch say. Other versions may say it in other words.
UNDEFINED_NAME = re.compile(r"name '(\w+)' is not defined")
NO_VALUE = re.compile(r"local variable '(\w+)'")
NO_ATTRIBUTE = re.compile(r"(?:module '([\w.]+)'|'([\w.]+)' object) has no attribute '(\w+)'")

# Entries that are not there.
LAYER = re.compile(r"(d?[Wb])(\d+)")
IN_QUOTES = re.compile(r"d?[AZWb](l|L|i|\{.*\}|str\(.*\))")
"""A key that holds the name of the layer's number, as in "W" + "l"."""
NO_KEYS = Text("(none yet)", "（还没有）")

# Names that are not there.
OWNERS: dict[str, tuple[object, object, str]] = {
    **{"torch": (torch, np, "NumPy"), "Tensor": (torch.Tensor, np.ndarray, "NumPy")},
    **{"numpy": (np, torch, "torch"), "numpy.ndarray": (np.ndarray, torch.Tensor, "torch")},
    "list": (list, None, ""),
}
"""What has no such attribute -> itself, what may have it in the other library, and the name of that library."""
GIVEN = ("sigmoid", "relu")
"""Functions that a file of the course imports."""
OF_PYTHON = (
    *("True", "False", "None", "abs", "enumerate", "float", "int", "len"),
    *("list", "print", "range", "reversed", "round", "str", "zip"),
)
"""Names of Python that the assignments use."""
MISSPELT = 0.8
"""Similarity of two names from which one is the other misspelt. That of W1 and b1 is 0.5."""
MEANT = Text("did you mean {other}?", "是不是 {other}？")
OF_OTHER = Text(
    "it belongs to {other}, and the file's library is {library}", "它是 {other} 的，而这个文件用的是 {library}"
)
IMPORT = Text(": write {line} at the top of the file", "：在文件开头写 {line}")
OTHER_LIBRARY = Text(
    ", and the file's library is {library}: use the function of {library}",
    "，而这个文件用的是 {library}：请用 {library} 的函数",
)
ONE_NUMBER = Text(
    ", and its functions take a single number: write {function}", "，而且它的函数只接受一个数：要写 {function}"
)
OF_MODULE = Text(": as a function of the library it is written {function}", "：作为库里的函数，要写 {function}")
QUOTES = Text("a key is a text, and stands in quotes", "键是字符串，要加引号")
NOT_GIVEN = Text(
    "no line before gives {name} a value, and the function is given {given}",
    "前面没有语句给 {name} 赋值，传给函数的是 {given}",
)
MODULES = {
    **{"np": "import numpy as np", "numpy": "import numpy", "torch": "import torch"},
    **{"F": "import torch.nn.functional as F", "nn": "from torch import nn", "copy": "import copy"},
}
"""Name of a module in the course's code -> the line that imports it."""


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
    for name, keys in [*lacking.items()][:1]:  # Python reads the first first
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


def of_name(raised: RaisedCall) -> Iterator[Finding]:
    """A name that is not defined anywhere, or a variable of the function that has no value yet."""
    if (match := NO_VALUE.search(raised.message)) is not None:
        dicts = [held for held in raised.looked_up().values() if isinstance(held, dict)]
        targets = {name_of(target) for node in raised.on_line(ast.Assign) for target in node.targets}
        is_key = any(match[1] in held for held in dicts) if dicts else match[1] in targets  # dw = grads[dw]
        if is_key and match[1] in names_in_keys(raised):
            yield finding("not defined", name=match[1], how=QUOTES)
        else:
            names = nodes_of(raised.function, ast.Name)
            read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
            unused = raised.stored - read  # dz = …, and then dZ
            yield from [*of_spelling(match[1], unused)] or [finding("no value yet", name=match[1])]
    elif (match := UNDEFINED_NAME.match(raised.message)) is not None:
        yield from of_undefined(raised, match[1])


def of_undefined(raised: RaisedCall, name: str) -> Iterator[Finding]:
    """The cause by what the name is. A missing function of the file speaks for itself."""
    library = raised.source.library
    other, attributes = "torch" if library == "numpy" else "numpy", raised.on_line(ast.Attribute)
    if own := [one for one in raised.source.functions if plain(one) == plain(name)]:
        yield finding("not defined", name=name, how=MEANT.fill(other=own[0]))
    elif close := [
        *of_spelling(name, [one for one in (*raised.source.functions, *GIVEN, *OF_PYTHON[:3]) if one != name])
    ]:
        yield from close
    elif other in MODULES.get(name, ""):
        yield finding("not imported", name=name, how=OTHER_LIBRARY.fill(library=library))
    elif name in MODULES:
        yield finding("not imported", name=name, how=IMPORT.fill(line=MODULES[name]))
    elif name == "math":
        for node in raised.on_line(ast.Attribute):
            if name_of(node.value) == "math":
                yield finding("not imported", name=name, how=ONE_NUMBER.fill(function=in_library(library, node.attr)))
    elif name in {name_of(node.func) for node in raised.on_line(ast.Call)}:
        if (function := in_library(library, name)) != name:
            yield finding("not imported", name=name, how=OF_MODULE.fill(function=function))
        else:
            yield from of_spelling(name, OF_PYTHON)
    elif name in names_in_keys(raised):
        yield finding("not defined", name=name, how=QUOTES)
    elif library == "numpy" and any(name_of(node.value) == name and hasattr(np, node.attr) for node in attributes):
        yield finding("not defined", name=name, how=MEANT.fill(other="np"))
    elif raised.line and raised.given:
        close = [*of_spelling(name, {*raised.given, *raised.stored} - {name})]
        how = NOT_GIVEN.fill(name=name, given=", ".join(arguments_of(raised.function)))
        yield from close or [finding("not defined", name=name, how=how)]


def names_in_keys(raised: RaisedCall) -> set[str]:
    """The names in the keys and indices on the line."""
    entries = [node for node in raised.on_line(ast.Subscript) if getattr(node.value, "attr", "") != "shape"]
    return {inner.id for node in entries for inner in nodes_of(node.slice, ast.Name)}


def in_library(library: str, name: str) -> str:
    """The function of the library in full, or the bare name if the library does not have it."""
    if library == "torch":
        return f"torch.{name}" if hasattr(torch, name) else name
    random = "random." if name in ("rand", "randn") else ""
    return f"np.{random}{name}" if random or hasattr(np, name) else name


def of_attribute_name(raised: RaisedCall) -> Iterator[Finding]:
    """An attribute of the other library, or a misspelt attribute of torch, NumPy or their arrays."""
    match = NO_ATTRIBUTE.match(raised.message)
    if match is None or (match[1] or match[2]) not in OWNERS:
        return
    owner, others, other = OWNERS[match[1] or match[2]]
    name = match[3]
    inside = [node.attr for node in raised.on_line(ast.Attribute) if getattr(node.value, "attr", "") == name]
    if match[1] == "numpy" and name in ("rand", "randn"):
        yield finding("not imported", name=name, how=OF_MODULE.fill(function=in_library("numpy", name)))
    elif name in {*raised.given, *raised.stored, *MODULES}:  # np.dot(X. dZ)
        yield finding("dot for a comma", name=name)
    elif owner is np and inside and callable(getattr(np, inside[0], None)):  # np.randm.zeros
        yield finding("not defined", name=f"{name}.{inside[0]}", how=MEANT.fill(other=inside[0]))
    elif name != name.upper() and hasattr(owner, name.upper()):  # w.t
        yield finding("not defined", name=name, how=MEANT.fill(other=name.upper()))
    elif hasattr(others, name) and name != "values":  # of a table of pandas
        yield finding("not defined", name=name, how=OF_OTHER.fill(other=other, library=raised.source.library))
    else:
        yield from of_spelling(name, [public for public in dir(owner) if public == public.strip("_")])


def of_spelling(name: str, names: Iterable[str]) -> Iterator[Finding]:
    """A name that is nearly one of these names.

    The derivative of a tensor, the same tensor of another layer, and L beside l are other things.
    """
    others = {other.lower(): other for other in names}
    exchanged = [other for other in others if sorted(other) == sorted(name.lower())]  # np.lgo
    for other in (others[close] for close in exchanged or get_close_matches(name.lower(), others, 1, MISSPELT)):
        kinds = {text.rstrip("0123456789").removeprefix("d") for text in (name, other)}
        if len(kinds) == 2 and kinds != {"l", "L"}:
            yield finding("not defined", name=name, how=MEANT.fill(other=other))
            return
