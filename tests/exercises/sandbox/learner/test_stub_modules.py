"""A file of the course that a learner's file imports: the file beside it, or an empty module."""

from pathlib import Path

import pytest

from course_torch.exercises.judge.answer import message
from course_torch.exercises.judge.checking import Check, check_file
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.sandbox.guards import Guard

pytestmark = pytest.mark.slow

TEXT = """
import numpy as np
CHAPTER = "shallow"
from dnn_utils import sigmoid_

def sigmoid(Z):
    return sigmoid_(Z)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "dnn_utils.py").write_text("import numpy as np\ndef sigmoid_(Z):\n    return 1 / (1 + np.exp(-Z))\n")
    (tmp_path / "mine.py").write_text(TEXT)
    return tmp_path / "mine.py"


def sigmoid(check: Check) -> Verdict:
    return next(verdict for verdict in check.verdicts if verdict.task.name == "sigmoid")


def wrong(check: Check) -> str:
    """What is seen of the wrong sigmoid."""
    verdict = sigmoid(check)
    assert (verdict.state, verdict.symptom is None) == ("wrong", False)
    return message(verdict, "en")


def test_the_file_beside_it_is_imported(file: Path) -> None:
    assert sigmoid(check_file(file)).state == "right"


GIVEN = TEXT.replace("import sigmoid_", "import sigmoid as given").replace("sigmoid_(Z)", "given(Z)")
"""A file that calls what the course offers, and the file beside it lacks."""


def test_an_assignment_may_call_what_the_course_offers(file: Path) -> None:
    file.write_text(GIVEN.replace('CHAPTER = "shallow"', "def forward_propagation(X, parameters):\n    pass\n"))
    assert sigmoid(check_file(file)).state == "right"


def test_an_exercise_that_asks_for_a_function_does_not_offer_it(file: Path) -> None:
    file.write_text(GIVEN)
    assert "copy sigmoid into your file" in wrong(check_file(file))


def test_a_result_of_a_file_that_may_not_be_read_is_named(file: Path) -> None:
    said = wrong(check_file(file, guard=Guard("limits")))
    assert "copy sigmoid_ into your file" in said
    assert "sigmoid_ of the file dnn_utils.py" in said
