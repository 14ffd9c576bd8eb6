import ast
import re
from pathlib import Path

import torch

import course_torch
from course_torch.formulas.average import average


def test_divides_a_sum_by_m() -> None:
    assert average(torch.tensor([6.0, -3.0]), 3).tolist() == [2.0, -1.0]
    assert average(torch.tensor([6.0, -3.0]), 0.5).tolist() == [12.0, -6.0], "one row for two processes"


OTHERS = (
    "mistakes",
    "verification/networks/explain",
    "verification/functions",
    "exercises/explain",
    "exercises/comparing",
    "exercises/judge",
    "exercises/check",
    "reports/figures",
    "site",
)
"""Folders that divide by m too: mistakes, what finds them in wrong numbers, pictures, and the built site."""


def test_it_is_the_only_division_by_m_in_the_package() -> None:
    package = Path(course_torch.__file__).parent
    files = {path.relative_to(package).as_posix(): path for path in package.rglob("*.py")}
    dividing = {
        name for name, path in files.items() if divides_by_m(path.read_text("utf-8")) and not name.startswith(OTHERS)
    }
    assert dividing == {"formulas/average.py"}


IS_M = re.compile(r"(\w+\.)*m|len\([XY]\)|[XY]\.shape\[0\]")


def divides_by_m(code: str) -> bool:
    """Whether the code contains `… / m`, `… / split.m`, `… / len(Y)` or `….mean(…)`."""
    return any(
        (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and IS_M.fullmatch(ast.unparse(node.right)))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "mean")
        for node in ast.walk(ast.parse(code))
    )


def test_one_example_is_its_own_mean_without_a_copy() -> None:
    total = torch.tensor([6.0, -3.0])
    assert average(total, 1) is total
