"""The file of a learner: the functions and constants in it, and the statements that run."""

import ast
import re
import symtable
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

from course_torch.errors import InputError, check_name
from course_torch.exercises.sandbox.cells import DEFINITION, FILE, Piece, Problem, meant_to_define, pieces_of, text_of
from course_torch.exercises.sandbox.learner.stub_modules import REMOVED
from course_torch.language import LANGUAGES, Language, Text

LIBRARIES = ("numpy", "torch")
LAYOUTS = ("rows", "columns")
SETTINGS = {"LIBRARY": LIBRARIES, "LAYOUT": LAYOUTS, "LANGUAGE": LANGUAGES}
"""Constants at the top of a file that `course-torch exercise` wrote, and their values."""
OF_EXERCISE = re.compile(r"^(Notes|笔记) \d\.\d[.。]$", re.MULTILINE)
"""The last line of a docstring that `course-torch exercise` wrote."""
Node = TypeVar("Node", bound=ast.AST)
Function = ast.FunctionDef | ast.expr
"""A `def`, or the expression that is assigned to the function's name."""
MAY_BE_FUNCTIONS = (ast.Lambda, ast.Name, ast.Attribute, ast.Call)
MAKERS = ("vectorize", "frompyfunc", "partial", "jit", "njit")
"""Functions that return functions. The call of another, as in `model = Net(3)`, is taken for an object."""
ALWAYS = "*"
"""Stands for names that only an import shows, as in `from dnn_utils import *`, and for the folders of imports."""


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


def nodes_of(tree: ast.AST, kind: type[Node]) -> list[Node]:
    """The nodes of a kind in a tree."""
    return [node for node in ast.walk(tree) if isinstance(node, kind)]


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


@dataclass(frozen=True)
class Source:
    """A learner's file.

    pieces   its code in order
    asked    the functions that are called; if it is empty, all functions of the file
    in_rows  whether its functions show that its rows are examples, although it does not say so
    """

    path: Path
    pieces: tuple[Piece, ...]
    asked: frozenset[str] = frozenset()
    in_rows: bool = False

    @cached_property
    def trees(self) -> list[ast.Module]:
        """The trees of the pieces. A piece that is not Python has only the heads of its functions."""
        with warnings.catch_warnings(action="ignore"):
            return [ast.parse(piece.readable) for piece in self.pieces]

    def top(self, kind: type[Node]) -> list[Node]:
        """The statements of a kind at the top level."""
        return [node for tree in self.trees for node in tree.body if isinstance(node, kind)]

    def nodes(self, kind: type[Node]) -> list[Node]:
        """The nodes of a kind in the whole file."""
        return [node for tree in self.trees for node in nodes_of(tree, kind)]

    @cached_property
    def needed(self) -> list[Statement]:
        """The statements that run: imports, definitions and what they need."""
        every = [name for name, node in self.functions.items() if not isinstance(node, ast.Call)]
        return needed(statements_of(zip(self.pieces, self.trees, strict=True)), self.asked or every)

    @cached_property
    def problems(self) -> list[Problem]:
        """Why pieces of the file are not Python."""
        return [piece.problem for piece in self.pieces if piece.problem is not None]

    @cached_property
    def broken(self) -> dict[str, Problem]:
        """Function -> why its last definition is not Python.

        A line that is only meant to define a function counts if nothing else defines the function.
        """
        broken: dict[str, Problem | None] = {}
        for piece in self.pieces:
            broken |= dict.fromkeys(DEFINITION.findall(piece.code), piece.problem)
        for piece in self.pieces if self.problems else ():
            for name in map(meant_to_define, piece.code.split("\n") if piece.problem else ()):
                broken.setdefault(name, piece.problem)
        return {name: problem for name, problem in broken.items() if name and problem is not None}

    @property
    def not_python(self) -> Text:
        """Where the file is not Python first, in one line."""
        return FILE.fill(path=self.path, why=self.problems[0].why)

    @cached_property
    def removed(self) -> list[str]:
        """The names that the file reads in NumPy and that NumPy 1.24 removed, such as float."""
        nodes, numpy = (node for node in self.nodes(ast.Attribute) if node.attr in REMOVED), ("np", "numpy")
        return sorted({node.attr for node in nodes if isinstance(node.value, ast.Name) and node.value.id in numpy})

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Name -> the last definition of each function at the top level.

        Only running the file shows whether a name such as `tanh = np.tanh` can be called, so the names of all
        expressions that may be functions are here.
        """
        named: dict[str, Function] = {name: to for name, to in self._assigned if may_be_function(to)}
        return named | {node.name: node for node in self.top(ast.FunctionDef)}

    @cached_property
    def constants(self) -> dict[str, Any]:
        """Name -> value of each text that is assigned to a name at the top level."""
        return {name: value.value for name, value in self._assigned if isinstance(value, ast.Constant)}

    @property
    def _assigned(self) -> list[tuple[str, ast.expr]]:
        """The names at the top level to which the file assigns, and what it assigns to them."""
        return [(name, node.value) for node in self.top(ast.Assign) for name in named_targets(node)]

    @cached_property
    def stubs(self) -> dict[str, str]:
        """Function -> its docstring, of the functions with the docstring that `course-torch exercise` wrote."""
        functions = [node for node in self.functions.values() if isinstance(node, ast.FunctionDef)]
        texts = {function.name: ast.get_docstring(function) or "" for function in functions}
        return {name: text for name, text in texts.items() if OF_EXERCISE.search(text)}

    @property
    def is_exercise(self) -> bool:
        """Whether `course-torch exercise` wrote the file, and not an assignment of the course."""
        return "CHAPTER" in self.constants or bool(self.stubs)

    @property
    def library(self) -> str:
        """LIBRARY of the file; otherwise torch if the file imports torch, else numpy as in the course."""
        return self._setting("LIBRARY") or ("torch" if "torch" in self.imported else "numpy")

    @property
    def layout(self) -> str:
        """LAYOUT of the file, or what its functions or their docstrings show; otherwise columns as in the course."""
        shapes = "".join(self.stubs.values())
        in_rows = self.in_rows or shapes.count("(m, ") > shapes.count(", m)")
        return self._setting("LAYOUT") or ("rows" if in_rows else "columns")

    @property
    def shows_layout(self) -> bool:
        """Whether the file says which layout it has."""
        return "LAYOUT" in self.constants or bool(self.stubs)

    @property
    def language(self) -> Language:
        return cast(Language, self._setting("LANGUAGE") or "en")

    @cached_property
    def imported(self) -> set[str]:
        """The modules that the file imports."""
        names = {name.name for node in self.nodes(ast.Import) for name in node.names}
        return names | {node.module or "" for node in self.nodes(ast.ImportFrom)}

    def is_inside(self, function: str, place: tuple[str, int]) -> bool:
        """Whether a place, the label of a piece and a line, is inside the function."""
        label, first, code = self.text_of(function)
        return place[0] == label and first <= place[1] <= first + code.count("\n")

    def text_of(self, function: str) -> tuple[str, int, str]:
        """The label of the piece with a function, the function's first line there, and its text with its comments."""
        node = self.functions[function]
        pieces = zip(self.pieces, self.trees, strict=True)
        piece = next(
            piece for piece, tree in pieces if any(node in (top, getattr(top, "value", None)) for top in tree.body)
        )
        return piece.label, node.lineno, text_at(piece.code, node)

    def hash_of(self, function: str) -> str:
        """A hash of the function's code, without comments and spaces."""
        return sha256(ast.dump(self.functions[function]).encode()).hexdigest()[:16]

    def _setting(self, name: str) -> str:
        """The value of a setting, or no text if the file has none."""
        value = self.constants.get(name, "")
        if name in self.constants:
            check_name(f"{self.path}: {name}", str(value), SETTINGS[name])
        return cast(str, value)


