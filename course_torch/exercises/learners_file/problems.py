"""Why code is not Python: what Python says of it, in both languages, and where."""

import re
import warnings
from typing import NamedTuple

from course_torch.language import Text

DEFINITION = re.compile(r"^(?:async )?def\s+(\w+)\s*\(", re.MULTILINE)
NOT_PYTHON = Text("it is not Python: {line}: {message}", "它不是 Python 代码：{line}：{message}")
LINE = Text("line {line}", "第 {line} 行")
LINE_OF_CELL = Text("line {line} of cell {number}", "单元格 {number} 第 {line} 行")
SOMEWHERE = Text("somewhere", "某处")
NO_RIGHT_SIDE = re.compile(r"=\s*((\?\s*)?(#.*)?)$")
"""The end of a line whose right side a template leaves to the learner."""
MESSAGES = {
    r"invalid syntax": "语法不对",
    r"invalid syntax\. Perhaps you forgot a comma\?": "语法不对，也许少了一个逗号",
    r"invalid syntax\. Maybe you meant '==' or ':=' instead of '='\?": "语法不对：比较相等要写 ==，不是 =",
    r"cannot assign to .* here\. Maybe you meant '==' instead of '='\?": "等号左边不能被赋值：比较相等要写 ==，不是 =",
    r'expression cannot contain assignment, perhaps you meant "=="\?': "等号左边不能被赋值：比较相等要写 ==，不是 =",
    r"cannot assign to .*": "等号左边不能被赋值",
    r"'(.)' was never closed": r"“\1”没有对应的右括号",
    r"unmatched '(.)'": r"多出一个“\1”",
    r"closing parenthesis '(.)' does not match opening parenthesis '(.)'.*": r"“\1”与前面的“\2”不配对",
    r"expected '(.)'": r"缺少“\1”",
    r"unexpected indent": "这一行的缩进多了",
    r"unindent does not match any outer indentation level": "这一行的缩进与前面哪一层都对不齐",
    r"expected an indented block": "这里应当有缩进的语句",
    r"expected an indented block after .* on line (\d+)": r"第 \1 行的后面应当有缩进的语句",
    r"inconsistent use of tabs and spaces in indentation": "缩进里混用了制表符和空格",
    r"unterminated string literal.*": "字符串缺少结尾的引号",
    r"unterminated triple-quoted string literal.*": "三引号的字符串没有结束",
    r"invalid decimal literal": "数写得不对；变量名也不能以数字开头",
    r"invalid character '(.)' \((U\+\w+)\)": r"Python 不认识字符“\1”（\2）",
    r"invalid non-printable character (U\+\w+)": r"有一个看不见的字符（\1）",
    r"unexpected character after line continuation character": "续行符 \\\\ 的后面还有字符",
    r"'return' outside function": "return 不在函数里",
    r"'break' outside loop": "break 不在循环里",
    r"'continue' not properly in loop": "continue 不在循环里",
    r"Missing parentheses in call to '(\w+)'\..*": r"\1 的后面要有圆括号",
    r"positional argument follows keyword argument": "有名称的参数后面不能再有没有名称的参数",
    r"expected 'except' or 'finally' block": "try 的后面要有 except 或 finally",
}
"""Python's message -> what it says. Python knows more messages; the others stay as they are."""


class Problem(NamedTuple):
    """Why a piece is not Python: the label of the piece, the line, and Python's message.

    blank   whether a template is not filled in there: `s =`, or a `for` with nothing but comments below
    """

    label: str
    line: int | None
    message: str
    blank: bool = False

    @property
    def place(self) -> Text:
        """The line, if Python names it."""
        return line_of(self.label, self.line) if self.line else SOMEWHERE

    @property
    def text(self) -> Text:
        """Python's message in both languages."""
        found = ((re.fullmatch(pattern, self.message), chinese) for pattern, chinese in MESSAGES.items())
        chinese = next((match.expand(chinese) for match, chinese in found if match is not None), self.message)
        return Text(self.message, chinese)

    @property
    def why(self) -> Text:
        """What is said of the piece."""
        return NOT_PYTHON.fill(line=self.place, message=self.text)


def line_of(label: str, line: int) -> Text:
    """A line of a file, or of a cell of a notebook."""
    if not label.startswith("cell "):
        return LINE.fill(line=line)
    return LINE_OF_CELL.fill(line=line, number=label.removeprefix("cell "))


def problem_of(label: str, code: str) -> Problem | None:
    """Why the code is not Python, or None."""
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(code, label, "exec", dont_inherit=True)
        return None
    except SyntaxError as error:
        # For p(0, i) = 1 Python asks whether == was meant.
        message = error.msg.partition(" Maybe")[0] if "function call" in error.msg else error.msg
        return Problem(label, error.lineno, message, is_left_to_fill(error, code))
    except (ValueError, RecursionError, MemoryError) as error:
        return Problem(label, None, str(error) or type(error).__name__)


def is_left_to_fill(error: SyntaxError, code: str) -> bool:
    """Whether the learner has not yet filled in the place of the error."""
    lines, at = ["", *code.split("\n")], error.lineno or 1
    if error.msg.startswith("expected an indented block"):
        at_end = error.msg.endswith(f" on line {at}")
        return at_end or any(line.lstrip()[:1] in ("", "#") for line in lines[at - 1 : at + 1])
    blank = NO_RIGHT_SIDE.search(lines[at]) if error.msg == "invalid syntax" else None
    beside = (line.lstrip()[:1] for line in (lines[at - 1], *lines[at + 1 : at + 2]))
    return blank is not None and (blank[0] != "=" or "#" in beside or not DEFINITION.search(code))
