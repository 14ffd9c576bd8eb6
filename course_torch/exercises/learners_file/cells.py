"""The text of a learner's file as pieces of Python: one for a script, one for each cell of a notebook, or one for each
statement where not all of a script or a cell is Python.
"""

import json
import re
from difflib import get_close_matches
from keyword import iskeyword
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

from course_torch.errors import InputError
from course_torch.exercises.learners_file.problems import DEFINITION, Problem, problem_of
from course_torch.language import Text

LARGEST_CODE = 256 * 1024
"""Most characters of code. Python's own reading of code takes up to 700 times as many bytes of memory."""
PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun", "%%writefile", "%%file", "%%check")
"""Magics of a cell whose other lines are Python."""
MAGIC = re.compile(
    r"\s*([%!?]|[\w.]+\?{1,2}\s*$|\w[\w, ]*=\s*[%!])|(cd|ls|ll|pwd|cat|mkdir|rm|cp|mv|pip3?|conda)(\s+[^\s=(]|$)"
)
"""The beginning of a line that only IPython understands."""
START = re.compile(r"(?!(else|elif|except|finally)\b)[^\s#)\]}]")
"""The beginning of a line that may begin a statement at the top level."""
LIKE_DEFINITION = re.compile(r"(?: {1,3}(?=def ))?(?:async )?([A-Za-z]+)[ \t]+(\w+)(.*)")
"""A line that may be meant to begin a definition, also a few spaces too far right: its first word, a name, the rest."""
LIKE_DEF = 0.65
"""Similarity of a word that is `def` misspelt, as `deff`, `dfe` and `define`."""
HEADER = re.compile(r"^(?:async )?def\s+\w+\s*\([^()]*\)\s*(->[^:\n]*)?:", re.MULTILINE)
OPEN = re.compile(r"was never closed|unterminated triple-quoted|invalid syntax. Perhaps you forgot a comma")
"""Python's message where a statement may go on after a line that looks like another statement."""
DEFINES = re.compile(r"(def|class) |@[\w.]+(\(|\s*$)")
"""The beginning of a definition or of its decorator, which no open bracket or text before it holds."""
FIRST_INDENT = re.compile(r"\A((?:[ \t]*(?:#.*)?\n)*)[ \t]+(?=\S)")
"""The spaces before the first statement, which Python rejects."""
BELONGS_ABOVE = ("unexpected indent", "'return' outside function")
"""Python's message where a line goes on with the function above it."""
REACH = 40
"""Lines that look like statements and may belong to a statement before them."""
DAMAGED = Text(
    "{path}: a damaged notebook: {what}: save it again in Jupyter",
    "{path}：笔记本损坏了：{what}：请在 Jupyter 里重新保存",
)
NOT_JSON = Text("it is not JSON: {error}", "它不是 JSON：{error}")
PASS = "course_torch"
"""The label of the piece that the checker adds to a file: the pass through its functions (`check/whole_pass.py`)."""
TRIES = 2000
"""Pieces of one text that are tried. What is left then, of a text that is hardly Python, is one piece."""


class Piece(NamedTuple):
    """Code of a file. `label` names it in messages.

    problem   why it is not Python, or None
    tab       the line with a tab among spaces, which Python refuses, or None
    """

    label: str
    code: str
    problem: Problem | None = None
    tab: int | None = None

    @property
    def readable(self) -> str:
        """The code, or the heads of the functions in a piece that is not Python, on their lines."""
        if self.problem is None:
            return self.code
        heads = {match.start(): " ".join(match[0].split()) + " pass" for match in HEADER.finditer(self.code)}
        lines, start = [], 0
        for line in self.code.split("\n"):
            head, start = heads.get(start, ""), start + len(line) + 1
            if (name := meant_to_define(line)) and (not head or problem_of(self.label, head)):
                head = f"{name} = {name}"
            lines.append(head)
        return "\n".join(lines)


def meant_to_define(line: str) -> str:
    """The name of the function that a line is meant to define, although it may be no Python; otherwise no text.

    As `def f x):`, `def f（x）:` and `deff f(x):` are.
    """
    match = LIKE_DEFINITION.match(line)
    if match is None or iskeyword(match[2]):
        return ""
    has_signs = not {*"()（）:："}.isdisjoint(match[3])
    is_def = match[1] == "def" or (has_signs and get_close_matches(match[1].lower(), ["def"], 1, LIKE_DEF))
    return match[2] if is_def else ""


def pieces_of(path: Path, text: str) -> list[Piece]:
    """The pieces of a file, in their order. Each cell of a notebook is read alone. Raises InputError."""
    cells = [(path.name, text)]
    if path.suffix == ".ipynb" or text.lstrip().startswith("{"):
        cells = notebook_cells(path, text)
    if (size := sum(len(code) for _, code in cells)) > LARGEST_CODE:
        raise InputError(
            f"{path}: found {size:,} characters of code, expected at most {LARGEST_CODE:,}",
            f"{path}：有 {size:,} 个字符的代码，至多为 {LARGEST_CODE:,} 个",
        )
    return [piece for label, code in cells for piece in python_in(label, code)]


