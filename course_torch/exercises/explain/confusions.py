"""What may stand in the place of an expression: the names, indices, signs and products that people confuse.

Each kind takes a `Place` and yields the other expressions: KINDS has them in their order. In the examples A → B says
that B may be meant where A stands.
"""

import ast
import re
from collections.abc import Callable, Iterator, Set
from difflib import get_close_matches
from itertools import combinations
from typing import NamedTuple

from course_torch.exercises.learners_file.syntax import is_number, name_of, nodes_of
from course_torch.exercises.tasks import CHAPTERS

NUMBERED = re.compile(r"([A-Za-z_]+?)(\d|_temp)")
"""Names with the number of a layer, as W1, dW2 and cache1, and dW_temp."""
CONFUSED = (
    ("A", "A_prev", "X", "AL", "Z"),
    ("dA", "dAL", "dA_prev", "dA_prev_temp", "dZ"),
    ("dw", "db"),
    ("dW", "db", "W"),
    ("dZ", "db"),
    ("w", "b"),
    ("W", "b", "dW"),
    ("b", "db"),
    ("l", "L"),
    ("Y", "A", "A2", "AL"),
    ("linear_cache", "activation_cache", "cache"),
    ("m", "n"),
    ("n_x", "n_h", "n_y"),
    ("s", "x", "z"),
    *((f"X{of}", f"Y{of}") for of in ("", "_train", "_test")),
)
"""Names that people confuse."""
SETS = ("train", "test")
ACTIVATIONS = ("relu", "sigmoid")
NUMERIC = ("learning_rate", "num_iterations", "iterations", "m")
"""Names for which people write a number."""
SIGNATURES = {task.key: task.argument_names for chapter in CHAPTERS.values() for task in chapter.tasks}
"""Function of the course -> the names of its arguments in their order."""
KNOWN = {task.result for chapter in CHAPTERS.values() for task in chapter.tasks}.union(*SIGNATURES.values())
RATE = 1.2
"""The learning rate of the assignment of week 3."""
OF_TENSORS = ("torch.max", "torch.min")
"""Functions in which a number in place of a tensor is an axis, or raises an exception that does not name it."""
OPPOSITE: dict[type[ast.operator], type[ast.operator]] = {
    **{ast.Add: ast.Sub, ast.Sub: ast.Add},
    **{ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div},
}
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Gt: ast.Lt, ast.Lt: ast.Gt, ast.GtE: ast.LtE, ast.LtE: ast.GtE}


class Place(NamedTuple):
    """Where an expression stands: in a field of a node, at an index if the field is a list.

    names   the names of the function
    """

    parent: ast.AST
    field: str
    at: int | None
    node: ast.expr
    names: Set[str]

    def put(self, node: ast.expr) -> None:
        """Put another expression into the place."""
        if self.at is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.at] = node


def places_in(function: ast.FunctionDef) -> Iterator[Place]:
    """The places of all expressions in a function."""
    names = {name.id for name in nodes_of(function, ast.Name)} | {name.arg for name in nodes_of(function, ast.arg)}
    for parent in ast.walk(function):
        for field, value in ast.iter_fields(parent):
            if isinstance(value, ast.expr):
                yield Place(parent, field, None, value, names)
            for i, item in enumerate(value if isinstance(value, list) else ()):
                if isinstance(item, ast.expr):
                    yield Place(parent, field, i, item, names)


