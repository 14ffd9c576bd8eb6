"""Causes that an exception shows for certain: by its message, its line and the arguments of the call."""

import ast
from collections.abc import Callable, Iterator

from course_torch.exercises.explaining.lookups import of_attribute, of_index, of_key, of_unpacking
from course_torch.exercises.explaining.raised_call import RaisedCall
from course_torch.exercises.explaining.undefined import of_name
from course_torch.exercises.task import Finding, finding


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
