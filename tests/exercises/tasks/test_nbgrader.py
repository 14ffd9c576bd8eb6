"""The notebook for nbgrader: a cell for each function with a right answer between two marks, and a test cell below."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from course_torch.exercises.judge.checking import check_file
from course_torch.exercises.recognition.chapters import answers_imported
from course_torch.exercises.sandbox.source import read_source
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.nbgrader import source_notebook
from course_torch.language import Language
from course_torch.mistakes.solution import FORMS

ANSWER = re.compile(r"    ### BEGIN SOLUTION\n.*\n    ### END SOLUTION", re.DOTALL)


def notebook(chapter: str, library: str = "numpy", layout: str = "columns", language: Language = "en") -> Any:
    return nbformat.from_dict(source_notebook(CHAPTERS[chapter], library, layout, language))


def marked(made: Any, mark: str) -> list[Any]:
    return [cell for cell in made.cells if cell.metadata.nbgrader[mark]]


def written(folder: Path, made: Any) -> Path:
    path = folder / "mine.ipynb"
    path.write_text(json.dumps(made), encoding="utf-8")
    return path


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_function_has_a_cell_to_write_and_below_it_a_test_cell_with_a_point(chapter: str) -> None:
    made = notebook(chapter)
    nbformat.validate(made)
    names = [task.name for task in CHAPTERS[chapter].tasks]
    solutions, tests = marked(made, "solution"), marked(made, "grade")
    assert [cell.metadata.nbgrader.grade_id for cell in solutions] == names
    assert [made.cells[made.cells.index(cell) + 1] for cell in solutions] == tests
    assert [ast.parse(cell.source).body[-1].value.args[0].value for cell in tests] == names  # type: ignore[attr-defined]
    assert {cell.metadata.nbgrader.points for cell in tests} == {1}
    assert [cell for cell in made.cells if cell not in solutions] == marked(made, "locked")


@pytest.mark.slow
@pytest.mark.parametrize(("library", "layout"), FORMS)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_answers_are_right_and_nothing_is_left_of_them_without_the_marks(
    chapter: str, library: str, layout: str, tmp_path: Path
) -> None:
    made = notebook(chapter, library, layout)
    check = check_file(written(tmp_path, made))
    assert check.passed
    assert (check.source.library, check.source.layout) == (library, layout)
    for cell in marked(made, "solution"):
        cell.source = ANSWER.sub("    # YOUR CODE HERE\n    raise NotImplementedError()", cell.source)
    assert {verdict.state for verdict in check_file(written(tmp_path, made)).verdicts} == {"missing"}


@pytest.mark.slow
def test_a_chinese_notebook_speaks_chinese_and_is_judged_in_chinese(tmp_path: Path) -> None:
    made = notebook("deep", language="zh")
    assert made.cells[0].source.startswith("# deep 章：L 层神经网络\n\n笔记 3.1 – 3.3。样本为列")
    assert check_file(written(tmp_path, made)).language == "zh"


def test_the_import_of_the_test_cells_is_no_import_of_the_answers(tmp_path: Path) -> None:
    made = notebook("deep")
    assert answers_imported(read_source(written(tmp_path, made))) == []
    made.cells[-1].source += "\nfrom course_torch.mistakes import solutions"
    assert len(answers_imported(read_source(written(tmp_path, made)))) == 1
