"""A file is judged although parts of it are not Python, fail, or need what is not there."""

import json
from pathlib import Path

import numpy as np
import pytest

from course_torch.errors import InputError
from course_torch.exercises.judge.answer import form_lines, message
from course_torch.exercises.judge.checking import Check, check_file
from course_torch.language import Language
from tests.exercises.judged import written

NUMPY = "import numpy as np\n"
LINEAR = "def linear_forward(A, W, b):\n    Z = np.dot(W, A) + b\n    return Z, (A, W, b)\n"
LINEAR_ACTIVATION = """
def linear_activation_forward(A_prev, W, b, activation):
    Z, linear_cache = linear_forward(A_prev, W, b)
    A, activation_cache = sigmoid(Z) if activation == "sigmoid" else relu(Z)
    return A, (linear_cache, activation_cache)
"""


def checked(folder: Path, text: str, name: str = "mine.py", language: Language = "en") -> Check:
    return check_file(written(folder, text, name), language=language)


def notebook(*cells: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})


def states(check: Check) -> dict[str, str]:
    """The states of the functions that the file has."""
    return {
        verdict.task.name: verdict.state for verdict in check.verdicts if verdict.task.name in check.source.functions
    }


def said(check: Check, name: str = "linear_forward") -> str:
    return next(message(verdict, check.language) for verdict in check.verdicts if verdict.task.name == name)


@pytest.mark.slow
def test_a_function_that_is_not_python_is_wrong_and_the_others_are_judged(tmp_path: Path) -> None:
    broken = "def compute_cost(AL, Y):\n    m = Y.shape[1]\n      return np.sum(AL)\n"
    cells = notebook(NUMPY, "This is no code", LINEAR, broken)
    check = checked(tmp_path, cells, "mine.ipynb")
    assert states(check) == {"linear_forward": "right", "compute_cost": "wrong"}
    assert said(check, "compute_cost") == "compute_cost: it is not Python: line 3 of cell 4: unexpected indent."
    assert list(form_lines(check))[1] == "not Python, and left out: line 1 of cell 2 (invalid syntax)"
    check = checked(tmp_path, cells, "mine.ipynb", "zh")
    assert said(check, "compute_cost") == "compute_cost: 它不是 Python 代码：单元格 4 第 3 行：这一行的缩进多了。"
    assert list(form_lines(check))[1] == "不是 Python 代码，已略去：单元格 2 第 1 行（语法不对）"


@pytest.mark.slow
def test_a_function_that_calls_one_that_is_not_python_is_judged_with_a_right_one(tmp_path: Path) -> None:
    check = checked(tmp_path, NUMPY + LINEAR.replace("+ b", "+ b)") + LINEAR_ACTIVATION)
    assert states(check) == {"linear_forward": "wrong", "linear_activation_forward": "right"}
    assert "right with a right linear_forward in place of yours" in said(check, "linear_activation_forward")


@pytest.mark.slow
def test_a_helper_that_is_not_python_is_named_by_the_function_that_uses_it(tmp_path: Path) -> None:
    helper = "def product(W, A):\n    return np.dot(W, A\n"
    check = checked(tmp_path, NUMPY + helper + LINEAR.replace("np.dot", "product"))
    assert states(check) == {"linear_forward": "not judged"}
    assert said(check) == "linear_forward: it uses product: it is not Python: line 3: '(' was never closed."


@pytest.mark.slow
def test_a_blank_body_of_a_template_is_not_written_yet(tmp_path: Path) -> None:
    blank = "def relu(Z):\n    for z in Z:\n        # YOUR CODE\n    return Z\n"
    check = checked(tmp_path, notebook(NUMPY + LINEAR, blank), "mine.ipynb")
    assert states(check) == {"linear_forward": "right", "relu": "missing"}
    assert len(list(form_lines(check))) == 1


@pytest.mark.slow
def test_a_function_in_python_2_is_named(tmp_path: Path) -> None:
    check = checked(tmp_path, NUMPY + "print 'begin'\n" + LINEAR.replace("    return", "    print Z\n    return"))
    assert said(check).startswith("linear_forward: it is Python 2, and Python 3 runs here: line 5: Missing parentheses")
    assert list(form_lines(check))[1].startswith("not Python, and left out: line 2 (Missing parentheses")


