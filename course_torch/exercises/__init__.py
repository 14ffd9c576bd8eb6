"""Exercises: the formulas of the notes to write, and a checker that says what is wrong and why."""

from course_torch.language import Text

HEADINGS = (Text("function", "函数"), Text("notes", "笔记"), Text("state", "状态"))
"""The columns of an answer."""
LARGEST_HINT = 3
"""The levels of hints (`check/hints.py`)."""
