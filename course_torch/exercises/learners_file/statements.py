"""The statements of a learner's file that run: those that give its functions their values, and what these need."""

import ast
import symtable
import warnings
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from course_torch.exercises.learners_file.cells import Piece

ALWAYS = "*"
"""What binds this always runs: a star import, an import from __future__, a change of sys.path."""


class Statement(NamedTuple):
    """A statement at the top level, or several that share a line.

    binds   the names to which it gives a value, or whose value it changes
    reads   the names of the file that it needs, or that the functions need which it defines
    """

    label: str
    line: int
    code: str
    binds: set[str]
    reads: set[str]


def needed(statements: list[Statement], names: Iterable[str]) -> list[Statement]:
    """The statements that give these names their values, and those that they need in turn.

    Of `import numpy as np`, `a = 3`, `b = np.exp(a)`, `print(a)` the name b needs the first three.
    """
    binding: dict[str, list[int]] = {}
    for n, statement in enumerate(statements):
        for name in statement.binds:
            binding.setdefault(name, []).append(n)
    wanted, chosen = [ALWAYS, *names], set[int]()
    while wanted:
        new = set(binding.pop(wanted.pop(), [])) - chosen
        wanted += {name for n in new for name in statements[n].reads}
        chosen |= new
    return [statements[n] for n in sorted(chosen)]


def statements_of(pieces: Iterable[tuple[Piece, ast.Module]]) -> list[Statement]:
    """The statements of a file in their order, without what runs only where the file is the program itself."""
    found, given = list[tuple[Statement, set[str]]](), {ALWAYS}
    for piece, tree in pieces:
        lines = piece.code.split("\n")
        for group in by_line(tree) if piece.problem is None else ():
            code = code_of(group, lines)
            with warnings.catch_warnings(action="ignore"):
                table = symtable.symtable(code, piece.label, "exec")
            symbols = table.get_symbols()
            assigned = {symbol.get_name() for symbol in symbols if symbol.is_assigned()}
            modules = {symbol.get_name() for symbol in symbols if symbol.is_imported()}
            reads = {symbol.get_name() for symbol in symbols if symbol.is_referenced()}
            reads |= {name for inner in table.get_children() for name in globals_of(inner)}
            statement = Statement(piece.label, first_line(group[0]), code, assigned | modules, reads)
            found.append((statement, {name for node in group for name in changed(node)}))
            given |= assigned - modules
    return [statement._replace(binds=statement.binds | changes & given) for statement, changes in found]


def by_line(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    """The statements at the top level; those that share a line together."""
    group: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test):
            continue
        if group and first_line(node) > (group[-1].end_lineno or 0):
            yield group
            group = []
        group.append(node)
    if group:
        yield group


def code_of(group: list[ast.stmt], lines: list[str]) -> str:
    """The text of statements up to the end of the last: a comment behind it may end with a backslash."""
    *before, end = lines[first_line(group[0]) - 1 : group[-1].end_lineno]
    return "\n".join([*before, end.encode()[: group[-1].end_col_offset].decode()])


def first_line(node: ast.stmt) -> int:
    """The line on which a statement begins, with its decorators."""
    return min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])


def changed(statement: ast.stmt) -> Iterator[str]:
    """The names whose value a statement changes, as `x[0] = 1` and `x.append(1)` change x."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return
    for node in ast.walk(statement):
        match node:
            case ast.ImportFrom("__future__") | ast.ImportFrom(_, [ast.alias("*")]):
                yield ALWAYS
            case ast.Attribute(ast.Name("sys"), "path"):
                yield ALWAYS
            case ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store() | ast.Del()):
                yield from root(node)
            case ast.Expr(ast.Call(function)):
                yield from root(function)


def root(node: ast.expr) -> Iterator[str]:
    """The x of x.y[0].z, or nothing for a bare name."""
    inner = node
    while isinstance(inner, ast.Subscript | ast.Attribute | ast.Call):
        inner = inner.func if isinstance(inner, ast.Call) else inner.value
    if isinstance(inner, ast.Name) and inner is not node:
        yield inner.id


def globals_of(table: symtable.SymbolTable) -> Iterator[str]:
    """The names of the file that a function or a class uses, also inside its own functions."""
    yield from (symbol.get_name() for symbol in table.get_symbols() if symbol.is_global())
    for inner in table.get_children():
        yield from globals_of(inner)
