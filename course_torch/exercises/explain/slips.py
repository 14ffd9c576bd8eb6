"""Lines that are no Python but are nearly Python: signs of a Chinese keyboard or of another language, a missing sign of
a product, and slips of the fingers.

A slip is named if Python can read the line with what is meant in its place.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from keyword import iskeyword
from typing import NamedTuple
from unicodedata import east_asian_width, normalize

from course_torch.exercises.learners_file.cells import Piece, Problem, problem_of
from course_torch.exercises.tasks.task import Finding, finding
from course_torch.language import NOTHING, Text

SLIPS = {
    r"&&": "and",
    r"\|\|": "or",
    r"=>": ">=",
    r"=<": "<=",
    r"\belse\s+if\b": "elif",
    r"^(\s*)else(\s+\w.*)(?=:\s*$)": r"\1elif\2",  # else activation == "relu":
    r"^(\s*(?:el)?if\b.*\(.*)(?=:\s*$)": r"\1)",  # if (A[0, i] > 0.5:
    r"(\w+)\+\+": r"\1 += 1",
    r"(\w+)--": r"\1 -= 1",
    r"!(?!=)\s*": "not ",  # !print_cost
    r"\|([^|]+)\|": r"abs(\1)",  # |Z|
    r"\blambda\b": "lambd",  # lambda = 0.1
    r"\b(learning|num) (rate|iterations)\b": r"\1_\2",
    r"\breturn ((?:\w+, *)*\w+) (\w+(?:, *\w+)*)\s*$": r"return \1, \2",  # return w b
    r"^(\s*\w+)\(([^()]*)\)(?=\s*=[^=])": r"\1[\2]",  # p(0, i) = 1
    r"\.shape\[\]": ".shape[0]",
    r"\b[Oo]\.(\d+)": r"0.\1",
    r"\.1([a-z]+)": r".l\1",  # np.1og
    r"\b(axis|dim|keepdims?)\s*==": r"\1=",  # keepdims==True
    r"^(\s*(?:for|if|elif|else|while|def)\b.*);\s*$": r"\1:",
    r";": ",",  # zeros((n; 1))
    r"\b(\d+),(\d+)\b": r"\1.\2",  # A > 0,5
    r"(\w)\.\s+(\d)": r"\1, \2",  # zeros((n. 1))
    # A > 0.5 ? 1 : 0
    r"(\breturn )?([^=(?\s][^=(?]*[^=(?\s])\s*\?\s*([^?:]*[^?:\s])\s*:\s*([^),\s]+)": r"\1\3 if \2 else \4",
    r"^\s*(def\s+\w+)\s+([^()]*\)\s*:)": r"\1(\2",  # def predict w, b, X):
    r"^\s*(def\s+\w+\([^():]*):": r"\1):",  # def predict(w, b, X:
    r"\bfunction(?=\s+\w+\()": "def",  # function predict(w, b, X):
    r"^(\s*(?:el)?if\b[^=]*\b(?:and|or)\b[^=]*[^=!<>\s])\s*=(?!=)": r"\1 ==",  # if print_cost and i % 100 = 0:
    r"//": "#",  # m = 3 // examples
}
"""What is written -> what is meant. A comment shows a line."""
FIRST_WORD = re.compile(r"\s*([A-Za-z]+)")
WORDS = ("def", "return", "for", "while", "if", "elif", "else", "import", "from")
"""Words with which a line begins."""
ALIKE = 0.65
"""Similarity of a word and its misspelling."""
UNKNOWN_SIGN = re.compile(r"invalid (?:non-printable )?character .*U\+([0-9A-F]+)")
SIGNS = {
    **dict.fromkeys("“”", '"'),
    **dict.fromkeys("‘’", "'"),
    **dict.fromkeys("−–—", "-"),
    **{"。": ".", "、": ",", "【": "[", "】": "]", "《": "<", "》": ">", "×": "*", "·": "*", "÷": "/"},
    **{"²": "**2", "³": "**3", "≤": "<=", "≥": ">=", "≠": "!=", "←": "="},
}
"""Sign -> what Python reads in its place. The full-width forms of ASCII signs, as （, are known to Unicode."""
SPACE = Text("a space", "空格")
KEYBOARD = Text(" with an English keyboard", "；写代码时请用英文输入法")
FACTORS = re.compile(r"((?<![\w.])\d+(?:\.\d+)?|\b[A-Za-z_]\w*|[)\]])(\s*)(?=([A-Za-z_]\w*))")
"""What may be a factor, and the name that follows it."""
ONE_NUMBER = re.compile(r"[eE][-+]?\d|[jJ]\b|(?<=0)[xXoObB]")
"""What follows the first digits of one number, as in 1e5."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NOTHING_BEHIND = re.compile(r"\s*(\S.*=)\s*$")
MOST = 5
"""Slips of one function that are named."""


class Slip(NamedTuple):
    """A line with what is meant in the place of what it says, and what is said of it."""

    line: str
    finding: Finding


def other_sign(written: str, meant: str, line: str) -> Slip:
    """A slip of which no more is said than what is written and what is meant."""
    return Slip(line, finding("unknown sign", code=written, right=meant, advice=NOTHING))


