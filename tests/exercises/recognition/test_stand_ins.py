"""Small functions that a file imports from another file of the learner: the file's, or a right one in its place."""

from pathlib import Path

import pytest

from course_torch.exercises.judge.answer import as_record, form_lines, message
from course_torch.exercises.judge.checking import Check, check_file
from tests.exercises.judged import written

pytestmark = pytest.mark.slow

PROPAGATE = """
import numpy as np
{imports}

def propagate(w, b, X, Y):
    m = X.shape[1]
    A = {prefix}sigmoid(np.dot(w.T, X) + b)
    cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
    return {{"dw": np.dot(X, (A - Y).T) / m, "db": np.sum(A - Y) / m}}, cost

def predict(w, b, X):
    return 1.0 * ({prefix}sigmoid(np.dot(w.T, X) + b) > 0.5)
"""
IMPORTS = [
    ("from utils.wq_util import sigmoid", ""),
    ("from wq_util import *", ""),
    ("import utils.wq_util as tools", "tools."),
    ("import utils.wq_util", "utils.wq_util."),
]


def of_propagate(check: Check) -> tuple[dict[str, str], str]:
    """The states of the two functions, and what is said of propagate."""
    verdicts = {verdict.task.name: verdict for verdict in check.verdicts}
    states = {name: verdicts[name].state for name in ("sigmoid", "propagate", "predict")}
    return states, message(verdicts["propagate"], "en")


@pytest.mark.parametrize(("imports", "prefix"), IMPORTS)
def test_a_right_function_stands_in_for_that_of_a_file_that_is_not_here(
    tmp_path: Path, imports: str, prefix: str
) -> None:
    text = PROPAGATE.format(imports=imports, prefix=prefix)
    check = check_file(written(tmp_path, text))
    module = "wq_util" if "*" in imports else "utils.wq_util"
    assert of_propagate(check)[0] == {"sigmoid": "missing", "propagate": "right", "predict": "right"}
    line = f"sigmoid of {module} is not here: a right sigmoid stands in for it"
    assert line in form_lines(check)
    assert as_record(check)["notes"] == list(form_lines(check))[1:]
    wrong = check_file(written(tmp_path, text.replace("(A - Y).T) / m", "(A - Y).T)")))
    states, said = of_propagate(wrong)
    assert states == {"sigmoid": "missing", "propagate": "wrong", "predict": "right"}
    assert "not divided by m" in said


@pytest.mark.parametrize(("imports", "prefix"), IMPORTS)
def test_the_functions_of_a_file_beside_are_called(tmp_path: Path, imports: str, prefix: str) -> None:
    folder = tmp_path if "*" in imports else tmp_path / "utils"
    folder.mkdir(exist_ok=True)
    written(folder, "import numpy as np\ndef sigmoid(z):\n    return 1 / (1 + np.exp(z))\n", "wq_util.py")
    check = check_file(written(tmp_path, PROPAGATE.format(imports=imports, prefix=prefix)))
    states, said = of_propagate(check)
    assert states == {"sigmoid": "missing", "propagate": "wrong", "predict": "wrong"}
    assert "calls sigmoid" not in said
    assert not any("stands in" in line for line in form_lines(check))


def test_two_functions_that_are_not_here_are_named_together(tmp_path: Path) -> None:
    model = "def start(n):\n    return initialize_with_zeros(n)\n"
    imports = "from week2 import sigmoid, initialize_with_zeros"
    path = written(tmp_path, PROPAGATE.format(imports=imports, prefix="") + model)
    expected = "这里没有 week2 的 initialize_with_zeros, sigmoid：由正确的函数代替"
    assert expected in form_lines(check_file(path, language="zh"))


def test_a_star_is_not_said_to_give_what_another_import_names(tmp_path: Path) -> None:
    path = written(
        tmp_path, PROPAGATE.format(imports="from tests_of_mine import *\nfrom week2 import sigmoid", prefix="")
    )
    lines = [line for line in form_lines(check_file(path)) if "stands in" in line]
    assert lines == ["sigmoid of week2 is not here: a right sigmoid stands in for it"]


def test_a_function_that_the_file_only_calls_is_not_given(tmp_path: Path) -> None:
    states, said = of_propagate(check_file(written(tmp_path, PROPAGATE.format(imports="", prefix=""))))
    assert states == {"sigmoid": "missing", "propagate": "not judged", "predict": "not judged"}
    assert "copy sigmoid into your file" in said


@pytest.mark.parametrize("name", ["sigmoid", "sigmod"])
def test_a_function_that_the_file_defines_is_never_given_to_it(tmp_path: Path, name: str) -> None:
    own = f"import gone\n\ndef {name}(z):\n    return gone.sigmoid(z)\n"
    check = check_file(
        written(tmp_path, PROPAGATE.format(imports=own, prefix="").replace("A = sigmoid", f"A = {name}"))
    )
    verdict = next(verdict for verdict in check.verdicts if verdict.task.names[0] == "sigmoid")
    assert verdict.state != "right"
    assert not any("stands in" in line for line in form_lines(check))


def test_nothing_stands_in_for_a_function_of_this_package_or_in_an_exercise(tmp_path: Path) -> None:
    for imports in ("from course_torch import sigmoid", 'CHAPTER = "logistic"\nfrom gone import sigmoid'):
        check = check_file(written(tmp_path, PROPAGATE.format(imports=imports, prefix="")))
        assert of_propagate(check)[0]["propagate"] != "right"
        assert not any("stands in" in line for line in form_lines(check))
