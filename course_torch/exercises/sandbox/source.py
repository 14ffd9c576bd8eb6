"""The file of a learner: the functions and constants in it, and the statements that run."""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

from course_torch.errors import InputError, check_name
from course_torch.exercises.sandbox.cells import DEFINITION, Piece, pieces_of, text_of
from course_torch.exercises.sandbox.learner.stub_modules import REMOVED
from course_torch.exercises.sandbox.not_python import FILE, Problem
from course_torch.exercises.sandbox.statements import Statement, needed, statements_of
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


def nodes_of(tree: ast.AST, kind: type[Node]) -> list[Node]:
    """The nodes of a kind in a tree."""
    return [node for node in ast.walk(tree) if isinstance(node, kind)]


def text_at(code: str, node: Function) -> str:
    """The lines of the code that hold a node, as Python counts lines: a form feed ends none."""
    return "\n".join(code.split("\n")[node.lineno - 1 : node.end_lineno])


def named_targets(node: ast.stmt) -> list[str]:
    """The names to which a statement assigns."""
    return [target.id for target in getattr(node, "targets", []) if isinstance(target, ast.Name)]


@dataclass(frozen=True)
class Source:
    """A learner's file.

    pieces   its code in order
    asked    the functions that are called; if it is empty, all functions of the file
    """

    path: Path
    pieces: tuple[Piece, ...]
    asked: frozenset[str] = frozenset()

    @cached_property
    def trees(self) -> list[ast.Module]:
        """The trees of the pieces. A piece that is not Python has only the heads of its functions."""
        with warnings.catch_warnings(action="ignore"):
            return [ast.parse(piece.readable) for piece in self.pieces]

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
        """Function -> why its last definition is not Python."""
        broken: dict[str, Problem] = {}
        for piece in self.pieces:
            for name in DEFINITION.findall(piece.code):
                broken.pop(name, None)
                if piece.problem is not None:
                    broken[name] = piece.problem
        return broken

    @property
    def not_python(self) -> Text:
        """Where the file is not Python first, in one line."""
        return FILE.fill(path=self.path, why=self.problems[0].why)

    @cached_property
    def removed(self) -> list[str]:
        """The names that the file reads in NumPy and that NumPy 1.24 removed, such as float."""
        nodes = (node for tree in self.trees for node in nodes_of(tree, ast.Attribute) if node.attr in REMOVED)
        numpy = ("np", "numpy")
        return sorted({node.attr for node in nodes if isinstance(node.value, ast.Name) and node.value.id in numpy})

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Name -> the last definition of each function at the top level.

        Only running the file shows whether a name such as `tanh = np.tanh` can be called, so the names of all
        expressions that may be functions are here.
        """
        named: dict[str, Function] = {
            name: value for name, value in self._assigned if isinstance(value, MAY_BE_FUNCTIONS)
        }
        nodes = (node for tree in self.trees for node in tree.body)
        return named | {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}

    @cached_property
    def constants(self) -> dict[str, Any]:
        """Name -> value of each text that is assigned to a name at the top level."""
        return {name: value.value for name, value in self._assigned if isinstance(value, ast.Constant)}

    @property
    def _assigned(self) -> Iterator[tuple[str, ast.expr]]:
        """The names at the top level to which the file assigns, and what it assigns to them."""
        for node in (node for tree in self.trees for node in tree.body):
            if isinstance(node, ast.Assign):
                yield from ((name, node.value) for name in named_targets(node))

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
        """LAYOUT of the file, or what the shapes in its docstrings show, otherwise columns as in the course."""
        shapes = "".join(self.stubs.values())
        return self._setting("LAYOUT") or ("rows" if shapes.count("(m, ") > shapes.count(", m)") else "columns")

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
        names = {name.name for tree in self.trees for node in nodes_of(tree, ast.Import) for name in node.names}
        return names | {node.module or "" for tree in self.trees for node in nodes_of(tree, ast.ImportFrom)}

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
