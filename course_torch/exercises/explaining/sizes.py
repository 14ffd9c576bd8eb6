"""What an exception says about sizes, where the numbers of no setting show the cause."""

import ast
import re

from course_torch.exercises.explaining.raised_call import RaisedCall
from course_torch.exercises.task import Finding, finding
from course_torch.language import Text
from course_torch.text import counted

FIRST, SECOND = Text("the first", "第一个"), Text("the second", "第二个")
NEVER_RAISING = re.compile(r"sign( .*)?|no 1/m|1/m twice|1/m in .*|factor .*|.*squared error.*|shape")
"""Causes that change numbers and not sizes, or that say no more than the exception."""
COLUMNS_AND_ROWS = (
    re.compile(r"shapes cannot be multiplied \(\d+x(?P<columns>\d+) and (?P<rows>\d+)x\d+\)"),  # torch
    re.compile(r"mismatch in its core dimension 0.*\(size (?P<rows>\d+) is different from (?P<columns>\d+)\)"),  # @
    re.compile(r"not aligned: (?P<columns>\d+) \(dim \d\) != (?P<rows>\d+) \(dim \d\)"),  # np.dot
)
"""The messages of a matrix product of the wrong sizes."""
OUT_OF_BOUNDS = re.compile(r"out of bounds for (?:axis|dimension) \d with size (?P<n>\d+)")
BROADCAST = re.compile(r"could not be broadcast|must match the size of tensor b")
OTHER_DTYPE = re.compile(r"(?=.*(same dtype|expected scalar type))(?=.*\bfloat\b)(?=.*\bdouble\b)", re.IGNORECASE)


def that_raise(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The causes that can raise an exception of sizes. Where all sizes are equal, a reshape looks like no transpose."""
    kept = (each for each in findings if not any(map(NEVER_RAISING.fullmatch, each.key.split(" and "))))
    return tuple(finding("not transposed") if each.key == "reshape for a transpose" else each for each in kept)


def of_sizes(raised: RaisedCall) -> list[Finding]:
    """The sizes that do not fit, the index that is too large, or the dtypes."""
    message = raised.message
    if raised.failure.type == "IndexError" and (match := OUT_OF_BOUNDS.search(message)) is not None:
        return [finding("index of an entry", n=match["n"], last=int(match["n"]) - 1)]
    if raised.failure.type not in ("RuntimeError", "ValueError"):
        return []
    unequal = next((match for each in COLUMNS_AND_ROWS if (match := each.search(message)) is not None), None)
    if not raised.nodes:
        return [finding("handed over")] if unequal is not None or BROADCAST.search(message) else []
    if unequal is not None:
        return [of_product(raised, int(unequal["columns"]), int(unequal["rows"]))]
    if "1D tensors expected" in message:
        return [finding("dot of vectors")]
    if BROADCAST.search(message):
        return [finding("entry by entry")]
    return [finding("two dtypes")] if OTHER_DTYPE.search(message) else []


def of_product(raised: RaisedCall, columns: int, rows: int) -> Finding:
    """Which factors of a matrix product do not fit."""
    left, right = factors(raised)
    return finding(
        "sizes of a product",
        left=left,
        columns=Text(counted(columns, "column"), f"{columns} 列"),
        right=right,
        rows=Text(counted(rows, "row"), f"{rows} 行"),
    )


def factors(raised: RaisedCall) -> tuple[Text | str, Text | str]:
    """The two factors of the only product on the line, as they are written."""
    found = [pair for node in raised.nodes if (pair := product(node)) is not None]
    return (ast.unparse(found[0][0]), ast.unparse(found[0][1])) if len(found) == 1 else (FIRST, SECOND)


def product(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """The factors of P @ Q, np.dot(P, Q), P.dot(Q), torch.mm(P, Q), …"""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        return node.left, node.right
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("dot", "mm", "matmul")
    ):
        if len(node.args) == 2:
            return node.args[0], node.args[1]
        return (node.func.value, node.args[0]) if len(node.args) == 1 else None
    return None
