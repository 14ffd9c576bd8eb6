"""A learner's file is read without running it: functions, constants, the form, and the cells of a notebook."""

from pathlib import Path

import pytest

from course_torch.errors import InputError
from course_torch.exercises.sandbox.source import Source, read_source


def written(path: Path, text: str) -> Source:
    path.write_text(text, encoding="utf-8")
    return read_source(path)


def test_the_form_of_our_own_file_stands_in_its_constants(tmp_path: Path) -> None:
    text = 'CHAPTER = "deep"\nLIBRARY = "torch"\nLAYOUT = "rows"\nLANGUAGE = "zh"\ndef f(x):\n    return x\n'
    source = written(tmp_path / "a.py", text)
    assert source.is_exercise
    assert (source.library, source.layout, source.language) == ("torch", "rows", "zh")
    assert list(source.functions) == ["f"]


def test_the_form_of_an_assignment_is_numpy_with_columns(tmp_path: Path) -> None:
    source = written(tmp_path / "a.py", "import numpy as np\ndef f(x):\n    return x\n")
    assert not source.is_exercise
    assert (source.library, source.layout, source.language) == ("numpy", "columns", "en")
    assert written(tmp_path / "b.py", "import torch\n").library == "torch"


def test_a_constant_with_another_value_is_refused(tmp_path: Path) -> None:
    source = written(tmp_path / "a.py", 'LAYOUT = "diagonal"\n')
    with pytest.raises(InputError, match="LAYOUT: found 'diagonal', expected one of rows, columns"):
        _ = source.layout


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.py", b"def f(x:\n    return x", r"^[^:]+a\.py, line 1 is not Python"),
        ("a.py", b"\xff\xfe\x00", "cannot be read as text"),
        ("a.py", b"x = 1\x00", "is not Python"),
        ("a.ipynb", b"[1, 2]", "not a notebook"),
        ("a.ipynb", b'{"cells": [{"cell_type": "code"}]}', "not a notebook"),
        ("a.py", b"(" * 100_000, "is not Python"),
        ("a.py", b"#" * (5 * 1024**2), "expected at most"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=words) as caught:
        read_source(tmp_path / name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", "def f(x):\n    return x\n"),
        ("a.ipynb", '{"cells": [{"cell_type": "code", "source": ["def f(x):\\n    return x"]}]}'),
    ],
)
def test_a_byte_order_mark_is_no_part_of_the_code(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert list(read_source(tmp_path / name).functions) == ["f"]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.py: no such file"):
        read_source(tmp_path / "none.py")


def test_the_hash_of_a_function_ignores_comments_and_spaces(tmp_path: Path) -> None:
    one = written(tmp_path / "a.py", "def f(x):\n    return x + 1\n")
    two = written(tmp_path / "b.py", "def f(x):  # adds\n\n    return (x+1)\n")
    other = written(tmp_path / "c.py", "def f(x):\n    return x + 2\n")
    assert one.hash_of("f") == two.hash_of("f") != other.hash_of("f")
