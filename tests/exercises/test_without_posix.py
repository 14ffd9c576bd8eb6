"""One's own file is judged and watched without anything that only POSIX has, as on Windows.

tests/test_workflows.py traces and trains with it in the same way.
"""

import os
import subprocess
from pathlib import Path
from threading import Timer

import pytest

from course_torch.mistakes.solution import solution
from tests.exercises.judged import written
from tests.support.without_posix import python_without_posix

PROGRAM = "import sys; from course_torch.__main__ import main; sys.exit(main())"
RIGHT = solution("deep", "torch", "rows")
SIGN = RIGHT.replace("AL - Y", "Y - AL")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="here nothing of POSIX is there to be taken away"),
]


@pytest.fixture
def twin(tmp_path: Path) -> list[str]:
    """The start of a command line whose Python, and all that it starts, has no POSIX."""
    return [str(python_without_posix(tmp_path))]


def run(twin: list[str], *words: object) -> subprocess.CompletedProcess[str]:
    """Run `course-torch`."""
    command = [*twin, "-W", "error::ResourceWarning", "-c", PROGRAM, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_the_twin_has_no_posix(twin: list[str]) -> None:
    script = "import os, signal, sys; print(hasattr(os, 'killpg'), hasattr(signal, 'setitimer'), sys.platform)"
    shown = subprocess.run([*twin, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert shown.stdout.split() == ["False", "False", "none"]


def test_a_file_is_judged_and_the_answer_says_that_nothing_guards(twin: list[str], tmp_path: Path) -> None:
    done = run(twin, "check", written(tmp_path, SIGN))
    assert (done.returncode, done.stderr) == (1, "")
    assert "Probably:" in done.stdout
    assert "This system cannot limit the process of your file" in done.stdout


def test_a_loop_without_an_end_is_stopped_and_named(twin: list[str], tmp_path: Path) -> None:
    text = RIGHT.replace("def relu(Z):\n", "def relu(Z):\n    while True:\n        pass\n")
    assert text != RIGHT
    done = run(twin, "check", written(tmp_path, text))
    assert f"line {text.split(chr(10)).index('    while True:') + 1} is still running" in done.stdout, done.stdout


def test_a_watched_file_is_judged_again_after_a_save(twin: list[str], tmp_path: Path) -> None:
    path = written(tmp_path, SIGN)
    command = [*twin, "-u", "-c", PROGRAM, "check", str(path), "--watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as one:
        assert one.stdout is not None
        end = Timer(60, one.kill)
        end.start()
        lines = iter(one.stdout)
        assert any("Probably:" in line for line in lines)
        path.write_text(RIGHT)
        assert any("all 15 functions are right" in line for line in lines)
        end.cancel()
        one.terminate()


def test_the_files_of_others_need_trust_and_several_are_judged_at_the_same_time(
    twin: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    for name, text in (("a.py", RIGHT), ("b.py", SIGN)):
        written(folder, text, name)
    table = tmp_path / "grades.csv"
    words = ["grade", folder, "--chapter", "deep", "--csv", table, "--jobs", "2"]
    refused = run(twin, *words)
    assert (refused.returncode, table.exists()) == (2, False)
    assert refused.stderr.startswith("course-torch: error: trust: ")
    done = run(twin, *words, "--trust")
    assert done.returncode == 0, done.stderr
    assert "2 files, guarded by time limits" in done.stdout
    assert "mean 14" in done.stdout
