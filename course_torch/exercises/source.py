"""The learner's file: Python or a notebook, its functions, and the form in which it is written."""

import ast
import json
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, cast

from course_torch.errors import InputError, check_regular
from course_torch.language import LANGUAGES, Language

LARGEST = 4 * 1024**2
"""Largest size of a learner's file in bytes."""
LIBRARIES = ("numpy", "torch")
LAYOUTS = ("rows", "columns")
SETTINGS = {"LIBRARY": LIBRARIES, "LAYOUT": LAYOUTS, "LANGUAGE": LANGUAGES}
"""Constants at the top of a file that `course-torch exercise` wrote, and their values."""


class Piece(NamedTuple):
    """Code that runs as a whole: a file, or a cell of a notebook. `label` names it in messages."""

    label: str
    code: str


@dataclass(frozen=True)
class Source:
    """A learner's file.

    pieces    the code that is run
    skipped   the cells that are not run, because they define no function
    """

    path: Path
    pieces: tuple[Piece, ...]
    skipped: tuple[str, ...] = ()

    @cached_property
    def trees(self) -> list[ast.Module]:
        return [ast.parse(piece.code) for piece in self.pieces]

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        """Name -> the last definition of each function at the top level."""
        return {node.name: node for tree in self.trees for node in tree.body if isinstance(node, ast.FunctionDef)}

    @cached_property
    def constants(self) -> dict[str, Any]:
        """Name -> value of each text that is assigned to a name at the top level."""
        found: dict[str, Any] = {}
        for node in (node for tree in self.trees for node in tree.body):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                found |= {each.id: node.value.value for each in node.targets if isinstance(each, ast.Name)}
        return found

    @property
    def is_own_form(self) -> bool:
        """Whether `course-torch exercise` wrote the file, and not an assignment of the course."""
        return "CHAPTER" in self.constants

    @property
    def library(self) -> str:
        """LIBRARY of the file; otherwise torch if the file imports torch, else numpy as in the course."""
        return self._setting("LIBRARY", "torch" if "torch" in self._imported else "numpy")

    @property
    def layout(self) -> str:
        """LAYOUT of the file, otherwise columns as in the course."""
        return self._setting("LAYOUT", "columns")

    @property
    def language(self) -> Language:
        return cast(Language, self._setting("LANGUAGE", "en"))

    def hash_of(self, function: str) -> str:
        """A hash of the function's code, without comments and spaces."""
        return sha256(ast.dump(self.functions[function]).encode()).hexdigest()[:16]

    def _setting(self, name: str, otherwise: str) -> str:
        value = self.constants.get(name, otherwise)
        if value not in SETTINGS[name]:
            raise InputError(f"{self.path}: {name}: found {value!r}, expected one of {', '.join(SETTINGS[name])}")
        return cast(str, value)

    @property
    def _imported(self) -> set[str]:
        nodes = [node for tree in self.trees for node in ast.walk(tree)]
        names = {each.name for node in nodes if isinstance(node, ast.Import) for each in node.names}
        return names | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def read_source(path: Path) -> Source:
    """Read a .py file or a notebook. Raises InputError if it cannot be read or is not Python."""
    check_regular(path)
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path}: found {path.stat().st_size:,} bytes, expected at most {LARGEST:,}")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as text ({error}), expected Python or a notebook") from error
    source = notebook(path, text) if path.suffix == ".ipynb" else Source(path, (Piece(path.name, text),))
    for piece in source.pieces:
        try:
            ast.parse(piece.code)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", None)
            place = f"{piece.label}, line {line}" if line else piece.label
            message = getattr(error, "msg", None) or str(error) or type(error).__name__
            raise InputError(f"{path}: {place} is not Python: {message}") from error
    return source


def notebook(path: Path, text: str) -> Source:
    """Read the code cells of a notebook: imports of every cell, and the definitions of cells that define functions."""
    try:
        cells = json.loads(text)["cells"]
        codes = [
            (f"cell {number}", without_magics("".join(cell["source"])))
            for number, cell in enumerate(cells, start=1)
            if cell["cell_type"] == "code"
        ]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"{path}: not a notebook of format 4 ({type(error).__name__})") from error
    pieces, skipped = [], []
    for label, code in codes:
        try:
            tree = ast.parse(code)
        except SyntaxError:
            if "def " in code:
                pieces.append(Piece(label, code))  # read_source reports the line
            continue
        defines = any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in tree.body)
        kinds = (ast.Import, ast.ImportFrom, *((ast.FunctionDef, ast.ClassDef, ast.Assign) if defines else ()))
        kept = [node for node in tree.body if isinstance(node, kinds)]
        if kept:
            pieces.append(Piece(label, only(code, kept)))
        if not defines and len(kept) < len(tree.body):
            skipped.append(label)
    return Source(path, tuple(pieces), tuple(skipped))


def without_magics(code: str) -> str:
    """Replace IPython's magics and shell commands by empty lines, so that line numbers stay."""
    lines = code.splitlines()
    if lines and lines[0].startswith("%%"):
        return ""
    return "\n".join("" if line.lstrip()[:1] in ("%", "!") else line for line in lines)


def only(code: str, nodes: list[Any]) -> str:
    """Keep the lines of these statements. All other lines become empty, so that line numbers stay."""
    lines = code.splitlines()
    kept: set[int] = set()
    for node in nodes:
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
        kept |= set(range(first, node.end_lineno + 1))
    return "\n".join(line if number in kept else "" for number, line in enumerate(lines, start=1))
