"""What the syntax tree of a learner's code shows: nodes of a kind, names, a function's arguments and calls."""

import ast
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)
Function = ast.FunctionDef | ast.expr
"""A `def`, or the expression that is assigned to the function's name."""
WITH_ARGUMENTS = (ast.FunctionDef, ast.Lambda)
MAY_BE_FUNCTIONS = (ast.Lambda, ast.Name, ast.Attribute, ast.Call)
MAKERS = ("vectorize", "frompyfunc", "partial", "jit", "njit")
"""Functions that return functions. The call of another, as in `model = Net(3)`, is taken for an object."""


def nodes_of(tree: ast.AST, kind: type[Node]) -> list[Node]:
    """The nodes of a kind in a tree."""
    return [node for node in ast.walk(tree) if isinstance(node, kind)]


def name_of(node: ast.expr) -> str:
    """The name that an expression is; empty for any other expression."""
    return node.id if isinstance(node, ast.Name) else ""


def is_number(node: ast.expr) -> bool:
    """Whether an expression is a number that is written out, other than 0 and 1."""
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value not in (0, 1)


def text_at(code: str, node: Function) -> str:
    """The lines of the code that hold a node, as Python counts lines: a form feed ends none."""
    return "\n".join(code.split("\n")[node.lineno - 1 : node.end_lineno])


def named_targets(node: ast.stmt) -> list[str]:
    """The names to which a statement assigns."""
    return [target.id for target in getattr(node, "targets", []) if isinstance(target, ast.Name)]


def may_be_function(value: ast.expr) -> bool:
    """Whether the value of a name may be a function; of a call, as `np.vectorize(f)` and `nn.Tanh()` are."""
    if not isinstance(value, ast.Call):
        return isinstance(value, MAY_BE_FUNCTIONS)
    made = getattr(value.func, "attr", getattr(value.func, "id", ""))
    return made in MAKERS or (isinstance(value.func, ast.Attribute) and not (value.args or value.keywords))


def arguments_of(function: Function) -> list[str]:
    """The names of the arguments that have a place."""
    if not isinstance(function, WITH_ARGUMENTS):
        return []
    return [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]


@lru_cache(maxsize=512)
def names_from_outside(function: Function) -> frozenset[str]:
    """The names in a function that it does not assign itself."""
    names = nodes_of(function, ast.Name)
    own = {name.id for name in names if isinstance(name.ctx, ast.Store)}.union(arguments_of(function))
    return frozenset(name.id for name in names) - own


def used_by(functions: Mapping[str, Function], name: str, without: frozenset[str] = frozenset()) -> set[str]:
    """Which of the functions a function calls, directly or through others. `without` are left out."""
    used: set[str] = set()
    waiting = [name]
    while waiting:
        new = (names_from_outside(functions[waiting.pop()]) & functions.keys()) - used - without
        used |= new
        waiting += new
    return used