def notebook_cells(path: Path, text: str) -> list[tuple[str, str]]:
    """The labels and the code of a notebook's cells. Format 3 has work sheets, and `input` in place of `source`.

    Raises InputError, which says what of the notebook is damaged.
    """
    code: list[tuple[str, str]] = []
    try:
        notebook = json.loads(text)
        damaged = Text('it has no list "cells"', '没有 "cells" 列表')
        cells = [cell for sheet in notebook.get("worksheets", [notebook]) for cell in sheet["cells"]]
        for number, cell in enumerate(cells, start=1):
            damaged = Text(f'cell {number} has no text "source"', f'第 {number} 个单元没有 "source" 文本')
            if cell["cell_type"] == "code":
                source = "".join(cell.get("source", cell.get("input")))
                code.append((f"cell {number}", re.sub("\r\n?", "\n", source)))
    except (ValueError, RecursionError) as error:
        raise InputError(DAMAGED.fill(path=path, what=NOT_JSON.fill(error=error))) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(DAMAGED.fill(path=path, what=damaged)) from error
    return code


def python_in(label: str, code: str) -> list[Piece]:
    """The code as one piece if it is Python, otherwise a piece for each statement at the top level."""
    code = FIRST_INDENT.sub(r"\1", dedent(code))
    whole = piece_of(label, code)
    return [whole] if whole.problem is None else Statements(label, code).pieces()


class Statements:
    """The statements at the top level of a text that is not Python.

    starts   the lines where a statement seems to begin
    ends     the lines behind these statements
    tried    how many pieces were tried
    """

    def __init__(self, label: str, code: str) -> None:
        self.label, self.lines, self.tried = label, code.split("\n"), 0
        starts = [n for n, line in enumerate(self.lines) if START.match(line)]
        self.starts = [n for n in starts if not (n and self.lines[n - 1].startswith("@"))]
        self.ends = [*self.starts[1:], len(self.lines)]

    def pieces(self) -> list[Piece]:
        """A piece for each statement. A line with too many spaces belongs to an unfinished function above it.

        Text without # may stand between the function and its rest, as a formula that was pasted there.
        """
        pieces: list[tuple[int, Piece]] = []
        first = 0
        while first < len(self.starts):
            last, piece = self.statement(first)
            function = len(pieces) - 1
            while function > 0 and is_text(pieces[function][1]):
                function -= 1
            if function >= 0 and belongs_above(piece) and is_unfinished(pieces[function][1]):
                parts = [part for _, part in pieces[function:]]
                first = pieces[function][0]
                del pieces[function:]
                problem = next(part.problem for part in (*parts, piece) if part.problem)
                piece = Piece(self.label, self.between(first, last).code, problem)
            pieces.append((first, piece))
            first = last + 1
        return [piece for _, piece in pieces]

    def statement(self, first: int) -> tuple[int, Piece]:
        """Where a statement ends, and its piece. A text in quotes may hold lines that look like statements."""
        for last in range(first, min(len(self.starts), first + REACH)):
            if last > first and DEFINES.match(self.lines[self.starts[last]]):
                break
            self.tried += 1
            if self.tried > TRIES:
                return len(self.starts) - 1, self.between(first, len(self.starts) - 1)
            piece = self.between(first, last)
            if (end := end_of_function(piece)) is not None:  # the line behind it is a piece of its own
                self.starts.insert(last + 1, end)
                self.ends.insert(last, end)
                piece = self.between(first, last)
            if piece.problem is None:
                return last, piece
            if not OPEN.search(piece.problem.message):
                break
        return first, self.between(first, first)

    def between(self, first: int, last: int) -> Piece:
        """The piece from one of the statements to another, on their lines of the file."""
        start = self.starts[first]
        return piece_of(self.label, "\n" * start + "\n".join(self.lines[start : self.ends[last]]))


def end_of_function(piece: Piece) -> int | None:
    """The number of lines of a function that is whole, if the line behind it has too few spaces to belong to it."""
    if piece.problem is None or piece.problem.line is None or not piece.problem.message.startswith("unindent"):
        return None
    end = piece.problem.line - 1
    above = piece_of(piece.label, "\n".join(piece.code.split("\n")[:end]))
    return None if above.problem is not None or is_unfinished(above) else end


def is_text(piece: Piece) -> bool:
    """Whether a piece is one line that is not Python, and not meant to be a definition."""
    line = piece.code.strip()
    return piece.problem is not None and "\n" not in line and not meant_to_define(line)


def belongs_above(piece: Piece) -> bool:
    """Whether a piece has too many spaces for the top level, or begins with text in front of such lines."""
    if piece.problem is None or piece.problem.message in BELONGS_ABOVE:
        return piece.problem is not None
    head, _, rest = piece.code.strip().partition("\n")
    begins_a_block = head.endswith(":") or iskeyword(head.split()[0]) or meant_to_define(head)
    lines = [line for line in rest.split("\n") if line.strip()]
    return bool(lines) and not begins_a_block and all(line[0] in " \t" for line in lines)


def is_unfinished(piece: Piece) -> bool:
    """Whether a piece ends with a function that does not end with a return."""
    lines = [line for line in piece.code.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    return DEFINITION.search(piece.code) is not None and not lines[-1].lstrip().startswith("return")


def piece_of(label: str, code: str) -> Piece:
    """The code as it is, or without what Python does not read: IPython's lines, and tabs among spaces."""
    plain, line = without_magics(code), None
    for variant in dict.fromkeys((code, plain, plain.expandtabs(4), plain.expandtabs(8))):
        problem = problem_of(label, variant)
        if problem is None:
            return Piece(label, variant, tab=None if variant in (code, plain) else line)
        line = problem.line
    return Piece(label, variant, problem)


def without_magics(code: str) -> str:
    """Put `pass` in place of the lines of IPython, so that the numbers of the lines and the blocks stay."""
    lines = code.split("\n")
    first = next((line.split()[0] for line in lines if line.strip()), "")
    if first.startswith("%%") and first not in PYTHON_MAGICS:
        return ""
    return "\n".join(re.sub(r"\S.*", "pass", line) if MAGIC.match(line) else line for line in lines)
