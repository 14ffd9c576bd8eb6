"""The file of a learner: its code, and the functions and constants in it."""

import ast
import builtins
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

from course_torch.errors import InputError, check_regular
from course_torch.language import LANGUAGES, Language

MARKER = re.compile(r"^# (In\[[ \d]*\]:|%%)", re.MULTILINE)
"""The line before a cell of a notebook that was saved as Python."""
PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")
"""Magics of a cell whose other lines are Python."""
DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)
LARGEST = 4 * 1024**2
"""Largest size of a learner's file in bytes."""
LIBRARIES = ("numpy", "torch")
LAYOUTS = ("rows", "columns")
SETTINGS = {"LIBRARY": LIBRARIES, "LAYOUT": LAYOUTS, "LANGUAGE": LANGUAGES}
"""Constants at the top of a file that `course-torch exercise` wrote, and their values."""
Node = TypeVar("Node", bound=ast.AST)
Function = ast.FunctionDef | ast.expr
"""A `def`, or the expression that is assigned to the function's name."""
MAY_BE_FUNCTIONS = (ast.Lambda, ast.Name, ast.Attribute, ast.Call)


class Cell(NamedTuple):
    """Code and its name in messages. `place` names the cell in the list of cells that are not run."""

    label: str
    code: str
    place: str


def notebook_cells(text: str) -> list[Cell]:
    """The code cells of a notebook. Raises ValueError, KeyError, TypeError or RecursionError if it is no notebook."""
    return [
        Cell(f"cell {number}", without_magics("".join(cell["source"])), f"cell {number}")
        for number, cell in enumerate(json.loads(text)["cells"], start=1)
        if cell["cell_type"] == "code"
    ]


def script_cells(name: str, text: str) -> list[Cell]:
    """The cells of a notebook that was saved as Python, with the line numbers of the file. Empty for other files."""
    starts = [0, *(match.start() for match in MARKER.finditer(text)), len(text)]
    cells = []
    for start, end in pairwise(starts) if len(starts) > 2 else ():
        first, last = (text.count("\n", 0, position) for position in (start, end))
        code = "\n" * first + without_magics(text[start:end])
        cells.append(Cell(name, code, f"lines {first + 1}-{max(first + 1, last)}"))
    return cells


def without_magics(code: str) -> str:
    """Replace IPython's magics and shell commands by empty lines, so that line numbers stay."""
    lines = code.splitlines()
    if lines and lines[0].startswith("%%") and lines[0].split()[0] not in PYTHON_MAGICS:
        return ""
    return "\n".join("" if line.lstrip()[:1] in ("%", "!") else line for line in lines)


def kept(cells: list[Cell]) -> tuple[list[Cell], list[str]]:
    """The code that is run, and the places of the cells that are not run.

    A cell that is not Python is kept if it defines a function, so that the reader of the file can name the line.
    """
    known, run, skipped = set(dir(builtins)), [], []
    for cell in cells:
        try:
            body = ast.parse(cell.code).body
        except SyntaxError:
            run += [cell] if "def " in cell.code else []
            skipped += [] if "def " in cell.code else [cell.place]
            continue
        defines = any(isinstance(node, DEFINITIONS) for node in body)
        nodes = []
        for node in body:
            if isinstance(node, (*IMPORTS, *DEFINITIONS)) or is_simple(node, known, alone=not defines):
                nodes.append(node)
                known |= set(names_of(node))
        run += [cell._replace(code=only(cell.code, nodes))] if nodes else []
        skipped += [cell.place] if not defines and len(nodes) < len(body) else []
    return run, skipped


def is_simple(node: ast.stmt, known: set[str], *, alone: bool) -> bool:
    """Whether a statement assigns to names, reads only names that exist, and calls at most functions of modules.

    In a cell without definitions (`alone`) only constants and functions are assigned.

    `scale = 2`, `rng = np.random.default_rng(1)` and `g = lambda z: z` are simple. `parameters = nn_model(X, Y)` is
    not: it runs what the learner wrote, on data that is not here.
    """
    if not isinstance(node, ast.Assign) or not all(isinstance(target, ast.Name) for target in node.targets):
        return False
    if alone and not isinstance(node.value, ast.Constant | ast.Lambda | ast.Attribute):
        return False
    inside = [inner for part in ast.iter_child_nodes(node) for inner in outside_of_lambdas(part)]
    read = {inner.id for inner in inside if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)}
    called = {inner.func.id for inner in inside if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name)}
    return read <= known and called <= set(dir(builtins))


