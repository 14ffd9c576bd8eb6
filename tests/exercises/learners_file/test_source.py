"""A learner's file is read without running it: encodings, cells, functions, constants, and what of it is not Python."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from course_torch.errors import InputError
from course_torch.exercises.learners_file.cells import Piece, pieces_of, python_in
from course_torch.exercises.learners_file.problems import Problem, problem_of
from course_torch.exercises.learners_file.source import Source, read_source
from course_torch.exercises.recognition.chapters import chapters_of
from course_torch.exercises.recognition.contents import Contents

FUNCTION = "def f(x):\n    return x\n"


def notebook(*sources: str | list[str], key: str = "source") -> dict[str, object]:
    return {"cells": [{"cell_type": "code", key: source} for source in sources]}


def read(folder: Path, content: str | bytes | dict[str, object], name: str = "mine.py") -> Source:
    """The source of a file with this text, these bytes or these cells."""
    text = json.dumps(content) if isinstance(content, dict) else content
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_source(folder / name)


@pytest.mark.parametrize("mark", ["", "# %%\n"], ids=["one text", "cells"])
def test_the_form_of_our_own_file_stands_in_its_constants(tmp_path: Path, mark: str) -> None:
    text = f'{mark}CHAPTER = "deep"\nLIBRARY = "torch"\nLAYOUT = "rows"\nLANGUAGE = "zh"\n{mark}{FUNCTION}'
    source = read(tmp_path, text, "a.py")
    assert source.is_exercise
    assert (source.library, source.layout, source.language) == ("torch", "rows", "zh")
    assert list(source.functions) == ["f"]
    assert len(Contents(source, chapters_of(source)[0]).judged) == 15


def test_the_form_of_an_assignment_is_numpy_with_columns(tmp_path: Path) -> None:
    source = read(tmp_path, "import numpy as np\ndef f(x):\n    return x\n", "a.py")
    assert not source.is_exercise
    assert (source.library, source.layout, source.language) == ("numpy", "columns", "en")
    assert read(tmp_path, "import torch\n", "b.py").library == "torch"


def test_a_constant_with_another_value_is_refused(tmp_path: Path) -> None:
    source = read(tmp_path, 'LAYOUT = "diagonal"\n', "a.py")
    with pytest.raises(InputError, match="LAYOUT: found 'diagonal', expected one of rows, columns"):
        _ = source.layout


def test_only_line_ends_of_python_end_a_line(tmp_path: Path) -> None:
    above = "# a form feed \f, a separator \u2028\n"
    source = read(tmp_path, above + "def relu(Z):\n    return Z\n", "a.py")
    assert source.text_of("relu") == ("a.py", 2, "def relu(Z):\n    return Z")
    cells = notebook(["x = 1\rdef relu(Z):\r    return Z"])
    assert read(tmp_path, cells, "a.ipynb").text_of("relu")[1:] == (2, "def relu(Z):\n    return Z")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.py", None, r"a\.py: no such file"),
        ("a.py", b"x = = 1", r"^[^:]+a\.py: it is not Python: line 1: "),
        ("a.py", b"\xff\xfe\x00", "cannot be read as text"),
        ("a.py", b"# caf\xe9\n", "in UTF-8, or Python whose first line names its encoding, as # coding: cp1252$"),
        ("a.py", b"x = 1\x00", "is not Python"),
        ("a.ipynb", b"[1, 2]", 'a damaged notebook: it has no list "cells": save it again in Jupyter$'),
        ("a.ipynb", b'{"cells": 3}', 'it has no list "cells": save'),
        ("a.ipynb", b'{"cells":\n"\\d"}', r"it is not JSON: Invalid \\escape: line 2 column 2 .*: save"),
        ("a.ipynb", b'{"cells": [{"cell_type": "code"}]}', 'cell 1 has no text "source": save'),
        ("a.ipynb", b'{"cells": [{"cell_type": "markdown"}, []]}', 'cell 2 has no text "source": save'),
        ("a.py", b"(" * 100_000, "is not Python"),
        ("a.py", b"#" * (5 * 1024**2), "5,242,880 bytes, expected at most"),
        ("a.py", b"x = [" + b"[]," * 100_000 + b"]", "300,006 characters of code, expected at most 262,144"),
        ("a.ipynb", notebook(*["x = 1\n"] * 50_000), "300,000 characters of code, expected at most 262,144"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes | dict[str, object] | None, words: str
) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read_source(tmp_path / name) if content is None else read(tmp_path, content, name)
    assert "\n" not in str(caught.value)


# Cells, encodings, and what of them is Python


def named(pieces: Sequence[Piece]) -> tuple[set[str], dict[str, Problem]]:
    """The functions of the pieces, and the functions whose definition is not Python."""
    source = Source(Path("mine.py"), tuple(pieces))
    return set(source.functions), source.broken


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
@pytest.mark.parametrize("name", ["mine.py", "mine.ipynb"])
def test_a_chinese_file_is_read_in_the_encodings_of_its_editors(
    tmp_path: Path, name: str, encoding: str, end: str
) -> None:
    text = ('名 = "梯度下降"\n' + FUNCTION).replace("\n", end)
    if name.endswith("ipynb"):
        text = json.dumps(notebook(text), ensure_ascii=False)
    source = read(tmp_path, text.encode(encoding), name)
    assert (source.constants["名"], set(source.functions)) == ("梯度下降", {"f"})


def test_the_encoding_that_the_file_names_is_used(tmp_path: Path) -> None:
    text = "#!/usr/bin/python\n# -*- coding: latin-1 -*-\nname = 'é'\n" + FUNCTION
    assert read(tmp_path, text.encode("latin-1")).constants["name"] == "é"


@pytest.mark.parametrize("ending", [".html", ".pdf", ".DOCX"])
def test_another_form_of_a_notebook_is_named_with_what_is_read(tmp_path: Path, ending: str) -> None:
    with pytest.raises(InputError, match=f": found {ending}, expected a notebook .* in Jupyter choose File, Download$"):
        read(tmp_path, "def f(x): pass", f"a{ending}")


@pytest.mark.parametrize(
    "content",
    [
        notebook(FUNCTION),
        notebook([FUNCTION[:10], FUNCTION[10:]]),
        {"worksheets": [notebook(FUNCTION, key="input")]},
        {"worksheets": [notebook([FUNCTION], key="input")]},
    ],
)
def test_notebooks_of_formats_3_and_4_are_read(tmp_path: Path, content: dict[str, object]) -> None:
    (piece,) = pieces_of(tmp_path / "a.ipynb", json.dumps(content))
    assert piece == Piece("cell 1", FUNCTION)
    assert set(read(tmp_path, content, "notebook.py").functions) == {"f"}, "whatever the name is"


@pytest.mark.parametrize("mark", ["# In[3]:", "# %%", "#%%", "# COMMAND ----------", "# + tags=[]", "# <codecell>", ""])
def test_a_mistake_in_an_exported_notebook_spares_the_other_functions(mark: str) -> None:
    text = f"{FUNCTION}{mark}\ndef g(x):\n    return x)\n{mark}\nx = 3 4\n{mark}\ndef h(x):\n    return x\n"
    pieces = python_in("mine.py", text)
    functions, broken = named(pieces)
    assert (functions, set(broken)) == ({"f", "g", "h"}, {"g"})
    assert [piece.problem.line for piece in pieces if piece.problem] == [5, 7]


@pytest.mark.parametrize(
    "line",
    ["%matplotlib inline", "%load x.py", "!pip install h5py", "np.sum?", "np.sum??", "?np.sum", "cd ..", "ls",
     "ls -l data", "files = !ls", "a, b = %timeit f(1)", "pip install numpy"],
)  # fmt: skip
@pytest.mark.parametrize("first", ["", "%%time\n"])
def test_lines_of_ipython_are_left_out_with_the_numbers_of_the_lines(line: str, first: str) -> None:
    (piece,) = python_in("cell 1", f"{first}{line}\n{FUNCTION}")
    assert piece.problem is None
    (tree,) = Source(Path("mine.py"), (piece,)).trees
    assert tree.body[-1].lineno == (3 if first else 2)


def test_python_that_looks_like_a_line_of_ipython_stays() -> None:
    code = "y = (10\n    % 3)\nls = [1]\ncd = ls\n"
    assert python_in("cell 1", code) == [Piece("cell 1", code)]


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%javascript", "%%latex"])
def test_a_cell_in_another_language_is_left_out(magic: str) -> None:
    assert python_in("cell 1", f"\n{magic}\nx = = y\n") == [Piece("cell 1", "")]


OTHER = "def g(x):\n    return x\n"
LEFT = "def f(x):\n    y = x\nz = y\n    return z\n"
"""Python reads the first line at column 0 as the end of the function."""
BROKEN: dict[str, tuple[str, set[str], dict[str, str]]] = {
    "a later definition is right": ("def f(x):\n    return )\n" + FUNCTION, {"f"}, {}),
    "a later definition is wrong": (FUNCTION + "def f(x):\n    return )\n", {"f"}, {"f": "line 4"}),
    "lines too far left": (LEFT + OTHER, {"f", "g"}, {"f": "line 4"}),
    "an open bracket": (f"x = (1,\n{FUNCTION}", {"f"}, {}),
    "an open list": (f"y = [1, 2\n{FUNCTION}", {"f"}, {}),
    "an open text": (f's = """ text\n{FUNCTION}', {"f"}, {}),
    "a text like statements": ('x = )\ndef f(x):\n    """\nReturns:\nx = the same\n    """\n    return x\n', {"f"}, {}),
    "lines of IPython": ("def f(x):\n    for i in x:\n        !ls\n    %magic inline\n    return x\n", {"f"}, {}),
    "a tab of 4 spaces": ("def f(x):\n\ty = x\n    return y\n", {"f"}, {}),
    "a tab of 8 spaces": ("def f(x):\n\ty = x\n        return y\n", {"f"}, {}),
    "a blank loop": ("def f(x):\n    for i in x:\n        # YOUR CODE\n    return x\n", {"f"}, {"f": "blank"}),
    "a blank right side": ("def f(x):\n    s = # YOUR CODE\n    return s\n", {"f"}, {"f": "blank"}),
    "nothing behind =": ("def f(x):\n    s =\n    return x\n", {"f"}, {"f": "line 2"}),
    "a def without its bracket": (f"def f x):\n    return x\n{OTHER}", {"f", "g"}, {"f": "line 1"}),
    "a def with Chinese brackets": ("def f（x）:\n    return x\n", {"f"}, {"f": "line 1"}),
    "a misspelt def": ("deff f(x):\n    return x\n", {"f"}, {"f": "line 1"}),
    "a misspelt def beside the right one": ("deff f(x):\n    return x\n" + FUNCTION, {"f"}, {}),
    "definitions a few spaces too far right": (
        f"{FUNCTION}   def g(x):\n    return x\n def h(x):\n    pass\n", {"f", "g", "h"}, {"g": "line", "h": "line"}),
    "a call without its bracket": (FUNCTION + "print(f(2)\n", {"f"}, {}),
    "a text with a line like a decorator": (f'"""\n课程：一\n@author: me\n"""\n{FUNCTION}x = )\n', {"f"}, {}),
    "a space before the first line": (f" import numpy as np\n{FUNCTION}x = )\n", {"f"}, {}),
    "a sentence": ("The function f(x) is:\n" + FUNCTION, {"f"}, {}),
    "a formula pasted in a function": (
        f'def f(x):\n    """D."""\n$$y = x$$\n$$x$$\n\n    y = x\n    return y\n{OTHER}', {"f", "g"}, {"f": "line 3"}),
    "a formula behind a function": (f"{FUNCTION}$$y = x$$\n{OTHER}", {"f", "g"}, {}),
    "a loop without a colon behind a function": (
        "def f(x):\n    print(x)\nfor i in range(3)\n    f(i)\n", {"f"}, {}),
    "a loop without a body": ("def f(x):\n    for i in x:\n    y = i\n    return y\n", {"f"}, {"f": "line 3"}),
}  # fmt: skip
"""A text, the functions in it, and what is said of each function that is not Python."""


