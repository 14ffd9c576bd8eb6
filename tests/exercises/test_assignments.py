"""The course's own assignments are judged as they are: as notebooks and as Python, of this year and older."""

from collections.abc import Callable
from pathlib import Path

import pytest

from course_torch.exercises.judging import Judge, in_order
from course_torch.exercises.process import Learner
from course_torch.exercises.recognition import chapter_of, tasks_of
from course_torch.exercises.source import read_source
from course_torch.exercises.verdict import Verdict
from tests.exercises.assignments import NAMES, as_notebook, as_script
from tests.exercises.judged import changed, settings

Judged = Callable[[str, str], list[Verdict]]


@pytest.fixture
def judged(tmp_path: Path) -> Judged:
    """A function that judges the text of a notebook, saved as a file of this form."""

    def judge(script: str, form: str) -> list[Verdict]:
        path = tmp_path / f"mine.{form}"
        path.write_text(as_notebook(script) if form == "ipynb" else script, encoding="utf-8")
        source = read_source(path)
        chapter = chapter_of(source)
        with Learner(source, chapter.helpers) as learner:
            assert learner.ready() is None
            return list(in_order(Judge(learner, *settings(chapter.name, 1)), tasks_of(source, chapter)))

    return judge


@pytest.mark.parametrize("form", ["py", "ipynb"])
@pytest.mark.parametrize("name", NAMES)
def test_every_function_of_a_right_assignment_is_right(judged: Judged, name: str, form: str) -> None:
    verdicts = judged(as_script(name), form)
    assert {verdict.task.name: verdict.state for verdict in verdicts} == {
        verdict.task.name: "right" for verdict in verdicts
    }
    assert len(verdicts) == {"shallow": 7, "deep": 9}[name.partition("_")[0]]


@pytest.mark.parametrize("form", ["py", "ipynb"])
@pytest.mark.parametrize(
    ("name", "function", "old", "new", "cause"),
    [
        ("shallow", "layer_sizes", "X.shape[0]", "X.shape[1]", "examples counted"),
        ("shallow", "compute_cost", " / m", "", "sum, not mean"),
        ("shallow", "backward_propagation", "np.power(A1, 2)", "A1", "A not squared"),
        ("shallow", "update_parameters", "W1 - learning", "W1 + learning", "unknown"),
        ("shallow_older", "compute_cost", "1 - Y, np.log", "Y, np.log", "unknown"),
        ("shallow_older", "backward_propagation", "(1.0 / m) * np.dot(dZ1", "np.dot(dZ1", "no 1/m"),
        ("deep", "linear_backward", "np.dot(dZ, A_prev.T) / m", "np.dot(dZ, A_prev.T)", "no 1/m"),
        ("deep", "linear_activation_backward", "dZ = relu_backward(dA, activation_cache)", "dZ = dA", "no g'"),
        ("deep", "L_model_forward", '"sigmoid"', '"relu"', "relu at the output"),
        ("deep_older", "L_model_backward", "dAL = -(", "dAL = (", "sign at the output"),
        (
            "deep_older",
            "update_parameters",
            "len(parameters) // 2",
            "len(parameters) // 2 - 1",
            "last layer not updated",
        ),
    ],
)
def test_a_mistake_in_an_assignment_is_found_and_named(
    judged: Judged, name: str, function: str, old: str, new: str, cause: str, form: str
) -> None:
    verdicts = judged(changed(as_script(name), function, old, new), form)
    first = next(verdict for verdict in verdicts if verdict.state != "right")
    assert (first.task.name, first.state) == (function, "wrong")
    assert cause in {finding.key for finding in first.findings}
