"""The code of every lesson and guide runs as a script, and the recorder keeps what its cells show."""

import runpy
from pathlib import Path

import pytest

from tests.docs.lessons import CODE, DOCS, SECTIONS

RECORDER = runpy.run_path(str(DOCS / "_ext" / "recorder.py"), run_name="recorder")
SCRIPT = '''"""A lesson."""

# %% first
a = 2
print("a is", a)

# %% numbers
numbers = {"square": a**2}
'''


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("name", CODE)
def test_a_code_file_runs_as_a_script(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    variables = runpy.run_path(str(DOCS / "code" / f"{name}.py"), run_name="__main__")
    assert variables["numbers"]
    assert capsys.readouterr().out


@pytest.mark.parametrize("name", CODE)
def test_a_code_file_starts_with_what_it_is_about(name: str) -> None:
    kind = "Lesson" if name in SECTIONS else "Guide"
    assert (DOCS / "code" / f"{name}.py").read_text().startswith(f'"""{kind} {name}: ')


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
