"""The start of each program is timed against `import torch`. These tests time nothing and start no process."""

from pathlib import Path

import pytest

from course_torch.benchmarks import start
from course_torch.benchmarks.start import GOALS, IMPORT, Start, start_times, starts


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The arguments of each process, which is not started."""
    started: list[list[str]] = []
    monkeypatch.setattr(start, "finish", started.append)
    return started


def test_a_goal_is_reached_up_to_its_ratio() -> None:
    assert Start("shapes", seconds=3.0, ratio=1.5, goal=1.5).reached
    assert not Start("shapes", seconds=3.2, ratio=1.6, goal=1.5).reached
    record = {"name": "shapes", "seconds": 3.0, "ratio": 1.5, "goal": 1.5, "reached": True}
    assert Start("shapes", 3.0, 1.5, 1.5).as_record() == record


def test_predict_gets_the_checkpoint_of_a_training_that_ran_before(tmp_path: Path, started: list[list[str]]) -> None:
    commands = starts(tmp_path)
    assert set(commands) == {IMPORT, *GOALS}
    (training,) = started
    assert training[-2:] == ["--max_steps", "1"]
    assert str(tmp_path) in training
    assert Path(commands["course-torch predict"][3]).is_relative_to(tmp_path)


def test_each_ratio_divides_by_the_import_of_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = {IMPORT: 2.0} | dict.fromkeys(GOALS, 5.0)
    monkeypatch.setattr(start, "alternated", lambda ways: {name: seconds[name] for name in ways})
    assert {each.ratio for each in start_times()} == {2.5}
    assert [each.name for each in start_times() if each.reached] == ["train.py, to its first step"]