def beginners_slips(place: Place) -> Iterator[ast.expr]:
    """What beginners mean: X.shape → X.shape[1], sigmoid(z) + b → sigmoid(z + b), dot(W, X + b) → dot(W, X) + b, …"""
    parent, node = place.parent, place.node
    match node:
        case ast.Attribute(ast.Attribute(_, name) as once, again) if name == again:  # X.shape.shape
            yield once
        case ast.Attribute(_, "shape") if isinstance(getattr(parent, "targets", [parent])[0], ast.Name | ast.Call):
            yield from (ast.Subscript(node, ast.Constant(i)) for i in (0, 1))
        case ast.Attribute(value, "values"):
            yield value
        case ast.Subscript(ast.Name() as row, ast.Name() as i, ast.Store() as store):
            yield ast.Subscript(row, ast.Tuple([ast.Constant(0), i], ast.Load()), store)
        case ast.Attribute(library, "log2" | "log10"):
            yield ast.Attribute(library, "log")
        case ast.Call(ast.Attribute(library, "max" | "min" as word), [_, _] as both):
            yield ast.Call(ast.Attribute(library, f"{word}imum"), both, [])
        case ast.Call(ast.Attribute(_, "clip" | "clamp") as function, [value, low, _], []):  # np.clip(Z, 0, 4)
            yield value
            yield ast.Call(function, [value, low, ast.Constant(None)], [])
        case ast.List([]) | ast.Dict([]) if isinstance(parent, ast.Assign):
            yield ast.Dict([], []) if isinstance(node, ast.List) else ast.List([], ast.Load())
        case ast.Set(parts):  # cache = {A, W, b}
            yield ast.Tuple(parts, ast.Load())
        case ast.Call(function, sizes, [*first, ast.keyword(word, ast.BinOp(value, operator, m))]):  # keepdims=True / m
            yield ast.BinOp(ast.Call(function, sizes, [*first, ast.keyword(word, value)]), operator, m)
        case ast.Call(ast.Attribute(ast.Name(of), "append") as function, [ast.Name(added)]) if added == of:
            for one in get_close_matches(of, place.names - {of}):  # caches.append(caches), cost.append(cost)
                yield ast.Call(function, [ast.Name(one)], [])
                yield ast.Call(ast.Attribute(ast.Name(one), "append"), [ast.Name(added)], [])
        case ast.Call(ast.Name("len"), [ast.Name("parameters")]):
            yield ast.BinOp(node, ast.FloorDiv(), ast.Constant(2))
        case ast.BinOp(ast.Call(function, [z]), ast.Add(), ast.Name() as b):
            yield ast.Call(function, [ast.BinOp(z, ast.Add(), b)], [])
        case ast.Call(ast.Attribute(_, "dot" | "matmul") as dot, [W, ast.BinOp(A, ast.Add(), ast.Name() as b)], []):
            yield ast.BinOp(ast.Call(dot, [W, A], []), ast.Add(), b)
        case ast.Call(ast.Attribute(_, "zeros" | "ones") as function, [_, _, *_] as sizes, keywords):
            yield ast.Call(function, [ast.Tuple(sizes, ast.Load())], keywords)
        case ast.Tuple([ast.Compare(left, signs, [ast.Constant(int() as whole)]), ast.Constant(int() as part)]):
            yield ast.Compare(left, signs, [ast.Constant(float(f"{whole}.{part}"))])
        case ast.Subscript(ast.Attribute(_, "append") as function, added):
            yield ast.Call(function, [added], [])
        case ast.Call(ast.Attribute(_, "rand" | "randn") as function, [ast.Tuple(sizes)], keywords):
            yield ast.Call(function, sizes, keywords)
        case ast.Attribute(ast.Name() as left, right) if isinstance(parent, ast.BinOp) and right in place.names:
            yield ast.BinOp(left, ast.Mult(), ast.Name(right, ast.Load()))
        case ast.BinOp(ast.BinOp(text, ast.Add() as plus_sign, ast.Call(ast.Name("str") as function, [l])), sign, step):
            yield ast.BinOp(text, plus_sign, ast.Call(function, [ast.BinOp(l, sign, step)], []))
        case ast.BinOp(ast.Constant(str()), ast.Add()) as key if place.field == "args" and isinstance(parent, ast.Call):
            yield from (
                ast.Subscript(ast.Name(of), key) for of in sorted({"grads", "parameters", "cache"} & place.names)
            )
        case ast.BinOp(ast.Name("learning_rate") as rate, ast.Pow()):
            yield rate
        case ast.Compare(a, [sign], [ast.Constant(0.5)] as half) if isinstance(parent, ast.If) and type(sign) in TURNED:
            yield ast.Compare(a, [TURNED[type(sign)]()], half)
        case ast.Call(ast.Call() as left, [right], []):  # np.log(A) (1 - Y)
            yield from (ast.BinOp(left, sign(), right) for sign in (ast.Add, ast.Mult, ast.Sub))
        case ast.Call(function, [*before, ast.Call(ast.Call() as left, [right], [])], keywords):
            yield ast.Call(function, [*before, left, right], keywords)
        case ast.Call(function, [ast.Call(inner, [first, _, *_] as given, [])], []):  # np.power(np.tanh(Z, 2))
            yield ast.Call(function, [ast.Call(inner, [first], []), *given[1:]], [])
    if isinstance(parent, ast.Assign) and (change := without_minus(node)) is not None:  # w =- learning_rate * dw
        targets = (to for to in parent.targets if isinstance(to, ast.Name | ast.Subscript))
        yield from (ast.BinOp(to, ast.Sub(), change) for to in targets)


