"""`make mutants`: the mutants of one line, and a package with killed, surviving and equivalent mutants."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import usage_error
from tools.mutants import worker
from tools.mutants.__main__ import listed_mutants, main, mutants_in
from tools.mutants.mutations import mutants_of

ROOT = Path(__file__).parents[2]
MODULE = """\
def half(x: float) -> float:
    return x / 2


def larger(a: float, b: float) -> float:
    return a if a > b else b


def successor(x: int) -> int:
    return x + 1
"""
TEST = """\
import pytest

from course_torch.formulas.half import half, larger, successor


def test_values() -> None:
    assert half(3.0) == 1.5
    assert larger(2.0, 5.0) == larger(5.0, 2.0) == 5.0
    assert successor(5) >= 5


@pytest.mark.slow
def test_the_successor() -> None:
    assert successor(5) == 6
"""
EQUIVALENT = """\
# file function: mutated line → reason
course_torch/formulas/half.py larger: return a if a >= b else b → for a = b both results are the same number
"""


@pytest.fixture
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def after(source: str) -> list[str]:
    return [mutant.after for mutant in mutants_of("module.py", source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("J = a + b\n", ["J = a - b"]),
        ("dW = dZ.T @ A_prev\n", ["dW = dZ @ A_prev"]),
        ("f(a, b)\n", ["pass", "f(b, a)", "f(a)"]),
        ("f(a, m=n)\n", ["pass", "f(a)"]),
        ("db += dZ\n", ["pass", "db -= dZ"]),
        ("return_ = a and b\n", ["return_ = False", "return_ = True", "return_ = a or b"]),
        ("J = A if a < b else c\n", ["J = A if a <= b else c", "J = A if a >= b else c"]),
        ("tolerance, β = 1e-3, 0.9\n", ["tolerance, β = 0.01, 0.9", "tolerance, β = 1e-3, 0.81"]),
        ("def f(a: int = 0) -> int: ...\n", ["def f(a: int = 1) -> int: ..."]),
        ("value = min(f for f in a if f)\n", ["value = max(f for f in a if f)", "value = min(f for f in a if not f)"]),
    ],
)
def test_the_mutants_of_a_line(source: str, expected: list[str]) -> None:
    assert after(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        '"""Docstring 1 + 1."""\n',
        'raise ValueError("found 1")\n',
        "Number = int | float\n",
        'def f(W: Float[Tensor, "n 1"]) -> Literal[1]: ...\n',
        "zip(a, b, strict=True)\n",
    ],
)
def test_docstrings_types_and_errors_are_left_alone(source: str) -> None:
    assert not [line for line in after(source) if line not in ("pass", "zip(b, a, strict=True)", "zip(a, strict=True)")]


def test_a_mutant_changes_its_line_alone_and_names_it() -> None:
    mutant = mutants_of("half.py", MODULE)[0]
    assert (mutant.key, mutant.line) == ("half.py half: return x * 2", 2)
    assert mutant.source == MODULE.replace("x / 2", "x * 2")


@pytest.mark.usefixtures("at_root")
def test_every_file_is_mutated_and_every_file_of_a_slow_package_has_tests_near() -> None:
    """The mirrored test, or else all tests of the package."""
    files = {str(path) for path in Path("course_torch").rglob("*.py")}
    assert {*worker.modules()} == files
    slow = [file for file in files if Path(file).parts[1] in worker.WHOLE_RUNS]
    assert slow
    assert [file for file in slow if not worker.tests_near(file)] == []
    near = ["tests/commands/learner/test_compare.py", "tests/test_refusals.py"]  # because it refuses something
    assert worker.tests_near("course_torch/commands/learner/compare.py") == near
    assert "tests/commands/test_every_command.py" in worker.tests_near("course_torch/commands/main.py")


@pytest.mark.slow
@pytest.mark.usefixtures("at_root")
def test_each_entry_of_the_list_is_a_mutant_with_a_reason() -> None:
    listed = listed_mutants()
    assert listed
    assert listed - {mutant.key for mutant in mutants_in(sorted({key.split(" ")[0] for key in listed}))} == set()


@pytest.mark.parametrize(
    ("only", "line"),
    [
        ("docs", "--only: found docs, expected files or folders of course_torch"),
        ("course_torch/network docs", "--only: found docs, expected files or folders of course_torch"),
        ("course_torch/text.py --sample 0", "found no mutants in course_torch/text.py, expected at least 1"),
    ],
)
@pytest.mark.usefixtures("at_root")
def test_no_mutants_are_an_error(only: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert usage_error(main, ["--only", *only.split()], capsys) == f"python -m tools.mutants: {line}\n"


@pytest.mark.parametrize("entry", ["course_torch/formulas/half.py half: return x + 2 → never made", "no reason"])
def test_an_entry_that_is_no_mutant_is_an_error(
    entry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_package(tmp_path, f"{EQUIVALENT}{entry}\n")
    error = usage_error(main, [], capsys)
    found = "tests/equivalent_mutants.txt: found entries that are no mutants or have no reason: "
    assert error == f"python -m tools.mutants: {found}{entry.rpartition(' → ')[0]}\n"


def write_package(root: Path, equivalent: str) -> None:
    for name, text in {
        "course_torch/__init__.py": "",
        "pyproject.toml": "[tool.pytest.ini_options]\nmarkers = ['slow']\n",
        "course_torch/formulas/half.py": MODULE,
        "tests/formulas/test_half.py": TEST,
        "tests/equivalent_mutants.txt": equivalent,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


PROGRAM = """
import runpy
from tools.mutants import worker
worker.IMPORTED_ONCE = ("hypothesis",)  # the other modules take seconds, and no test of this package needs them
runpy.run_module("tools.mutants", run_name="__main__", alter_sys=True)
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    write_package(folder, EQUIVALENT)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "--workers", "1", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stderr == ""
    return done


SURVIVOR = "course_torch/formulas/half.py:10: return x + 1 -> return x + 0"


@pytest.mark.slow
def test_killed_surviving_and_listed_mutants_are_counted(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert [line for line in done.stdout.splitlines() if " -> " in line] == [SURVIVOR]
    assert "course_torch/formulas: 4 killed, 1 survived, 1 equivalent" in done.stdout
    assert done.returncode == 1
    assert (tmp_path / "course_torch/formulas/half.py").read_text() == MODULE


@pytest.mark.slow
def test_slow_tests_kill_mutants_too_and_the_matrix_says_which_test_kills_which_mutant(tmp_path: Path) -> None:
    done = run(tmp_path, "--slow", "--matrix", "matrix.json")
    assert "course_torch/formulas: 5 killed, 0 survived, 1 equivalent" in done.stdout
    assert "of 2 test functions 2 kill a mutant, 2 alone; 2 of them kill all" in done.stdout
    killers = json.loads((tmp_path / "matrix.json").read_text())
    assert killers[SURVIVOR] == ["tests/formulas/test_half.py::test_the_successor"]
    assert killers["course_torch/formulas/half.py:2: return x / 2 -> return x * 2"] == [
        "tests/formulas/test_half.py::test_values"
    ]
    assert done.returncode == 0
