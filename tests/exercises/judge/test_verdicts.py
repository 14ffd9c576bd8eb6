"""Why a function is not Python, and the lines of files and notebooks."""

import pytest

from course_torch.exercises.judge.verdicts import line_of, of_problem
from course_torch.exercises.sandbox.cells import Problem


@pytest.mark.parametrize(
    ("label", "english", "chinese"),
    [("mine.py", "line 7", "第 7 行"), ("cell 2", "line 7 of cell 2", "单元格 2 第 7 行")],
)
def test_a_line_of_a_notebook_has_its_cell(label: str, english: str, chinese: str) -> None:
    assert line_of(label, 7) == (english, chinese)


def test_python_2_is_named() -> None:
    message = "Missing parentheses in call to 'print'"
    assert of_problem(Problem("a.py", 3, message)).en == f"it is Python 2, and Python 3 runs here: line 3: {message}"
    assert of_problem(Problem("a.py", 3, "invalid syntax")).en == "it is not Python: line 3: invalid syntax"
    assert of_problem(Problem("a.py", 3, "invalid syntax")).zh == "它不是 Python 代码：第 3 行：invalid syntax"
