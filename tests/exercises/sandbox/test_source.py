"""A learner's file is read without running it: functions, constants, the layout, and the cells that are run."""

from pathlib import Path

import pytest

from course_torch.errors import InputError
from course_torch.exercises.judge.recognition import chapter_of, tasks_of
from course_torch.exercises.sandbox.process import Learner
from course_torch.exercises.sandbox.source import Cell, Source, kept, read_source, script_cells, without_magics
from tests.exercises.judged import written


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
    one = source_of(tmp_path, "def f(x):\n    return x + 1\n", "a.py")
    two = source_of(tmp_path, "def f(x):  # adds\n\n    return (x+1)\n", "b.py")
    other = source_of(tmp_path, "def f(x):\n    return x + 2\n", "c.py")
    assert one.hash_of("f") == two.hash_of("f") != other.hash_of("f")


SCRIPT = """# coding: utf-8
# In[1]:
import numpy as np
get_ipython().run_line_magic('matplotlib', 'inline')
# In[2]:
scale = 2
def f(x):
    return scale * x
print(f(1))
# In[ ]:
f(3)
"""


def run(*codes: str) -> list[str]:
    """The lines that are run of some cells."""
    cells, _ = kept([Cell("cell", code, "cell") for code in codes])
    return [line for cell in cells for line in cell.code.splitlines() if line]


def test_a_cell_that_is_not_python_is_named_among_the_cells_that_are_not_run() -> None:
    assert kept([Cell("cell 1", "nn_model?", "cell 1")]) == ([], ["cell 1"])


def test_a_saved_notebook_runs_its_definitions_with_the_line_numbers_of_the_file() -> None:
    pieces, skipped = kept(script_cells("mine.py", SCRIPT))
    lines = dict(enumerate("\n".join(SCRIPT.splitlines()).splitlines(), start=1))
    for number, line in (numbered for piece in pieces for numbered in enumerate(piece.code.splitlines(), start=1)):
        assert line in ("", lines[number])
    assert [piece.label for piece in pieces] == ["mine.py", "mine.py"]
    assert skipped == ["lines 2-4", "lines 10-11"]


def test_a_file_without_marked_cells_runs_as_a_whole(tmp_path: Path) -> None:
    text = "import math\nx = math.sqrt(2)\nprint(x)\n"
    (piece,) = source_of(tmp_path, text).pieces
    assert piece.code == text


def test_our_own_file_may_stand_in_cells(tmp_path: Path) -> None:
    text = '# %%\nCHAPTER = "deep"\nLIBRARY = "torch"\nLAYOUT = "rows"\n# %%\ndef relu(Z):\n    return Z * (Z > 0)\n'
    source = source_of(tmp_path, text)
    assert source.is_exercise
    assert (source.library, source.layout) == ("torch", "rows")
    assert len(tasks_of(source, chapter_of(source))) == 15


@pytest.mark.parametrize(
    "line",
    ["eps = 1e-8", "rng = np.random.default_rng(1)", "g = lambda z: later(z)", "sizes = list(range(3))", "h = f"],
)
def test_simple_assignments_beside_a_definition_are_run(line: str) -> None:
    assert line in run("import numpy as np", f"def f(x):\n    return x\n{line}")


@pytest.mark.parametrize(
    "line",
    [
        "parameters = f(X)",
        "y = f(1)",
        "Z = A @ W",
        "X, Y = load_data()",
        "plt.rcParams['figure.figsize'] = (5, 4)",
        "total += 1",
        "for i in range(10**9): f(i)",
    ],
)
def test_code_that_uses_data_or_functions_is_not_run(line: str) -> None:
    assert line not in run("import numpy as np\nimport matplotlib.pyplot as plt", f"def f(x):\n    return x\n{line}")


def test_a_cell_without_definitions_gives_its_imports_and_constants() -> None:
    assert run("import copy\nm = 7\nx = [1, 2]\nprint(m)") == ["import copy", "m = 7"]


@pytest.mark.parametrize("line", ["tanh = np.tanh", "relu = lambda Z: np.maximum(0, Z)"])
def test_a_cell_without_definitions_gives_its_names_for_functions(line: str) -> None:
    assert run("import numpy as np", f"{line}\nprint(1)") == ["import numpy as np", line]


def test_magics() -> None:
    assert without_magics("%matplotlib inline\n  !ls\nx = 1") == "\n\nx = 1"
    assert without_magics("%%time\ndef f():\n    pass") == "\ndef f():\n    pass"
    assert without_magics("%%bash\nrm -rf /") == ""


def test_modules_of_the_course_are_empty_but_offer_the_helpers(tmp_path: Path) -> None:
    text = (
        "import h5py, matplotlib.pyplot as plt, sklearn.datasets\n"
        "from public_tests import *\nfrom lr_utils import load_dataset\nfrom dnn_utils_v3 import relu\n"
        "for x in load_dataset(): pass\n"
        "def linear_forward(A, W, b):\n    plt.figure(figsize=(2, 2)).add_subplot(1, 1, 1)\n"
        "    return relu(A)[0], None\n"
    )
    source = source_of(tmp_path, text)
    with Learner(source, chapter_of(source).helpers) as learner:
        answer = learner.call("linear_forward", [-1.5, 0.0, 0.0])
        assert getattr(answer, "result", None) == (0.0, None), answer
