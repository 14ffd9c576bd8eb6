"""The start of each program is timed against `import torch`. These tests time nothing and start no process."""

from pathlib import Path

import pytest

from benchmarks import start
from benchmarks.start import BEYOND, GOALS, IMPORT, RATIO, WATCH, start_goals, start_times, starts


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The arguments of each process, which is not started."""
    started: list[list[str]] = []
    monkeypatch.setattr(start, "finish", started.append)
    return started


def test_predict_gets_the_checkpoint_of_a_training_that_ran_before(tmp_path: Path, started: list[list[str]]) -> None:
    commands = starts(tmp_path)
    assert {IMPORT, *GOALS} - {WATCH} == set(commands)
    (training,) = started
    assert training[-2:] == ["--max_steps", "1"]
    assert str(tmp_path) in training
    assert Path(commands["course-torch predict"][3]).is_relative_to(tmp_path)


def test_every_program_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "alternated", lambda ways: dict.fromkeys(ways, 3.0))
    monkeypatch.setattr(start, "seconds_from_save_to_answer", lambda: 0.5)
    assert start_times() == dict.fromkeys([IMPORT, *GOALS], 3.0) | {WATCH: 0.5}


def test_a_start_is_judged_by_ratio_by_the_seconds_beyond_the_import_or_by_its_own_seconds() -> None:
    """`import torch` takes 2 s, every program 4 s, an answer after a save 0.9 s."""
    judged = start_goals({IMPORT: 2.0} | dict.fromkeys(GOALS, 4.0) | {WATCH: 0.9})
    assert {(each.what, each.measured) for each in judged} == {(RATIO, 2.0), (BEYOND, 2.0), (GOALS[WATCH].what, 0.9)}
    reached = [each.row for each in judged if each.reached]
    assert reached == ["course-torch check, a whole chapter", "train.py, to its first step", WATCH]