def own_places(place: Place) -> Iterator[ast.expr]:
    """The arguments of a function of the course by their names: f(Y, AL, caches) → f(AL, Y, caches)."""
    match place.node:
        case ast.Call(ast.Name(function) as called, [_, _, *_] as args, []) if function in SIGNATURES:
            expected, given = SIGNATURES[function], [*map(name_of, args)]
            meant = {at: name for at, name in enumerate(expected[: len(args)]) if name != given[at]}
            others = all(given[at] in KNOWN and name in place.names for at, name in meant.items())
            if meant and others and (len(meant) < len(args) or set(given) == set(expected)):
                yield ast.Call(called, [ast.Name(meant[i]) if i in meant else one for i, one in enumerate(args)], [])


def without_minus(node: ast.expr) -> ast.expr | None:
    """The expression without the minus with which it begins, or None."""
    match node:
        case ast.UnaryOp(ast.USub(), operand):
            return operand
        case ast.BinOp(left, ast.Mult() | ast.Div() as operator, right) if (first := without_minus(left)) is not None:
            return ast.BinOp(first, operator, right)
    return None


def other_names(place: Place) -> Iterator[ast.expr]:
    """A name that people confuse with this name: A → A_prev, dW1 → dW2."""
    node = place.node
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield from (ast.Name(other, node.ctx) for other in confused(node.id) if other in place.names)


def other_targets(place: Place) -> Iterator[ast.expr]:
    """The same tensor of another layer, to which an assignment is meant: W1 = W2 - α dW2 → W2 = W2 - α dW2."""
    if isinstance(node := place.node, ast.Name) and place.field == "targets" and node.id[-1].isdigit():
        layers = (f"{node.id[:-1]}{layer}" for layer in (1, 2, 3))
        yield from (ast.Name(other, node.ctx) for other in layers if other in place.names - {node.id})


def other_keys(place: Place) -> Iterator[ast.expr]:
    """A key of a dict that people confuse with this key, the beginning of such a key, or the key of layer l.

    "W1" → "W2", "dW" + str(l) → "db" + str(l), "W1" → "W" + str(l).
    """
    node = place.node
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from map(ast.Constant, confused(node.value))
        if "l" in place.names and (match := NUMBERED.fullmatch(node.value)) is not None:
            yield ast.BinOp(ast.Constant(match[1]), ast.Add(), ast.parse("str(l)", mode="eval").body)


def confused(name: str) -> Iterator[str]:
    """Names that people confuse with this name: of the same tensor of another layer, of other tensors of this layer."""
    match = NUMBERED.fullmatch(name)
    kind, layer = match.groups() if match is not None else (name, "")
    others = [f"{other}{layer}" for group in CONFUSED if kind in group for other in group]
    others += [other for group in CONFUSED if name in group for other in group]
    if layer.isdigit():
        others = [*(f"{kind}{layer}" for layer in (1, 2, 3)), *others]
    others += [name.swapcase(), *(name.replace(*pair) for pair in (SETS, SETS[::-1]))]
    yield from (other for other in dict.fromkeys(others) if other != name)


def misspelt_texts(place: Place) -> Iterator[ast.expr]:
    """The name of an activation for a text that is nearly the name: " relu" → "relu", "sigmoi" → "sigmoid"."""
    match place.node:
        case ast.Constant(str() as text) if text not in ACTIVATIONS:
            yield from map(ast.Constant, get_close_matches(text.strip().lower(), ACTIVATIONS))


def other_indices(place: Place) -> Iterator[ast.expr]:
    """An index, a layer's number, the end of a range or an axis that is larger or smaller by 1.

    caches[l] → caches[l - 1], str(l - 1) → str(l), range(L) → range(L + 1), axis=0 → axis=1.
    """
    node, parent = place.node, place.parent
    is_index = isinstance(parent, ast.FormattedValue) or (isinstance(parent, ast.Subscript) and place.field == "slice")
    called = name_of(parent.func) if isinstance(parent, ast.Call) and place.field == "args" else ""
    is_axis = isinstance(parent, ast.keyword) and parent.arg in ("axis", "dim")
    is_whole = isinstance(node, ast.Constant) and type(node.value) is int
    may_be_whole = is_whole or isinstance(node, ast.Name | ast.BinOp | ast.Call)
    if may_be_whole and (is_index or is_axis or called in ("range", "str")):
        yield from (plus(node, step) for step in (1, -1))


