"""Lines that are no Python but are nearly Python: signs and words of other languages, and slips of the fingers.

A slip is named if Python can read the line with what is meant in its place.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from keyword import iskeyword
from typing import NamedTuple

from course_torch.exercises.sandbox.cells import Piece, Problem, problem_of
from course_torch.exercises.tasks.task import Finding, finding
from course_torch.language import NOTHING

SLIPS = {
    r"&&": "and",
    r"\|\|": "or",
    r"=>": ">=",
    r"=<": "<=",
    r"\belse\s+if\b": "elif",
    r"(\w+)\+\+": r"\1 += 1",
    r"(\w+)--": r"\1 -= 1",
    r"!(?!=)\s*": "not ",
    r"\|([^|]+)\|": r"abs(\1)",
    r"\blambda\b": "lambd",
    r"(\breturn )?([^=(,?\s][^=(,?]*[^=(,?\s])\s*\?\s*([^?:]*[^?:\s])\s*:\s*([^),\s]+)": r"\1\3 if \2 else \4",
    r"^\s*(def\s+\w+)\s+([^()]*\)\s*:)": r"\1(\2",
    r"^\s*(def\s+\w+\([^():]*):": r"\1):",
    r"\bfunction(?=\s+\w+\()": "def",
    r"//": "#",
}
"""What is written -> what is meant."""
FIRST_WORD = re.compile(r"\s*([A-Za-z]+)")
WORDS = ("def", "return", "for", "while", "if", "elif", "else", "import", "from")
"""Words with which a line begins."""
ALIKE = 0.65
"""Similarity of a word and its misspelling."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NOTHING_BEHIND = re.compile(r"\s*(\S.*=)\s*$")
MOST = 5
"""Slips of one function that are named."""


class Slip(NamedTuple):
    """What the line says, what is meant, and the line with it."""

    written: str
    meant: str
    line: str


def slips_in(piece: Piece) -> tuple[Finding, ...]:
    """The slips in a piece that is no Python, one after the other: what Python reads shows what it cannot read next."""
    lines, problem, found = piece.code.split("\n"), piece.problem, list[Finding]()
    while problem is not None and problem.line is not None and len(found) < MOST:
        at = problem.line - 1
        if NOTHING_BEHIND.match(lines[at]) and problem.message == "invalid syntax":
            return (*found, finding("nothing behind =", code=lines[at].strip()))
        if problem.message == "'return' outside function" and not lines[at].startswith(" "):
            return (*found, finding("not indented", code=lines[at].strip()))
        mended = next(mended_by(meant_by(lines[at]), lines, problem), None)
        if mended is None:
            break
        slip, problem = mended
        lines[at] = slip.line
        found.append(finding("unknown sign", code=slip.written, right=slip.meant, advice=NOTHING))
    return tuple(dict.fromkeys(found))


def mended_by(slips: Iterator[Slip], lines: list[str], problem: Problem) -> Iterator[tuple[Slip, Problem | None]]:
    """The slips whose mending lets Python read the line, and what Python cannot read then."""
    at = (problem.line or 1) - 1
    for slip in slips:
        left = problem_of(problem.label, "\n".join([*lines[:at], slip.line, *lines[at + 1 :]]))
        if left is None or (left.line or 0) > at + 1:
            yield slip, left


def meant_by(line: str) -> Iterator[Slip]:
    """What a line may mean: a word misspelt, a sign of another language, or a comment without its #."""
    if (match := FIRST_WORD.match(line)) and not iskeyword(match[1]):
        for word in get_close_matches(match[1].lower(), WORDS, len(WORDS), ALIKE):
            yield Slip(match[1], word, line[: match.start(1)] + word + line[match.end(1) :])
    for written, meant in SLIPS.items():
        if (match := re.search(written, line)) is not None:
            changed = re.sub(written, meant, line)
            yield Slip(match[0].strip(), match.expand(meant).strip(), changed)
    if (match := CHINESE.search(line)) is not None:
        text = line[match.start() :].strip()
        yield Slip(text, f"# {text}", line.replace(text, f"# {text}"))
