"""A name without a value: a module that is not imported, a function without its module, or a slip of the pen."""

import ast
import re
from collections.abc import Iterator

import numpy as np
import torch

from course_torch.exercises.explaining.raised_call import RaisedCall
from course_torch.exercises.task import Finding, finding
from course_torch.language import Text

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
