"""Places of a template that nobody has filled in: names whose only value is None, and marks with nothing between them.

A template that fails is not written yet, and not wrong.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from course_torch.exercises.learners_file.syntax import Function, nodes_of

START = re.compile(r"\s*#.*(\bstart code\b|\bcode starts\b|开始)", re.IGNORECASE)
END = re.compile(r"\s*#.*(\bend code\b|\bcode ends\b|结束)", re.IGNORECASE)
COMMENT = re.compile(r"\s*(#|$)")
NOTHING_DONE = ("pass", "return", "return None")


def does_nothing(function: Function) -> bool:
    """Whether the body does nothing: the docstring, pass, …, None and return None."""
    if not isinstance(function, ast.FunctionDef):
        return False
    return all(
        ast.unparse(statement) in NOTHING_DONE
        or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        for statement in function.body
    )


def left_none(function: Function) -> list[str]:
    """The names and entries whose only value is None, if the function reads any of them, and "return" for a result."""
    values = values_in(function)
    left = [name for name, given in values.items() if any(map(is_none, given)) and not gives_value(name, given)]
    read = {"return"} | {node.id for node in nodes_of(function, ast.Name) if isinstance(node.ctx, ast.Load)}
    return left if any(name in read or not name.isidentifier() for name in left) else []


def blank_places(code: str) -> Iterator[int]:
    """The lines of a text, from 1, that start a place for the learner's code in which only comments stand.

    A statement in a comment was written there and taken out: then the learner has written it elsewhere.
    """
    start = None
    for number, line in enumerate(code.splitlines(), start=1):
        if start is not None and END.match(line):
            yield start
        if START.match(line):
            start = number
        elif not COMMENT.match(line) or END.match(line) or is_statement(line.strip("# \t")):
            start = None


def is_statement(text: str) -> bool:
    """Whether a text assigns or returns a value, which is not the `...` or the None of a template."""
    try:
        (statement,) = ast.parse(text).body
    except (SyntaxError, ValueError):
        return False
    value = statement.value if isinstance(statement, ast.Assign | ast.AugAssign | ast.Return) else None
    return value is not None and not (isinstance(value, ast.Constant) and value.value in (None, ...))


def values_in(function: Function) -> dict[str, list[ast.expr | None]]:
    """What the function assigns: name, "return", or an entry as in parameters["W1"] -> its values.

    None is a value of a loop. `W -= dW` gives no value: it needs the value that W has.
    """
    values: dict[str, list[ast.expr | None]] = defaultdict(list)
    seen: set[ast.expr] = {statement.target for statement in nodes_of(function, ast.AugAssign)}
    for statement in nodes_of(function, ast.Assign):
        for target in statement.targets:
            for one, value in pairs(target, statement.value):
                values[ast.unparse(one)].append(value)
                seen.add(one)
    values["return"] += [statement.value for statement in nodes_of(function, ast.Return) if statement.value]
    for node in ast.walk(function):
        if isinstance(node, ast.Name | ast.Subscript) and isinstance(node.ctx, ast.Store) and node not in seen:
            values[ast.unparse(node)].append(None)
    return values


def pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Each target of an assignment with its value: `A, cache = None, None` has two, and so has `A, cache = None`."""
    if not isinstance(target, ast.Tuple | ast.List):
        yield target, value
        return
    parts = value.elts if isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts) else None
    for one, part in zip(target.elts, parts or [value] * len(target.elts), strict=True):
        yield from pairs(one, part)


def is_none(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def gives_value(name: str, values: list[ast.expr | None]) -> bool:
    """Whether one of the values is neither None nor made of the name itself, as in `cost = np.squeeze(cost)`."""
    return any(
        not is_none(value) and (value is None or name not in {ast.unparse(node) for node in ast.walk(value)})
        for value in values
    )


def lacks_values(function: Function, arguments: Iterable[str]) -> bool:
    """Whether a function does not read one of these arguments, computes nothing, or returns a name without a value.

    Otherwise the code for its blank places stands elsewhere in it.
    """
    names = nodes_of(function, ast.Name)
    read, stored = ({node.id for node in names if isinstance(node.ctx, kind)} for kind in (ast.Load, ast.Store))
    results = [statement.value for statement in nodes_of(function, ast.Return)]
    returned = [one for result in results for one in (result.elts if isinstance(result, ast.Tuple) else [result])]
    given = {argument.arg for argument in nodes_of(function, ast.arg)} | stored
    if not (stored or any(isinstance(node, ast.Call | ast.BinOp) for node in ast.walk(function))):
        return True
    return not read.issuperset(arguments) or any(isinstance(one, ast.Name) and one.id not in given for one in returned)
