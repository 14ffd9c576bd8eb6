"""`pytest --course-torch FILE`: one test for each function, with the checker's answer as its message."""

import pytest

from tests.exercises.judge.assignments import as_script

pytest_plugins = ["pytester"]

PLUGIN = ("-p", "no:course_torch", "-p", "course_torch.exercises.pytest_plugin")
"""Load the plugin by its module, whether the package is installed or not."""

MINE = """
import numpy as np
def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))
def compute_cost(AL, Y):
    return -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))
CHAPTER = "deep"
LAYOUT = "columns"
LIBRARY = "numpy"
"""


@pytest.mark.smoke
@pytest.mark.filterwarnings("ignore::pytest.PytestAssertRewriteWarning")
def test_a_right_a_wrong_and_a_missing_function(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(mine=MINE)
    result = pytester.runpytest_inprocess(*PLUGIN, "--course-torch", "mine.py")
    result.assert_outcomes(passed=1, failed=14)
    result.stdout.fnmatch_lines(
        ["*compute_cost*", "compute_cost: cost is 7 times the right one, and m = 7", "*not divided by m*"]
    )
    result.stdout.fnmatch_lines(["relu: the file does not define it"])


@pytest.mark.slow
def test_both_assignments_of_a_file_are_tested(pytester: pytest.Pytester) -> None:
    text = as_script("logistic").replace("(dim, 1)", "(1, dim)") + as_script("shallow")
    pytester.makepyfile(mine=text)
    result = pytester.runpytest_inprocess(*PLUGIN, "--course-torch", "mine.py")
    assert result.parseoutcomes()["passed"] >= 10
    result.stdout.fnmatch_lines(["initialize_with_zeros: w has the shape*"])


@pytest.mark.slow
def test_functions_of_an_assignment_that_cannot_be_loaded_fail(pytester: pytest.Pytester) -> None:
    ends = as_script("logistic").replace("def propagate(w, b, X, Y):\n", "def propagate(w, b, X, Y):\n    ended\n")
    pytester.makepyfile(mine=as_script("shallow") + "import os\nended = os._exit(0)\n" + ends)
    result = pytester.runpytest_inprocess(*PLUGIN, "--course-torch", "mine.py", "-k", "propagate or optimize")
    assert {state: n for state, n in result.parseoutcomes().items() if state in ("passed", "failed")} == {"failed": 2}


def test_a_file_of_no_chapter_is_an_error(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(mine="x = 1")
    result = pytester.runpytest_inprocess(*PLUGIN, "--course-torch", "mine.py")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*found no function, expected functions of a chapter*"])


@pytest.mark.slow
def test_the_file_does_not_run_in_the_process_of_pytest(pytester: pytest.Pytester) -> None:
    """It could replace the judge there. Its own process has another folder."""
    pytester.makepyfile(mine="open('imported', 'w').close()\n" + MINE)
    result = pytester.runpytest_inprocess(*PLUGIN, "--course-torch", "mine.py")
    result.assert_outcomes(passed=1, failed=14)
    assert not (pytester.path / "imported").exists()
