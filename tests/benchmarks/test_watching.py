"""The watcher's answer is timed from a save. These tests start no watcher."""

from pathlib import Path

import pytest

from benchmarks import start
from benchmarks.start import ANSWERED, seconds_from_save_to_answer, wait_for_answer, whole_chapter
from course_torch.commands.check import WATCHING
from course_torch.exercises.judge.checking import check_file

WATCHER = """
import sys
seen = ""
while True:
    text = open(sys.argv[-2]).read()
    if text != seen:
        print("a table\\nwatching it", flush=True)
        seen = text
"""


def test_the_chapter_is_the_finished_file_of_a_learner(tmp_path: Path) -> None:
    check = check_file(whole_chapter(tmp_path), hint=0, language=None, show=False)
    assert check.passed
    assert check.chapter.name == "deep"


def test_an_answer_ends_with_the_line_that_names_the_file() -> None:
    lines = iter(["a table\n", WATCHING.fill(file="deep.py").say("en") + "\n", "a table\n"])
    wait_for_answer(lines)
    assert next(lines) == "a table\n"
    with pytest.raises(RuntimeError, match="ended without an answer"):
        wait_for_answer(lines)
    assert WATCHING.en.startswith(ANSWERED)


def test_each_save_is_a_change_that_the_watcher_sees(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A small watcher stands for the real one, which takes seconds to start."""
    monkeypatch.setattr(start, "EDITING", 0.0)
    program = tmp_path / "python"
    program.write_text(f"#!{start.sys.executable}\n{WATCHER}")
    program.chmod(0o755)
    monkeypatch.setattr(start.sys, "executable", str(program))
    assert 0 < seconds_from_save_to_answer() < 5
