"""A learner's file as pieces: its text in any encoding, its cells, and what of them is Python."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from course_torch.errors import InputError
from course_torch.exercises.sandbox.cells import Piece, Problem, pieces_of, python_in, text_of
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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
@pytest.mark.parametrize("name", ["mine.py", "mine.ipynb"])
def test_a_chinese_file_is_read_in_the_encodings_of_its_editors(tmp_path: Path, name: str, encoding: str) -> None:
    text = '名 = "梯度下降"\n' + FUNCTION
    if name.endswith("ipynb"):
        text = json.dumps(notebook(text), ensure_ascii=False)
    source = read(tmp_path, text.encode(encoding), name)
    assert (source.constants["名"], set(source.functions)) == ("梯度下降", {"f"})


def test_the_encoding_that_the_file_names_is_used(tmp_path: Path) -> None:
    text = "#!/usr/bin/python\n# -*- coding: latin-1 -*-\nname = 'é'\n" + FUNCTION
    assert read(tmp_path, text.encode("latin-1")).constants["name"] == "é"


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_ends_of_lines_are_read(tmp_path: Path, end: str) -> None:
    assert set(read(tmp_path, FUNCTION.replace("\n", end).encode()).functions) == {"f"}


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


def test_the_cells_are_counted_with_those_that_hold_text(tmp_path: Path) -> None:
    cells = [{"cell_type": "markdown", "source": "# Title"}, {"cell_type": "code", "source": FUNCTION}]
    assert pieces_of(tmp_path / "a.ipynb", json.dumps({"cells": cells})) == [Piece("cell 2", FUNCTION)]


def test_a_cell_that_is_not_python_spares_the_other_cells(tmp_path: Path) -> None:
    text = json.dumps(notebook(FUNCTION, "def g(x):\n    return x)\n", "def h(x):\n    return x\n"))
    functions, broken = named(pieces_of(tmp_path / "a.ipynb", text))
    assert functions == {"f", "g", "h"}
    assert broken == {"g": Problem("cell 2", 2, "unmatched ')'")}


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


def test_lines_of_ipython_inside_a_function_are_left_out() -> None:
    (piece,) = python_in("cell 1", "def f(x):\n    for i in x:\n        !ls\n    %matplotlib inline\n    return x\n")
    assert piece.problem is None


def test_python_that_looks_like_a_line_of_ipython_stays() -> None:
    code = "y = (10\n    % 3)\nls = [1]\ncd = ls\n"
    assert python_in("cell 1", code) == [Piece("cell 1", code)]


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%javascript", "%%latex"])
def test_a_cell_in_another_language_is_left_out(magic: str) -> None:
    assert python_in("cell 1", f"\n{magic}\nx = = y\n") == [Piece("cell 1", "")]


def test_tabs_among_spaces_are_read_as_the_editor_shows_them() -> None:
    for width in (4, 8):
        (piece,) = python_in("mine.py", f"def f(x):\n\ty = x\n{' ' * width}return y\n")
        assert piece.problem is None


def test_a_blank_body_of_a_template_is_told_from_a_mistake() -> None:
    loop = "def {name}(x):\n    for i in x:\n        # YOUR CODE\n    return x\n"
    right_side = "def g(x):\n    s = # YOUR CODE\n    return s\n"
    mistake = "def h(x):\n    for i in x:\n    y = i\n    return y\n"
    _, broken = named(python_in("mine.py", loop.format(name="f") + right_side + mistake))
    assert {name: problem.blank for name, problem in broken.items()} == {"f": True, "g": True, "h": False}


def test_a_later_definition_replaces_one_that_is_not_python() -> None:
    functions, broken = named(python_in("mine.py", "def f(x):\n    return )\n" + FUNCTION))
    assert (functions, broken) == ({"f"}, {})
    _, broken = named(python_in("mine.py", FUNCTION + "def f(x):\n    return )\n"))
    assert set(broken) == {"f"}


def test_lines_of_a_function_that_stand_too_far_left_belong_to_it() -> None:
    """Python reads the first line at column 0 as the end of the function."""
    _, broken = named(python_in("mine.py", "def f(x):\n    y = x\nz = y\n    return z\n" + FUNCTION.replace("f", "g")))
    assert broken == {"f": Problem("mine.py", 4, "unexpected indent")}


def test_python_2_is_recognised() -> None:
    _, broken = named(python_in("mine.py", "print 'a'\ndef f(x):\n    print x\n    return x\n"))
    assert broken["f"].why.en.startswith("it is Python 2")


@pytest.mark.parametrize("opens", ["x = (1,", 's = """ text', "y = [1, 2"])
def test_what_is_never_closed_spares_the_functions_below(opens: str) -> None:
    functions, broken = named(python_in("mine.py", f"{opens}\n{FUNCTION}"))
    assert (functions, broken) == ({"f"}, {})


def test_a_text_in_quotes_may_hold_lines_that_look_like_statements() -> None:
    text = 'x = )\ndef f(x):\n    """\nReturns:\nx = the same\n    """\n    return x\n'
    functions, broken = named(python_in("mine.py", text))
    assert (functions, broken) == ({"f"}, {})


def test_a_text_that_is_hardly_python_is_given_up_early() -> None:
    pieces = python_in("mine.py", "x = (\n" * 3000 + FUNCTION)
    assert len(pieces) < 100
    assert pieces[-1].problem is not None


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\xff\xfe\x00\xd8"])
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.py").write_bytes(content)
    with pytest.raises(InputError, match="cannot be read as text"):
        text_of(tmp_path / "a.py")


@pytest.mark.parametrize("text", [" " * 200_000 + "aa", "s =" + " " * 200_000 + "x"])
def test_a_long_line_is_read_in_the_time_that_it_takes_to_see_it(text: str) -> None:
    began = time.process_time()
    python_in("mine.py", text)
    assert time.process_time() - began < 2
