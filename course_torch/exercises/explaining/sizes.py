"""What an exception says about sizes, where the numbers of no setting show the cause."""

import ast
import re

from course_torch.exercises.explaining.raised_call import RaisedCall
from course_torch.exercises.task import Finding
from course_torch.language import Text
from course_torch.text import counted

PRODUCT = Text(
    "in a matrix product the first matrix has as many columns as the second has rows. Here {left} has {columns} "
    "and {right} has {rows}: look for a transpose, or for the order of the two",
    "矩阵乘法里，第一个矩阵的列数要等于第二个矩阵的行数。"
    "这里 {left} 有 {columns}，{right} 有 {rows}：检查转置，或两者的先后次序",
)
FIRST, SECOND = Text("the first", "第一个"), Text("the second", "第二个")
ENTRY_BY_ENTRY = Text(
    "+, -, * and / work entry by entry, so both arrays need the same shape, or a size of 1 that is repeated; @ is the "
    "matrix product",
    "+、-、*、/ 逐个元素计算，两个数组的形状要相同，或者某个轴的大小为 1 而被重复；矩阵乘法是 @",
)
OUTSIDE = Text(
    "an axis of size {n} has the indices 0 to {last}: is the axis right, and the end of the loop?",
    "大小为 {n} 的轴，下标是 0 到 {last}：轴对不对，循环的终点对不对？",
)
VECTORS = Text("torch.dot is for vectors: the matrix product is @", "torch.dot 只用于向量：矩阵乘法是 @")
DTYPES = Text(
    "float32 meets float64: .float() makes float32, and torch.zeros, torch.ones and torch.tensor do so unless they are "
    "given the dtype of the arguments, as in dtype=Z.dtype",
    "float32 遇到了 float64：.float() 得到 float32，torch.zeros、torch.ones、torch.tensor 默认也是 float32，"
    "要用参数的 dtype，例如 dtype=Z.dtype",
)
NOT_TRANSPOSED = Finding(
    "not transposed",
    Text(
        "a transpose is missing: dW = (1/m) dZᵀ A_prev for examples as rows, (1/m) dZ A_prevᵀ for examples as columns",
        "漏了转置：样本为行时 dW = (1/m) dZᵀ A_prev，样本为列时 dW = (1/m) dZ A_prevᵀ",
    ),
    "1.6",
)
NEVER_RAISING = re.compile(r"sign( .*)?|no 1/m|1/m twice|1/m in .*|factor .*|squared error|shape")
"""Causes that change numbers and not sizes, or that say no more than the exception."""
COLUMNS_AND_ROWS = (
    re.compile(r"shapes cannot be multiplied \(\d+x(?P<columns>\d+) and (?P<rows>\d+)x\d+\)"),  # torch
    re.compile(r"mismatch in its core dimension 0.*\(size (?P<rows>\d+) is different from (?P<columns>\d+)\)"),  # @
    re.compile(r"not aligned: (?P<columns>\d+) \(dim \d\) != (?P<rows>\d+) \(dim \d\)"),  # np.dot
)
"""The messages of a matrix product of the wrong sizes."""
OUT_OF_BOUNDS = re.compile(r"out of bounds for (?:axis|dimension) \d with size (?P<n>\d+)")
HANDED_OVER = Finding(
    "handed over",
    Text(
        "the sizes do not fit inside a function that it calls: look at that line, and at what the function is given",
        "它调用的函数里大小不合：检查那一行，以及传给那个函数的是什么",
    ),
    "",
)
BROADCAST = re.compile(r"could not be broadcast|must match the size of tensor b")
OTHER_DTYPE = re.compile(r"(?=.*(same dtype|expected scalar type))(?=.*\bfloat\b)(?=.*\bdouble\b)", re.IGNORECASE)


def that_raise(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The causes that can raise an exception of sizes. Where all sizes are equal, a reshape looks like no transpose."""
    kept = (each for each in findings if not any(map(NEVER_RAISING.fullmatch, each.key.split(" and "))))
    return tuple(NOT_TRANSPOSED if each.key == "reshape for a transpose" else each for each in kept)


def of_sizes(raised: RaisedCall) -> list[Finding]:
    """The sizes that do not fit, the index that is too large, or the dtypes."""
    message = raised.message
    if raised.failure.type == "IndexError" and (match := OUT_OF_BOUNDS.search(message)) is not None:
        return [Finding("index of an entry", OUTSIDE.fill(n=match["n"], last=int(match["n"]) - 1), "")]
    if raised.failure.type not in ("RuntimeError", "ValueError"):
        return []
    unequal = next((match for each in COLUMNS_AND_ROWS if (match := each.search(message)) is not None), None)
    if not raised.nodes:
        return [HANDED_OVER] if unequal is not None or BROADCAST.search(message) else []
    if unequal is not None:
        return [Finding("sizes of a product", of_product(raised, int(unequal["columns"]), int(unequal["rows"])), "1.6")]
    if "1D tensors expected" in message:
        return [Finding("dot of vectors", VECTORS, "1.6")]
    if BROADCAST.search(message):
        return [Finding("entry by entry", ENTRY_BY_ENTRY, "1.7")]
    return [Finding("two dtypes", DTYPES, "")] if OTHER_DTYPE.search(message) else []


def of_product(raised: RaisedCall, columns: int, rows: int) -> Text:
    """Which factors of a matrix product do not fit."""
    left, right = factors(raised)
    return PRODUCT.fill(
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
