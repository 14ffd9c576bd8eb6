"""Causes that an exception shows: lookups, sizes, names without a value."""

import ast
import builtins
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from course_torch.exercises.explain.calls import (
    MEANT,
    of_arguments,
    of_attribute_name,
    of_called,
    of_spelling,
    returned_names,
)
from course_torch.exercises.explain.raised_call import RaisedCall, name_of
from course_torch.exercises.recognition.other_names import plain
from course_torch.exercises.sandbox.source import Function, nodes_of
from course_torch.exercises.tasks.task import Finding, finding
from course_torch.language import Text
from course_torch.text import counted

NO_ATTRIBUTE = re.compile(r"'(dict|tuple)' object has no attribute")
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


def parts_of_cache(name: str, fields: tuple[str, ...]) -> Finding:
    return finding("parts of the cache", name=name, n=len(fields), fields=", ".join(fields))


def of_attribute(raised: RaisedCall) -> Iterator[Finding]:
    """An entry of a dict as an attribute, an attribute of arrays on a cache that is a tuple, or a misspelling."""
    yield from of_attribute_name(raised)
    for node in raised.on_line(ast.Attribute) if NO_ATTRIBUTE.search(raised.message) else ():
        name = name_of(node.value)
        held = raised.given.get(name)
        fields = getattr(held, "_fields", ())
        if isinstance(held, dict) and node.attr in held:
            yield finding("entry of a dict", name=name, entry=node.attr)
        elif node.attr in fields or (fields and hasattr(np.ndarray, node.attr)):
            yield parts_of_cache(name, fields)


FIRST, SECOND = Text("the first", "第一个"), Text("the second", "第二个")
NEVER_RAISING = re.compile(r"sign( .*)?|no 1/m|1/m twice|1/m in .*|factor .*|.*squared error.*|shape")
"""Causes that change numbers and not sizes, or that say no more than the exception."""
COLUMNS_AND_ROWS = (
    re.compile(r"shapes cannot be multiplied \(\d+x(?P<columns>\d+) and (?P<rows>\d+)x\d+\)"),  # torch
    re.compile(r"mismatch in its core dimension 0.*\(size (?P<rows>\d+) is different from (?P<columns>\d+)\)"),  # @
    re.compile(r"not aligned: (?P<columns>\d+) \(dim \d\) != (?P<rows>\d+) \(dim \d\)"),  # np.dot
)
"""The messages of a matrix product of the wrong sizes."""
OUT_OF_BOUNDS = re.compile(r"out of bounds for (?:axis|dimension) \d with size (?P<n>\d+)")
BROADCAST = re.compile(r"could not be broadcast|must match the size of tensor b")
CANNOT_RESHAPE = re.compile(r"cannot reshape array of size|is invalid for input of size")
ENTRY_BY_ENTRY = ("sigmoid", "relu", "tanh")
"""Functions of the course in which no sizes can differ."""
OTHER_DTYPE = re.compile(r"(?=.*(same dtype|expected scalar type))(?=.*\bfloat\b)(?=.*\bdouble\b)", re.IGNORECASE)


