"""Causes that an exception shows: its message, with the line that raised it and the arguments of the call."""

import ast
import re
from collections.abc import Callable, Iterator

import torch

from course_torch.exercises.explaining.lookups import TWO_SIZES, of_attribute, of_index, of_key, of_unpacking
from course_torch.exercises.explaining.raised import Raised
from course_torch.exercises.task import Finding
from course_torch.language import Text

WHOLE_ARRAY = Text(
    "max(), if, and, or and not take a single number, not an array: compute entry by entry, with maximum or where",
    "max()、if、and、or、not 只能用于单个数，不能用于数组：要逐个元素计算，例如用 maximum 或 where",
)
TEXT_AND_NUMBER = Text(
    'a number cannot be added to a text: write "W" + str(l), or f"W{l}"',
    '数字不能与字符串相加：要写 "W" + str(l)，或者 f"W{l}"',
)
NOT_IMPORTED = Text(
    "{name} is not imported: write {line} at the top of the file", "没有导入 {name}：在文件开头写 {line}"
)
TORCH_FILE = Text(
    "{name} is not imported, and the file's library is torch: use the function of torch",
    "没有导入 {name}，而这个文件用的是 torch：请用 torch 的函数",
)
OF_MODULE = Text(
    "{name} is a function of a library: write {module}.{name}", "{name} 是库里的函数：要写 {module}.{name}"
)
NOT_GIVEN = Text(
    "{name} is not defined here: the function is given {given}", "这里没有定义 {name}：传给函数的是 {given}"
)
MODULES = {
    "np": "import numpy as np",
    "numpy": "import numpy",
    "torch": "import torch",
    "math": "import math",
    "copy": "import copy",
}
"""Name of a module in the course's code -> the line that imports it."""


def of_exception(raised: Raised) -> list[Finding]:
    """What the exception says in the words of the course, if it says it for certain."""
    rule = RULES.get(raised.failure.type)
    return [] if rule is None else list(rule(raised))


def of_name(raised: Raised) -> Iterator[Finding]:
    """A module is not imported, or a name is none of the arguments. A missing function speaks for itself."""
    match = re.match(r"name '(\w+)' is not defined", raised.failure.message)
    called = {each.func.id for each in raised.nodes if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)}
    if match is None:
        return
    if match[1] in called:
        if hasattr(torch, match[1]):
            module = "torch" if raised.library == "torch" else "np"
            yield Finding("not imported", OF_MODULE.fill(name=match[1], module=module), "")
    elif match[1] in ("np", "numpy") and raised.library == "torch":
        yield Finding("not imported", TORCH_FILE.fill(name=match[1]), "")
    elif match[1] in MODULES:
        yield Finding("not imported", NOT_IMPORTED.fill(name=match[1], line=MODULES[match[1]]), "")
    elif raised.given:
        yield Finding("not given", NOT_GIVEN.fill(name=match[1], given=", ".join(raised.given)), "")


def of_value(raised: Raised) -> Iterator[Finding]:
    """One truth value for a whole array, or a cache that is taken apart into another number of values."""
    if "ambiguous" in raised.failure.message:
        yield Finding("truth of an array", WHOLE_ARRAY, "")
    elif "values to unpack" in raised.failure.message:
        yield from of_unpacking(raised)


def of_type(raised: Raised) -> Iterator[Finding]:
    """A text plus a number, as in "W" + l, or a division by both sizes of a matrix."""
    if "concatenate str" in raised.failure.message:
        yield Finding("text and number", TEXT_AND_NUMBER, "")
    elif "torch.Size" in raised.failure.message:
        yield Finding("two sizes", TWO_SIZES, "1.7")


RULES: dict[str, Callable[[Raised], Iterator[Finding]]] = {
    "KeyError": of_key,
    "IndexError": of_index,
    "NameError": of_name,
    "ValueError": of_value,
    "RuntimeError": of_value,
    "TypeError": of_type,
    "AttributeError": of_attribute,
}
"""Type of an exception -> what it shows."""
