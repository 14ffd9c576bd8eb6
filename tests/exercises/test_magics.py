"""%check and %%check in a real notebook: what stands below the cells, and that the kernel stays as it is."""

import re
import sys
import warnings
from concurrent.futures import Future
from types import SimpleNamespace

import psutil
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from course_torch.exercises import magics
from tests.conftest import wait_until

pytestmark = pytest.mark.slow

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
    "test": "from course_torch.exercises.magics import assert_right",
    "test right": "assert_right('linear_forward')",
    "wrong again": BACKWARD,
    "test wrong": "assert_right('linear_backward')",
    "test caught": "try:\n    assert_right('linear_backward')\nexcept AssertionError as error:\n    print(error)",
    "test unknown": "assert_right('linear_backwards')",
    "no hint": "%check linear_backward --hint 4",
    "judge": "import psutil\nmax(psutil.Process().children(), key=lambda child: child.memory_info().rss).pid",
    "kill": "psutil.Process(_).kill()\ntry:\n    assert_right('linear_forward')\nexcept RuntimeError:\n    pass",
    "test after the kill": "assert_right('linear_forward')",
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


STDOUT, STDERR, RAISED, ANSWER = "stdout", "stderr", "error", "display_data"
RIGHT = "Chapter deep, numpy, 1 of 1 right\nlinear_forward  3.1  right\n"
SHOWN = {
    "a function that is not there": ("unknown", STDERR, r"%check: function: found 'linear_backwards', expected .*; "
                                     r"did you mean .*\?\n"),
    "the last definition counts": ("mended", ANSWER, r"Chapter deep, numpy, 1 of 1 right\nlinear_backward  3.2  right"),
    # nbgrader reads a value of the cell as its points, and gives none for a text on stderr
    "a test cell of a right function": ("test right", STDOUT, RIGHT),
    "a test cell of a function that is not there": ("test unknown", RAISED, r"function: found 'linear_backwards', .*"),
    "a hint that does not exist": ("no hint", STDERR, r"UsageError: argument --hint: invalid choice: .*"),
    "a judge that was killed is started again": ("test after the kill", STDOUT, RIGHT),
    "a Chinese cell without a function": ("helper", ANSWER, "这里没有 deep 章的函数。"),
    "a cell that raises is not judged": ("raises", RAISED, "division by zero"),
}  # fmt: skip
"""A cell, its only output, and the text of the output."""


@pytest.mark.parametrize(("cell", "kind", "text"), SHOWN.values(), ids=SHOWN)
def test_below_a_cell_stands_one_output(
    cell: str, kind: str, text: str, outputs: dict[str, list[NotebookNode]]
) -> None:
    (output,) = outputs[cell]
    assert output.get("name", output.output_type) == kind
    shown = output.evalue if kind == RAISED else output.text if kind in (STDOUT, STDERR) else text_in([output])
    assert re.fullmatch(text, shown, re.DOTALL)


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


def test_the_kernel_keeps_its_names_and_its_random_numbers(outputs: dict[str, list[NotebookNode]]) -> None:
    names, number = text_in(outputs["changed"]).rsplit(", ", 1)
    assert names == "({'before', 'linear_backward', 'linear_forward'}"
    assert float(number.strip(")").removeprefix("np.float64(")) == pytest.approx(0.417022004702574, rel=1e-12)


def test_a_test_cell_of_a_wrong_function_fails_with_the_answer_in_place_of_a_traceback(
    outputs: dict[str, list[NotebookNode]],
) -> None:
    (output,) = outputs["test wrong"]
    assert output.output_type == "error"
    assert output.traceback == output.evalue.splitlines()
    assert output.traceback[1] == "linear_backward  3.2  wrong"
    assert output.traceback[2].startswith("linear_backward: dW is 7 times the right one, and m = 7. Probably: the sum ")
    assert outputs["test caught"][0].text == f"{output.evalue}\n"


def test_the_replacement_of_a_judge_that_is_just_ending_writes_nothing_below_the_cell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The warning of loky would be a text on stderr, for which nbgrader gives a right function no points."""

    def submit(*call: object) -> Future[str]:
        warnings.warn("A worker stopped while some jobs were given to the executor.", stacklevel=1)
        answered: Future[str] = Future()
        answered.set_result("judged")
        return answered

    monkeypatch.setattr(magics, "get_reusable_executor", lambda **settings: SimpleNamespace(submit=submit))
    assert magics.ask_judge([], None, 0, "en") == "judged"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems end the process of the judge after a minute")
def test_the_judge_ends_with_a_kernel_that_is_killed() -> None:
    names = ("load", "test", "forward", "test right", "judge")
    codes = [*(CELLS[name] for name in names), "import os\nos.kill(os.getpid(), 9)"]
    notebook = new_notebook(cells=[new_code_cell(code) for code in codes])
    with pytest.raises(DeadKernelError):
        NotebookClient(notebook).execute()
    judge = int(notebook.cells[-2].outputs[0].data["text/plain"])
    wait_until(lambda: not is_alive(judge), 20)


def is_alive(process: int) -> bool:
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