@pytest.mark.slow
def test_places_that_are_not_python_are_counted(tmp_path: Path) -> None:
    check = checked(tmp_path, NUMPY + "a b\n" * 5 + LINEAR)
    assert list(form_lines(check))[1].endswith("line 4 (invalid syntax) and 2 more")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = = 1\n", r"^[^:]+mine\.py: it is not Python: line 1: invalid syntax$"),
        ("import os\ndef helper(x):\n    return )\n", r"^[^:]+mine\.py: it is not Python: line 3: unmatched '\)'$"),
    ],
)
def test_a_file_without_a_function_of_a_chapter_is_refused_where_it_is_not_python(
    tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        checked(tmp_path, text)


@pytest.mark.slow
def test_data_that_is_not_there_concerns_only_the_functions_that_use_it(tmp_path: Path) -> None:
    data = "X = np.loadtxt('no such file.csv')\nm = X.shape[1]\n"
    check = checked(tmp_path, NUMPY + data + LINEAR)
    assert states(check) == {"linear_forward": "right"}
    check = checked(tmp_path, NUMPY + data + LINEAR.replace("+ b", "+ b / m"))
    assert states(check) == {"linear_forward": "not judged"}
    assert said(check).startswith(
        "linear_forward: it uses m, which has no value: line 2 failed with FileNotFoundError: "
    )
    check = checked(tmp_path, NUMPY + data + LINEAR.replace("+ b", "+ b / m"), language="zh")
    assert said(check).startswith("linear_forward: 它用到了 m，而 m 没有值：第 2 行失败，FileNotFoundError：")


@pytest.mark.slow
def test_names_that_need_one_another_are_named(tmp_path: Path) -> None:
    check = checked(tmp_path, NUMPY + "c = d\nd = c\n" + LINEAR.replace("+ b", "+ b / c"))
    assert "it uses c, which has no value: line" in said(check)


@pytest.mark.slow
def test_a_set_of_a_module_that_is_not_there_has_no_numbers(tmp_path: Path) -> None:
    data = "from lr_utils import load_dataset\nX, Y, classes = load_dataset()\nm = X.shape[1] + 0\n"
    check = checked(tmp_path, NUMPY + data + LINEAR.replace("+ b", "+ b / m"))
    expected = (
        "it uses m, which has no value: line 4 needs lr_utils.load_dataset, which is not there when the file is judged"
    )
    assert said(check) == f"linear_forward: {expected}."


@pytest.mark.slow
@pytest.mark.parametrize(
    "lines",
    [
        "from google.colab import drive\ndrive.mount('/content')\n",
        "import a_module_of_mine.inner.deep as d\nfrom a_module_of_mine import *\n",
        "from scipy.ndimage import no_such_function\nimport math.nothing\n",
        "from . import beside\nfrom ..above import other\n",
        "import broken_beside\nfrom broken_beside import anything\n",
        "import matplotlib.pyplot as plt\nfig, (left, right) = plt.subplots(1, 2)\n",
    ],
)
def test_an_import_that_fails_stops_nothing(tmp_path: Path, lines: str) -> None:
    (tmp_path / "broken_beside.py").write_text("import sys\nsys.exit('no data')\n")
    assert states(checked(tmp_path, NUMPY + lines + LINEAR)) == {"linear_forward": "right"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lines", "prefix"),
    [
        ("from dnn_utils_v2 import sigmoid, relu", ""),
        ("from utils_123 import *", ""),
        ("from testCases_v3a import *\nfrom course.tools import sigmoid, relu", ""),
        ("import dnn_app_utils_v9 as tools", "tools."),
    ],
)
def test_the_course_s_helpers_are_offered_under_every_name(tmp_path: Path, lines: str, prefix: str) -> None:
    text = LINEAR_ACTIVATION.replace("sigmoid(", f"{prefix}sigmoid(").replace("relu(", f"{prefix}relu(")
    check = checked(tmp_path, f"{NUMPY}{lines}\n{LINEAR}{text}")
    assert states(check) == {"linear_forward": "right", "linear_activation_forward": "right"}


@pytest.mark.slow
def test_a_function_of_the_chapter_in_another_file_is_named(tmp_path: Path) -> None:
    lines = "from week4.forward import linear_forward\nfrom dnn_utils import *\n"
    check = checked(tmp_path, NUMPY + lines + LINEAR_ACTIVATION)
    assert states(check) == {"linear_activation_forward": "not judged"}
    expected = "it calls linear_forward, which the file does not define: copy linear_forward into your file"
    assert said(check, "linear_activation_forward") == f"linear_activation_forward: {expected}."


@pytest.mark.slow
def test_names_that_numpy_removed_work_with_a_note(tmp_path: Path) -> None:
    check = checked(tmp_path, NUMPY + LINEAR.replace("+ b", "+ b.astype(np.float)"))
    assert states(check) == {"linear_forward": "right"}
    assert not hasattr(np, "float")
    assert list(form_lines(check))[1:] == ["np.float was removed from NumPy 1.24; float means the same"]


@pytest.mark.slow
def test_a_result_that_a_missing_module_gives_is_never_right(tmp_path: Path) -> None:
    lines = "from my_tools import product\n"
    check = checked(tmp_path, NUMPY + lines + LINEAR.replace("np.dot", "product"))
    assert states(check) == {"linear_forward": "not judged"}
    assert "it uses product of the file my_tools.py" in said(check)


@pytest.mark.slow
def test_a_function_of_no_chapter_that_is_not_python_is_named_with_its_line(tmp_path: Path) -> None:
    check = checked(tmp_path, NUMPY + LINEAR + "def block(Z):\n    A = Z\n    cache = \n    return A\n")
    assert states(check) == {"linear_forward": "right"}
    assert list(form_lines(check))[1:] == ["not Python, and left out: line 7 (invalid syntax)"]
