"""A learner's file as pieces: its text in any encoding, its cells, and what of them is Python."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from course_torch.errors import InputError
from course_torch.exercises.sandbox.cells import Piece, Problem, pieces_of, python_in
from course_torch.exercises.sandbox.source import Source, read_source

FUNCTION = "def f(x):\n    return x\n"


def read(folder: Path, content: bytes, name: str = "mine.py") -> Source:
    (folder / name).write_bytes(content)
    return read_source(folder / name)


def notebook(*sources: str | list[str], key: str = "source") -> dict[str, object]:
    return {"cells": [{"cell_type": "code", key: source} for source in sources]}


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


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.html", b"<p>def f(x):", "an HTML page"),
        ("a.pdf", b"%PDF-1.4", "a PDF"),
        ("a.docx", b"PK\x03\x04", "a Word or ZIP file"),
        ("a.txt", b"def f(x): pass", "a text file"),
        ("a.md", b"# Title", "a Markdown file"),
        ("a.py", b"\n<!DOCTYPE html><html>", "an HTML page"),
        ("a.ipynb", b"<html>", "an HTML page"),
        ("a.py", b"%PDF-1.7", "a PDF"),
    ],
)
def test_another_form_of_a_notebook_is_named_with_what_is_read(
    tmp_path: Path, name: str, content: bytes, what: str
) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, content, name)
    expected = "expected a notebook (.ipynb) or Python (.py): in Jupyter choose File, Download"
    assert str(caught.value) == f"{tmp_path / name}: found {what}, {expected}"


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
    text = json.dumps(content)
    (piece,) = pieces_of(tmp_path / "a.ipynb", text)
    assert piece == Piece("cell 1", FUNCTION)
    assert set(read(tmp_path, text.encode(), "notebook.py").functions) == {"f"}, "whatever the name is"


@pytest.mark.parametrize("mark", ["# In[3]:", "# %%", "#%%", "# COMMAND ----------", "# + tags=[]", "# <codecell>", ""])
def test_a_mistake_in_an_exported_notebook_spares_the_other_functions(mark: str) -> None:
    text = f"{FUNCTION}{mark}\ndef g(x):\n    return x)\n{mark}\nx = 3 4\n{mark}\ndef h(x):\n    return x\n"
    pieces = python_in("mine.py", text)
    functions, broken = named(pieces)
    assert (functions, set(broken)) == ({"f", "g", "h"}, {"g"})
    assert [piece.problem.line for piece in pieces if piece.problem] == [5, 7]


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib inline",
        "%load x.py",
        "!pip install h5py",
        "np.sum?",
        "np.sum??",
        "?np.sum",
        "cd ..",
        "ls",
        "ls -l data",
        "files = !ls",
        "a, b = %timeit f(1)",
        "pip install numpy",
    ],
)
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


LEFT = "def f(x):\n    y = x\nz = y\n    return z\n"
"""Python reads the first line at column 0 as the end of the function."""
BROKEN: dict[str, tuple[str, set[str], dict[str, str]]] = {
    "a later definition is right": ("def f(x):\n    return )\n" + FUNCTION, {"f"}, {}),
    "a later definition is wrong": (FUNCTION + "def f(x):\n    return )\n", {"f"}, {"f": "line 4"}),
    "lines too far left": (LEFT + FUNCTION.replace("f", "g"), {"f"}, {"f": "line 4"}),
    "Python 2": ("print 'a'\ndef f(x):\n    print x\n    return x\n", {"f"}, {"f": "it is Python 2"}),
    "an open bracket": (f"x = (1,\n{FUNCTION}", {"f"}, {}),
    "an open list": (f"y = [1, 2\n{FUNCTION}", {"f"}, {}),
    "an open text": (f's = """ text\n{FUNCTION}', {"f"}, {}),
    "a text like statements": ('x = )\ndef f(x):\n    """\nReturns:\nx = the same\n    """\n    return x\n', {"f"}, {}),
    "lines of IPython inside": (
        "def f(x):\n    for i in x:\n        !ls\n    %matplotlib inline\n    return x\n",
        {"f"},
        {},
    ),
    "a tab of 4 spaces": ("def f(x):\n\ty = x\n    return y\n", {"f"}, {}),
    "a tab of 8 spaces": ("def f(x):\n\ty = x\n        return y\n", {"f"}, {}),
    "a blank loop": ("def f(x):\n    for i in x:\n        # YOUR CODE\n    return x\n", {"f"}, {"f": "blank"}),
    "a blank right side": ("def f(x):\n    s = # YOUR CODE\n    return s\n", {"f"}, {"f": "blank"}),
    "a loop without a body": ("def f(x):\n    for i in x:\n    y = i\n    return y\n", {"f"}, {"f": "line 3"}),
}
"""A text, the functions in it, and what is said of each function that is not Python."""


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
