"""A function that is not Python because its products have no sign, as 3c and Y log(A) in a formula."""

import re
from collections.abc import Callable
from keyword import iskeyword
from typing import NamedTuple

from course_torch.exercises.sandbox.cells import Piece, problem_of
from course_torch.exercises.tasks.task import Finding, finding

FACTORS = re.compile(r"((?<![\w.])\d+(?:\.\d+)?|\b[A-Za-z_]\w*|[)\]])(\s*)(?=([A-Za-z_]\w*))")
"""What may be a factor, and the name that follows it."""
ONE_NUMBER = re.compile(r"[eE][-+]?\d|[jJ]\b|(?<=0)[xXoObB]")
"""What follows the first digits of one number, as in 1e5."""
MOST = 20
"""Products of one function that are changed."""


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
