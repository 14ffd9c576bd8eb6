"""%check and %%check in a real notebook: what stands below the cells, and that the kernel stays as it is."""

import re
from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

BACKWARD = """
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    dW = dZ @ A_prev.T
    db = np.mean(dZ, axis=1, keepdims=True)
    return W.T @ dZ, dW, db"""
CELLS = {
    "load": "%load_ext course_torch\nimport numpy as np\nnp.random.seed(1)\nbefore = {*globals()}",
    "wrong": f"%%check{BACKWARD}",
    "forward": "def linear_forward(A, W, b):\n    return W @ A + b, (A, W, b)",
    "all": "%check",
    "one": "%check linear_backward --hint 2",
    "unknown": "%check linear_backwards",
    "changed": "{name for name in {*globals()} - before if name[0] != '_'}, np.random.rand()",
    "mended": f"%%check --language en{BACKWARD.replace('A_prev.T', 'A_prev.T / dZ.shape[1]')}",
    "helper": "%%check\ndef twice(x):\n    return 2 * x  # 两倍",
    "raises": "%%check\n1 / 0",
}


@pytest.fixture(scope="module")
def outputs() -> dict[str, list[NotebookNode]]:
    """Name of a cell -> its outputs, after all cells have run in one kernel."""
    notebook = new_notebook(cells=[new_code_cell(code) for code in CELLS.values()])
    NotebookClient(notebook, allow_errors=True).execute()
    return {name: cell.outputs for name, cell in zip(CELLS, notebook.cells, strict=True)}


def text_in(outputs: list[NotebookNode]) -> str:
    (shown,) = outputs
    return str(shown.data["text/plain"])


def test_a_cell_with_the_magic_runs_and_its_function_is_judged(outputs: dict[str, list[NotebookNode]]) -> None:
    first, row, said, more, lesson = text_in(outputs["wrong"]).splitlines()
    assert first == "Chapter deep, numpy, 0 of 1 right"
    assert row == "linear_backward  3.2  wrong"
    assert "dW is 7 times the right one, and m = 7. Probably: the sum over the examples is not divided by m" in said
    assert (more, lesson) == ("More: %check linear_backward --hint 1", "To read on: !course-torch lesson 1.5")


def test_the_answer_is_a_table_for_the_notebook(outputs: dict[str, list[NotebookNode]]) -> None:
    html = outputs["all"][0].data["text/html"]
    assert re.findall("<td>(.*?)</td>", html) == ["linear_backward", "3.2", "wrong", "linear_forward", "3.1", "right"]


def test_the_line_judges_all_functions_that_ran_or_one(outputs: dict[str, list[NotebookNode]]) -> None:
    assert text_in(outputs["all"]).startswith("Chapter deep, numpy, 1 of 2 right")
    one = text_in(outputs["one"])
    assert one.startswith("Chapter deep, numpy, 0 of 1 right")
    assert "hint 2 of 3\n" in one
    assert "dW = (1/m) dZ A_prevᵀ" in one
    assert "More: %check linear_backward --hint 3" in one


def test_a_function_that_is_not_asked_for_is_refused_in_one_line(outputs: dict[str, list[NotebookNode]]) -> None:
    (output,) = outputs["unknown"]
    assert output.name == "stderr"
    assert re.fullmatch(r"%check: function: found 'linear_backwards', expected .*; did you mean .*\?\n", output.text)


def test_the_kernel_keeps_its_names_and_its_random_numbers(outputs: dict[str, list[NotebookNode]]) -> None:
    names, number = text_in(outputs["changed"]).rsplit(", ", 1)
    assert names == "({'before', 'linear_backward', 'linear_forward'}"
    assert float(number.strip(")").removeprefix("np.float64(")) == pytest.approx(0.417022004702574, rel=1e-12)


def test_the_last_definition_counts(outputs: dict[str, list[NotebookNode]]) -> None:
    assert text_in(outputs["mended"]) == "Chapter deep, numpy, 1 of 1 right\nlinear_backward  3.2  right"


def test_a_chinese_cell_gets_a_chinese_answer_also_if_no_function_is_asked_for(outputs: dict[str, Any]) -> None:
    assert text_in(outputs["helper"]) == "这里没有 deep 章的函数。"


def test_a_cell_that_raises_is_not_judged(outputs: dict[str, list[NotebookNode]]) -> None:
    assert [output.output_type for output in outputs["raises"]] == ["error"]
