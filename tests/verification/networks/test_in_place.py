"""Mistakes made in the real files, as a reader of docs/compare.md makes them: no traceback, no wrong cause.

A copy of the package is broken, and one process runs `compare` on each copy with fresh modules.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import course_torch

PACKAGE = Path(course_torch.__file__).parent
ACTIVATIONS, LAYERS, COSTS, UPDATE = (f"formulas/{name}.py" for name in ("activations", "layers", "costs", "update"))
DB = "db = average(dZ.sum(dim=0, keepdim=True), m)"
LINEAR = "return torch.addmm(b, A_prev, W.T)"
COST = "return average(losses.sum(dtype=wide), m).to(losses.dtype)"
MISTAKES = [
    # file, right, wrong, what the report must say
    (ACTIVATIONS, "return 1 - A * A", "return 1 - A", "A is used instead of A²"),
    (LAYERS, LINEAR, "return torch.addmm(b, A_prev, W)", "the forward pass breaks off at Z[1]: linear("),
    (LAYERS, DB, "db = 0.0", "returns the number 0.0 as db, expected a tensor"),
    (COSTS, COST, "return losses.sum()", "J in the forward pass, computed by cost"),
    (UPDATE, "return W.sub_(alpha * dW)", "return W - alpha * dW", "The parameter W[1] did not change"),
]
PROGRAM = """
import contextlib, io, json, sys, traceback
folders, said = json.loads(sys.argv[1]), []
for folder, options in folders:
    for name in [name for name in sys.modules if name.partition(".")[0] == "course_torch"]:
        del sys.modules[name]
    sys.path[0] = folder
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            from course_torch.__main__ import main
            sys.argv = ["course-torch", "compare", *options]
            code = main()
        except SystemExit as exit_:
            code = exit_.code
        except BaseException:
            code = traceback.format_exc()
    said.append([code, out.getvalue(), err.getvalue()])
print(json.dumps(said))
"""


OPTIONS = ["--data.name", "planar", "--model.layer_sizes", "[2,5,4,1]", "--model.initialization", "lecun"]
OPTIONS += ["--model.hidden_activation", "tanh"]
EXAMPLE = "sed -i 's/return 1 - A \\* A/return 1 - A/' course_torch/formulas/activations.py"


def test_the_example_of_the_page_is_a_mistake_of_this_list() -> None:
    assert EXAMPLE in (PACKAGE.parent / "docs" / "compare.md").read_text(encoding="utf-8")
    assert MISTAKES[0][1:3] == ("return 1 - A * A", "return 1 - A")
    assert MISTAKES[0][1] in (PACKAGE / ACTIVATIONS).read_text()


@pytest.mark.slow
def test_mistakes_made_in_the_files_are_named(tmp_path: Path) -> None:
    runs = []
    for number, (file, right, wrong, _) in enumerate(MISTAKES):
        folder = tmp_path / str(number)
        shutil.copytree(PACKAGE, folder / "course_torch", ignore=shutil.ignore_patterns("site", "__pycache__"))
        path = folder / "course_torch" / file
        text = path.read_text()
        assert text.count(right) == 1, right
        path.write_text(text.replace(right, wrong))
        runs.append((str(folder), OPTIONS))
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(runs)], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    for (_, _, wrong, expected), (code, said, error) in zip(MISTAKES, json.loads(run.stdout), strict=True):
        sentence = " ".join(said.split())
        assert (code, error) == (1, ""), wrong
        assert expected in sentence, wrong
