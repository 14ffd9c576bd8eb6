"""Which assignment a file holds, by its functions and their arguments, and right functions for those it imports."""

from pathlib import Path

import pytest

from course_torch.exercises.check.answer import message
from course_torch.exercises.check.checking import CheckOptions, check_file
from course_torch.exercises.learners_file.source import read_source
from course_torch.exercises.recognition.chapters import chapters_of
from course_torch.mistakes.solution import body_of, solution
from tests.exercises.judged import (
    Case,
    as_assignment,
    assert_answer,
    cases_of,
    check_of,
    defining,
    head,
    verdict_on,
    written,
)

SIGNATURES = r"""
deep linear_forward(A, W, b): return W @ A + b, (A, W, b) => right
deep linear_forward(A_prev, weights, bias): return weights @ A_prev + bias, (A_prev, weights, bias) => right
deep linear_forward(A, W, b, scale=1): return W @ A + b, (A, W, b) => right
deep linear_forward(*rest): return rest[1] @ rest[0] + rest[2], rest => right
deep linear_forward(A, W, b, lambd): return W @ A + b, (A, W, b) => not judged
    | another signature: (A, W, b, lambd), expected (A, W, b) | 参数不同：(A, W, b, lambd)，应当是 (A, W, b)
deep linear_forward(A, W): return W @ A, (A, W) => not judged | another signature: (A, W), expected (A, W, b)
shallow compute_cost(A2, Y, params): return -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) => right
shallow compute_cost(A2, Y, lambd): return -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) => not judged
deep linear_forward(A, W, b, *, lambd): return W @ A + b, (A, W, b) => not judged
"""


@pytest.mark.parametrize("case", cases_of(SIGNATURES))
def test_a_function_with_other_arguments_is_not_judged(case: Case) -> None:
    assert_answer(case, verdict_on(as_assignment(case.text), case.chapter, case.function))


def test_of_chapters_with_equal_claims_that_with_more_functions_is_the_files(tmp_path: Path) -> None:
    """Four functions speak for week 4, with a fifth that has its arguments; six less two for week 3."""
    both = ["sigmoid(Z)", "relu(Z)", "compute_cost(A2, Y)", "update_parameters(parameters, grads, learning_rate)"]
    third = ["initialize_parameters(n_x, n_h, n_y)", "predict(X, parameters)", "forward_propagation(X, parameters, g)"]
    text = defining(*both, *third, "backward_propagation(cache, X, Y, parameters, g)")
    assert chapters_of(read_source(written(tmp_path, text)))[0].name == "shallow"


def test_the_cost_of_week_3_may_take_the_parameters_too(tmp_path: Path) -> None:
    text = "import numpy as np\ndef compute_cost(A2, Y, parameters):\n    return 1.0\n"
    assert chapters_of(read_source(written(tmp_path, text)))[0].name == "shallow"


@pytest.mark.slow
def test_a_file_that_shows_no_layout_is_asked_for_it(tmp_path: Path) -> None:
    text = solution("deep", "torch", "rows")
    nameless = "import torch\n" + text[text.index("def ") :]
    wanted = 'LAYOUT is not in the file, so its columns are examples here: if its rows are, write LAYOUT = "rows"'
    assert any(line.startswith(wanted) for line in head(check_file(written(tmp_path, nameless))))
    for shown in (
        'LAYOUT = "rows"\n' + nameless,
        nameless.replace("torch.", "np.").replace("import torch", "import numpy as np"),
    ):
        assert not any("LAYOUT" in line for line in head(check_file(written(tmp_path, shown))))


# Small functions imported from another file of the learner: the file's, or a right one in its place


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
SIGMOID_WITHOUT_MINUS = "import numpy as np\ndef sigmoid(z):\n    return 1 / (1 + np.exp(z))\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("imports", "prefix"),
    [
        ("from utils.wq_util import sigmoid", ""),
        ("from wq_util import *", ""),
        ("import utils.wq_util as tools", "tools."),
        ("import utils.wq_util", "utils.wq_util."),
    ],
)
def test_a_right_function_stands_in_for_that_of_another_file_unless_the_file_is_here(
    tmp_path: Path, imports: str, prefix: str
) -> None:
    text = PROPAGATE.format(imports=imports, prefix=prefix)
    folder = tmp_path if "*" in imports else tmp_path / "utils"

    def judged(text: str) -> tuple[list[str], list[str]]:
        """The states of the functions, and the lines below the first, with what is said of propagate."""
        check = check_file(written(tmp_path, text))
        verdicts = {verdict.task.name: verdict for verdict in check.verdicts}
        states = [verdicts[name].state for name in ("sigmoid", "propagate", "predict")]
        return states, [*head(check)[1:], message(verdicts["propagate"], "en")]

    line = f"sigmoid of {'' if '*' in imports else 'utils.'}wq_util is not here: a right sigmoid stands in for it"
    assert judged(text) == (["missing", "right", "right"], [line, ""])
    states, lines = judged(text.replace("(A - Y).T) / m", "(A - Y).T)"))
    assert (states, lines[0]) == (["missing", "wrong", "right"], line)
    assert "not divided by m" in lines[1]
    folder.mkdir(exist_ok=True)
    written(folder, SIGMOID_WITHOUT_MINUS, "wq_util.py")
    states, (said,) = judged(text)
    assert states == ["missing", "wrong", "wrong"]
    assert "calls sigmoid" not in said


