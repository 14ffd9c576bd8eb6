"""The code of every lesson runs as a script, and the recorder keeps what its cells show."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.lessons import DOCS, SECTIONS

RECORDER = runpy.run_path(str(DOCS / "_ext" / "recorder.py"), run_name="recorder")
SCRIPT = '''"""A lesson."""

# %% first
a = 2
print("a is", a)

# %% numbers
numbers = {"square": a**2}
'''


@pytest.mark.parametrize("section", SECTIONS)
def test_a_code_file_runs_as_a_script(section: str) -> None:
    script = DOCS / "code" / f"{section}.py"
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, env=os.environ, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_cells_output_and_numbers_are_recorded(tmp_path: Path) -> None:
    path = tmp_path / "9.9.py"
    path.write_text(SCRIPT)
    record = RECORDER["record"](path)
    assert list(record.cells) == ["first", "numbers"]
    assert record.cells["first"].code == 'a = 2\nprint("a is", a)'
    assert record.cells["first"].output == "a is 2"
    assert record.numbers == {"square": 4}


def test_a_record_survives_its_file(tmp_path: Path) -> None:
    (tmp_path / "9.9.py").write_text(SCRIPT)
    RECORDER["write"](tmp_path, tmp_path / "records")
    assert RECORDER["read"](tmp_path / "records" / "9.9.json") == RECORDER["record"](tmp_path / "9.9.py")
