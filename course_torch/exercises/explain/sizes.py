"""Sizes that do not fit: in a product, entry by entry, in a reshape; and two dtypes.

Sizes may be wrong because of a line before. So other searches come first, unless the cause is CERTAIN.
"""

import ast
import builtins
import re

from course_torch.exercises.explain.raised_call import RaisedCall
from course_torch.exercises.learners_file.problems import line_of
from course_torch.exercises.learners_file.syntax import name_of, nodes_of
from course_torch.exercises.tasks.task import Finding, finding
from course_torch.language import Text
from course_torch.text import counted

COLUMNS_AND_ROWS = (
    re.compile(  # torch
        r"shapes cannot be multiplied \((?P<above>\d+)x(?P<columns>\d+) and (?P<rows>\d+)x(?P<across>\d+)\)"
    ),
    re.compile(r"mismatch in its core dimension 0.*\(size (?P<rows>\d+) is different from (?P<columns>\d+)\)"),  # @
    re.compile(  # np.dot
        r"(\((?P<above>\d+),\d+\) and \(\d+,(?P<across>\d+)\) )?"
        r"not aligned: (?P<columns>\d+) \(dim \d\) != (?P<rows>\d+) \(dim \d\)"
    ),
)
"""Of a matrix product: the columns of the first factor and the rows of the second, and their other sizes if named."""
BROADCAST = re.compile(r"could not be broadcast|must match the size of tensor b")
CANNOT_RESHAPE = re.compile(r"cannot reshape array of size|is invalid for input of size")
OTHER_DTYPE = re.compile(r"(?=.*(same dtype|expected scalar type))(?=.*\bfloat\b)(?=.*\bdouble\b)", re.IGNORECASE)
CERTAIN = ("dot of vectors", "two dtypes", "constant sizes")
"""Causes that the message names. Other sizes that do not fit may have another cause before this line."""
LOOK = Text("look for a transpose, or for the order of the two", "检查转置，或两者的先后次序")
SAME_SHAPE = Text(
    "the two have the same shape: a product entry by entry is written *, a matrix product needs a transpose",
    "两者形状相同：逐元素相乘要写 *，矩阵乘法则需要转置",
)
NO_ORDER = Text(
    "no transpose and no order fits, so one of the two is another matrix than it should be",
    "转置和交换次序都不行，说明其中一个矩阵用错了",
)
UNTRANSPOSED = Text(
    "{name} without .T fits, its shape is ({rows}, {columns})", "{name} 不带 .T 就相符，它的形状是 ({rows}, {columns})"
)
FIRST, SECOND = Text("the first", "第一个"), Text("the second", "第二个")
NEVER_RAISING = re.compile(
    r"sign( .*)?|no 1/m|1/m twice|1/m in .*|factor .*|.*squared error.*|threshold 0|all labels 0"
)
"""Causes that change numbers and not sizes, or that say no more than the exception."""
ENTRY_BY_ENTRY = ("sigmoid", "relu", "tanh")
"""Functions of the course in which no sizes can differ."""


def of_sizes(raised: RaisedCall) -> list[Finding]:
    """The sizes that do not fit, or the dtypes."""
    message = raised.message
    if raised.failure.type not in ("RuntimeError", "ValueError"):
        return []
    if constants := constant_sizes(raised):
        return [finding("constant sizes", code=constants)]
    unequal = next((match for pattern in COLUMNS_AND_ROWS if (match := pattern.search(message)) is not None), None)
    if unequal is not None or BROADCAST.search(message):
        may_be_own = any(map(product, raised.line)) if unequal is not None else has_arithmetic(raised)
        if not raised.line or calls_others(raised):
            place = raised.failure.outermost
            return [] if may_be_own or place is None else [finding("handed over", line=line_of(*place))]
        return [finding("entry by entry") if unequal is None else of_product(raised, **unequal.groupdict())]
    if "1D tensors expected" in message:
        return [finding("dot of vectors")]
    return [finding("two dtypes")] if OTHER_DTYPE.search(message) else []


