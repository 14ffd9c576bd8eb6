"""The learner's function with one change in its text: without its asserts, or with one name, index or sign replaced.

A change that makes the function right is the cause, whatever the numbers are.
"""

import ast
import builtins
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from copy import deepcopy
from difflib import get_close_matches
from itertools import combinations, islice

from course_torch.exercises.explain.changed_statements import late_returns, moved_statements
from course_torch.exercises.explain.exceptions import MODULES
from course_torch.exercises.explain.raised_call import name_of
from course_torch.exercises.explain.unwritten import is_none, values_in
from course_torch.exercises.sandbox.source import Function, nodes_of
from course_torch.exercises.tasks.task import Finding, finding
from course_torch.language import NOTHING, Text

Place = tuple[ast.AST, str, int | None, ast.expr]
"""A node, a field of it, an index if the field is a list, and the expression that stands there."""
Others = Callable[[ast.AST, str, ast.expr, set[str]], Iterator[ast.expr]]
"""What may stand in a place: the node, the field, the expression that stands there, and the names of the function."""
MOST = 300
"""The largest number of changes that are tried."""
LONGEST_FUNCTION = 3000
"""The largest number of nodes in a function that is changed: each change writes its whole text anew."""
LARGEST_GROUP = 6
"""The largest number of equal expressions of which two at a time are changed."""
LONGEST = 60
"""The longest expression that a sentence shows around the change."""
NUMBERED = re.compile(r"([A-Za-z_]+)(\d)")
"""Names with the number of a layer, as W1, dW2 and cache1."""
ALIKE = (
    ("A", "A_prev", "X", "AL", "Z"),
    ("dA", "dAL", "dA_prev", "dZ"),
    ("dw", "db"),
    ("dW", "db", "W"),
    ("w", "b"),
    ("W", "b", "dW"),
    ("b", "db"),
    ("l", "L"),
    ("m", "n"),
    ("n_x", "n_h", "n_y"),
    ("s", "x", "z"),
)
"""Names that people confuse."""
SETS = ("train", "test")
INDICES = ("i", "j", "k", "l", "L")
ACTIVATIONS = ("relu", "sigmoid")
NUMBERS = ("learning_rate", "num_iterations", "iterations", "m")
"""Names for which people write a number."""
OF_TENSORS = ("torch.max", "torch.min")
"""Functions in which a number in place of a tensor is an axis, or raises an exception that does not name it."""
PRODUCTS, ENTRY_BY_ENTRY = ("dot", "matmul", "mm"), ("multiply", "mul")
OPPOSITE: dict[type[ast.operator], type[ast.operator]] = {
    **{ast.Add: ast.Sub, ast.Sub: ast.Add},
    **{ast.Mult: ast.Div, ast.Div: ast.Mult},
}


def without_asserts(function: ast.FunctionDef) -> str:
    """The function without its asserts."""

    class Passing(ast.NodeTransformer):
        def visit_Assert(self, node: ast.Assert) -> ast.Pass:
            return ast.copy_location(ast.Pass(), node)

    return ast.unparse(Passing().visit(deepcopy(function)))


def returning_keys(function: ast.FunctionDef) -> str:
    """The function, which returns the keys of its dicts where it raises a KeyError."""
    changed = deepcopy(function)
    keys = "{name: list(value) for name, value in locals().items() if isinstance(value, dict)}"
    handler = ast.parse(f"try: pass\nexcept KeyError: return {keys}").body[0]
    assert isinstance(handler, ast.Try)
    handler.body, changed.body = changed.body, [handler]
    return ast.unparse(changed)


def with_copies(function: ast.FunctionDef) -> str:
    """The function, which copies its arguments first."""
    changed = deepcopy(function)
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    copies = "".join(f"\n{name} = deepcopy({name})" for name in names)
    changed.body = [*ast.parse(f"from copy import deepcopy{copies}").body, *changed.body]
    return ast.unparse(changed)


def repairs(function: Function, *, surely: bool = False) -> Iterator[tuple[Finding, str]]:
    """Changes of one place of the function that people often have to make, and the changed function.

    surely   whether only what is wrong whatever the numbers are is changed: texts that are nearly the name of an
             activation, names of the file in the place of an argument, and a return that ends the body of a loop

    A function with `while` may never return after a change, and a function with None left in it is not finished.
    """
    unfinished = any(is_none(value) for values in values_in(function).values() for value in values)
    too_long = len(nodes_of(function, ast.AST)) > LONGEST_FUNCTION
    if isinstance(function, ast.FunctionDef) and not (too_long or unfinished or nodes_of(function, ast.While)):
        copied = deepcopy(function)
        if surely:
            yield from outside_names(copied)
            yield from late_returns(copied)
        yield from islice(changes(copied, (misspelt_texts,) if surely else KINDS), MOST)
        yield from () if surely else moved_statements(copied)


