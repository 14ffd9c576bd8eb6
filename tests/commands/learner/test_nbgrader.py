"""The notebook of `course-torch exercise --nbgrader` in nbgrader itself: release, grades, feedback, export."""

import csv
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest

from course_torch.commands.main import main

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("nbgrader") is None, reason="needs nbgrader: pip install 'course_torch[nbgrader]'"),
]
MARKS = ("    ### BEGIN SOLUTION\n", "\n    ### END SOLUTION")
STUDENTS: dict[str, Callable[[str], str]] = {
    "right": lambda answer: answer,
    "wrong": lambda answer: answer.replace("axis=1, keepdims=True) / m", "axis=1, keepdims=True)"),
}
"""Student -> what is changed in the right answers."""
UNWRITTEN = {"wrong": ("update_parameters", "train")}
"""Student -> the functions that are handed in as they are in the copy."""


class Course:
    """A folder of a course, in which nbgrader has graded two students."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        form = ["--library", "numpy", "--layout", "columns"]
        assert main(["exercise", "deep", "--nbgrader", str(folder), *form]) == 0
        self.nbgrader("generate_assignment", "deep")
        self.release = nbformat.read(folder / "release/deep/deep.ipynb", 4)
        source = nbformat.read(folder / "source/deep/deep.ipynb", 4)
        answers = {cell.metadata.nbgrader.grade_id: cell.source for cell in source.cells}
        for student, edit in STUDENTS.items():
            handed_in = nbformat.from_dict(self.release)
            for cell in handed_in.cells:
                name = cell.metadata.nbgrader.grade_id
                if cell.metadata.nbgrader.solution and name not in UNWRITTEN.get(student, ()):
                    cell.source = edit(answers[name].replace(MARKS[0], "").replace(MARKS[1], ""))
            path = folder / "submitted" / student / "deep/deep.ipynb"
            path.parent.mkdir(parents=True)
            nbformat.write(handed_in, path)
        for step in (["autograde", "deep"], ["generate_feedback", "deep"], ["export"]):
            self.nbgrader(*step)
        with (folder / "grades.csv").open(encoding="utf-8") as file:
            self.points = {
                row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(file)
            }

    def nbgrader(self, *arguments: str) -> None:
        """Run nbgrader in the folder, with no settings of the user. It finds its program alembic by the PATH."""
        own = {name: str(self.folder / "settings") for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")}
        own["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        command = [sys.executable, "-m", "nbgrader", *arguments]
        done = subprocess.run(command, cwd=self.folder, env=os.environ | own, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def feedback(self, student: str) -> str:
        return (self.folder / "feedback" / student / "deep/deep.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return Course(tmp_path_factory.mktemp("course"))


def test_the_copy_for_the_students_has_no_answer_and_every_right_function_gives_a_point(course: Course) -> None:
    cells = [cell.source for cell in course.release.cells if cell.metadata.nbgrader.solution]
    assert len(cells) == 15
    assert all(source.endswith('"""\n    # YOUR CODE HERE\n    raise NotImplementedError()') for source in cells)
    assert course.points == {"right": (15, 15), "wrong": (12, 15)}


def test_the_feedback_says_the_probable_cause_and_not_the_answer(course: Course) -> None:
    page = course.feedback("wrong")
    assert "linear_backward: db is 7 times the right one, and m = 7. Probably: the sum over the examples is not" in page
    assert "most recent call last" not in page
    assert page.count("keepdims") == 1
    assert page.count("not written yet") == 2


def test_grade_judges_the_same_notebooks_in_the_sandbox(course: Course) -> None:
    table = course.folder / "guarded.csv"
    submitted = str(course.folder / "submitted")
    assert main(["grade", submitted, "--chapter", "deep", "--csv", str(table), "--trust"]) == 0
    with table.open(encoding="utf-8-sig") as file:
        rows = {row["file"].partition("/")[0]: row for row in csv.DictReader(file)}
    assert {student: int(row["points"]) for student, row in rows.items()} == {"right": 15, "wrong": 12}
    assert {row["problem"] for row in rows.values()} == {""}
