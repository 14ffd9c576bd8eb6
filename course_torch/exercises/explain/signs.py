"""Signs that make a function no Python: those of a Chinese keyboard, and the missing one of a product, as in 3c."""

import re
from collections.abc import Callable
from keyword import iskeyword
from typing import NamedTuple
from unicodedata import east_asian_width, normalize

from course_torch.exercises.explain.slips import slips_in
from course_torch.exercises.sandbox.cells import Piece, problem_of
from course_torch.exercises.tasks.task import Finding, finding
from course_torch.language import NOTHING, Text

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
MOST = 20
"""Products of one function that are changed."""


def of_signs(piece: Piece, is_right: Callable[[str], bool]) -> tuple[Finding, ...]:
    """Slips, signs that Python does not know, or a product without its sign. `is_right` judges the function's text."""
    return slips_in(piece) or unknown_signs(piece) or missing_signs(piece, is_right)


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


def missing_signs(piece: Piece, is_right: Callable[[str], bool]) -> tuple[Finding, ...]:
    """The first product without a sign, if the function is right with the signs, or is Python with them and a formula.

    is_right   whether the function with this text is right
    """
    changed = {sign: with_signs(piece, sign) for sign in (" * ", " @ ", ", ")}
    right = next((sign for sign, (code, _) in changed.items() if code and is_right(code)), "")
    code, products = changed[right or " * "]
    if right == ", " or not code or not (right or any(product.is_sure for product in products)):
        return ()
    return (finding("product without a sign", code=products[0].found, product=products[0].product),)


class Product(NamedTuple):
    """A product without its sign, the product with it, and whether no comma or other sign can be meant."""

    found: str
    product: str
    is_sure: bool


def with_signs(piece: Piece, sign: str) -> tuple[str, list[Product]]:
    """The text with this sign between factors that stand side by side. No text if it is not Python then either."""
    lines, problem, products = piece.code.split("\n"), piece.problem, list[Product]()
    while problem is not None and problem.line is not None and len(products) < MOST:
        line = lines[problem.line - 1]
        found = [match for match in FACTORS.finditer(line) if is_product(match)]
        if not found:
            break
        is_formula = "," not in line and re.search(r"[-+*/@]", line) is not None
        for match in found:
            is_call = re.match(r"[\w.]*\(", line[match.end() :]) is not None
            sure = match[1][0].isdigit() or (is_formula and is_call)
            products.append(Product(match[0] + match[3], match[1] + sign + match[3], sure))
        for match in reversed(found):
            line = line[: match.end(1)] + sign + line[match.end() :]
        lines[problem.line - 1] = line
        problem = problem_of(piece.label, "\n".join(lines))
    return ("" if problem is not None else "\n".join(lines)), products


def is_product(match: re.Match[str]) -> bool:
    """Whether two factors stand side by side: no keyword, no number such as 1e5, and no name in two."""
    left, space, right = match.groups()
    is_name = left[0].isalpha() or left[0] == "_"
    one_number = left[0].isdigit() and ONE_NUMBER.match(match.string, match.end(1))
    return not (iskeyword(left) or iskeyword(right) or one_number or (is_name and not space))
