"""A new chapter of the package is two files, as CONTRIBUTING.md says. All commands know it then."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import course_torch

TABLE = '''
"""Chapter error: the squared error (notes 1.2)."""

from course_torch.exercises.tasks.cases import Sizes
from course_torch.exercises.tasks.task import Call, Chapter, task
from course_torch.language import Text


@task("1.2", "A, Y -> E", formulas="E = A - Y\\nA, Y, E (m, 1)", en="The errors.", zh="误差。")
def errors(case):
    yield Call({"A": case.caches[-1].A, "Y": case.Y}, case.caches[-1].A - case.Y, case)


@task("1.2", "A, Y -> cost", formulas="J = (1/m) Σ_i (a - y)²", en="The squared error.", zh="平方误差。")
def squared_error(case):
    yield Call({"A": case.caches[-1].A, "Y": case.Y}, ((case.caches[-1].A - case.Y) ** 2).mean(), case)


CHAPTER = Chapter(
    "error", Text("the squared error", "平方误差"), "1.2", tasks=(errors, squared_error), hidden_activation="relu",
    sizes=(Sizes([3, 1], 7), Sizes([4, 1], 11)), equal_sizes=(Sizes([5, 1], 5),), smallest_size=Sizes([2, 1], 3),
)
'''
SOLUTION = """def errors(A, Y):
    return A - Y


def squared_error(A, Y):
    m = Y.shape[0]  # columns: shape[0] -> shape[1]
    return (errors(A, Y) ** 2).sum() / m
"""
COMMANDS = """
import sys
from pathlib import Path
from course_torch.commands.main import main
from course_torch.mistakes.solution import FORMS, solution

main(["exercise", "error", "--layout", "columns"])
Path("right.py").write_text(solution("error", "torch", "columns"))
Path("wrong.py").write_text(solution("error", "numpy", "rows").replace(" / m", ""))
for name in ("error.py", "right.py", "wrong.py"):
    print(name, "exits with", main(["check", name]))
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package with the two files of a new chapter."""
    source, copy = Path(course_torch.__file__).parent, tmp_path / "course_torch"
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__", "site"))
    (copy / "exercises/tasks/error.py").write_text(TABLE, encoding="utf-8")
    (copy / "mistakes/solutions/error.py").write_text(SOLUTION, encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_a_new_chapter_is_written_out_and_judges_a_right_and_a_wrong_file(package: Path) -> None:
    done = subprocess.run([sys.executable, "-c", COMMANDS], cwd=package, capture_output=True, text=True)
    assert not done.stderr
    assert "error.py: 2 functions to write" in done.stdout
    assert "A, Y, E (1, m)" in (package / "error.py").read_text(encoding="utf-8")
    unwritten, right, wrong = done.stdout.split("exits with ")[:3]
    assert "0 of 2 right" in unwritten
    assert "all 2 functions are right" in right
    assert "right.py: chapter error, torch, columns are examples\n" in right, (
        "the file says its form, without NumPy too"
    )
    assert "squared_error: cost is 7 times the right one, and m = 7" in wrong
    assert "the sum over the examples is not divided by m" in wrong
    assert [line.split()[-1] for line in done.stdout.splitlines() if "exits with" in line] == ["1", "0", "1"]
