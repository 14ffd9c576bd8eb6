"""The file to fill in: valid Python that imports nothing of the package, and one stub that is put back."""

import ast
import re
from typing import get_args

import pytest

from course_torch.errors import InputError
from course_torch.exercises.sandbox.source import LAYOUTS, LIBRARIES
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.stub import stub_file, with_stub
from course_torch.language import Language

FORMS = [(library, layout, language) for library in LIBRARIES for layout in LAYOUTS for language in get_args(Language)]


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize(("library", "layout", "language"), FORMS)
def test_every_file_has_all_functions_with_formula_shapes_and_section(
    chapter: str, library: str, layout: str, language: Language
) -> None:
    text = stub_file(CHAPTERS[chapter], "mine.py", library, layout, language)
    tree = ast.parse(text)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    ready = [name for name, node in functions.items() if not isinstance(node.body[-1], ast.Raise)]
    assert list(functions) == [*ready, *(task.name for task in CHAPTERS[chapter].tasks)]
    assert bool(ready) is (chapter == "application")
    for task in CHAPTERS[chapter].tasks:
        words = ast.get_docstring(functions[task.name])
        assert words is not None
        assert task.section in words
        assert task.formulas[layout].splitlines()[0] in words
        assert [each.arg for each in functions[task.name].args.args] == [
            each.partition("=")[0].strip() for each in task.signature.split(",")
        ]
    imported = [each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
    assert imported == [library]
    assert max(map(len, text.splitlines())) <= 120


def test_one_function_is_put_back_and_the_rest_stays() -> None:
    task = CHAPTERS["deep"].tasks[1]
    text = f"# mine\nx = 1\n\n\ndef {task.name}({task.signature}):\n    return 2, 3\n\n\ndef other():\n    return x\n"
    new = with_stub(text, task, "rows", "en")
    assert new.startswith("# mine\nx = 1\n\n\ndef linear_forward(A, W, b):\n")
    assert new.endswith("    raise NotImplementedError\n\n\ndef other():\n    return x\n")
    assert "return 2, 3" not in new


def test_a_function_that_the_file_lacks_is_refused() -> None:
    with pytest.raises(InputError, match="found no function linear_forward, expected other"):
        with_stub("def other():\n    return 1\n", CHAPTERS["deep"].tasks[1], "rows", "en")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_formulas_contain_no_words_so_they_serve_every_language(chapter: str) -> None:
    tasks = CHAPTERS[chapter].tasks
    known = {"sigmoid", "tanh", "relu", "log", "max", "A_prev", "dA_prev", "n_in", "n_out", "caches"} | {
        "height",
        "width",
    }
    for task in tasks:
        names = known | {each.name for each in tasks} | set(re.findall(r"\w+", f"{task.signature} {task.result}"))
        for formulas in task.formulas.values():
            assert {name for name in re.findall(r"[A-Za-z_]+", formulas) if len(name) > 3} <= names, task.name
