"""Causes that an exception shows for certain: by its message, its line and the arguments of the call."""

import ast
from collections.abc import Callable, Iterator

from course_torch.exercises.explaining.lookups import of_attribute, of_index, of_key, of_unpacking
from course_torch.exercises.explaining.raised_call import RaisedCall
from course_torch.exercises.explaining.undefined import of_name
from course_torch.exercises.task import Finding
from course_torch.language import Text

WHOLE_ARRAY = Text(
    "max(), if, and, or and not take a single number, not an array: compute entry by entry, with maximum or where",
    "max()、if、and、or、not 只能用于单个数，不能用于数组：要逐个元素计算，例如用 maximum 或 where",
)
ONE_NUMBER = Text(
    "float(), int() and the functions of math take a single number, not an array: use the functions of the library",
    "float()、int() 和 math 的函数只接受一个数，不能用于数组：请用库里的函数",
)
TEXT_AND_NUMBER = Text(
    'a number cannot be added to a text: write "W" + str(l), or f"W{l}"',
    '数字不能与字符串相加：要写 "W" + str(l)，或者 f"W{l}"',
)
NO_NUMBER = Text(
    "a shape holds all sizes and is no number: take one size, as Y.shape[0]",
    "shape 是全部大小，不是一个数：要取其中一个，例如 Y.shape[0]",
)
POWER = Text("^, & and | are for True and False: a power is written **", "^、&、| 用于 True 和 False：乘方要写成 **")
NO_FUNCTION = Text(
    "{code} is no function: an entry is written in [ ], a product with * or @, and .T and .shape have no parentheses",
    "{code} 不是函数：取元素用 [ ]，乘法用 * 或 @，.T 和 .shape 后面没有圆括号",
)
WHOLE_NUMBER = Text(
    "a whole number is needed: / makes 4 / 2 a float, // divides without a remainder",
    "这里需要整数：4 / 2 的结果是小数，整除要用 //",
)
LOOP = Text("a loop runs over range(n), not over the number n", "循环要写 range(n)，不能直接用数 n")
OWN_ASSERT = Text("your own assert is not true: {code}", "你自己写的 assert 不成立：{code}")


def of_exception(raised: RaisedCall) -> list[Finding]:
    """What the exception says in the words of the course, if it says it for certain."""
    rule = RULES.get(raised.failure.type)
    return [] if rule is None else list({each.text: each for each in rule(raised)}.values())


def of_value(raised: RaisedCall) -> Iterator[Finding]:
    """One truth value or one number for a whole array, or a cache taken apart into another number of values."""
    if "ambiguous" in raised.message:
        yield Finding("truth of an array", WHOLE_ARRAY, "")
    elif "can be converted to" in raised.message and "scalar" in raised.message:
        yield Finding("a single number", ONE_NUMBER, "")
    elif "values to unpack" in raised.message:
        yield from of_unpacking(raised)


def of_type(raised: RaisedCall) -> Iterator[Finding]:
    """A number where a text, a function or an array was meant, and the reverse."""
    message = raised.message
    if 'concatenate str (not "int")' in message:
        yield Finding("text and number", TEXT_AND_NUMBER, "")
    elif "torch.Size" in message and "unsupported operand" in message:
        yield Finding("sizes", NO_NUMBER, "1.7")
    elif "bitwise_" in message:
        yield Finding("power", POWER, "")
    elif "object is not callable" in message:
        yield from (Finding("no function", NO_FUNCTION.fill(code=code), "") for code in called_values(raised))
    elif "'float' object cannot be interpreted as an integer" in message:
        yield Finding("whole number", WHOLE_NUMBER, "")
    elif "'int' object is not iterable" in message:
        yield Finding("range", LOOP, "")
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
            yield Finding("assert", OWN_ASSERT.fill(code=ast.unparse(node.test)), "")


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
