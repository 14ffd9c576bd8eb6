"""Causes that an exception shows: lookups, sizes, names without a value."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from course_torch.exercises.sandbox.process import Failure
from course_torch.exercises.sandbox.source import Function, Source
from course_torch.exercises.tasks.task import Call, Finding, Value, finding
from course_torch.language import Text
from course_torch.text import counted


@dataclass(frozen=True)
class RaisedCall:
    """An exception in a call of the function `name` of the learner's file."""

    failure: Failure
    call: Call
    source: Source
    name: str

    @property
    def function(self) -> Function:
        return self.source.functions[self.name]

    @property
    def message(self) -> str:
        return self.failure.message

    @cached_property
    def given(self) -> dict[str, Value]:
        """Name of each argument in the learner's function -> its value. The function assigns to none of them."""
        if not isinstance(self.function, ast.FunctionDef):
            return {}
        names = [each.arg for each in (*self.function.args.posonlyargs, *self.function.args.args)]
        walked = [each for each in ast.walk(self.function) if isinstance(each, ast.Name)]
        stored = {each.id for each in walked if isinstance(each.ctx, ast.Store)}
        given = zip(names, self.call.arguments.values(), strict=False)
        return {name: value for name, value in given if name not in stored}

    @cached_property
    def nodes(self) -> list[ast.expr | ast.stmt]:
        """What stands on the line that raised it. Nothing if it is a line of another function."""
        place = self.failure.place
        if place is None or not self.source.is_inside(self.name, place):
            return []
        every = (each for each in ast.walk(self.function) if isinstance(each, ast.expr | ast.stmt))
        return [each for each in every if each.lineno <= place[1] <= (each.end_lineno or each.lineno)]

    def unpacked(self) -> Iterator[tuple[str, Value]]:
        """The arguments that the line takes apart, as A_prev, W, b = cache: name and value."""
        for node in self.nodes:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id in self.given:
                yield node.value.id, self.given[node.value.id]

    def looked_up(self) -> dict[str, Value]:
        """The arguments from which the line reads an entry, as parameters["W1"] and caches[l]: name -> value.

        Empty if the line also reads an entry of something else: the exception may come from there.
        """
        read = [each for each in self.nodes if isinstance(each, ast.Subscript) and not isinstance(each.ctx, ast.Store)]
        changed = [each.target for each in self.nodes if isinstance(each, ast.AugAssign)]
        read += [each for each in changed if isinstance(each, ast.Subscript)]
        names = [each.value.id if isinstance(each.value, ast.Name) else "" for each in read]
        return {name: self.given[name] for name in names} if set(names) <= set(self.given) else {}


NO_ATTRIBUTE = re.compile(r"'(dict|tuple)' object has no attribute")
LAYER = re.compile(r"(d?[Wb])(\d+)")


def of_key(raised: RaisedCall) -> Iterator[Finding]:
    """A dict among the arguments does not have the key: there is no such layer, or the key is that of another dict."""
    key, L = raised.message.strip("'"), raised.call.case.L
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
        index = "l - 1" if len(held) == raised.call.case.L else "l"
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
OTHER_DTYPE = re.compile(r"(?=.*(same dtype|expected scalar type))(?=.*\bfloat\b)(?=.*\bdouble\b)", re.IGNORECASE)