def slips_in(piece: Piece) -> tuple[Finding, ...]:
    """The slips in a piece that is no Python, one after the other: what Python reads shows what it cannot read next."""
    lines, problem, found = piece.code.split("\n"), piece.problem, list[Finding]()
    while problem is not None and problem.line is not None and len(found) < MOST:
        at = problem.line - 1
        if NOTHING_BEHIND.match(lines[at]) and problem.message == "invalid syntax":
            return (*found, finding("nothing behind =", code=lines[at].strip()))
        if problem.message == "'return' outside function" and not lines[at].startswith(" "):
            return (*found, finding("not indented", code=lines[at].strip()))
        mended = next(mended_by(meant_by(lines[at]), lines, at, problem), None)
        if mended is None:
            found += in_the_line_above(lines, at, problem)
            break
        slip, problem = mended
        lines[at] = slip.line
        found.append(slip.finding)
    return tuple(dict.fromkeys(found)) or unknown_signs(piece)


def in_the_line_above(lines: list[str], at: int, problem: Problem) -> list[Finding]:
    """What the line above the problem lacks, if Python reads on with it: the spaces before it, or a comma behind it."""
    code_lines = [n for n in range(at) if lines[n].split("#")[0].strip()]
    if not code_lines:
        return []
    above, spaces, code = code_lines[-1], spaces_before(lines[at]), lines[code_lines[-1]].strip()
    slip = Slip(f"{lines[above].rstrip()},", finding("missing comma", code=code))
    if problem.message == "unexpected indent" and spaces in [spaces_before(lines[n]) for n in code_lines[-2:-1]]:
        slip = Slip(f"{spaces}{code}", finding("not indented", code=code))
    return [slip.finding for slip, _ in mended_by([slip], lines, above, problem)]


def spaces_before(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def mended_by(
    slips: Iterable[Slip], lines: list[str], at: int, problem: Problem
) -> Iterator[tuple[Slip, Problem | None]]:
    """The slips of a line whose mending lets Python read past the problem, and what Python cannot read then."""
    for slip in slips:
        left = problem_of(problem.label, "\n".join([*lines[:at], slip.line, *lines[at + 1 :]]))
        if left is None or (left.line or 0) > (problem.line or 0):
            yield slip, left


def meant_by(line: str) -> Iterator[Slip]:
    """What a line may mean: a word misspelt, another sign, a comment without its #, or a product without its sign."""
    if (match := FIRST_WORD.match(line)) and not iskeyword(match[1]):
        for word in get_close_matches(match[1].lower(), WORDS, len(WORDS), ALIKE):
            yield other_sign(match[1], word, line[: match.start(1)] + word + line[match.end(1) :])
    for written, meant in SLIPS.items():
        if (match := re.search(written, line)) is not None:
            yield other_sign(match[0].strip(), match.expand(meant).strip(), re.sub(written, meant, line))
    if (match := CHINESE.search(line)) is not None:
        text = line[match.start() :].strip()
        yield other_sign(text, f"# {text}", line.replace(text, f"# {text}"))
    yield from products_in(line)


def products_in(line: str) -> Iterator[Slip]:
    """The line with the sign of each product that lacks it, if no comma can be meant."""
    found = [match for match in FACTORS.finditer(line) if is_product(match)]
    if found and all(match[1][0].isdigit() or is_in_formula(match) for match in found):
        match, changed = found[0], line
        for each in reversed(found):
            changed = f"{changed[: each.end(1)]} * {changed[each.end() :]}"
        code, product = match[0] + match[3], f"{match[1]} * {match[3]}"
        yield Slip(changed, finding("product without a sign", code=code, product=product))


def is_product(match: re.Match[str]) -> bool:
    """Whether two factors stand side by side: no keyword, no number such as 1e5, and no name in two."""
    left, space, right = match.groups()
    is_name = left[0].isalpha() or left[0] == "_"
    one_number = left[0].isdigit() and ONE_NUMBER.match(match.string, match.end(1))
    return not (iskeyword(left) or iskeyword(right) or one_number or (is_name and not space))


def is_in_formula(match: re.Match[str]) -> bool:
    """Whether factors are no arguments of a call: nothing is open before them, or a call follows."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    is_call, is_outside = re.match(r"[\w.]*\(", after) is not None, before.count("(") == before.count(")")
    return "," not in match.string and (is_call or is_outside) and re.search(r"[-+*/@]", match.string) is not None


def unknown_signs(piece: Piece) -> tuple[Finding, ...]:
    """All signs that Python does not know in the code of a piece, if Python has others for them."""
    signs, problem, code = dict[str, str](), piece.problem, piece.code
    while problem is not None and (match := UNKNOWN_SIGN.match(problem.message)) is not None:
        sign = chr(int(match[1], 16))
        signs[sign] = SIGNS.get(sign) or normalize("NFKC", sign)
        if not signs[sign].isascii():
            return ()
        code = code.replace(sign, signs[sign])
        problem = problem_of(piece.label, code)
    if not signs:
        return ()
    found = " ".join(sign if sign.isprintable() else f"U+{ord(sign):04X}" for sign in signs)
    right = Text(*(" ".join(plain.replace(" ", space) for plain in signs.values()) for space in SPACE))
    typed = any(east_asian_width(sign) in "FW" for sign in signs)
    return (finding("unknown sign", code=found, right=right, advice=KEYBOARD if typed else NOTHING),)
