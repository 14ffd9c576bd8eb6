"""The start of each program is timed against `import torch`, and the watcher's answer from a save."""

from pathlib import Path

import pytest

from benchmarks import start
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


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The arguments of each process, which is not started."""
    started: list[list[str]] = []
    monkeypatch.setattr(start, "finish", started.append)
    return started


def test_predict_gets_the_checkpoint_of_a_training_that_ran_before(tmp_path: Path, started: list[list[str]]) -> None:
    commands = start.starts(tmp_path)
    assert {start.IMPORT, *start.GOALS} - {start.WATCH} == set(commands)
    (training,) = started
    assert training[-2:] == ["--max_steps", "1"]
    assert str(tmp_path) in training
    assert Path(commands["course-torch predict"][3]).is_relative_to(tmp_path)


@pytest.mark.slow
def test_every_program_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "alternated", lambda ways: dict.fromkeys(ways, 3.0))
    monkeypatch.setattr(start, "seconds_from_save_to_answer", lambda: 0.5)
    assert start.start_times() == dict.fromkeys([start.IMPORT, *start.GOALS], 3.0) | {start.WATCH: 0.5}


def test_a_start_is_judged_by_ratio_by_the_seconds_beyond_the_import_or_by_its_own_seconds() -> None:
    """`import torch` takes 2 s, every program 4 s, an answer after a save 0.9 s."""
    judged = start.start_goals({start.IMPORT: 2.0} | dict.fromkeys(start.GOALS, 4.0) | {start.WATCH: 0.9})
    assert {(goal["what"], goal["measured"]) for goal in judged} == {
        (start.RATIO, 2.0),
        (start.BEYOND, 2.0),
        (start.GOALS[start.WATCH].what, 0.9),
    }
    reached = [goal["row"] for goal in judged if goal["reached"]]
    assert reached == ["course-torch check, a whole chapter", "train.py, to its first step", start.WATCH]


@pytest.mark.slow
def test_the_chapter_is_the_finished_file_of_a_learner(tmp_path: Path) -> None:
    check = check_file(start.whole_chapter(tmp_path), hint=0, language=None, show=False)
    assert check.passed
    assert check.chapter.name == "deep"


def test_an_answer_ends_with_the_line_that_names_the_file() -> None:
    lines = iter(["a table\n", WATCHING.fill(file="deep.py").say("en") + "\n", "a table\n"])
    start.wait_for_answer(lines)
    assert next(lines) == "a table\n"
    with pytest.raises(RuntimeError, match="ended without an answer"):
        start.wait_for_answer(lines)
    assert WATCHING.en.startswith(start.ANSWERED)


@pytest.mark.slow
def test_each_save_is_a_change_that_the_watcher_sees(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A small watcher stands for the real one, which takes seconds to start."""
    monkeypatch.setattr(start, "EDITING", 0.0)
    program = tmp_path / "python"
    program.write_text(f"#!{start.sys.executable}\n{WATCHER}")
    program.chmod(0o755)
    monkeypatch.setattr(start.sys, "executable", str(program))
    assert 0 < start.seconds_from_save_to_answer() < 5
