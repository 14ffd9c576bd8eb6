"""Causes that an exception shows in a call or a name: a missing sign, a number for a tensor, a misspelling."""

import ast
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

import numpy as np
import torch

from course_torch.exercises.explain.raised_call import RaisedCall, name_of
from course_torch.exercises.sandbox.source import nodes_of
from course_torch.exercises.tasks.task import Finding, finding
from course_torch.language import Text

NUMBER = re.compile(r"'(int|float|Tensor|numpy\.\w+)' object is not callable")
NO_TENSOR = re.compile(r"(\w+)\(\): argument '\w+' \(position (\d+)\) must be Tensor, not (int|float|list|numpy\.\w+)")
OTHER_ARGUMENTS = re.compile(r"(\w+)\(\) (takes|missing|got) ")
UNKNOWN_KEYWORD = re.compile(r"(\w+)\(\) got an unexpected keyword argument '(\w+)'")
KEYWORDS = {"numpy": ("axis", "keepdims"), "torch": ("dim", "keepdim")}
"""Library -> the arguments of its sums that have names."""
NO_ATTRIBUTE = re.compile(r"(?:module '([\w.]+)'|'([\w.]+)' object) has no attribute '(\w+)'")
OWNERS: dict[str, tuple[object, object, str]] = {
    **{"torch": (torch, np, "NumPy"), "Tensor": (torch.Tensor, np.ndarray, "NumPy")},
    **{"numpy": (np, torch, "torch"), "numpy.ndarray": (np.ndarray, torch.Tensor, "torch")},
    "list": (list, None, ""),
}
"""What has no such attribute -> itself, what may have it in the other library, and the name of that library."""
CLOSE = 0.8
"""Similarity of two names from which one is the other misspelt."""
MEANT = Text("did you mean {other}?", "是不是 {other}？")
COMMA = Text("between two arguments stands a comma, not a dot", "两个参数之间要写逗号，不是点")
OF_OTHER = Text(
    "it belongs to {other}, and the file's library is {library}", "它是 {other} 的，而这个文件用的是 {library}"
)
ONE_NAME = Text("a product is written {a} @ {b} or {a} * {b}", "乘法要写 {a} @ {b} 或 {a} * {b}")


def without_sign(call: ast.Call) -> Finding:
    """The finding of a product that Python reads as a call."""
    product = ast.BinOp(call.func, ast.Mult(), call.args[0])
    return finding("product without a sign", code=ast.unparse(call), product=ast.unparse(product))


def of_called(raised: RaisedCall) -> Iterator[Finding]:
    """What is called is no function: the factor of a product without its sign, an argument, a transpose or a shape."""
    for call in raised.on_line(ast.Call):
        function, name = call.func, name_of(call.func)
        argument = call.args[0] if len(call.args) == 1 and not call.keywords else None
        is_number = isinstance(function, ast.Constant | ast.BinOp)
        is_factor = name in {*raised.given, *raised.stored} and not isinstance(argument, ast.Constant)
        if argument and NUMBER.match(raised.message) and (is_number or is_factor):
            yield without_sign(call)
        elif name in raised.given or (isinstance(function, ast.Attribute) and function.attr in ("T", "shape")):
            yield finding("no function", code=ast.unparse(function))


def of_arguments(raised: RaisedCall) -> Iterator[Finding]:
    """A function of torch is given a number for a tensor, or a function of the file is given other arguments."""
    calls = raised.on_line(ast.Call)
    if (match := NO_TENSOR.match(raised.message)) is not None:
        given = [call.args[int(match[2]) - 1 :][:1] for call in calls if getattr(call.func, "attr", "") == match[1]]
        found = [argument for arguments in given for argument in arguments]
        found = [argument for argument in found if isinstance(argument, ast.Constant)] or found
        if len(found) == 1:
            yield finding("number for a tensor", function=match[1], code=ast.unparse(found[0]), type=match[3])
    elif (match := UNKNOWN_KEYWORD.search(raised.message)) is not None and match[1] not in raised.source.functions:
        yield from of_spelling(match[2], KEYWORDS[raised.source.library])
    elif (match := OTHER_ARGUMENTS.match(raised.message)) is not None:
        function = raised.source.functions.get(match[1])
        for call in calls:
            if isinstance(function, ast.FunctionDef) and name_of(call.func) == match[1]:
                given_code = ", ".join(map(ast.unparse, (*call.args, *call.keywords)))
                yield finding("other arguments", name=match[1], right=ast.unparse(function.args), found=given_code)


def returned_names(raised: RaisedCall, value: ast.expr) -> tuple[str, ...]:
    """The names of the values that a call of a function of the file returns; none if they have no names."""
    function = raised.source.functions.get(name_of(value.func)) if isinstance(value, ast.Call) else None
    returned = [node.value for node in nodes_of(function, ast.Return)] if function else []
    values = returned[0].elts if len(returned) == 1 and isinstance(returned[0], ast.Tuple) else []
    return tuple(map(name_of, values)) if all(map(name_of, values)) else ()


def of_spelling(name: str, names: Iterable[str]) -> Iterator[Finding]:
    """A name that is nearly one of these names, or two of them written as one.

    The derivative of a tensor, the same tensor of another layer, and L beside l are other things.
    """
    others = {other.lower(): other for other in names}
    exchanged = [other for other in others if sorted(other) == sorted(name.lower())]  # np.lgo
    for other in (others[close] for close in exchanged or get_close_matches(name.lower(), others, 1, CLOSE)):
        kinds = {text.rstrip("0123456789").removeprefix("d") for text in (name, other)}
        if len(kinds) == 2 and kinds != {"l", "L"}:
            yield finding("not defined", name=name, how=MEANT.fill(other=other))
            return
    for a, b in ((name[:cut], name[cut:]) for cut in range(1, len(name))):
        if {a, b} <= {*names}:
            yield finding("not defined", name=name, how=ONE_NAME.fill(a=a, b=b))


def of_attribute_name(raised: RaisedCall) -> Iterator[Finding]:
    """An attribute of the other library, or a misspelt attribute of torch, NumPy or their arrays."""
    match = NO_ATTRIBUTE.match(raised.message)
    if match is None or (match[1] or match[2]) not in OWNERS:
        return
    owner, others, other = OWNERS[match[1] or match[2]]
    if match[3] in {*raised.given, *raised.stored}:
        yield finding("not defined", name=match[3], how=COMMA)
    elif match[3] != match[3].upper() and hasattr(owner, match[3].upper()):
        yield finding("not defined", name=match[3], how=MEANT.fill(other=match[3].upper()))
    elif hasattr(others, match[3]):
        how = OF_OTHER.fill(other=other, library=raised.source.library)
        yield finding("not defined", name=match[3], how=how)
    else:
        yield from of_spelling(match[3], [name for name in dir(owner) if name == name.strip("_")])
