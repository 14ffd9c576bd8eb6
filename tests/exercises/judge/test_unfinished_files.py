"""A file is judged although parts of it are not Python, fail, or need what is not there."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from course_torch.exercises.check.answer import message
from course_torch.exercises.check.checking import check_file
from tests.exercises.judged import head, written

NUMPY = "import numpy as np\n"
LINEAR = "def linear_forward(A, W, b):\n    Z = np.dot(W, A) + b\n    return Z, (A, W, b)\n"
ACTIVATION = """
def linear_activation_forward(A_prev, W, b, activation):
    Z, linear_cache = linear_forward(A_prev, W, b)
    A, activation_cache = sigmoid(Z) if activation == "sigmoid" else relu(Z)
    return A, (linear_cache, activation_cache)
"""
BROKEN = "def compute_cost(AL, Y):\n    m = Y.shape[1]\n      return np.sum(AL)\n"
DATA = "X = np.loadtxt('no such file.csv')\nm = X.shape[1]\n"


def notebook(*cells: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})


def judged(folder: Path, text: str) -> tuple[dict[str, str], list[str]]:
    """The states of the functions that the file has, and what is said of them and of the file, in both languages."""
    check = check_file(written(folder, text, "mine.ipynb" if text.startswith("{") else "mine.py"))
    said = [line for language in ("en", "zh") for line in head(replace(check, language=language))[1:]]
    own = [verdict for verdict in check.verdicts if verdict.task.name in check.first.source.functions]
    said += [message(verdict, language) for verdict in own for language in ("en", "zh")]
    return {verdict.task.name: verdict.state for verdict in own}, [line for line in said if line]


RIGHT, WRONG, NOT_JUDGED = ({"linear_forward": state} for state in ("right", "wrong", "not judged"))
FILES = {
    "a function that is not Python, and text": (
        notebook(NUMPY, "This is no code", LINEAR, BROKEN), RIGHT | {"compute_cost": "wrong"},
        ["compute_cost: it is not Python: line 3 of cell 4: unexpected indent.",
         "compute_cost: 它不是 Python 代码：单元格 4 第 3 行：这一行的缩进多了。",
         "not Python, and left out: line 1 of cell 2 (invalid syntax)",
         "不是 Python 代码，已略去：单元格 2 第 1 行（语法不对）"]),
    "a function that calls one that is not Python": (
        NUMPY + LINEAR.replace("+ b", "+ b)") + ACTIVATION, WRONG | {"linear_activation_forward": "right"},
        ["right with a right linear_forward in place of yours"]),
    "a helper that is not Python": (
        NUMPY + "def product(W, A):\n    return np.dot(W, A\n" + LINEAR.replace("np.dot", "product"), NOT_JUDGED,
        ["linear_forward: it uses product: it is not Python: line 3: '(' was never closed."]),
    "a function of no chapter that is not Python": (
        NUMPY + LINEAR + "def block(Z):\n    A = Z\n    cache = \n    return A\n", RIGHT,
        ["not Python, and left out: line 7 (invalid syntax)"]),
    "a blank body of a template": (
        notebook(NUMPY + LINEAR, "def relu(Z):\n    for z in Z:\n        # YOUR CODE\n    return Z\n"),
        RIGHT | {"relu": "missing"}, []),
    "Python 2": (
        NUMPY + "print 'begin'\n" + LINEAR.replace("    return", "    print Z\n    return"), WRONG,
        ["linear_forward: it is not Python: line 5: Missing parentheses",
         "not Python, and left out: line 2 (Missing parentheses"]),
    "many places that are not Python": (NUMPY + "a b\n" * 5 + LINEAR, RIGHT, ["line 4 (invalid syntax) and 2 more"]),
    "data that is not there": (NUMPY + DATA + LINEAR, RIGHT, []),
    "a function that uses the data": (
        NUMPY + DATA + LINEAR.replace("+ b", "+ b / m"), NOT_JUDGED,
        ["linear_forward: it uses m, which has no value: line 2 failed with FileNotFoundError: ",
         "linear_forward: 它用到了 m，而 m 没有值：第 2 行失败，FileNotFoundError："]),
    "names that need one another": (
        NUMPY + "c = d\nd = c\n" + LINEAR.replace("+ b", "+ b / c"), NOT_JUDGED,
        ["it uses c, which has no value: line"]),
    "a set of a module that is not there": (
        NUMPY + "from lr_utils import load_dataset\nX, Y, classes = load_dataset()\nm = X.shape[1] + 0\n"
        + LINEAR.replace("+ b", "+ b / m"), NOT_JUDGED,
        ["it uses m, which has no value: line 4 needs lr_utils.load_dataset, which is not there when the file"]),
    "a size of such a set, which the function takes for that of its own examples": (
        NUMPY + "from lr_utils import load_dataset\nX, Y, classes = load_dataset()\nm = X.shape[1]\n"
        "def compute_cost(AL, Y):\n    return -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / m\n",
        {"compute_cost": "wrong"},
        ["it uses a variable outside the function. The cause: with AL.shape[1] in place of m (line 6)"]),
    "a function of the chapter in another file": (
        NUMPY + "from week3.passes import forward_propagation\n"
        "def predict(parameters, X):\n    A2, cache = forward_propagation(X, parameters)\n    return A2 > 0.5\n",
        {"predict": "not judged"},
        ["it calls forward_propagation, which the file does not define: copy forward_propagation into your file."]),
    "a result that a missing module gives": (
        NUMPY + "from my_tools import product\n" + LINEAR.replace("np.dot", "product"), NOT_JUDGED,
        ["it uses product of the file my_tools.py"]),
    "a name that NumPy removed": (
        NUMPY + LINEAR.replace("+ b", "+ b.astype(np.float)"), RIGHT,
        ["np.float was removed from NumPy: write float"]),
    "a function that NumPy removed": (
        NUMPY + LINEAR.replace("+ b", "+ b * np.asscalar(np.ones(1))"), RIGHT,
        ["np.asscalar was removed from NumPy: write .item()"]),
    "a tab among spaces": (
        NUMPY + LINEAR.replace("    return", "\treturn"), RIGHT,
        ["line 4 has a tab among spaces, and Python refuses the file: write spaces"]),
    "a line with a space in front behind a function": (
        NUMPY + LINEAR + " A = 1\n", RIGHT, ["not Python, and left out: line 5 (unexpected indent)"]),
    "a line with too few spaces inside a function": (
        NUMPY + LINEAR.replace("    return", "  return"), WRONG,
        ["linear_forward: it is not Python: line 4: unindent does not match"]),
}  # fmt: skip
"""File -> the states of its functions, and what is said of them."""


@pytest.mark.slow
@pytest.mark.parametrize(("text", "states", "words"), FILES.values(), ids=FILES)
def test_the_parts_that_run_are_judged(text: str, states: dict[str, str], words: list[str], tmp_path: Path) -> None:
    found, said = judged(tmp_path, text)
    assert found == states
    assert [part for part in words if not any(part in line for line in said)] == [], said
    assert bool(said) == bool(words)
    assert not hasattr(np, "float")


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
    assert judged(tmp_path, NUMPY + lines + LINEAR)[0] == RIGHT


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
    text = ACTIVATION.replace("sigmoid(", f"{prefix}sigmoid(").replace("relu(", f"{prefix}relu(")
    states, _ = judged(tmp_path, f"{NUMPY}{lines}\n{LINEAR}{text}")
    assert states == RIGHT | {"linear_activation_forward": "right"}
