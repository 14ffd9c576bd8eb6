"""Why code is not Python, in both languages, and the lines of files and notebooks."""

import pytest

from course_torch.exercises.sandbox.not_python import Problem, line_of, problem_of


@pytest.mark.parametrize(
    ("label", "english", "chinese"),
    [("mine.py", "line 7", "第 7 行"), ("cell 2", "line 7 of cell 2", "单元格 2 第 7 行")],
)
def test_a_line_of_a_notebook_has_its_cell(label: str, english: str, chinese: str) -> None:
    assert line_of(label, 7) == (english, chinese)


# fmt: off
SAID = [
    ("x = = 1", "语法不对"),
    ("x = [1 2]", "语法不对，也许少了一个逗号"),
    ("f(a.b=1)", "等号左边不能被赋值：比较相等要写 ==，不是 ="),
    ("if a = b:\n    pass", "语法不对：比较相等要写 ==，不是 ="),
    ("f(x) = 3", "等号左边不能被赋值：比较相等要写 ==，不是 ="),
    ("x = f(x) = 3", "等号左边不能被赋值"),
    ("x = (1 + 2", "“(”没有对应的右括号"),
    ("x = 1)", "多出一个“)”"),
    ("x = (1]", "“]”与前面的“(”不配对"),
    ("if x\n    y = 1", "缺少“:”"),
    ("  x = 1", "这一行的缩进多了"),
    ("if x:\n    y = 1\n  z = 2", "这一行的缩进与前面哪一层都对不齐"),
    ("for i in x:\ny = 1", "第 1 行的后面应当有缩进的语句"),
    ("if x:\n        y = 1\n\tz = 2", "缩进里混用了制表符和空格"),
    ("x = 'abc", "字符串缺少结尾的引号"),
    ("x = '''abc", "三引号的字符串没有结束"),
    ("x = 3c", "数写得不对；变量名也不能以数字开头"),
    ("x = （1)", "Python 不认识字符“（”（U+FF08）"),
    ("x =\u00a01", "有一个看不见的字符（U+00A0）"),
    ("x = 1 \\ + 2", "续行符 \\ 的后面还有字符"),
    ("return 1", "return 不在函数里"),
    ("break", "break 不在循环里"),
    ("continue", "continue 不在循环里"),
    ("f(a=1, 2)", "有名称的参数后面不能再有没有名称的参数"),
    ("try:\n    x = 1\ny = 2", "try 的后面要有 except 或 finally"),
]
# fmt: on


@pytest.mark.parametrize(("code", "chinese"), SAID)
def test_a_message_of_python_is_said_in_chinese(code: str, chinese: str) -> None:
    problem = problem_of("mine.py", code)
    assert problem is not None
    assert problem.why.zh == f"它不是 Python 代码：{problem.place.zh}：{chinese}"
    assert problem.why.en == f"it is not Python: {problem.place.en}: {problem.message}"


def test_python_2_is_named() -> None:
    problem = problem_of("a.py", "x = 1\nprint 'J', x")
    assert problem is not None
    assert problem.why.en.startswith("it is Python 2, and Python 3 runs here: line 2: Missing parentheses")
    assert problem.why.zh == "它是 Python 2 代码，而这里运行的是 Python 3：第 2 行：print 的后面要有圆括号"


def test_another_message_stays_as_python_says_it() -> None:
    assert Problem("a.py", 3, "too clever").why.zh == "它不是 Python 代码：第 3 行：too clever"
    assert Problem("a.py", None, "null bytes").why == (
        "it is not Python: somewhere: null bytes",
        "它不是 Python 代码：某处：null bytes",
    )
