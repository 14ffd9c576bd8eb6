"""What the file of a learner holds: its text, its functions and constants, its library and layout."""

import ast
import re
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from course_torch.errors import InputError, check_name, check_regular, unreadable
from course_torch.exercises.learners_file.cells import Piece, meant_to_define, pieces_of
from course_torch.exercises.learners_file.problems import DEFINITION, Problem
from course_torch.exercises.learners_file.statements import Statement, needed, statements_of
from course_torch.exercises.learners_file.syntax import (
    Function,
    Node,
    may_be_function,
    named_targets,
    nodes_of,
    text_at,
)
from course_torch.exercises.tasks.task import LAYOUTS
from course_torch.language import LANGUAGES, Language, Text
from course_torch.text import decoded

SETTINGS = {"LIBRARY": ("numpy", "torch"), "LAYOUT": LAYOUTS, "LANGUAGE": LANGUAGES}
"""Constants at the top of a file that `course-torch exercise` wrote, and their values."""

LARGEST = 4 * 1024**2
"""Largest size of a learner's file in bytes."""
NO_SUCH_FILE = Text(
    "{path}: no such file, expected Python or a notebook", "{path}：没有这个文件，应当是 Python 文件或笔记本"
)
A_FOLDER = Text(
    "{path}: a folder, expected a file. For the files in a folder: course-torch grade {path}",
    "{path}：这是文件夹，应当是文件。检查文件夹里的文件：course-torch grade {path}",
)
OTHER_FORMAT = Text(
    "{path}: found {ending}, expected a notebook (.ipynb) or Python (.py): in Jupyter choose File, Download",
    "{path}：得到 {ending}，应当是笔记本（.ipynb）或 Python 文件（.py）：在 Jupyter 里选择 File、Download",
)
OTHER_ENDINGS = (".html", ".htm", ".pdf", ".docx", ".doc", ".txt", ".md")
"""Endings of files that are neither a notebook nor Python."""
DECLARED = re.compile(rb"\A(?:.*\n)?.*coding[:=]\s*([-\w.]+)")
"""The encoding that one of the first two lines of a Python file names."""


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

    @property
    def variables(self) -> set[str]:
        """The names that the statements that run give a value, without functions."""
        return {name for statement in self.needed for name in statement.binds} - self.functions.keys()

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
        return Text("{path}: {why}", "{path}：{why}").fill(path=self.path, why=self.problems[0].why)

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

    @property
    def is_exercise(self) -> bool:
        """Whether `course-torch exercise` wrote the file, and not an assignment of the course."""
        return "CHAPTER" in self.constants

    @property
    def library(self) -> str:
        """LIBRARY of the file; otherwise torch if the file imports torch, else numpy as in the course."""
        return self._setting("LIBRARY") or ("torch" if "torch" in self.imported else "numpy")

    @property
    def layout(self) -> str:
        """LAYOUT of the file, or rows if its functions show them; otherwise columns as in the course."""
        return self._setting("LAYOUT") or ("rows" if self.in_rows else "columns")

    @property
    def shows_layout(self) -> bool:
        """Whether the file says which layout it has."""
        return "LAYOUT" in self.constants

    @property
    def may_be_in_rows(self) -> bool:
        """Whether rows may be examples too: an assignment that does not say its layout, and is taken for columns."""
        return not (self.is_exercise or self.shows_layout or self.in_rows)

    @property
    def language(self) -> Language:
        return cast(Language, self._setting("LANGUAGE") or "en")

    @cached_property
    def imported(self) -> set[str]:
        """The modules that the file imports."""
        names = {name.name for node in self.nodes(ast.Import) for name in node.names}
        return names | {node.module or "" for node in self.nodes(ast.ImportFrom)}

    @property
    def imported_names(self) -> set[str]:
        """The names that `from … import` makes at the top level."""
        return {alias.asname or alias.name for node in self.top(ast.ImportFrom) for alias in node.names}

    @property
    def defined(self) -> list[str]:
        """The names of the functions that the file defines at the top level, in their order."""
        return [*dict.fromkeys(node.name for node in self.top(ast.FunctionDef))]

    def is_inside(self, function: str, place: tuple[str, int]) -> bool:
        """Whether a place, the label of a piece and a line, is inside the function."""
        label, first, code = self.text_of(function)
        return place[0] == label and first <= place[1] <= first + code.count("\n")

    def text_of(self, function: str) -> tuple[str, int, str]:
        """The label of the piece with a function, the function's first line there, and its text with its comments."""
        node = self.functions[function]
        pairs = zip(self.pieces, self.trees, strict=True)
        holds = ((piece, (top, getattr(top, "value", None))) for piece, tree in pairs for top in tree.body)
        piece = next(piece for piece, nodes in holds if node in nodes)
        return piece.label, node.lineno, text_at(piece.code, node)

    def _setting(self, name: str) -> str:
        """The value of a setting, or no text if the file has none."""
        value = self.constants.get(name, "")
        if name in self.constants:
            check_name(f"{self.path}: {name}", str(value), SETTINGS[name])
        return cast(str, value)


def text_of(path: Path) -> str:
    """The text, with the line ends of Python, in UTF-8, UTF-16 with its mark, the encoding that it names, or GB18030.

    Raises InputError if it cannot be read, or is neither a notebook nor Python.
    """
    if path.is_dir():
        raise InputError(A_FOLDER.fill(path=path))
    check_regular(path, LARGEST)
    if path.suffix.lower() in OTHER_ENDINGS:
        raise InputError(OTHER_FORMAT.fill(path=path, ending=path.suffix))
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(NO_SUCH_FILE.fill(path=path)) from error
    except OSError as error:
        raise unreadable(path, error) from error
    declared = [match[1].decode(errors="replace")] if (match := DECLARED.match(data)) else []
    try:
        return re.sub("\r\n?", "\n", decoded(data, *declared))
    except UnicodeError as error:
        raise InputError(
            f"{path}: cannot be read as text, expected Python or a notebook in UTF-8, "
            "or Python whose first line names its encoding, as # coding: cp1252",
            f"{path}：无法作为文本读取，应为 UTF-8 的 Python 文件或笔记本，"
            "或者第一行写明编码的 Python 文件，如 # coding: cp1252",
        ) from error


def read_source(path: Path) -> Source:
    """Read a .py file or a notebook. Raises InputError if it cannot be read, or is not Python and has no function."""
    source = Source(path, tuple(pieces_of(path, text_of(path))))
    if source.problems and not source.functions:
        raise InputError(source.not_python)
    return source
