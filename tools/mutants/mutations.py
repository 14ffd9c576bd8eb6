"""All mutants of a module: rules that change a node of its syntax tree, applied to each node that computes a value."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Mutant:
    """A mutated module: `before` and `after` are the changed line without indentation, `source` is the whole text."""

    file: str
    function: str
    line: int
    before: str
    after: str
    source: str

    @property
    def key(self) -> str:
        return f"{self.file} {self.function}: {self.after}"


class Spans:
    """The source as bytes, because the syntax tree counts columns in bytes."""

    def __init__(self, source: str) -> None:
        self.text = source.encode()
        self.lines = [0]
        for line in self.text.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))

    def start(self, node: ast.AST) -> int:
        return self.lines[node.lineno - 1] + node.col_offset

    def end(self, node: ast.AST) -> int:
        return self.lines[node.end_lineno - 1] + node.end_col_offset

    def of(self, node: ast.AST) -> str:
        return self.text[self.start(node) : self.end(node)].decode()

    def mutant(self, file: str, start: int, end: int, new: str, function: str) -> Mutant:
        """Return the mutant with `new` in place of the bytes from `start` to `end`."""
        first = self.text.rfind(b"\n", 0, start) + 1
        last = self.text.find(b"\n", end)
        head, tail = self.text[first:start].decode(), self.text[end:last].decode()
        before, after = (" ".join(line.split()) for line in (self.text[first:last].decode(), head + new + tail))
        source = (self.text[:start] + new.encode() + self.text[end:]).decode()
        return Mutant(file, function, self.text.count(b"\n", 0, start) + 1, before, after, source)


OPERATORS = {
    **{ast.Add: ("+", ["-"]), ast.Sub: ("-", ["+"]), ast.Mult: ("*", ["/"]), ast.Div: ("/", ["*"])},
    **{ast.FloorDiv: ("//", ["*"]), ast.Mod: ("%", ["*"]), ast.Pow: ("**", ["*"])},
    **{ast.BitAnd: ("&", ["|"]), ast.BitOr: ("|", ["&"]), ast.And: ("and", ["or"]), ast.Or: ("or", ["and"])},
    **{ast.Lt: ("<", ["<=", ">="]), ast.LtE: ("<=", ["<", ">"]), ast.Gt: (">", [">=", "<="])},
    **{ast.GtE: (">=", [">", "<"]), ast.Eq: ("==", ["!="]), ast.NotEq: ("!=", ["=="])},
    **{ast.Is: ("is", ["is not"]), ast.IsNot: ("is not", ["is"]), ast.In: ("in", ["not in"])},
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


NOT_MUTATED = {"annotation", "returns", "decorator_list", "bases", "msg"}  # types, decorators and messages
TYPES = {"isinstance", "TypeVar", "cast"}  # calls whose arguments are types
Mutation = tuple[int, int, str, str]  # (start, end, new text, function)


def mutants_of(file: str, source: str) -> list[Mutant]:
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
