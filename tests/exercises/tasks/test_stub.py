"""What is written for learners: the file to fill in."""

import ast
import re

import pytest

from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.stub import stub_file
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