@pytest.mark.parametrize(
    ("value", "is_function"),
    [("np.tanh", True), ("lambda x: x", True), ("np.vectorize(g)", True), ("nn.Tanh()", True), ("Net(3, 4)", False),
     ("l2_loss(a, y)", False), ("nn.Linear(3, 1)", False), ("3.0", False)],
)  # fmt: skip
def test_a_name_is_a_function_if_its_value_may_be_one(tmp_path: Path, value: str, is_function: bool) -> None:
    assert ("f" in read(tmp_path, f"f = {value}\n{OTHER}").functions) is is_function


def test_the_first_line_may_begin_with_a_space(tmp_path: Path) -> None:
    assert read(tmp_path, f"# c\n  import numpy\n{FUNCTION}").imported == {"numpy"}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_not_python_concerns_its_own_function_alone(name: str) -> None:
    text, right, said = BROKEN[name]
    functions, broken = named(python_in("mine.py", text))
    assert right <= functions
    assert broken.keys() == said.keys()
    for function, problem in broken.items():
        assert said[function] in ("blank" if problem.blank else problem.why.en)


def test_a_text_that_is_hardly_python_is_given_up_early() -> None:
    pieces = python_in("mine.py", "x = (\n" * 3000 + FUNCTION)
    assert len(pieces) < 100
    assert pieces[-1].problem is not None


