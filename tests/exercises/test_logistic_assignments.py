"""The course's assignment of logistic regression is judged as it is."""

from pathlib import Path

import pytest

from course_torch.exercises.self_test.solutions import changed
from tests.exercises.assignments import as_script, judged


@pytest.mark.parametrize("form", ["py", "ipynb"])
@pytest.mark.parametrize(("name", "count"), [("logistic", 5), ("logistic_older", 5)])
def test_every_function_of_a_right_assignment_is_right(name: str, count: int, form: str, tmp_path: Path) -> None:
    states = [verdict.state for verdict in judged(as_script(name), form, tmp_path)]
    assert states == count * ["right"]


@pytest.mark.parametrize("form", ["py", "ipynb"])
@pytest.mark.parametrize(
    ("name", "function", "old", "new", "cause"),
    [
        ("logistic", "sigmoid", "np.exp(-z)", "np.exp(z)", "sign in e^(-Z)"),
        ("logistic", "initialize_with_zeros", "(dim, 1)", "(1, dim)", "transposed"),
        ("logistic", "propagate", "db = 1 / m * np", "db = np", "no 1/m"),
        ("logistic_older", "propagate", "dw = (1.0 / m) * ", "dw = ", "no 1/m"),
        ("logistic_older", "predict", "A > 0.5", "A < 0.5", "labels inverted"),
    ],
)
def test_a_mistake_in_an_assignment_is_found_and_named(
    name: str, function: str, old: str, new: str, cause: str, form: str, tmp_path: Path
) -> None:
    verdicts = judged(changed(as_script(name), function, old, new), form, tmp_path)
    first = next(verdict for verdict in verdicts if verdict.state != "right")
    assert (first.task.name, first.state) == (function, "wrong")
    assert cause in {finding.key for finding in first.findings}