def plus(node: ast.expr, step: int) -> ast.expr:
    """node + step, where `l - 1 + 1` is written as l."""
    match node:
        case ast.Constant(value=int() as number):
            return ast.Constant(number + step)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=ast.Constant(value=int() as number)):
            total = step + (number if isinstance(op, ast.Add) else -number)
            return left if total == 0 else plus(left, total)
    return ast.BinOp(node, ast.Add() if step > 0 else ast.Sub(), ast.Constant(abs(step)))


def other_numbers(place: Place) -> Iterator[ast.expr]:
    """A name or a tensor in place of a number, the rate of the assignment, or 0.5 for what something is compared with.

    range(2000) → range(num_iterations), dims[1] → dims[l], torch.max(Z, 0) → torch.max(Z, tensor(0)), A > 0 → A > 0.5.
    """
    node, parent = place.node, place.parent
    is_threshold = isinstance(parent, ast.Compare) and not isinstance(parent.ops[0], ast.Eq | ast.NotEq)
    if is_threshold and place.field == "comparators":
        yield ast.Constant(0.5)
    if is_number(node):
        yield from (ast.Name(name) for name in NUMERIC if name in place.names)
        if isinstance(parent, ast.keyword) and parent.arg == "learning_rate":
            yield ast.Constant(RATE)
    if isinstance(node, ast.Constant) and node.value == 1 and "l" in place.names:
        yield ast.Name("l")
    if isinstance(node, ast.Constant) and isinstance(parent, ast.Call) and ast.unparse(parent.func) in OF_TENSORS:
        yield ast.Call(ast.Attribute(ast.Name("torch"), "tensor"), [node], [])


def other_loops(place: Place) -> Iterator[ast.expr]:
    """The loop in the other direction: range(L) → reversed(range(L)), and the reverse."""
    node = place.node
    if isinstance(place.parent, ast.For) and place.field == "iter" and isinstance(node, ast.Call):
        is_reversed = name_of(node.func) == "reversed" and len(node.args) == 1
        yield node.args[0] if is_reversed else ast.Call(ast.Name("reversed"), [node], [])


