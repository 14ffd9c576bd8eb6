"""All mutants of a module: the mutation rules, applied to every node of the syntax tree that computes a value."""

import ast
from collections.abc import Iterator

from tools.mutants.rules import mutations
from tools.mutants.source import Mutant, Spans

NOT_MUTATED = {"annotation", "returns", "decorator_list", "bases", "msg"}
"""Fields of syntax tree nodes with types, decorators and messages."""
TYPES = {"isinstance", "TypeVar", "cast"}
"""Calls whose arguments are types."""
Mutation = tuple[int, int, str, str]
"""(start, end, new text, function)"""


def mutants_of(file: str, source: str) -> list[Mutant]:
    """Return all mutants that compile, in the order of the file."""
    spans = Spans(source)
    found = sorted(set(walk(ast.parse(source), "", spans)))
    mutants = [spans.mutant(file, *mutation) for mutation in found]
    return [mutant for mutant in mutants if compiles(mutant.source)]


def compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def walk(node: ast.AST, function: str, spans: Spans) -> Iterator[Mutation]:
    """Yield the mutations of a node and of all nodes below it that compute a value."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        function = f"{function}.{node.name}".lstrip(".")
    for start, end, new in mutations(node, spans):
        yield start, end, new, function or "module"
    for name, field in ast.iter_fields(node):
        if name in NOT_MUTATED:
            continue
        for child in field if isinstance(field, list) else [field]:
            if isinstance(child, ast.AST) and not is_guard(child):
                yield from walk(child, function, spans)


def is_guard(node: ast.AST) -> bool:
    """Whether a node only guards: a type alias, a call with types as arguments, an error, or `strict` of zip."""
    if isinstance(node, ast.Assign) and node.col_offset == 0:
        return isinstance(node.value, ast.Subscript) or (
            isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.BitOr)
        )
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return True
    is_type_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TYPES
    return is_type_call or isinstance(node, ast.Raise | ast.JoinedStr)
