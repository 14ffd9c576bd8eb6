"""The mutation rules for operators, constants, arguments, names and statements."""

import ast
from collections.abc import Iterator
from itertools import pairwise

from tools.mutants.source import Spans

OPERATORS = {
    ast.Add: ("+", ["-"]),
    ast.Sub: ("-", ["+"]),
    ast.Mult: ("*", ["/"]),
    ast.Div: ("/", ["*"]),
    ast.FloorDiv: ("//", ["*"]),
    ast.Mod: ("%", ["*"]),
    ast.Pow: ("**", ["*"]),
    ast.BitAnd: ("&", ["|"]),
    ast.BitOr: ("|", ["&"]),
    ast.And: ("and", ["or"]),
    ast.Or: ("or", ["and"]),
    ast.Lt: ("<", ["<=", ">="]),
    ast.LtE: ("<=", ["<", ">"]),
    ast.Gt: (">", [">=", "<="]),
    ast.GtE: (">=", [">", "<"]),
    ast.Eq: ("==", ["!="]),
    ast.NotEq: ("!=", ["=="]),
    ast.Is: ("is", ["is not"]),
    ast.IsNot: ("is not", ["is"]),
    ast.In: ("in", ["not in"]),
    ast.NotIn: ("not in", ["in"]),
}
PAIRS = [("min", "max"), ("amin", "amax"), ("any", "all"), ("sum", "mean"), ("zeros", "ones"), ("tanh", "sigmoid")]
NAMES = {**dict(PAIRS), **{second: first for first, second in PAIRS}, "Adam": "AdamW"}


def mutations(node: ast.AST, spans: Spans) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, new text) for each mutation of this node, without the nodes below it."""
    start, end = (spans.start(node), spans.end(node)) if hasattr(node, "lineno") else (0, 0)
    match node:
        case ast.BinOp(left=left, op=op, right=right) | ast.AugAssign(target=left, op=op, value=right):
            yield from operator(left, op, right, spans)
        case ast.Compare(left=left, ops=ops, comparators=rights):
            for (a, b), op in zip(pairwise([left, *rights]), ops, strict=True):
                yield from operator(a, op, b, spans)
        case ast.BoolOp(op=op, values=values):
            for a, b in pairwise(values):
                yield from operator(a, op, b, spans)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield start, start + (4 if isinstance(node.op, ast.Not) else 1), ""
        case ast.Constant(value=value) if new_constant(value) is not None:
            yield start, end, str(new_constant(value))
        case ast.Subscript(slice=ast.Constant(value=str()) as key):
            yield spans.end(key) - 1, spans.end(key) - 1, "_"
        case ast.Attribute(attr="T" | "mT", value=value):
            yield spans.end(value), end, ""
        case ast.Attribute(attr=name) | ast.Name(id=name) if name in NAMES:
            yield end - len(name.encode()), end, NAMES[name]
        case ast.arguments():
            for default in [*node.defaults, *filter(None, node.kw_defaults)]:
                if isinstance(default, ast.Constant) and isinstance(default.value, str):
                    yield spans.end(default) - 1, spans.end(default) - 1, "_"
        case ast.Call():
            yield from arguments(node, spans)
    if isinstance(node, ast.AugAssign) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        yield start, end, "pass"
    if isinstance(node, ast.Return | ast.Assign) and is_condition(node.value):
        yield spans.start(node.value), spans.end(node.value), "True"
        yield spans.start(node.value), spans.end(node.value), "False"
    tests = node.ifs if isinstance(node, ast.comprehension) else [getattr(node, "test", None)]
    for test in tests:
        if test is not None and not is_condition(test):
            yield spans.start(test), spans.end(test), f"not {spans.of(test)}"


def is_condition(node: ast.AST | None) -> bool:
    """Whether a node is a comparison, an `and`, an `or` or a `not`: other rules mutate these nodes."""
    is_not = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    return is_not or isinstance(node, ast.Compare | ast.BoolOp)


def operator(left: ast.AST, op: ast.AST, right: ast.AST, spans: Spans) -> Iterator[tuple[int, int, str]]:
    """Replace the operator between two operands. A matrix product has no replacement."""
    old, others = OPERATORS.get(type(op), ("", []))
    start, end = spans.end(left), spans.start(right)
    between = spans.text[start:end].decode()
    for new in others:
        yield start, end, between.replace(old, new, 1)


def new_constant(value: object) -> int | float | None:
    """Return another number or truth value. Numbers below 0.01, such as tolerances, grow by a factor of 10."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return {0: 1, 1: 0}.get(value, value + 1)
    if isinstance(value, float):
        return 1.0 if value == 0 else float(f"{value * (10 if value < 0.01 else 0.9):.6g}")
    return None


def arguments(call: ast.Call, spans: Spans) -> Iterator[tuple[int, int, str]]:
    """Swap two neighbouring positional arguments, omit the last positional argument, or omit a keyword argument."""
    for a, b in pairwise(call.args):
        if not isinstance(a, ast.Starred) and not isinstance(b, ast.Starred) and spans.of(a) != spans.of(b):
            between = spans.text[spans.end(a) : spans.start(b)].decode()
            yield spans.start(a), spans.end(b), f"{spans.of(b)}{between}{spans.of(a)}"
    if len(call.args) > 1 and not isinstance(call.args[-1], ast.Starred):
        yield spans.end(call.args[-2]), spans.end(call.args[-1]), ""
    for before, keyword in pairwise([*call.args, *call.keywords]):
        if isinstance(keyword, ast.keyword) and can_be_left_out(keyword):
            yield spans.end(before), spans.end(keyword), ""
    if not call.args and call.keywords and can_be_left_out(call.keywords[0]):
        first, after = call.keywords[0], call.keywords[1:2]
        yield spans.start(first), spans.start(after[0]) if after else spans.end(first), ""


def can_be_left_out(keyword: ast.keyword) -> bool:
    """Whether a keyword argument is mutated by omission: not for **options, nor for a flag, which is inverted."""
    is_flag = isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, bool)
    return keyword.arg is not None and not is_flag