def that_can_raise(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The causes that can raise an exception of sizes. Where all sizes are equal, a reshape looks like no transpose."""
    kept = (cause for cause in findings if not any(map(NEVER_RAISING.fullmatch, cause.key.split(" and "))))
    return tuple(finding("not transposed") if cause.key == "reshape for a transpose" else cause for cause in kept)


def of_sizes(raised: RaisedCall) -> list[Finding]:
    """The sizes that do not fit, the index that is too large, or the dtypes."""
    message = raised.message
    if raised.failure.type == "IndexError" and (match := OUT_OF_BOUNDS.search(message)) is not None:
        return [finding("index of an entry", n=match["n"], last=int(match["n"]) - 1)]
    if raised.failure.type not in ("RuntimeError", "ValueError"):
        return []
    unequal = next((match for pattern in COLUMNS_AND_ROWS if (match := pattern.search(message)) is not None), None)
    if constants := constant_sizes(raised):
        return [finding("constant sizes", code=constants)]
    does_not_fit = unequal is not None or BROADCAST.search(message) is not None
    is_own = has_product(raised) if unequal is not None else has_arithmetic(raised)
    if does_not_fit and (not raised.line or calls_others(raised)):
        return [] if raised.line and is_own else [finding("handed over")]
    if unequal is not None:
        return [of_product(raised, int(unequal["columns"]), int(unequal["rows"]))]
    if "1D tensors expected" in message:
        return [finding("dot of vectors")]
    if BROADCAST.search(message):
        return [finding("entry by entry")]
    return [finding("two dtypes")] if OTHER_DTYPE.search(message) else []


def constant_sizes(raised: RaisedCall) -> str:
    """The reshape on the line, if its sizes are numbers that do not fit; otherwise no text."""
    calls = [node for node in raised.on_line(ast.Call) if getattr(node.func, "attr", "") == "reshape"]
    if not CANNOT_RESHAPE.search(raised.message) or len(calls) != 1:
        return ""
    sizes = [size for size in calls[0].args if name_of(size) not in raised.given]
    return "" if any(nodes_of(size, ast.Name) for size in sizes) else ast.unparse(calls[0])


def calls_others(raised: RaisedCall) -> bool:
    """Whether the line calls functions of the course or of the file in which sizes may not fit."""
    called = {name_of(node.func) for node in raised.on_line(ast.Call)}
    return bool(called - {"", *dir(builtins), *ENTRY_BY_ENTRY})


def has_product(raised: RaisedCall) -> bool:
    """Whether the line contains a matrix product."""
    return any(product(node) is not None for node in raised.line)


def has_arithmetic(raised: RaisedCall) -> bool:
    """Whether the line contains +, -, * or / outside a key or an index."""
    in_keys = {node for entry in raised.on_line(ast.Subscript) for node in ast.walk(entry.slice)}
    operations = {*raised.on_line(ast.BinOp), *raised.on_line(ast.AugAssign)} - in_keys
    called = {getattr(node.func, "attr", "") for node in raised.on_line(ast.Call)}
    return bool(operations or called & {"add", "subtract", "multiply", "divide"})


def is_certain(sizes: tuple[Finding, ...]) -> bool:
    """Whether the message names the cause. Sizes that do not fit may have another cause before this line."""
    return any(cause.key in ("dot of vectors", "two dtypes", "constant sizes") for cause in sizes)


def of_product(raised: RaisedCall, columns: int, rows: int) -> Finding:
    """Which factors of a matrix product do not fit: the two of the only product on the line, as they are written."""
    products = [pair for node in raised.line if (pair := product(node)) is not None]
    left, right = map(ast.unparse, products[0]) if len(products) == 1 else (FIRST, SECOND)
    columns_text, rows_text = (
        Text(counted(columns, "column"), f"{columns} 列"),
        Text(counted(rows, "row"), f"{rows} 行"),
    )
    return finding("sizes of a product", left=left, columns=columns_text, right=right, rows=rows_text)


def product(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """The factors of P @ Q, np.dot(P, Q), P.dot(Q), torch.mm(P, Q), …"""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        return node.left, node.right
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    factors = node.args if len(node.args) == 2 else [node.func.value, *node.args]
    return (factors[0], factors[1]) if node.func.attr in ("dot", "mm", "matmul") and len(factors) == 2 else None


IMPORT = Text(": write {line} at the top of the file", "：在文件开头写 {line}")
OTHER_LIBRARY = Text(
    ", and the file's library is {library}: use the function of {library}",
    "，而这个文件用的是 {library}：请用 {library} 的函数",
)
ONE_NUMBER = Text(
    ", and its functions take a single number: write {function}", "，而且它的函数只接受一个数：要写 {function}"
)
OF_MODULE = Text(": as a function of the library it is written {function}", "：作为库里的函数，要写 {function}")
CONSTANT = Text("Python writes {name}", "Python 里写作 {name}")
QUOTES = Text("a key is a text, and stands in quotes", "键是字符串，要加引号")
NO_VALUE = Text(
    "no line before gives {name} a value, and the function is given {given}",
    "前面没有语句给 {name} 赋值，传给函数的是 {given}",
)
MODULES = {
    **{"np": "import numpy as np", "numpy": "import numpy", "torch": "import torch"},
    **{"F": "import torch.nn.functional as F", "nn": "from torch import nn", "copy": "import copy"},
}
"""Name of a module in the course's code -> the line that imports it."""
CONSTANTS = {"true": "True", "false": "False", "none": "None", "null": "None"}
LIBRARY_OF = {"np": "numpy", "numpy": "numpy", "torch": "torch", "F": "torch", "nn": "torch"}


def of_name(raised: RaisedCall) -> Iterator[Finding]:
    """A name that is not defined anywhere, or a variable of the function that has no value yet."""
    if (match := re.search(r"local variable '(\w+)'", raised.message)) is not None:
        dicts = [held for held in raised.looked_up().values() if isinstance(held, dict)]
        targets = {name_of(target) for node in raised.on_line(ast.Assign) for target in node.targets}
        is_key = any(match[1] in held for held in dicts) if dicts else match[1] in targets  # dw = grads[dw]
        if is_key and match[1] in names_in_keys(raised):
            yield finding("not defined", name=match[1], how=QUOTES)
        else:
            yield finding("no value yet", name=match[1])
    elif (match := re.match(r"name '(\w+)' is not defined", raised.message)) is not None:
        yield from of_undefined(raised, match[1])


def of_undefined(raised: RaisedCall, name: str) -> Iterator[Finding]:
    """The cause by what the name is. A missing function of the file speaks for itself."""
    library = raised.source.library
    if own := [other for other in raised.source.functions if plain(other) == plain(name)]:
        yield finding("not defined", name=name, how=MEANT.fill(other=own[0]))
    elif close := [*of_spelling(name, raised.source.functions)]:
        yield from close
    elif LIBRARY_OF.get(name, library) != library:
        yield finding("not imported", name=name, how=OTHER_LIBRARY.fill(library=library))
    elif name in MODULES:
        yield finding("not imported", name=name, how=IMPORT.fill(line=MODULES[name]))
    elif name in CONSTANTS:
        yield finding("not defined", name=name, how=CONSTANT.fill(name=CONSTANTS[name]))
    elif name == "math":
        for node in raised.on_line(ast.Attribute):
            if name_of(node.value) == "math":
                yield finding("not imported", name=name, how=ONE_NUMBER.fill(function=in_library(library, node.attr)))
    elif name in {name_of(node.func) for node in raised.on_line(ast.Call)}:
        if (function := in_library(library, name)) != name:
            yield finding("not imported", name=name, how=OF_MODULE.fill(function=function))
    elif name in names_in_keys(raised):
        yield finding("not defined", name=name, how=QUOTES)
    elif raised.line and raised.given:
        close = [*of_spelling(name, {*raised.given, *raised.stored} - {name})]
        how = NO_VALUE.fill(name=name, given=", ".join(raised.given))
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


def of_value(raised: RaisedCall) -> Iterator[Finding]:
    """One truth value or one number for a whole array, or a cache taken apart into another number of values."""
    if "ambiguous" in raised.message:
        yield finding("truth of an array")
    elif "can be converted to" in raised.message and "scalar" in raised.message:
        yield finding("a single number")
    elif "values to unpack" in raised.message:
        for value in (node.value for node in raised.on_line(ast.Assign)):  # as A_prev, W, b = cache
            if fields := getattr(raised.given.get(name_of(value)), "_fields", ()):
                yield parts_of_cache(name_of(value), fields)
            elif fields := returned_names(raised, value):
                yield replace(parts_of_cache(ast.unparse(value), fields), section="")


TYPES = {
    'concatenate str (not "int")': "text and number",
    "bitwise_": "power",
    "'float' object cannot be interpreted as an integer": "whole number",
    "'int' object is not iterable": "range",
    "numpy.ufunc": "not called",
}
"""Words of a message -> the cause: a number where a text, a function or an array was meant, or the reverse."""


def has_division(function: Function) -> bool:
    return any(isinstance(node, ast.Div) for node in ast.walk(function))


def of_type(raised: RaisedCall) -> Iterator[Finding]:
    """A value of another type than was meant."""
    key = next((key for words, key in TYPES.items() if words in raised.message), None)
    if key is not None:
        if raised.line and (key != "whole number" or has_division(raised.function)):
            yield finding(key)
    elif "torch.Size" in raised.message and "unsupported operand" in raised.message:
        yield finding("shape as a number")
    elif "object is not callable" in raised.message:
        yield from of_called(raised)
    else:
        yield from (*of_arguments(raised), *of_value(raised))


def of_assertion(raised: RaisedCall, *, is_right: bool) -> Iterator[Finding]:
    """An assert of the learner's. `is_right` says whether the function is right without its asserts."""
    key = "assert of a right result" if is_right else "assert"
    return (finding(key, code=ast.unparse(node.test)) for node in raised.on_line(ast.Assert))


RULES: dict[str, Callable[[RaisedCall], Iterator[Finding]]] = {
    **{"KeyError": of_key, "IndexError": of_index, "AttributeError": of_attribute},
    **dict.fromkeys(("NameError", "UnboundLocalError"), of_name),
    **dict.fromkeys(("ValueError", "RuntimeError"), of_value),
    **dict.fromkeys(("TypeError", "NotImplementedError"), of_type),
}
"""Type of an exception -> what it shows."""


def of_exception(raised: RaisedCall) -> list[Finding]:
    """What the exception says in the words of the course, if it says it for certain."""
    rule = RULES.get(raised.failure.type)
    return [] if rule is None else list({cause.text: cause for cause in rule(raised)}.values())
