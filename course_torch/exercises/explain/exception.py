"""What an exception shows of its cause, in the words of the course, if it shows it for certain.

missing.py has the entries, names and attributes that are not there. Here are the values of another type than was meant,
and the rules for each type of exception. Sizes that do not fit are in sizes.py, because other searches may explain them
better.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from course_torch.exercises.explain.missing import (
    NO_ATTRIBUTE,
    of_attribute_name,
    of_index,
    of_key,
    of_name,
    of_spelling,
)
from course_torch.exercises.explain.raised_call import RaisedCall
from course_torch.exercises.learners_file.syntax import name_of, named_targets, nodes_of
from course_torch.exercises.tasks.task import Finding, finding

# What Python, NumPy and torch say. Other versions may say it in other words.
NUMBER_CALLED = re.compile(r"'(int|float|Tensor|numpy\.\w+)' object is not callable")
NO_TENSOR = re.compile(r"(\w+)\(\): argument '\w+' \(position (\d+)\) must be Tensor, not (int|float|list|numpy\.\w+)")
OF_TYPE = re.compile(r"'(\w+)' object (has no|is not subs|does not)")
OTHER_ARGUMENTS = re.compile(r"(\w+)\(\) (takes|missing|got) ")
UNKNOWN_KEYWORD = re.compile(r"(\w+)\(\) got an unexpected keyword argument '(\w+)'")
KEYWORDS = {"numpy": ("axis", "keepdims"), "torch": ("dim", "keepdim")}
"""Library -> the arguments of its sums that have names."""
OF_ACTIVATION = ("relu_backward", "sigmoid_backward")
TYPES = {
    'concatenate str (not "int")': "text and number",
    "bitwise_": "power",
    "'float' object cannot be interpreted as an integer": "whole number",
    "'int' object is not iterable": "range",
    "numpy.ufunc": "not called",
    "Cannot interpret '": "shape in brackets",
    "converted to a scalar index": "array for a size",
}
"""Words of a message -> the cause: a number where a text, a function or an array was meant, or the reverse."""


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


def of_type(raised: RaisedCall) -> Iterator[Finding]:
    """A value of another type than was meant."""
    for call in raised.on_line(ast.Call) if "'tuple'" in raised.message else ():
        if name_of(call.func) in OF_ACTIVATION and len(call.args) == 2:
            yield finding("tuple for Z", function=name_of(call.func), argument=ast.unparse(call.args[1]))
    key = next((key for words, key in TYPES.items() if words in raised.message), None)
    if key is not None:
        if raised.line and (key != "whole number" or any(nodes_of(raised.function, ast.Div))):
            yield finding(key)
    elif "object is not callable" in raised.message:
        yield from of_called(raised)
    else:
        yield from (*of_arguments(raised), *of_value(raised))


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
    elif "inhomogeneous" in raised.message or "tuple" in raised.message:
        used = {node.id for node in raised.on_line(ast.Name)}
        used |= {name_of(value) for call in nodes_of(raised.function, ast.Call) for value in call.args} - {""}
        for node in nodes_of(raised.function, ast.Assign):  # A2 = forward_propagation(X, parameters)
            if name_of(node.targets[0]) in used and len(fields := returned_names(raised, node.value)) > 1:
                yield replace(parts_of_cache(ast.unparse(node.value), fields), section="")


def of_literal(raised: RaisedCall) -> Iterator[Finding]:
    """A line of the function gives a name the value of another type that the message names: Y_prediction = 1."""
    match = OF_TYPE.search(raised.message)
    used = {name_of(node.value) for node in raised.line if isinstance(node, ast.Attribute | ast.Subscript)}
    for node in nodes_of(raised.function, ast.Assign):
        held: object = getattr(node.value, "value", node.value)  # 1 is an int, and {} an ast.Dict
        kind = type(held).__name__.lower()
        for name in used.intersection(named_targets(node)) if match and kind == match[1] else ():
            yield finding("value of another kind", name=name, line=node.lineno, code=ast.unparse(node))


def of_called(raised: RaisedCall) -> Iterator[Finding]:
    """What is called is no function: the factor of a product without its sign, an argument, a transpose or a shape."""
    for call in raised.on_line(ast.Call):
        function, name = call.func, name_of(call.func)
        argument = call.args[0] if len(call.args) == 1 and not call.keywords else None
        is_number = isinstance(function, ast.Constant | ast.BinOp)
        is_factor = name in {*raised.given, *raised.stored} and not isinstance(argument, ast.Constant)
        if argument and NUMBER_CALLED.match(raised.message) and (is_number or is_factor):
            product = ast.BinOp(function, ast.Mult(), argument)
            yield finding("product without a sign", code=ast.unparse(call), product=ast.unparse(product))
        elif isinstance(function, ast.Call):  # np.log(A) (1 - Y)
            yield finding("side by side", left=ast.unparse(function), right=", ".join(map(ast.unparse, call.args)))
        elif (
            name in raised.given
            or "'dict'" in raised.message
            or (isinstance(function, ast.Attribute) and function.attr in ("T", "shape"))
        ):
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


RULES: dict[str, tuple[Callable[[RaisedCall], Iterator[Finding]], ...]] = {
    **{
        "KeyError": (of_key,),
        "IndexError": (of_index,),
        "AttributeError": (of_attribute_name, of_attribute, of_literal),
    },
    **dict.fromkeys(("NameError", "UnboundLocalError"), (of_name,)),
    **dict.fromkeys(("ValueError", "RuntimeError"), (of_value,)),
    **dict.fromkeys(("TypeError", "NotImplementedError"), (of_type, of_literal)),
}
"""Type of an exception -> what it shows."""


def of_exception(raised: RaisedCall) -> list[Finding]:
    """The causes that the type and the message of the exception show, by the first rule that finds any, each once."""
    found = ([*rule(raised)] for rule in RULES.get(raised.failure.type, ()))
    return list({cause.text: cause for cause in next(filter(None, found), [])}.values())
