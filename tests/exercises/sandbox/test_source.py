"""A learner's file is read without running it: functions, constants, the layout, and what of it is not Python."""

import json
from pathlib import Path

import pytest

from course_torch.errors import InputError
from course_torch.exercises.recognition.chapters import chapter_of, tasks_of
from course_torch.exercises.sandbox.source import Source, read_source
from tests.exercises.judged import written


def notebook(cells: list[str]) -> bytes:
    return json.dumps({"cells": [{"cell_type": "code", "source": [cell]} for cell in cells]}).encode()


def source_of(folder: Path, text: str, name: str = "mine.py") -> Source:
    return read_source(written(folder, text, name))


def test_the_form_of_our_own_file_stands_in_its_constants(tmp_path: Path) -> None:
    text = 'CHAPTER = "deep"\nLIBRARY = "torch"\nLAYOUT = "rows"\nLANGUAGE = "zh"\ndef f(x):\n    return x\n'
    source = source_of(tmp_path, text, "a.py")
    assert source.is_exercise
    assert (source.library, source.layout, source.language) == ("torch", "rows", "zh")
    assert list(source.functions) == ["f"]


def test_the_form_of_an_assignment_is_numpy_with_columns(tmp_path: Path) -> None:
    source = source_of(tmp_path, "import numpy as np\ndef f(x):\n    return x\n", "a.py")
    assert not source.is_exercise
    assert (source.library, source.layout, source.language) == ("numpy", "columns", "en")
    assert source_of(tmp_path, "import torch\n", "b.py").library == "torch"


def test_a_constant_with_another_value_is_refused(tmp_path: Path) -> None:
    source = source_of(tmp_path, 'LAYOUT = "diagonal"\n', "a.py")
    with pytest.raises(InputError, match="LAYOUT: found 'diagonal', expected one of rows, columns"):
        _ = source.layout


def test_only_line_ends_of_python_end_a_line(tmp_path: Path) -> None:
    above = "# a form feed \f, a separator \u2028\n"
    source = source_of(tmp_path, above + "def relu(Z):\n    return Z\n", "a.py")
    assert source.text_of("relu") == ("a.py", 2, "def relu(Z):\n    return Z")
    (tmp_path / "a.ipynb").write_bytes(notebook(["x = 1\rdef relu(Z):\r    return Z"]))
    assert read_source(tmp_path / "a.ipynb").text_of("relu")[1:] == (2, "def relu(Z):\n    return Z")


def test_half_of_a_character_in_a_notebook_is_a_question_mark(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_bytes(notebook(["def relu(Z):\n    return '\ud800'\n"]))
    assert [piece.code for piece in read_source(tmp_path / "a.ipynb").pieces] == ["def relu(Z):\n    return '?'\n"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.py", None, r"a\.py: no such file"),
        ("a.py", b"x = = 1", r"^[^:]+a\.py: it is not Python: line 1: "),
        ("a.py", b"\xff\xfe\x00", "cannot be read as text"),
        ("a.py", b"\xff\xfe\x00\xd8", "cannot be read as text"),
        ("a.py", b"x = 1\x00", "is not Python"),
        ("a.ipynb", b"[1, 2]", "not a notebook"),
        ("a.ipynb", b'{"cells": [{"cell_type": "code"}]}', "not a notebook"),
        ("a.py", b"(" * 100_000, "is not Python"),
        ("a.py", b"#" * (5 * 1024**2), "5,242,880 bytes, expected at most"),
        ("a.py", b"x = [" + b"[]," * 100_000 + b"]", "300,006 characters of code, expected at most 262,144"),
        ("a.ipynb", notebook(["x = 1\n"] * 50_000), "300,000 characters of code, expected at most 262,144"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=words) as caught:
        read_source(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_the_hash_of_a_function_ignores_comments_and_spaces(tmp_path: Path) -> None:
    one = source_of(tmp_path, "def f(x):\n    return x + 1\n", "a.py")
    two = source_of(tmp_path, "def f(x):  # adds\n\n    return (x+1)\n", "b.py")
    other = source_of(tmp_path, "def f(x):\n    return x + 2\n", "c.py")
    assert one.hash_of("f") == two.hash_of("f") != other.hash_of("f")


def test_our_own_file_may_stand_in_cells(tmp_path: Path) -> None:
    text = '# %%\nCHAPTER = "deep"\nLIBRARY = "torch"\nLAYOUT = "rows"\n# %%\ndef relu(Z):\n    return Z * (Z > 0)\n'
    source = source_of(tmp_path, text)
    assert source.is_exercise
    assert (source.library, source.layout) == ("torch", "rows")
    assert len(tasks_of(source, chapter_of(source))) == 15


def test_names_that_numpy_removed_are_found(tmp_path: Path) -> None:
    text = "import numpy as np\ndef f(x):\n    x.float = x.astype(np.float)\n    return np.zeros(3, dtype=numpy.long)\n"
    assert source_of(tmp_path, text).removed == ["float", "long"]