def outside_names(function: ast.FunctionDef) -> Iterator[tuple[Finding, str]]:
    """Put each argument in the place of a name that the function neither defines nor calls, as of a global variable."""
    arguments = [argument.arg for argument in nodes_of(function, ast.arg)]
    bound = {name.id for name in nodes_of(function, ast.Name) if isinstance(name.ctx, ast.Store)}
    outside: dict[str, list[Place]] = defaultdict(list)
    for parent in ast.walk(function):
        for field, index, node in places_in(parent):
            if field != "func":
                outside[name_of(node)].append((parent, field, index, node))
    for name in outside.keys() - {"", *arguments, *bound, *MODULES, *dir(builtins)}:
        yield from (exchanged_for(function, outside[name], ast.Name(other)) for other in arguments)


def changes(function: ast.FunctionDef, kinds: tuple[Others, ...]) -> Iterator[tuple[Finding, str]]:
    """Put every other node that may belong there in the place of every node: in one place, then in equal places."""
    names = {name.id for name in nodes_of(function, ast.Name)} | {name.arg for name in nodes_of(function, ast.arg)}
    places = [(node, *place) for node in ast.walk(function) for place in places_in(node)]
    for others in kinds:
        for place in places:
            for other in others(place[0], place[1], place[3], names):
                yield exchanged_for(function, [place], other)
    for others in TOGETHER if kinds is KINDS else ():
        for group, other in equal_places(places, others, names):
            yield exchanged_for(function, group, other)


def exchanged_for(function: ast.FunctionDef, places: list[Place], other: ast.expr) -> tuple[Finding, str]:
    """The finding and the text of the function with another node in these places."""
    parent, _, _, node = places[0]
    found = ast.unparse(parent)
    for place in places:
        put(*place[:3], other)
    texts, code = (found, ast.unparse(parent)), ast.unparse(function)
    for place in places:
        put(*place)
    if not isinstance(parent, ast.expr | ast.keyword) or max(map(len, texts)) > LONGEST:
        texts = (ast.unparse(node), ast.unparse(other))
    numbers = sorted({place[3].lineno for place in places})
    lines = ", ".join(map(str, numbers))
    times = Text(f"{len(places)} times: ", f"{len(places)} 处：") if len(places) > 1 else NOTHING
    found_in = Text(
        f"{texts[0]} ({times.en}{'line' if len(numbers) == 1 else 'lines'} {lines})",
        f"{texts[0]}（{times.zh}第 {lines} 行）",
    )
    return finding("one change", found=found_in, right=texts[1]), code


def equal_places(places: list[Place], others: Others, names: set[str]) -> Iterator[tuple[list[Place], ast.expr]]:
    """The places of one expression that may be another: all of them, and two at a time."""
    groups: dict[tuple[str, str], tuple[list[Place], ast.expr]] = defaultdict(lambda: ([], ast.expr()))
    for place in places:
        for other in others(place[0], place[1], place[3], names):
            key = ast.unparse(place[3]), ast.unparse(other)
            groups[key] = [*groups[key][0], place], other
    for group, other in groups.values():
        if len(group) > 1:
            yield group, other
        if 2 < len(group) <= LARGEST_GROUP:
            yield from ((list(two), other) for two in combinations(group, 2))


def places_in(parent: ast.AST) -> Iterator[tuple[str, int | None, ast.expr]]:
    """The expressions directly inside a node: field, index in a list, and the expression."""
    for field, value in ast.iter_fields(parent):
        if isinstance(value, ast.expr):
            yield field, None, value
        elif isinstance(value, list):
            yield from ((field, i, item) for i, item in enumerate(value) if isinstance(item, ast.expr))


def put(parent: ast.AST, field: str, index: int | None, node: ast.expr) -> None:
    """Put a node into its place."""
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def other_names(parent: ast.AST, field: str, node: ast.expr, names: set[str]) -> Iterator[ast.expr]:
    """A name that people confuse with this name."""
    if isinstance(node, ast.Name):
        yield from (ast.Name(other, node.ctx) for other in confused(node.id) if other in names)


