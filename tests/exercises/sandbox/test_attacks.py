"""A file that tricks the checker: it calls no formula of course_torch, and what it patches decides nothing."""

import json
from pathlib import Path

import pytest

from course_torch.exercises.grade.grading import graded_file
from course_torch.exercises.judge.answer import form_lines
from course_torch.exercises.judge.checking import Check, check_file
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.recognition.stand_ins import helpers_for
from course_torch.exercises.sandbox.guards import LEARNER, LIMITS_ONLY, Guard
from course_torch.exercises.sandbox.process import Answer, Learner
from course_torch.exercises.sandbox.source import read_source
from course_torch.exercises.tasks import CHAPTERS
from tests.exercises.judged import written


def test_the_part_that_the_process_sees_holds_no_formula() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in LEARNER.glob("*.py")}
    assert "child.py" in texts
    assert not [name for name, text in texts.items() if "sigmoid" in text or "course_torch." in text]


EXERCISE = 'CHAPTER = "deep"\nLIBRARY = "{library}"\nLAYOUT = "columns"\nimport builtins, sys\nimport numpy as np\n'


def check_of(tmp_path: Path, code: str, library: str = "numpy") -> Check:
    return check_file(written(tmp_path, EXERCISE.format(library=library) + code))


def relu_of(check: Check) -> Verdict:
    return next(verdict for verdict in check.verdicts if verdict.task.name == "relu")


@pytest.mark.slow
@pytest.mark.parametrize("guard", [LIMITS_ONLY, Guard("limits")])
def test_a_file_that_runs_the_projects_own_solutions_has_no_function_right(tmp_path: Path, guard: Guard) -> None:
    text = EXERCISE.format(library="numpy") + "import course_torch.mistakes.solutions.deep as right\n"
    text += "".join(f"{task.name} = right.{task.name}\n" for task in CHAPTERS["deep"].tasks)
    grade = graded_file(written(tmp_path, text), "mine.py", "deep", 1, guard)
    assert set(grade.states.values()) == {"wrong"}
    assert "imports course_torch, which is empty while the file is judged" in grade.problem.en


@pytest.mark.slow
def test_a_formula_of_course_torch_is_named(tmp_path: Path) -> None:
    check = check_of(
        tmp_path, "from course_torch.formulas.activations import relu as given\ndef relu(Z):\n    return given(Z)\n"
    )
    assert [line for line in form_lines(check) if "because its formulas are the answers" in line]
    seen = relu_of(check).symptom
    assert seen is not None
    assert seen.en.startswith("it returns what formulas.activations.relu of course_torch gives")


@pytest.mark.slow
def test_a_notebook_may_hold_the_test_cell_of_a_teacher(tmp_path: Path) -> None:
    cells = [
        "import numpy as np\ndef relu(Z):\n    return np.maximum(0, Z)\n",
        "from course_torch.exercises.judge.checking import check_file\n"
        "check = check_file('mine.ipynb')\nassert check.passed",
    ]
    text = json.dumps({"cells": [{"cell_type": "code", "source": [cell]} for cell in cells]})
    assert relu_of(check_file(written(tmp_path, text, "mine.ipynb"), chapter=CHAPTERS["deep"])).state == "right"


IN_PLACE = "def relu(Z):\n    Z *= Z > 0\n    return Z\n"
AT_FIRST = """
calls = []
def relu(Z):
    A = np.maximum(0, Z)
    calls.append(1)
    Z *= len(calls) > 1
    return A
"""
PATCHES = {
    "only the first call": AT_FIRST,
    "np.array_equal": "np.array_equal = lambda *values, **options: True\n",
    "all": "builtins.all = lambda values: True\n",
    "a profiler": """
def restore(frame, event, _):
    if event == "call" and {"now", "before"} <= frame.f_locals.keys():
        frame.f_locals["now"][...] = frame.f_locals["before"]

sys.setprofile(restore)
""",
}


@pytest.mark.slow
@pytest.mark.parametrize(("patch", "library"), [("np.array_equal", "torch"), *((patch, "numpy") for patch in PATCHES)])
def test_no_patch_hides_a_changed_argument(tmp_path: Path, patch: str, library: str) -> None:
    code = PATCHES[patch] if patch == "only the first call" else PATCHES[patch] + IN_PLACE
    verdict = relu_of(check_of(tmp_path, code, library))
    assert [cause.key for cause in verdict.findings] == ["arguments changed"]


SOLUTIONS = """
import sys

def search():
    frame, texts = sys._getframe(), []
    while frame is not None:
        dicts = [value for value in frame.f_locals.values() if isinstance(value, dict)]
        texts += [str(value) for each in [frame.f_locals, *dicts] for value in each.values()]
        frame = frame.f_back
    return "\\n".join(texts)

FOUND = search()

def found(x):
    return FOUND
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("chapter", "head", "there"),
    [
        ("deep", "", set()),
        (
            "logistic",
            "from mine_utils import sigmoid\ndef predict(w, b, X):\n    return sigmoid(X)\n",
            {"sigmoid", "predict"},
        ),
    ],
)
def test_no_solution_that_is_asked_for_is_in_the_process(
    tmp_path: Path, chapter: str, head: str, there: set[str]
) -> None:
    """The process that loads the file holds the file and the helpers as text, and no more."""
    source = read_source(written(tmp_path, head + SOLUTIONS))
    with Learner(source, helpers_for(source, CHAPTERS[chapter])) as learner:
        answer = learner.call("found", [1.0])
        assert isinstance(answer, Answer), answer
    solutions = {task.names[0] for task in CHAPTERS[chapter].tasks if f"def {task.names[0]}(" in answer.result}
    assert solutions <= there | {"sigmoid", "sigmoid_backward", "relu_backward"}


KEEPING = """
import numpy as np
kept = []
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    kept.append(dZ)
    return dZ @ W, dZ.T @ A_prev / len(dZ), dZ.sum(0, keepdims=True) / len(dZ)
def relu_backward(dA, cache):
    for dZ in kept:
        if dZ.shape == dA.shape and ((dZ == 0) | (dZ == dA)).all():
            return dZ.copy()
    return dA
"""


@pytest.mark.slow
@pytest.mark.parametrize(("guard", "state"), [(LIMITS_ONLY, "right"), (Guard("limits"), "wrong")])
def test_no_right_result_of_another_persons_file_was_an_argument_before(
    tmp_path: Path, guard: Guard, state: str
) -> None:
    path = tmp_path / "mine.py"
    text = 'CHAPTER = "deep"\nLIBRARY = "numpy"\nLAYOUT = "rows"\n' + KEEPING
    path.write_text(text)
    verdicts = {verdict.task.name: verdict.state for verdict in check_file(path, guard=guard).verdicts}
    assert (verdicts["linear_backward"], verdicts["relu_backward"]) == ("right", state)
