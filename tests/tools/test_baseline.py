"""`make baseline`: what the checker says is recorded, and every difference from the record is shown."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from course_torch.mistakes.solution import replace_in, solution
from tests.conftest import usage_error
from tools.baseline import differences, main, sections

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_changed_gone_and_new_entries_are_shown_before_and_after() -> None:
    before, now = {"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "20", "d": "4"}
    assert [*differences("files", before, before)] == []
    assert [*differences("files", before, now)] == [
        "\nfiles: 1 changed, 1 gone, 1 new, of 3",
        *("  b", "    - 2", "    + 20"),
        *("  c", "    - 3"),
        *("  d", "    + 4"),
    ]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["nowhere"], "folders: found nowhere, expected a folder"),
        (["--only", "nothing"], f"--only: found nothing, expected {', '.join(sections([]))}"),
    ],
)
def test_a_mistake_of_the_user_is_one_line(arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert usage_error(main, arguments, capsys) == f"python -m tools.baseline: {line}\n"


def baseline(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools.baseline", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


@pytest.mark.slow
def test_a_second_run_names_the_one_function_that_has_changed(tmp_path: Path) -> None:
    folder, record = tmp_path / "class", tmp_path / "baseline.json"
    folder.mkdir()
    right, file = solution("basics", "numpy", "columns"), folder / "ada.py"
    file.write_text(replace_in(right, "sigmoid", "1 / (1 + np.exp(-Z))", "1 / (1 + np.exp(Z))"))
    options = (folder, "--record", record, "--only", "files")
    assert baseline(*options).returncode == 0
    entries = json.loads(record.read_text())
    assert entries["files"]["class/ada.py basics sigmoid"].startswith("wrong [")
    file.write_text(right)
    again = baseline(*options)
    assert again.returncode == 1
    assert f"files: 1 changed, 0 gone, 0 new, of {len(entries['files'])}" in again.stdout
    assert "  class/ada.py basics sigmoid\n    - wrong [" in again.stdout
    assert "    + right [] " in again.stdout