def outside_of_lambdas(node: ast.AST) -> Iterator[ast.AST]:
    """The node and everything in it, without the bodies of functions, which are not run by an assignment."""
    yield node
    if not isinstance(node, ast.Lambda):
        for inner in ast.iter_child_nodes(node):
            yield from outside_of_lambdas(inner)


def names_of(node: ast.stmt) -> Iterator[str]:
    """The names that an import, a definition or an assignment makes."""
    if isinstance(node, DEFINITIONS):
        yield node.name
    elif isinstance(node, IMPORTS):
        yield from ((name.asname or name.name).partition(".")[0] for name in node.names)
    else:
        yield from named_targets(node)


def nodes_of(tree: ast.AST, kind: type[Node]) -> list[Node]:
    """The nodes of a kind in a tree."""
    return [node for node in ast.walk(tree) if isinstance(node, kind)]


def named_targets(node: ast.stmt) -> list[str]:
    """The names to which a statement assigns."""
    return [target.id for target in getattr(node, "targets", []) if isinstance(target, ast.Name)]


def only(code: str, nodes: list[Any]) -> str:
    """Keep the lines of these statements. All other lines become empty, so that line numbers stay."""
    kept: set[int] = set()
    for node in nodes:
        first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
        kept |= {*range(first, node.end_lineno + 1)}
    return "\n".join(line if number in kept else "" for number, line in enumerate(code.splitlines(), start=1))


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
        """LAYOUT of the file, otherwise columns as in the course."""
        return self._setting("LAYOUT") or "columns"

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
        return place[0] == label and first <= place[1] < first + max(1, len(code.splitlines()))

    def text_of(self, function: str) -> tuple[str, int, str]:
        """The label of the piece with a function, the function's first line there, and its text with its comments."""
        node = self.functions[function]
        pieces = zip(self.pieces, self.trees, strict=True)
        piece = next(piece for piece, tree in pieces if any(inner is node for inner in ast.walk(tree)))
        lines = piece.code.splitlines()[node.lineno - 1 : node.end_lineno]
        return piece.label, node.lineno, "\n".join(lines)

    def hash_of(self, function: str) -> str:
        """A hash of the function's code, without comments and spaces."""
        return sha256(ast.dump(self.functions[function]).encode()).hexdigest()[:16]

    def _setting(self, name: str) -> str:
        """The value of a setting, or no text if the file has none."""
        value = self.constants.get(name, "")
        if name in self.constants and value not in SETTINGS[name]:
            raise InputError(f"{self.path}: {name}: found {value!r}, expected one of {', '.join(SETTINGS[name])}")
        return cast(str, value)


def text_of(path: Path) -> str:
    """The text of a file, without the byte order mark that some editors write. Raises InputError."""
    check_regular(path)
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path}: found {path.stat().st_size:,} bytes, expected at most {LARGEST:,}")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file, expected Python or a notebook") from error
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read as text ({reason}), expected Python or a notebook") from error


def read_source(path: Path) -> Source:
    """Read a .py file or a notebook. Raises InputError if it cannot be read or is not Python."""
    source = source_of(path, text_of(path))
    for piece in source.pieces:
        try:
            ast.parse(piece.code)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", None)
            place = str(path) if piece.label == path.name else f"{path}: {piece.label}"
            at = f", line {line}" if line else ""
            message = getattr(error, "msg", None) or str(error) or type(error).__name__
            raise InputError(f"{place}{at} is not Python: {message}") from error
    return source


def source_of(path: Path, text: str) -> Source:
    """The code of a file that is run: all of it, or what `kept` keeps of an assignment's cells."""
    if path.suffix == ".ipynb":
        try:
            cells = notebook_cells(text)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise InputError(f"{path}: not a notebook of format 4 ({type(error).__name__})") from error
    else:
        cells = script_cells(path.name, text)
        if not cells:
            return Source(path, (Piece(path.name, text),))
    run, skipped = kept(cells)
    return Source(path, tuple(Piece(cell.label, cell.code) for cell in run), tuple(skipped))
