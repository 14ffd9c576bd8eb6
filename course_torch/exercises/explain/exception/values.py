"""A value of another type than was meant: it is called, given to a function, taken apart, or taken for a number."""

import ast
from collections.abc import Iterator
from dataclasses import replace

from course_torch.exercises.explain.exception.lookups import parts_of_cache, returned_names
from course_torch.exercises.explain.exception.messages import NO_TENSOR, NUMBER_CALLED, OTHER_ARGUMENTS, UNKNOWN_KEYWORD
from course_torch.exercises.explain.exception.names import of_spelling
from course_torch.exercises.explain.exception.raised_call import RaisedCall
from course_torch.exercises.learners_file.syntax import name_of, nodes_of
from course_torch.exercises.tasks.task import Finding, finding

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
