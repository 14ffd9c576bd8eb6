"""What is written for learners: the file to fill in, and the notebook for nbgrader."""

import ast
import json
import re
from itertools import cycle
from pathlib import Path
from typing import Any

import nbformat
import pytest

from course_torch.exercises.check.checking import check_file
from course_torch.exercises.learners_file.source import read_source
from course_torch.exercises.recognition.chapters import answers_imported
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.stub import source_notebook, stub_file
from course_torch.language import LANGUAGES, Language
from course_torch.mistakes.solution import FORMS


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize(("library", "layout"), FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_has_all_functions_with_their_arguments_formulas_and_section(
    chapter: str, library: str, layout: str, language: Language
) -> None:
    text = stub_file(CHAPTERS[chapter], "mine.py", library, layout, language)
    tree = ast.parse(text)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    ready = [name for name, node in functions.items() if not isinstance(node.body[-1], ast.Raise)]
    assert list(functions) == [*ready, *(task.name for task in CHAPTERS[chapter].tasks)]
    assert bool(ready) is (chapter == "application"), "its helpers come from the chapter before"
    for task in CHAPTERS[chapter].tasks:
        words = ast.get_docstring(functions[task.name])
        assert words is not None
        assert task.section in words
        assert [line for line in task.formulas[layout].splitlines() if line.strip() not in words] == []
        assert ("笔记" in words) is (language == "zh")
        assert [each.arg for each in functions[task.name].args.args] == [
            each.partition("=")[0].strip() for each in task.signature.split(",")
        ]
    imported = [each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
    assert imported == [library]
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_formulas_contain_no_words_so_they_serve_every_language(chapter: str) -> None:
    tasks = CHAPTERS[chapter].tasks
    known = {"sigmoid", "tanh", "relu", "log", "max", "A_prev", "dA_prev", "n_in", "n_out", "caches"}
    known |= {"height", "width"}
    for task in tasks:
        names = known | {each.name for each in tasks} | set(re.findall(r"\w+", f"{task.signature} {task.result}"))
        for formulas in task.formulas.values():
            assert {name for name in re.findall(r"[A-Za-z_]+", formulas) if len(name) > 3} <= names, task.name
            assert re.search(r"[\u4e00-\u9fff]", formulas) is None, task.name


# The notebook: a cell for each function with a right answer between two marks, and a test cell below


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
@pytest.mark.parametrize(("chapter", "library", "layout"), [(a, *b) for a, b in zip(CHAPTERS, cycle(FORMS))])
def test_the_answers_are_right_and_nothing_is_left_of_them_without_the_marks(
    chapter: str, library: str, layout: str, tmp_path: Path
) -> None:
    made = notebook(chapter, library, layout)
    check = check_file(written(tmp_path, made))
    assert check.passed
    assert (check.first.source.library, check.first.source.layout) == (library, layout)
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