@pytest.mark.slow
def test_a_step_of_the_deep_network_stands_in_for_that_of_a_file_of_the_course_that_never_had_it(
    tmp_path: Path,
) -> None:
    """Its own assert on AL is true only of a right result."""
    forward = body_of(solution("deep", "numpy", "columns"), "L_model_forward")
    checked = forward.replace("    return A, ", "    assert A.shape == (1, X.shape[1])\n    return A, ")
    text = f"from dnn_utils_v2 import linear_activation_forward\ndef L_model_forward({checked}\n"
    check = check_file(written(tmp_path, text))
    states = {verdict.task.name: verdict.state for verdict in check.verdicts}
    assert states["L_model_forward"] == "right"
    assert any("linear_activation_forward of dnn_utils_v2 is not here" in line for line in head(check))


OWN = "import gone\n\ndef {}(z):\n    return gone.sigmoid(z)\n"
GIVEN = {
    "a star and a name": (
        "from tests_of_mine import *\nfrom week2 import sigmoid",
        "right", "这里没有 week2 的 sigmoid：由一个正确的 sigmoid 代替"),
    "two functions": (
        "from week2 import sigmoid, initialize_with_zeros\ndef start(n):\n    return initialize_with_zeros(n)\n",
        "right", "这里没有 week2 的 initialize_with_zeros, sigmoid：由正确的函数代替"),
    "a function that a file of the course never had": (
        "from lr_utils import load_dataset, sigmoid",
        "right", "这里没有 lr_utils 的 sigmoid：由一个正确的 sigmoid 代替"),
    "a function that the file only calls": ("", "not judged", ""),
    "a function that the file defines": (OWN.format("sigmoid"), "not judged", ""),
    "a function that it defines under another name": (OWN.format("sigmod"), "wrong", ""),
    "a function of this package": ("from course_torch import sigmoid", "wrong", ""),
    "an exercise": ('CHAPTER = "logistic"\nfrom gone import sigmoid', "wrong", ""),
}  # fmt: skip
"""Head of a file, the state of propagate, and what is said of functions for which right ones stand in."""


@pytest.mark.slow
@pytest.mark.parametrize(("imports", "state", "given"), GIVEN.values(), ids=GIVEN)
def test_a_right_function_stands_in_only_for_what_an_assignment_imports(
    tmp_path: Path, imports: str, state: str, given: str
) -> None:
    check = check_file(written(tmp_path, PROPAGATE.format(imports=imports, prefix="")), CheckOptions(language="zh"))
    assert [line for line in head(check) if line.startswith("这里没有")] == ([given] if given else [])
    states = {verdict.task.key: verdict.state for verdict in check.verdicts}
    assert states["propagate"] == state
    assert states["sigmoid"] != "right"


@pytest.mark.slow
def test_a_star_of_a_file_that_is_not_here_gives_numpy(tmp_path: Path) -> None:
    text = PROPAGATE.format(imports="from base.week2 import *", prefix="").replace("import numpy as np\n", "")
    assert [one.state for one in check_file(written(tmp_path, text)).verdicts if one.task.name == "propagate"] == [
        "right"
    ]


def test_a_helper_of_the_course_that_the_file_takes_from_nowhere_is_named() -> None:
    text = as_assignment(solution("shallow", "numpy", "columns"))
    without = text.replace(f"def sigmoid({body_of(text, 'sigmoid')}\n\n\n", "")
    line = "sigmoid is neither defined nor imported here: a right sigmoid stands in for it"
    assert line in head(check_of(without, "shallow"))
    assert line not in head(check_of(text, "shallow"))