def other_keys(parent: ast.AST, field: str, node: ast.expr, names: set[str]) -> Iterator[ast.expr]:
    """A key of a dict that people confuse with this key, the beginning of such a key, or the key of layer l."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from map(ast.Constant, confused(node.value))
        if "l" in names and (match := NUMBERED.fullmatch(node.value)) is not None:
            yield ast.BinOp(ast.Constant(match[1]), ast.Add(), ast.parse("str(l)", mode="eval").body)


def confused(name: str) -> Iterator[str]:
    """Names that people confuse with this name: of the same tensor of another layer, of other tensors of this layer."""
    match = NUMBERED.fullmatch(name)
    kind, layer = match.groups() if match is not None else (name, "")
    others = [f"{other}{layer}" for group in ALIKE if kind in group for other in group]
    if match is not None:
        others = [*(f"{kind}{layer}" for layer in (1, 2, 3)), *others]
    others += [name.replace(*pair) for pair in (SETS, SETS[::-1])]
    yield from (other for other in dict.fromkeys(others) if other != name)


def misspelt_texts(parent: ast.AST, field: str, node: ast.expr, names: set[str]) -> Iterator[ast.expr]:
    """The name of an activation for a text that is nearly the name, as " relu" and "sigmoi"."""
    text = node.value if isinstance(node, ast.Constant) else None
    if isinstance(text, str) and text not in ACTIVATIONS:
        yield from map(ast.Constant, get_close_matches(text.strip().lower(), ACTIVATIONS))


def other_texts(parent: ast.AST, field: str, node: ast.expr, names: set[str]) -> Iterator[ast.expr]:
    """The name of the other activation."""
    if isinstance(node, ast.Constant) and node.value in ACTIVATIONS:
        yield from (ast.Constant(activation) for activation in ACTIVATIONS if activation != node.value)


def other_indices(parent: ast.AST, field: str, node: ast.expr, names: set[str]) -> Iterator[ast.expr]:
    """An index, a layer's number, the end of a range or an axis that is larger or smaller by 1."""
    is_index = isinstance(parent, ast.FormattedValue) or (isinstance(parent, ast.Subscript) and field == "slice")
    called = name_of(parent.func) if isinstance(parent, ast.Call) and field == "args" else ""
    is_axis = isinstance(parent, ast.keyword) and parent.arg in ("axis", "dim")
    if is_index or is_axis or called in ("range", "str"):
        yield from (plus(node, step) for step in (1, -1) if may_be_number(node))


def other_subscripts(parent: ast.AST, field: str, node: ast.expr, names: set[str]) -> Iterator[ast.expr]:
    """The index of a loop in place of a number or of another index, as A[0, i] for A[0, 0]."""
    if isinstance(node, ast.Subscript) and getattr(node.value, "attr", "") != "shape":
        is_tuple = isinstance(node.slice, ast.Tuple)
        slots = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for number, slot in enumerate(slots):
            if name_of(slot) in INDICES or (isinstance(slot, ast.Constant) and type(slot.value) is int):
                for name in sorted({*INDICES} & names - {name_of(slot)}):
                    one: list[ast.expr] = [*slots[:number], ast.Name(name, ast.Load()), *slots[number + 1 :]]
                    yield ast.Subscript(node.value, ast.Tuple(one, ast.Load()) if is_tuple else one[0], node.ctx)


def may_be_number(node: ast.expr) -> bool:
    """Whether a node may stand for a whole number."""
    whole = isinstance(node, ast.Constant) and type(node.value) is int
    return whole or isinstance(node, ast.Name | ast.BinOp | ast.Call)


def plus(node: ast.expr, step: int) -> ast.expr:
    """node + step, where `l - 1 + 1` is written as l."""
    match node:
        case ast.Constant(value=int() as number):
            return ast.Constant(number + step)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=ast.Constant(value=int() as number)):
            total = step + (number if isinstance(op, ast.Add) else -number)
            return left if total == 0 else plus(left, total)
    return ast.BinOp(node, ast.Add() if step > 0 else ast.Sub(), ast.Constant(abs(step)))


def other_numbers(parent: ast.AST, field: str, node: ast.expr, names: set[str]) -> Iterator[ast.expr]:
    """A name or a tensor in place of a number, or 0.5 for what something is compared with, as a probability."""
    if isinstance(parent, ast.Compare) and field == "comparators":
        yield ast.Constant(0.5)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value not in (0, 1):
        yield from (ast.Name(name) for name in NUMBERS if name in names)
    if isinstance(node, ast.Constant) and isinstance(parent, ast.Call) and ast.unparse(parent.func) in OF_TENSORS:
        yield ast.Call(ast.Attribute(ast.Name("torch"), "tensor"), [node], [])


def other_loops(parent: ast.AST, field: str, node: ast.expr, names: set[str]) -> Iterator[ast.expr]:
    """The loop in the other direction."""
    if isinstance(parent, ast.For) and field == "iter" and isinstance(node, ast.Call):
        is_reversed = name_of(node.func) == "reversed" and len(node.args) == 1
        yield node.args[0] if is_reversed else ast.Call(ast.Name("reversed"), [node], [])


