"""The changes of one expression that are tried, in their order. Most are a line of a table: what people write => what
they may mean, in the language of `patterns.py`. <a b> stands for two lines, one with a and one with b.

SURE     changes that nobody makes to a right function
LIKELY   other changes, the frequent ones first

What counts, permutes or looks names up is no pattern: `confusions.py` has these kinds of changes.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping

from course_torch.exercises.explain import confusions
from course_torch.exercises.explain.confusions import Kind, Place
from course_torch.exercises.explain.patterns import filled, free_names, match, pattern_of

ROW = re.compile(r"(?P<key>[^:]+): (?P<written>.+) => (?P<meant>.+?)(?: if (?P<where>[a-z ]+))?")
CHOICE = re.compile(r"<([^<>=]+)>")
BUILT_IN = {"reversed"}
"""Names in what is meant that every function has."""
WHERE: Mapping[str | None, Callable[[Place], bool]] = {
    None: lambda place: True,
    "handed": lambda place: place.field == "args",
    "operand": lambda place: place.field in ("args", "left", "right"),
    "factor": lambda place: place.field == "args" or isinstance(getattr(place.parent, "op", None), ast.Mult),
    "subtracted": lambda place: (
        isinstance(getattr(place.parent, "op", None), ast.Sub) and place.field in ("right", "value")
    ),
    "assigned": lambda place: isinstance(place.parent, ast.Assign),
    "assigned to": lambda place: isinstance(getattr(place.node, "ctx", None), ast.Store),
    "a number": lambda place: isinstance(getattr(place.parent, "targets", [place.parent])[0], ast.Call | ast.Name),
    "used": lambda place: not isinstance(place.parent, ast.Expr),
    "condition": lambda place: isinstance(place.parent, ast.If),
    "loop": lambda place: isinstance(place.parent, ast.For) and place.field == "iter",
    "threshold": lambda place: (
        isinstance(place.parent, ast.Compare)
        and place.field == "comparators"
        and not isinstance(place.parent.ops[0], ast.Eq | ast.NotEq)
    ),
    "rate": lambda place: getattr(place.parent, "arg", "") == "learning_rate",
    "product": lambda place: isinstance(place.parent, ast.BinOp) and getattr(place.node, "attr", "") in place.names,
    "no axis": lambda place: all(word.arg != "axis" for word in getattr(place.node, "keywords", ())),
}
"""Condition of a row -> whether it holds in a place."""


def repairs(table: str) -> Iterator[Kind]:
    """The kinds of change in the lines of a table."""
    for line in table.strip().splitlines():
        choices = [choice.split() for choice in CHOICE.findall(line)] or [[""]]
        for chosen in zip(*choices, strict=True):
            words = iter(chosen)
            row = ROW.fullmatch(CHOICE.sub(lambda _, words=words: next(words), line))  # type: ignore[misc]
            assert row is not None, line
            yield repair(row["key"], row["written"], row["meant"].split(" | "), WHERE[row["where"]])


def repair(key: str, written: str, meant: list[str], where: Callable[[Place], bool]) -> Kind:
    """The kind of change that puts what is meant in the place of what is written.

    A name in what is meant has to be a name of the function.
    """
    pattern, others = pattern_of(written), [pattern_of(code) for code in meant]
    needed = [free_names(other) - free_names(pattern) - BUILT_IN for other in others]

    def exchange(place: Place) -> Iterator[ast.expr]:
        if where(place) and (found := match(pattern, place.node)) is not None:
            yield from (
                filled(other, found) for other, names in zip(others, needed, strict=True) if names <= place.names
            )

    return Kind(key, exchange)


BEGINNERS = r"""
shape twice: _x._word._word => _x._word
shape for a size: _x.shape => _x.shape[0] | _x.shape[1] if a number
values of a table: _x.values => _x
one index for two: _name[_name_i] => _name[0, _name_i] if assigned to
another base: _np.<log2 log10> => _np.<log log>
largest entry for two arrays: _np.<max min>(_a, _b) => _np.<maximum minimum>(_a, _b)
clipped: _np.<clip clamp>(_x, _low, _high) => _x | _np.<clip clamp>(_x, _low, None)
list for dict: [] => {} if assigned
dict for list: {} => [] if assigned
set for tuple: {*_parts} => (*_parts,)
bracket too late: _f(*_given, **_words, _word=_x </ *> _m) => _f(*_given, **_words, _word=_x) </ *> _m
number of parameters: len(parameters) => len(parameters) // 2
b outside: _f(_z) + _name => _f(_z + _name)
b inside: _np.<dot matmul>(_W, _A + _name) => _np.<dot matmul>(_W, _A) + _name
sizes without brackets: _np.<zeros ones>(_a, _b, *_more, **_words) => _np.<zeros ones>((_a, _b, *_more), **_words)
sizes in brackets: _np.<rand randn>((*_sizes,), **_words) => _np.<rand randn>(*_sizes, **_words)
square brackets: _x.append[_new] => _x.append(_new)
point for *: _name._word => _name * _word if product
step outside str: _x + str(_l) <+ -> _step => _x + str(_l <+ -> _step)
key for its entry: _text + _x => cache[_text + _x] | grads[_text + _x] | parameters[_text + _x] if handed
power of the rate: learning_rate ** _n => learning_rate
reversed threshold: _a < 0.5 => _a > 0.5 if condition
reversed threshold: _a > 0.5 => _a < 0.5 if condition
reversed threshold: _a <= 0.5 => _a >= 0.5 if condition
reversed threshold: _a >= 0.5 => _a <= 0.5 if condition
no sign between: _call(_right) => _call + _right | _call * _right | _call - _right
no comma between: _f(*_before, _call(_right), **_words) => _f(*_before, _call, _right, **_words)
argument inside: _f(_g(_first, _second, *_more)) => _f(_g(_first), _second, *_more)
"""
NUMBERS = r"""
another threshold: _x => 0.5 if threshold
number for a name: _number => learning_rate | num_iterations | iterations | m
another rate: _number => 1.2 if rate
1 for l: 1 => l
number for a tensor: torch.<max min>(_x, _constant) => torch.<max min>(_x, torch.tensor(_constant))
number for a tensor: torch.<max min>(_constant, _x) => torch.<max min>(torch.tensor(_constant), _x)
"""
LOOPS = r"""
reversed loop: reversed(_x) => _x if loop
loop not reversed: _call => reversed(_call) if loop
"""
POWERS = r"""
double for square: _x * 2 => _x ** 2
square of the difference: (_one - _A) ** _n => _one - _A ** _n
square of the difference: _np.<power square>(_one - _A, *_n) => _one - _np.<power square>(_A, *_n)
no axis: _np.<sum norm mean>(*_given, **_words) => _np.<sum norm mean>(*_given, axis=1, **_words) if no axis
no axis: _np.<sum norm mean>(*_given, **_words) => _np.<sum norm mean>(*_given, axis=0, **_words) if no axis
"""
SIGNS = r"""
no learning rate: <_name _x[_i]> => learning_rate * <_name _x[_i]> if subtracted
x for 1 - x: _name => 1 - _name if factor
1 - x for x: _constant - _x => _x
another sign: _a <+ - / //> _b => _a <- + * /> _b | _a | _b
another sign: _a * _b => _a / _b | _a + _b | _a | _b
factors too many: <_a*_b*_c _a*_b*_c*_d> => <_a _a>
minus too many: -_x => _x
"""
PRODUCTS = r"""
transpose too many: _x.T => _x
no transpose: _name => _name.T if operand
another product: _a @ _b => _a * _b | _b @ _a
another product: _a * _b => _a @ _b | _a.T @ _b | _a @ _b.T | _b @ _a | _b.T @ _a | _b @ _a.T
no transposes: _dot(_a, _b) + _dot(_c, _d) => _dot(_a, _b.T) + _dot(_c, _d.T)
another product: _np.<dot matmul mm>(_a, _b) => _a * _b
another product: _np.<multiply mul>(_a, _b) => _a @ _b | _a.T @ _b | _a @ _b.T | _b @ _a | _b.T @ _a | _b @ _a.T
reshape for transpose: <np torch>.reshape(_x, *_sizes) => _x.T
reshape for transpose: _x.reshape(_size, *_sizes) => _x.T
call too many: _x._word(_argument) => _argument if used
"""

Group = tuple[Kind, ...]
"""Kinds that are tried together, in one place after the other."""
SURE: tuple[Group, ...] = ((*repairs(BEGINNERS), *confusions.BEGINNERS), (confusions.TEXTS,), (confusions.ARGUMENTS,))
LIKELY: tuple[Group, ...] = (
    (confusions.INDICES,),
    (confusions.NAMES,),
    (confusions.KEYS,),
    tuple(repairs(NUMBERS)),
    tuple(repairs(LOOPS)),
    (confusions.ORDERS,),
    tuple(repairs(POWERS)),
    (*repairs(SIGNS), confusions.BRACKETS),
    tuple(repairs(PRODUCTS)),
)