def that_raise(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The causes that can raise an exception of sizes. Where all sizes are equal, a reshape looks like no transpose."""
    kept = (each for each in findings if not any(map(NEVER_RAISING.fullmatch, each.key.split(" and "))))
    return tuple(finding("not transposed") if each.key == "reshape for a transpose" else each for each in kept)


def of_sizes(raised: RaisedCall) -> list[Finding]:
    """The sizes that do not fit, the index that is too large, or the dtypes."""
    message = raised.message
    if raised.failure.type == "IndexError" and (match := OUT_OF_BOUNDS.search(message)) is not None:
        return [finding("index of an entry", n=match["n"], last=int(match["n"]) - 1)]
    if raised.failure.type not in ("RuntimeError", "ValueError"):
        return []
    unequal = next((match for each in COLUMNS_AND_ROWS if (match := each.search(message)) is not None), None)
    if not raised.nodes:
        return [finding("handed over")] if unequal is not None or BROADCAST.search(message) else []
    if unequal is not None:
        return [of_product(raised, int(unequal["columns"]), int(unequal["rows"]))]
    if "1D tensors expected" in message:
        return [finding("dot of vectors")]
    if BROADCAST.search(message):
        return [finding("entry by entry")]
    return [finding("two dtypes")] if OTHER_DTYPE.search(message) else []


def of_product(raised: RaisedCall, columns: int, rows: int) -> Finding:
    """Which factors of a matrix product do not fit."""
    left, right = factors(raised)
    return finding(
        "sizes of a product",
        left=left,
        columns=Text(counted(columns, "column"), f"{columns} 列"),
        right=right,
        rows=Text(counted(rows, "row"), f"{rows} 行"),
    )


def factors(raised: RaisedCall) -> tuple[Text | str, Text | str]:
    """The two factors of the only product on the line, as they are written."""
    found = [pair for node in raised.nodes if (pair := product(node)) is not None]
    return (ast.unparse(found[0][0]), ast.unparse(found[0][1])) if len(found) == 1 else (FIRST, SECOND)


def product(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """The factors of P @ Q, np.dot(P, Q), P.dot(Q), torch.mm(P, Q), …"""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        return node.left, node.right
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("dot", "mm", "matmul")
    ):
        if len(node.args) == 2:
            return node.args[0], node.args[1]
        return (node.func.value, node.args[0]) if len(node.args) == 1 else None
    return None


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
        yield finding("no value yet", name=match[1])
    elif (match := re.match(r"name '(\w+)' is not defined", raised.message)) is not None:
        yield from of_undefined(raised, match[1])


def of_undefined(raised: RaisedCall, name: str) -> Iterator[Finding]:
    """The cause by what the name is. A missing function of the file speaks for itself."""
    library = raised.source.library
    if LIBRARY_OF.get(name, library) != library:
        yield finding("not imported", name=name, how=OTHER_LIBRARY.fill(library=library))
    elif name in MODULES:
        yield finding("not imported", name=name, how=IMPORT.fill(line=MODULES[name]))
    elif name in CONSTANTS:
        yield finding("not defined", name=name, how=CONSTANT.fill(name=CONSTANTS[name]))
    elif name == "math":
        for node in raised.nodes:
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "math":
                yield finding("not imported", name=name, how=ONE_NUMBER.fill(function=in_library(library, node.attr)))
    elif name in called(raised):
        if (function := in_library(library, name)) != name:
            yield finding("not imported", name=name, how=OF_MODULE.fill(function=function))
    elif any(isinstance(each, ast.Subscript) and name in names_in(each.slice) for each in raised.nodes):
        yield finding("not defined", name=name, how=QUOTES)
    elif raised.nodes and raised.given:
        yield finding("not defined", name=name, how=NO_VALUE.fill(name=name, given=", ".join(raised.given)))


def called(raised: RaisedCall) -> set[str]:
    """The functions that the line calls by their name alone."""
    return {each.func.id for each in raised.nodes if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)}


def names_in(node: ast.AST) -> set[str]:
    """The names in an expression."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def in_library(library: str, name: str) -> str:
    """The function of the library in full, or the bare name if the library does not have it."""
    if library == "torch":
        return f"torch.{name}" if hasattr(torch, name) else name
    random = "random." if name in ("rand", "randn") else ""
    return f"np.{random}{name}" if random or hasattr(np, name) else name


def of_exception(raised: RaisedCall) -> list[Finding]:
    """What the exception says in the words of the course, if it says it for certain."""
    rule = RULES.get(raised.failure.type)
    return [] if rule is None else list({each.text: each for each in rule(raised)}.values())


def of_value(raised: RaisedCall) -> Iterator[Finding]:
    """One truth value or one number for a whole array, or a cache taken apart into another number of values."""
    if "ambiguous" in raised.message:
        yield finding("truth of an array")
    elif "can be converted to" in raised.message and "scalar" in raised.message:
        yield finding("a single number")
    elif "values to unpack" in raised.message:
        yield from of_unpacking(raised)


def of_type(raised: RaisedCall) -> Iterator[Finding]:
    """A number where a text, a function or an array was meant, and the reverse."""
    message = raised.message
    if 'concatenate str (not "int")' in message:
        yield finding("text and number")
    elif "torch.Size" in message and "unsupported operand" in message:
        yield finding("shape as a number")
    elif "bitwise_" in message:
        yield finding("power")
    elif "object is not callable" in message:
        yield from (finding("no function", code=code) for code in called_values(raised))
    elif "'float' object cannot be interpreted as an integer" in message:
        yield finding("whole number")
    elif "'int' object is not iterable" in message:
        yield finding("range")
    else:
        yield from of_value(raised)


def called_values(raised: RaisedCall) -> Iterator[str]:
    """What the line calls although it is an argument, its transpose or its shape."""
    for node in raised.nodes:
        if isinstance(node, ast.Call):
            is_part = isinstance(node.func, ast.Attribute) and node.func.attr in ("T", "shape")
            if is_part or (isinstance(node.func, ast.Name) and node.func.id in raised.given):
                yield ast.unparse(node.func)


def of_assertion(raised: RaisedCall) -> Iterator[Finding]:
    """An assert of the learner's."""
    for node in raised.nodes:
        if isinstance(node, ast.Assert):
            yield finding("assert", code=ast.unparse(node.test))


RULES: dict[str, Callable[[RaisedCall], Iterator[Finding]]] = {
    "KeyError": of_key,
    "IndexError": of_index,
    "NameError": of_name,
    "UnboundLocalError": of_name,
    "ValueError": of_value,
    "RuntimeError": of_value,
    "TypeError": of_type,
    "NotImplementedError": of_type,
    "AttributeError": of_attribute,
    "AssertionError": of_assertion,
}
"""Type of an exception -> what it shows."""