@pytest.mark.parametrize("text", [" " * 200_000 + "aa", "s =" + " " * 200_000 + "x"])
def test_a_long_line_is_read_in_the_time_that_it_takes_to_see_it(text: str) -> None:
    began = time.process_time()
    python_in("mine.py", text)
    assert time.process_time() - began < 2


# Why code is not Python, in both languages


# fmt: off
SAID = [
    ("x = = 1", "语法不对"),
    ("x = [1 2]", "语法不对，也许少了一个逗号"),
    ("f(a.b=1)", "等号左边不能被赋值：比较相等要写 ==，不是 ="),
    ("if a = b:\n    pass", "语法不对：比较相等要写 ==，不是 ="),
    ("x + 1 = 3", "等号左边不能被赋值：比较相等要写 ==，不是 ="),
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
    assert problem.why.zh == f"它不是 Python 代码：{problem.place.zh}：{chinese}"
    assert problem.why.en == f"it is not Python: {problem.place.en}: {problem.message}"


def test_another_message_stays_as_python_says_it() -> None:
    assert Problem("a.py", 3, "too clever").why.zh == "它不是 Python 代码：第 3 行：too clever"
    assert Problem("a.py", None, "null bytes").why == (
        "it is not Python: somewhere: null bytes",
        "它不是 Python 代码：某处：null bytes",
    )
