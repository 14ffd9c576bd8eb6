"""Which code of an assignment is run."""

from pathlib import Path

import pytest

from course_torch.exercises.judge.recognition import chapter_of, tasks_of
from course_torch.exercises.sandbox.process import Learner
from course_torch.exercises.sandbox.source import Cell, kept, read_source, script_cells, without_magics

SCRIPT = """# coding: utf-8
# In[1]:
import numpy as np
get_ipython().run_line_magic('matplotlib', 'inline')
# In[2]:
scale = 2
def f(x):
    return scale * x
print(f(1))
# In[ ]:
f(3)
"""


def run(*codes: str) -> list[str]:
    """The lines that are run of some cells."""
    cells, _ = kept([Cell("cell", code, "cell") for code in codes])
    return [line for cell in cells for line in cell.code.splitlines() if line]


def test_a_cell_that_is_not_python_is_named_among_the_cells_that_are_not_run() -> None:
    assert kept([Cell("cell 1", "nn_model?", "cell 1")]) == ([], ["cell 1"])


def test_a_saved_notebook_runs_its_definitions_with_the_line_numbers_of_the_file() -> None:
    pieces, skipped = kept(script_cells("mine.py", SCRIPT))
    lines = dict(enumerate("\n".join(SCRIPT.splitlines()).splitlines(), start=1))
    for piece in pieces:
        for number, line in enumerate(piece.code.splitlines(), start=1):
            assert line in ("", lines[number])
    assert [piece.label for piece in pieces] == ["mine.py", "mine.py"]
    assert skipped == ["lines 2-4", "lines 10-11"]


def test_a_file_without_marked_cells_runs_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("import math\nx = math.sqrt(2)\nprint(x)\n")
    (piece,) = read_source(tmp_path / "mine.py").pieces
    assert piece.code == "import math\nx = math.sqrt(2)\nprint(x)\n"


def test_our_own_file_may_stand_in_cells(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        '# %%\nCHAPTER = "deep"\nLIBRARY = "torch"\nLAYOUT = "rows"\n# %%\ndef relu(Z):\n    return Z * (Z > 0)\n'
    )
    source = read_source(tmp_path / "mine.py")
    assert source.is_exercise
    assert (source.library, source.layout) == ("torch", "rows")
    assert len(tasks_of(source, chapter_of(source))) == 15


@pytest.mark.parametrize(
    "line",
    ["eps = 1e-8", "rng = np.random.default_rng(1)", "g = lambda z: later(z)", "sizes = list(range(3))", "h = f"],
)
def test_simple_assignments_beside_a_definition_are_run(line: str) -> None:
    assert line in run("import numpy as np", f"def f(x):\n    return x\n{line}")


@pytest.mark.parametrize(
    "line",
    [
        "parameters = f(X)",
        "y = f(1)",
        "Z = A @ W",
        "X, Y = load_data()",
        "plt.rcParams['figure.figsize'] = (5, 4)",
        "total += 1",
        "for i in range(10**9): f(i)",
    ],
)
def test_code_that_uses_data_or_functions_is_not_run(line: str) -> None:
    assert line not in run("import numpy as np\nimport matplotlib.pyplot as plt", f"def f(x):\n    return x\n{line}")


def test_a_cell_without_definitions_gives_its_imports_and_constants() -> None:
    assert run("import copy\nm = 7\nx = [1, 2]\nprint(m)") == ["import copy", "m = 7"]


@pytest.mark.parametrize("line", ["tanh = np.tanh", "relu = lambda Z: np.maximum(0, Z)"])
def test_a_cell_without_definitions_gives_its_names_for_functions(line: str) -> None:
    assert run("import numpy as np", f"{line}\nprint(1)") == ["import numpy as np", line]


def test_magics() -> None:
    assert without_magics("%matplotlib inline\n  !ls\nx = 1") == "\n\nx = 1"
    assert without_magics("%%time\ndef f():\n    pass") == "\ndef f():\n    pass"
    assert without_magics("%%bash\nrm -rf /") == ""


def test_modules_of_the_course_are_empty_but_offer_the_helpers(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import h5py, matplotlib.pyplot as plt, sklearn.datasets\n"
        "from public_tests import *\nfrom lr_utils import load_dataset\nfrom dnn_utils_v3 import relu\n"
        "for x in load_dataset(): pass\n"
        "def linear_forward(A, W, b):\n    plt.figure(figsize=(2, 2)).add_subplot(1, 1, 1)\n"
        "    return relu(A)[0], None\n"
    )
    source = read_source(tmp_path / "mine.py")
    with Learner(source, chapter_of(source).helpers) as learner:
        answer = learner.call("linear_forward", [-1.5, 0.0, 0.0])
        assert getattr(answer, "result", None) == (0.0, None), answer
