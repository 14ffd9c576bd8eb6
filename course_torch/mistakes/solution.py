"""Right solutions of the exercises as text, which the edits of mistakes change.

A solution is written for NumPy, with examples as rows. The comments "columns: OLD -> NEW" rewrite its lines for
examples as columns, and a table rewrites NumPy's names for torch. Functions that it imports from other solutions are
given to the learner.
"""

import ast
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from course_torch.mistakes.record import Edit

FORMS = [(library, layout) for library in ("numpy", "torch") for layout in ("rows", "columns")]
"""Every form of a learner's file."""
SOLUTIONS = Path(__file__).with_name("solutions")
NUMPY = "import numpy as np"
TORCH = (
    (NUMPY, "import torch"),
    (r'"numpy"', '"torch"'),
    (r"\bnp\.random\.randn", "torch.randn"),
    (r"\bnp\.asarray", "torch.as_tensor"),
    (r"\bnp\.", "torch."),
    (r"\baxis=", "dim="),
    (r"\bkeepdims=", "keepdim="),
)
MARK = "  # columns: "
EXCHANGE = re.compile(r"(.+?) -> (.+?)(?:; |$)")
"""A piece for rows and the piece for columns in such a comment."""
IMPORTS = re.compile(r"^from course_torch\.mistakes\.solutions\.(\w+) import ([^(\n]+|\([^)]+\))\n", re.MULTILINE)
"""The functions that a solution imports from another."""


@cache
def solution(chapter: str, library: str, layout: str) -> str:
    """The right solution of a chapter, as the text of a learner's file."""
    settings = f'{NUMPY}\n\nCHAPTER = "{chapter}"\nLIBRARY = "numpy"\nLAYOUT = "{layout}"\n'
    return in_form(text_with_imports(chapter).replace(f"{NUMPY}\n", settings, 1), library, layout)


@cache
def text_with_imports(chapter: str) -> str:
    """The text of a chapter's solution with the functions that it imports."""
    return IMPORTS.sub(imported_functions, file_text(chapter))


@cache
def given_functions(chapter: str, library: str, layout: str) -> str:
    """The functions that the chapter gives to the learner, as text; empty if it gives none."""
    return in_form("".join(map(imported_functions, IMPORTS.finditer(file_text(chapter)))), library, layout)


def in_form(text: str, library: str, layout: str) -> str:
    """Code of the solutions in a form of a learner's file."""
    return in_library("\n".join(in_layout(line, layout) for line in text.split("\n")), library)


def file_text(chapter: str) -> str:
    """The text of a chapter's solution in the package. A solution without NumPy gets the import of a learner's file."""
    text = SOLUTIONS.joinpath(f"{chapter}.py").read_text(encoding="utf-8")
    return text if f"{NUMPY}\n" in text else f"{NUMPY}\n\n\n{text}"


def imported_functions(match: re.Match[str]) -> str:
    """The functions that an import names, and those that they use, as definitions in place of the import."""
    return definitions(match[1], re.findall(r"\w+", match[2]))


def definitions(chapter: str, names: Iterable[str]) -> str:
    """The solutions of some functions of a chapter, and of those that they use, as text. No other solution is in it."""
    used = solution_functions(chapter)
    needed = {name for direct in names for name in used[direct]}
    return "".join(f"\n\ndef {name}({body_of(file_text(chapter), name).rstrip()}\n" for name in used if name in needed)


def in_layout(line: str, layout: str) -> str:
    """A line of a solution, without its comment."""
    line, _, comment = line.partition(MARK)
    for old, new in EXCHANGE.findall(comment) if layout == "columns" else ():
        line = line.replace(old, new, 1)
    return line


def in_library(text: str, library: str) -> str:
    """The same code for a library."""
    for numpy, torch in TORCH if library == "torch" else ():
        text = re.sub(numpy, torch, text)
    return text


def replace_in(text: str, function: str, old: str, new: str) -> str:
    """The text with `new` in place of the first `old` in the body of the function. Raises ValueError without `old`."""
    before, head, after = text.partition(f"def {function}(")
    body, end, rest = after.partition("\n\n\n")
    if not head or old not in body:
        raise ValueError(f"{function}: {old}")
    return before + head + body.replace(old, new, 1) + end + rest


def change_of(edit: Edit, chapter: str, library: str, layout: str) -> tuple[str, str] | None:
    """(old, new) for this form of the chapter's solution, in NumPy; None if the mistake is not possible there."""
    if edit.need == "numpy" != library:
        return None
    old, new = edit.old, edit.new
    if layout == "columns":
        old, new = in_columns(old, chapter, edit.place), edit.columns or in_columns(new, chapter, edit.place)
    body = body_of(solution(chapter, "numpy", layout), edit.place)
    return (old, new) if old and old in body else None


def in_columns(text: str, chapter: str, function: str) -> str:
    """A piece of code of a function for examples as columns: what the layouts exchange in the function is exchanged."""
    other = exchanges(chapter, function)
    pieces = "|".join(map(re.escape, sorted(other, key=len, reverse=True)))
    return re.sub(pieces, lambda found: other[found[0]], text) if other else text


@cache
def exchanges(chapter: str, function: str) -> dict[str, str]:
    """Piece of a function in one layout -> the piece in the other layout."""
    comments = re.findall(f"{MARK}(.*)", body_of(text_with_imports(chapter), function))
    pairs = [pair for comment in comments for pair in EXCHANGE.findall(comment)]
    return {new: old for old, new in pairs} | dict(pairs)


def body_of(text: str, function: str) -> str:
    """The body of a function; nothing if the text does not define it."""
    return text.partition(f"def {function}(")[2].partition("\n\n\n")[0]


@cache
def solution_functions(chapter: str) -> dict[str, frozenset[str]]:
    """Function of the chapter's solution -> itself and the functions that it uses, directly or through others.

    The functions that are given are no keys.
    """
    defined, own = (
        [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
        for text in (solution(chapter, "numpy", "rows"), file_text(chapter))
    )
    names = {node.name: {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} for node in defined}

    def used(name: str) -> frozenset[str]:
        return frozenset({name}).union(*(used(other) for other in names[name] & names.keys() - {name}))

    return {node.name: used(node.name) for node in own}
