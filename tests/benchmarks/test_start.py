"""The start of each program is timed against `import torch`."""

from pathlib import Path

import pytest

from benchmarks import start


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The arguments of each process, which is not started."""
    started: list[list[str]] = []
    monkeypatch.setattr(start, "finish", started.append)
    return started


def test_predict_gets_the_checkpoint_of_a_training_that_ran_before(tmp_path: Path, started: list[list[str]]) -> None:
    commands = start.starts(tmp_path)
    assert {start.IMPORT, *start.GOALS} == set(commands)
    (training,) = started
    assert training[-2:] == ["--max_steps", "1"]
    assert str(tmp_path) in training
    assert Path(commands["course-torch predict"][3]).is_relative_to(tmp_path)


def test_a_start_is_judged_by_its_ratio_or_by_the_seconds_beyond_the_import() -> None:
    """`import torch` takes 2 s, every program 4 s."""
    judged = start.start_goals({start.IMPORT: 2.0} | dict.fromkeys(start.GOALS, 4.0))
    assert {(goal["what"], goal["measured"]) for goal in judged} == {(start.RATIO, 2.0), (start.BEYOND, 2.0)}
    reached = [goal["row"] for goal in judged if goal["reached"]]
    assert reached == ["course-torch check, a whole chapter", "train.py, to its first step"]