def speaks_of_sizes(message: str) -> bool:
    """Whether the message of an exception speaks of sizes that do not fit."""
    return any(pattern.search(message) for pattern in (*COLUMNS_AND_ROWS, BROADCAST, CANNOT_RESHAPE))


def that_can_raise(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The causes that can raise an exception of sizes. Where all sizes are equal, a reshape looks like no transpose."""
    kept = (cause for cause in findings if not NEVER_RAISING.fullmatch(cause.key))
    return tuple(finding("not transposed") if cause.key == "reshape for a transpose" else cause for cause in kept)


def of_product(
    raised: RaisedCall, columns: str, rows: str, above: str | None = None, across: str | None = None
) -> Finding:
    """Which factors of a matrix product do not fit: the two of the only product on the line, as they are written."""
    products = [pair for node in raised.line if (pair := product(node)) is not None]
    left, right = map(ast.unparse, products[0]) if len(products) == 1 else (FIRST, SECOND)
    columns_text = Text(counted(int(columns), "column"), f"{columns} 列")
    rows_text = Text(counted(int(rows), "row"), f"{rows} 行")
    advice = advice_on(left, above, columns, right, rows, across) if above and across else LOOK
    return finding("sizes of a product", left=left, columns=columns_text, right=right, rows=rows_text, advice=advice)


def advice_on(left: str | Text, above: str, columns: str, right: str | Text, rows: str, across: str) -> Text:
    """Where to look if (above, columns) and (rows, across) do not fit: at a .T too many, or at another matrix."""
    if (above, columns) == (rows, across):
        return SAME_SHAPE
    if not {above, columns} & {rows, across}:
        return NO_ORDER
    if above == rows and isinstance(left, str) and left.endswith(".T"):
        return UNTRANSPOSED.fill(name=left.removesuffix(".T"), rows=columns, columns=above)
    if across == columns and isinstance(right, str) and right.endswith(".T"):
        return UNTRANSPOSED.fill(name=right.removesuffix(".T"), rows=across, columns=rows)
    return LOOK


def constant_sizes(raised: RaisedCall) -> str:
    """The reshape on the line, if its sizes are numbers that do not fit; otherwise no text."""
    calls = [node for node in raised.on_line(ast.Call) if getattr(node.func, "attr", "") == "reshape"]
    if not CANNOT_RESHAPE.search(raised.message) or len(calls) != 1:
        return ""
    sizes = [size for size in calls[0].args if name_of(size) not in raised.given]
    return "" if any(nodes_of(size, ast.Name) for size in sizes) else ast.unparse(calls[0])


def calls_others(raised: RaisedCall) -> bool:
    """Whether the line calls functions of the course or of the file in which sizes may not fit."""
    called = {name_of(node.func) for node in raised.on_line(ast.Call)}
    return bool(called - {"", *dir(builtins), *ENTRY_BY_ENTRY})


def has_arithmetic(raised: RaisedCall) -> bool:
    """Whether the line contains +, -, * or / outside a key or an index."""
    in_keys = {node for entry in raised.on_line(ast.Subscript) for node in ast.walk(entry.slice)}
    operations = {*raised.on_line(ast.BinOp), *raised.on_line(ast.AugAssign)} - in_keys
    called = {getattr(node.func, "attr", "") for node in raised.on_line(ast.Call)}
    return bool(operations or called & {"add", "subtract", "multiply", "divide"})


def product(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """The factors of P @ Q, np.dot(P, Q), P.dot(Q), torch.mm(P, Q), …"""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        return node.left, node.right
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    factors = node.args if len(node.args) == 2 else [node.func.value, *node.args]
    return (factors[0], factors[1]) if node.func.attr in ("dot", "mm", "matmul") and len(factors) == 2 else None
