"""What may stand in the place of an expression and is found by its names, its numbers or its order.

Each kind of change takes a `Place` and yields the other expressions. `repair_table.py` has the kinds in their order. In
the examples A → B says that B may be meant where A stands.
"""

import ast
import re
from collections.abc import Callable, Iterator, Set
from difflib import get_close_matches
from itertools import combinations
from typing import NamedTuple

from course_torch.exercises.learners_file.syntax import name_of, nodes_of
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


class Kind(NamedTuple):
    """A kind of change: what may stand in a place, under a name for the trail."""

    key: str
    others: Callable[[Place], Iterator[ast.expr]]


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


def appended_to_itself(place: Place) -> Iterator[ast.expr]:
    """caches.append(caches) → caches.append(cache), cost.append(cost) → costs.append(cost)."""
    match place.node:
        case ast.Call(ast.Attribute(ast.Name(of), "append") as function, [ast.Name(added)]) if added == of:
            for one in get_close_matches(of, place.names - {of}):
                yield ast.Call(function, [ast.Name(one)], [])
                yield ast.Call(ast.Attribute(ast.Name(one), "append"), [ast.Name(added)], [])


def comma_for_point(place: Place) -> Iterator[ast.expr]:
    """(A > 0, 5) → A > 0.5."""
    match place.node:
        case ast.Tuple([ast.Compare(left, signs, [ast.Constant(int() as whole)]), ast.Constant(int() as part)]):
            yield ast.Compare(left, signs, [ast.Constant(float(f"{whole}.{part}"))])


def minus_behind_equals(place: Place) -> Iterator[ast.expr]:
    """w =- learning_rate * dw → w = w - learning_rate * dw."""
    if isinstance(place.parent, ast.Assign) and (change := without_minus(place.node)) is not None:
        targets = (to for to in place.parent.targets if isinstance(to, ast.Name | ast.Subscript))
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


def other_brackets(place: Place) -> Iterator[ast.expr]:
    """The same operands and operations with other brackets: a - b / m → (a - b) / m."""
    if isinstance(place.node, ast.BinOp) and isinstance(place.node.op, ast.Add | ast.Sub | ast.Mult | ast.Div):
        yield from regrouped(place.node)


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


BEGINNERS = (
    Kind("appended to itself", appended_to_itself),
    Kind("comma for point", comma_for_point),
    Kind("minus behind =", minus_behind_equals),
)
TEXTS = Kind("misspelt text", misspelt_texts)
ARGUMENTS = Kind("order of arguments", own_places)
INDICES = Kind("another index", other_indices)
NAMES = Kind("another name", other_names)
KEYS = Kind("another key", other_keys)
ORDERS = Kind("another order", other_orders)
BRACKETS = Kind("other brackets", other_brackets)
TARGETS = Kind("another target", other_targets)
