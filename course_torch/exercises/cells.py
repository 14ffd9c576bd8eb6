"""The code of an assignment of the course that is run: imports, definitions, constants and simple assignments.

Other statements are not run, because they may train for an hour or load data that is not here.
"""

import ast
import builtins
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

MARKER = re.compile(r"^# (In\[[ \d]*\]:|%%)", re.MULTILINE)
"""The line before a cell of a notebook that was saved as Python."""
PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")
"""Magics of a cell whose other lines are Python."""
DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)


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
    if len(starts) == 2:
        return []
    cells = []
    for start, end in pairwise(starts):
        first = text.count("\n", 0, start)
        last = text.count("\n", 0, end)
        cells.append(
            Cell(name, "\n" * first + without_magics(text[start:end]), f"lines {first + 1}-{max(first + 1, last)}")
        )
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
            tree = ast.parse(cell.code)
        except SyntaxError:
            if "def " in cell.code:
                run.append(cell)
            else:
                skipped.append(cell.place)
            continue
        defines = any(isinstance(node, DEFINITIONS) for node in tree.body)
        nodes = []
        for node in tree.body:
            if isinstance(node, (*IMPORTS, *DEFINITIONS)) or is_simple(node, known, alone=not defines):
                nodes.append(node)
                known |= set(names_of(node))
        if nodes:
            run.append(cell._replace(code=only(cell.code, nodes)))
        if not defines and len(nodes) < len(tree.body):
            skipped.append(cell.place)
    return run, skipped


def is_simple(node: ast.stmt, known: set[str], *, alone: bool) -> bool:
    """Whether a statement assigns to names, reads only names that exist, and calls at most functions of modules.

    In a cell without definitions (`alone`) only constants and functions are assigned.

    `scale = 2`, `rng = np.random.default_rng(1)` and `g = lambda z: z` are simple. `parameters = nn_model(X, Y)` is
    not: it runs what the learner wrote, on data that is not here.
    """
    if not isinstance(node, ast.Assign) or not all(isinstance(each, ast.Name) for each in node.targets):
        return False
    if alone and not isinstance(node.value, ast.Constant | ast.Lambda | ast.Attribute):
        return False
    inside = [each for part in ast.iter_child_nodes(node) for each in outside_of_lambdas(part)]
    read = {each.id for each in inside if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}
    calls = [each.func for each in inside if isinstance(each, ast.Call)]
    return read <= known and not any(isinstance(each, ast.Name) and not hasattr(builtins, each.id) for each in calls)


def outside_of_lambdas(node: ast.AST) -> Iterator[ast.AST]:
    """The node and everything in it, without the bodies of functions, which are not run by an assignment."""
    yield node
    if not isinstance(node, ast.Lambda):
        for each in ast.iter_child_nodes(node):
            yield from outside_of_lambdas(each)


def names_of(node: ast.stmt) -> Iterator[str]:
    """The names that an import, a definition or an assignment makes."""
    if isinstance(node, DEFINITIONS):
        yield node.name
    elif isinstance(node, IMPORTS):
        yield from ((each.asname or each.name).partition(".")[0] for each in node.names)
    elif isinstance(node, ast.Assign):
        yield from (each.id for each in node.targets if isinstance(each, ast.Name))


def only(code: str, nodes: list[Any]) -> str:
    """Keep the lines of these statements. All other lines become empty, so that line numbers stay."""
    lines = code.splitlines()
    kept: set[int] = set()
    for node in nodes:
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
        kept |= set(range(first, node.end_lineno + 1))
    return "\n".join(line if number in kept else "" for number, line in enumerate(lines, start=1))