def read_source(path: Path) -> Source:
    """Read a .py file or a notebook. Raises InputError if it cannot be read, or is not Python and has no function."""
    source = Source(path, tuple(pieces_of(path, text_of(path))))
    if source.problems and not source.functions:
        raise InputError(source.not_python)
    return source


def needed(statements: list[Statement], names: Iterable[str]) -> list[Statement]:
    """The statements that give these names their values, and those that they need in turn."""
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
    statements, changes, given = list[Statement](), list[set[str]](), {ALWAYS}
    for piece, tree in ((piece, tree) for piece, tree in pieces if piece.problem is None):
        lines = piece.code.split("\n")
        for group in by_line(tree):
            first, last = first_line(group[0]), group[-1].end_lineno
            code = "\n".join(lines[first - 1 : last])
            with warnings.catch_warnings(action="ignore"):
                table = symtable.symtable(code, piece.label, "exec")
            symbols = table.get_symbols()
            assigned = {symbol.get_name() for symbol in symbols if symbol.is_assigned()}
            modules = {symbol.get_name() for symbol in symbols if symbol.is_imported()}
            reads = {symbol.get_name() for symbol in symbols if symbol.is_referenced()}
            reads |= {name for inner in table.get_children() for name in globals_of(inner)}
            statements.append(Statement(piece.label, first, code, assigned | modules, reads))
            changes.append({name for node in group for name in changed(node)})
            given |= assigned - modules
    return [
        statement._replace(binds=statement.binds | change & given)
        for statement, change in zip(statements, changes, strict=True)
    ]


def by_line(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    """The statements at the top level; those that share a line together."""
    group: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.If) and "__name__" in {
            name.id for name in ast.walk(node.test) if isinstance(name, ast.Name)
        }:
            continue
        if group and first_line(node) > (group[-1].end_lineno or 0):
            yield group
            group = []
        group.append(node)
    if group:
        yield group


def first_line(node: ast.stmt) -> int:
    """The line on which a statement begins, with its decorators."""
    return min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])


def changed(statement: ast.stmt) -> Iterator[str]:
    """The names whose value a statement changes, as `x[0] = 1` and `x.append(1)` change x."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return
    for node in ast.walk(statement):
        module = node.value if isinstance(node, ast.Attribute) and node.attr == "path" else None
        sets_folders = isinstance(module, ast.Name) and module.id == "sys"
        from_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if sets_folders or from_future or (isinstance(node, ast.ImportFrom) and node.names[0].name == "*"):
            yield ALWAYS
        elif isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            yield from root(node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield from root(node.value.func)


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