def other_signs(parent: ast.AST, field: str, node: ast.expr, names: set[str]) -> Iterator[ast.expr]:
    """The opposite operation, no sign, x for 1 - x, 1 - x for x, a factor or a term less, or other brackets."""
    is_factor = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mult)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and (field == "args" or is_factor):
        yield ast.BinOp(ast.Constant(1), ast.Sub(), node)
    if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant) and isinstance(node.op, ast.Sub):
        yield node.right
    if isinstance(node, ast.BinOp) and (operator := OPPOSITE.get(type(node.op))) is not None:
        yield ast.BinOp(node.left, operator(), node.right)
        yield from (node.left, node.right)
        yield from regrouped(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand


def regrouped(node: ast.expr) -> Iterator[ast.expr]:
    """The same operands and operations with other brackets, as (a - b) / m for a - b / m."""
    match node:
        case ast.BinOp(a, op, ast.BinOp(b, other, c)) if type(op) is not type(other):
            first = ast.BinOp(a, op, b)
            yield from (ast.BinOp(one, other, c) for one in (first, *regrouped(first)))
    match node:
        case ast.BinOp(ast.BinOp(a, other, b), op, c) if type(op) is not type(other):
            last = ast.BinOp(b, op, c)
            yield from (ast.BinOp(a, other, one) for one in (last, *regrouped(last)))


def other_products(parent: ast.AST, field: str, node: ast.expr, names: set[str]) -> Iterator[ast.expr]:
    """A transpose more, less, or in place of a reshape, or another product: see `other_factors`; or a call less."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and field in ("args", "left", "right"):
        yield ast.Attribute(node, "T")
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        yield from other_factors(node.left, node.right)
        yield ast.BinOp(node.right, node.op, node.left)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        yield from matrix_products(node.left, node.right)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.keywords:
        if node.func.attr in PRODUCTS and len(node.args) == 2:
            yield from other_factors(*node.args)
        elif node.func.attr in ENTRY_BY_ENTRY and len(node.args) == 2:
            yield from matrix_products(*node.args)
        elif node.func.attr == "reshape" and node.args:
            is_function = name_of(node.func.value) in ("np", "torch")
            yield ast.Attribute(node.args[0] if is_function else node.func.value, "T")
        elif len(node.args) == 1:
            yield node.args[0]


def other_factors(left: ast.expr, right: ast.expr) -> Iterator[ast.expr]:
    """left * right, and left @ right with the brackets of a sum taken away."""
    yield ast.BinOp(left, ast.Mult(), right)
    match left, right:
        case ast.BinOp(W, ast.Add(), b), A:
            yield ast.BinOp(ast.BinOp(W, ast.MatMult(), A), ast.Add(), b)
        case W, ast.BinOp(A, ast.Add(), b):
            yield ast.BinOp(ast.BinOp(W, ast.MatMult(), A), ast.Add(), b)


def matrix_products(left: ast.expr, right: ast.expr) -> Iterator[ast.expr]:
    """The matrix products of two matrices, each of which may be transposed."""
    if not isinstance(left, ast.Constant):
        for a, b in ((left, right), (right, left)):
            for pair in ((a, b), (turned(a), b), (a, turned(b))):
                yield ast.BinOp(pair[0], ast.MatMult(), pair[1])


def turned(node: ast.expr) -> ast.expr:
    """The transpose, where that of `X.T` is X."""
    return node.value if isinstance(node, ast.Attribute) and node.attr == "T" else ast.Attribute(node, "T", ast.Load())


def other_orders(parent: ast.AST, field: str, node: ast.expr, names: set[str]) -> Iterator[ast.expr]:
    """Two exchanged: parts of a tuple, arguments of a call, or values of a dict."""
    match node:
        case ast.Tuple(elts, ctx):
            yield from (ast.Tuple(other, ctx) for other in exchanged(elts))
        case ast.Call(func, args, keywords):
            rotated = ([*args[n:], *args[:n]] for n in range(1, len(args)))
            yield from (ast.Call(func, other, keywords) for other in (*exchanged(args), *rotated))
        case ast.Dict(keys, values):
            yield from (ast.Dict(keys, other) for other in exchanged(values))


def exchanged(nodes: list[ast.expr]) -> Iterator[list[ast.expr]]:
    """The nodes with two of them exchanged."""
    for i, j in combinations(range(len(nodes)), 2):
        yield [*nodes[:i], nodes[j], *nodes[i + 1 : j], nodes[i], *nodes[j + 1 :]]


TOGETHER: tuple[Others, ...] = (other_indices, other_names, other_keys)
"""Changes that are made in several equal places too."""
KINDS: tuple[Others, ...] = (
    *(misspelt_texts, other_texts, other_indices, other_subscripts, other_names, other_keys, other_numbers),
    *(other_loops, other_orders, other_signs, other_products),
)
"""All changes, the frequent ones first."""
