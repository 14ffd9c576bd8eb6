"""`make baseline`: what the checker says is recorded, and every difference from the record is shown."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from course_torch.mistakes.solution import replace_in, solution
from tests.conftest import usage_error
from tools.baseline import differences, main

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_changed_gone_and_new_entries_are_shown_before_and_after() -> None:
    before, now = {"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "20", "d": "4"}
    assert [*differences(before, before)] == []
    assert [*differences(before, now)] == [
        "1 changed, 1 gone, 1 new, of 3",
        *("  b", "    - 2", "    + 20"),
        *("  c", "    - 3"),
        *("  d", "    + 4"),
    ]


def test_a_folder_that_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    line = "python -m tools.baseline: folders: found nowhere, expected a folder\n"
    assert usage_error(main, ["nowhere"], capsys) == line


def baseline(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools.baseline", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


@pytest.mark.slow
def test_a_second_run_names_the_one_function_that_has_changed(tmp_path: Path) -> None:
    folder, record = tmp_path / "class", tmp_path / "baseline.json"
    folder.mkdir()
    right, file = solution("basics", "numpy", "columns"), folder / "ada.py"
    file.write_text(replace_in(right, "sigmoid", "1 / (1 + np.exp(-Z))", "1 / (1 + np.exp(Z))"))
    options = (folder, "--record", record)
    assert baseline(*options).returncode == 0
    entries = json.loads(record.read_text())
    assert entries["class/ada.py basics sigmoid"].startswith("wrong [")
    file.write_text(right)
    again = baseline(*options)
    assert again.returncode == 1
    assert f"1 changed, 0 gone, 0 new, of {len(entries)}" in again.stdout
    assert "  class/ada.py basics sigmoid\n    - wrong [" in again.stdout
    assert "    + right [] " in again.stdout
