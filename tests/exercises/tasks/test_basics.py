"""Chapter basics is the course's "Python Basics with Numpy", with the names of older and of newer notebooks."""

from pathlib import Path

import numpy as np
import pytest

from course_torch.exercises.judge.checking import check_file
from course_torch.exercises.recognition.chapters import best_chapter, tasks_of
from course_torch.exercises.sandbox.layout import all_handed
from course_torch.exercises.sandbox.source import Piece, Source
from course_torch.exercises.tasks import CHAPTERS
from course_torch.mistakes.solution import changed, solution
from tests.exercises.judged import verdict_on, written

NOTEBOOK = """import math
import numpy as np

def basic_sigmoid(x):
    return 1 / (1 + math.exp(-x))

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def sigmoid_derivative(x):
    s = sigmoid(x)
    return s * (1 - s)

def image2vector(image):
    return image.reshape((image.shape[0] * image.shape[1] * image.shape[2], 1))

def normalizeRows(x):
    x_norm = np.linalg.norm(x, axis=1, keepdims=True)
    return x / x_norm

def softmax(x):
    x_exp = np.exp(x)
    x_sum = np.sum(x_exp, axis=1, keepdims=True)
    return x_exp / x_sum

def L1(yhat, y):
    return sum(abs(y - yhat))

def L2(yhat, y):
    return np.dot(y - yhat, y - yhat)
"""
NEWER = NOTEBOOK.replace("normalizeRows", "normalize_rows")


@pytest.mark.slow
@pytest.mark.parametrize("text", [NOTEBOOK, NEWER])
def test_a_right_notebook_is_right_under_its_own_names(text: str, tmp_path: Path) -> None:
    check = check_file(written(tmp_path, text))
    assert (check.chapter.name, check.passed) == ("basics", True)
    assert {verdict.task.name for verdict in check.verdicts} >= {
        "L2",
        "normalize_rows" if text == NEWER else "normalizeRows",
    }


@pytest.mark.slow
def test_a_mistake_is_named_under_the_older_name_too(tmp_path: Path) -> None:
    check = check_file(written(tmp_path, NOTEBOOK.replace("norm(x, axis=1", "norm(x, axis=0")))
    (wrong,) = (verdict for verdict in check.verdicts if verdict.state != "right")
    assert (wrong.task.name, [finding.key for finding in wrong.findings]) == ("normalizeRows", ["down the columns"])


def test_a_function_with_two_names_is_asked_for_once() -> None:
    source = Source(Path("mine.py"), (Piece("mine.py", NOTEBOOK + "normalize_rows = normalizeRows\n"),))
    assert best_chapter(source) is CHAPTERS["basics"]
    assert len(tasks_of(source, CHAPTERS["basics"])) == 8


def test_math_exp_of_an_array_is_explained() -> None:
    text = solution("basics", "numpy", "columns").replace("from math import exp", "import math\nfrom math import exp")
    verdict = verdict_on(changed(text, "sigmoid", "np.exp", "math.exp"), "basics", "sigmoid")
    assert (verdict.state, [finding.key for finding in verdict.findings]) == ("wrong", ["a single number"])


def test_the_rows_of_x_are_rows_in_both_layouts() -> None:
    x = np.array([[3.0, 4.0], [0.0, 2.0], [6.0, 8.0]])
    for layout in ("rows", "columns"):
        namespace: dict = {}
        exec(solution("basics", "numpy", layout), namespace)
        np.testing.assert_allclose(namespace["normalize_rows"](x), [[0.6, 0.8], [0, 1], [0.6, 0.8]])
        (call,) = CHAPTERS["basics"].tasks[4].calls_in(CHAPTERS["basics"].cases(1)[0])
        assert all_handed(call.arguments, layout)[0].shape == (7, 18)


def test_the_right_results_are_those_of_the_courses_formulas() -> None:
    case = CHAPTERS["basics"].cases(3)[0]
    calls = {task.name: task.calls_in(case)[0] for task in CHAPTERS["basics"].tasks}
    x, (yhat, y) = case.X.numpy(), (value.numpy() for value in calls["L1"].arguments.values())
    assert calls["L1"].right.item() == pytest.approx(sum(abs(a - b) for a, b in zip(yhat, y, strict=True)))
    assert calls["L2"].right.item() == pytest.approx(sum((a - b) ** 2 for a, b in zip(yhat, y, strict=True)))
    np.testing.assert_allclose(calls["softmax"].right.numpy().sum(axis=1), np.ones(len(x)))
    np.testing.assert_allclose(np.log(calls["softmax"].right.numpy() / np.exp(x)).std(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose((calls["normalize_rows"].right.numpy() ** 2).sum(axis=1), np.ones(len(x)))
    image, v = calls["image2vector"].arguments["image"].numpy(), calls["image2vector"].right.numpy()
    assert len(set(image.shape)) > 1
    assert [v[k, 0] for k in range(len(v))] == [value for matrix in image for line in matrix for value in line]