def other_signs(place: Place) -> Iterator[ast.expr]:
    """The opposite operation, no sign, x for 1 - x, 1 - x for x, factors or a term less, α more, or other brackets.

    A + Y → A - Y, -Y → Y, 1 - A → A, A * Y → (1 - A) * Y, dZ / m → dZ, b - db → b - α db, a - b / m → (a - b) / m.
    """
    node, parent = place.node, place.parent
    is_taken_away = isinstance(getattr(parent, "op", None), ast.Sub) and place.field in ("right", "value")
    if is_taken_away and isinstance(node, ast.Name | ast.Subscript) and "learning_rate" in place.names:
        yield ast.BinOp(ast.Name("learning_rate"), ast.Mult(), node)
    is_factor = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mult)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and (place.field == "args" or is_factor):
        yield ast.BinOp(ast.Constant(1), ast.Sub(), node)
    if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant) and isinstance(node.op, ast.Sub):
        yield node.right
    if isinstance(node, ast.BinOp) and (operator := OPPOSITE.get(type(node.op))) is not None:
        yield ast.BinOp(node.left, operator(), node.right)
        if isinstance(node.op, ast.Mult):  # W @ A * b
            yield ast.BinOp(node.left, ast.Add(), node.right)
        yield from (node.left, node.right)
        if isinstance(node.op, ast.Mult) and (first := first_factor(node)) is not node.left:
            yield first
        yield from regrouped(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand


def first_factor(node: ast.expr) -> ast.expr:
    """The a of a * b * c."""
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        node = node.left
    return node


def other_powers(place: Place) -> Iterator[ast.expr]:
    """A square for the double, another base of a square, or a sum, a norm or a mean along an axis.

    z * 2 → z**2, (1 - A) ** 2 → 1 - A**2, np.sum(dZ) → np.sum(dZ, axis=1).
    """
    match place.node:
        case ast.BinOp(base, ast.Mult(), ast.Constant(2) as two):
            yield ast.BinOp(base, ast.Pow(), two)
        case ast.BinOp(ast.BinOp(one, ast.Sub(), A), ast.Pow(), n):
            yield ast.BinOp(one, ast.Sub(), ast.BinOp(A, ast.Pow(), n))
        case ast.Call(ast.Attribute(_, "power" | "square") as function, [ast.BinOp(one, ast.Sub(), A), *n]):
            yield ast.BinOp(one, ast.Sub(), ast.Call(function, [A, *n], []))
        case ast.Call(ast.Attribute(_, "sum" | "norm" | "mean") as function, given, keywords):
            if not any(keyword.arg == "axis" for keyword in keywords):
                for axis in (1, 0):
                    yield ast.Call(function, given, [ast.keyword("axis", ast.Constant(axis)), *keywords])


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


def other_products(place: Place) -> Iterator[ast.expr]:
    """A transpose more, less, or in place of a reshape, another product, or a call less.

    W @ A → W.T @ A, X.T → X, X.reshape(m, -1) → X.T, W @ A → W * A, W @ A → A @ W, W * A → W @ A, np.log(A) → A.
    """
    match place.node:
        case ast.Attribute(matrix, "T"):
            yield matrix
        case ast.Name(_, ast.Load()) as name if place.field in ("args", "left", "right"):
            yield ast.Attribute(name, "T")
        case ast.BinOp(left, ast.MatMult() as sign, right):
            yield ast.BinOp(left, ast.Mult(), right)
            yield ast.BinOp(right, sign, left)
        case ast.BinOp(left, ast.Mult(), right):
            yield from matrix_products(left, right)
        case ast.BinOp(ast.Call(dot, [a, b]), ast.Add() as plus, ast.Call(_, [c, d])):  # both terms of the cost
            yield ast.BinOp(ast.Call(dot, [a, turned(b)], []), plus, ast.Call(dot, [c, turned(d)], []))
        case ast.Call(ast.Attribute(_, "dot" | "matmul" | "mm"), [left, right], []):
            yield ast.BinOp(left, ast.Mult(), right)
        case ast.Call(ast.Attribute(_, "multiply" | "mul"), [left, right], []):
            yield from matrix_products(left, right)
        case ast.Call(ast.Attribute(held, "reshape"), [first, *_], []):
            yield ast.Attribute(first if name_of(held) in ("np", "torch") else held, "T")
        case ast.Call(ast.Attribute(), [argument], []) if not isinstance(place.parent, ast.Expr):
            yield argument


def matrix_products(left: ast.expr, right: ast.expr) -> Iterator[ast.expr]:
    """The matrix products of two matrices, each of which may be transposed."""
    if not isinstance(left, ast.Constant):
        for a, b in ((left, right), (right, left)):
            for pair in ((a, b), (turned(a), b), (a, turned(b))):
                yield ast.BinOp(pair[0], ast.MatMult(), pair[1])


def turned(node: ast.expr) -> ast.expr:
    """The transpose, where that of `X.T` is X."""
    return node.value if isinstance(node, ast.Attribute) and node.attr == "T" else ast.Attribute(node, "T", ast.Load())


def other_orders(place: Place) -> Iterator[ast.expr]:
    """Two exchanged in a tuple, a call or a dict: (dw, db) → (db, dw), f(X, Y) → f(Y, X); or all arguments moved on."""
    match place.node:
        case ast.Tuple(elts, ctx):
            yield from (ast.Tuple(other, ctx) for other in exchanged(elts))
        case ast.Call(ast.Name("range"), [ast.Constant(), ast.Constant()]):
            return  # range(5, 1) is empty
        case ast.Call(func, args, keywords):
            rotated = ([*args[n:], *args[:n]] for n in range(1, len(args)))
            yield from (ast.Call(func, other, keywords) for other in (*exchanged(args), *rotated))
        case ast.Dict(keys, values):
            yield from (ast.Dict(keys, other) for other in exchanged(values))


def exchanged(nodes: list[ast.expr]) -> Iterator[list[ast.expr]]:
    """The nodes with two of them exchanged."""
    for i, j in combinations(range(len(nodes)), 2):
        yield [*nodes[:i], nodes[j], *nodes[i + 1 : j], nodes[i], *nodes[j + 1 :]]


Others = Callable[[Place], Iterator[ast.expr]]
"""What may stand in a place."""
SURE: tuple[Others, ...] = (beginners_slips, misspelt_texts, own_places)
"""Changes that nobody makes to a right function."""
KINDS: tuple[Others, ...] = (
    *(other_indices, other_names, other_keys, other_numbers),
    *(other_loops, other_orders, other_powers, other_signs, other_products),
)
"""Other changes, the frequent ones first: `repairs.MOST` of a function are tried, in this order."""
