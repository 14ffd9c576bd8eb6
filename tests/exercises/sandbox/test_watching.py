"""A watched file is judged at once and after each save, also while an editor replaces it."""

import os
from contextlib import closing
from pathlib import Path
from threading import Thread
from time import sleep

import pytest

from course_torch.exercises.sandbox.guards import LIMITS_ONLY
from course_torch.exercises.sandbox.watching import PrestartedProcess, changes
from tests.fixture_types import Monkeypatch


def test_a_save_is_seen_and_not_before(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("x = 1")
    seen = changes(path)
    next(seen)

    def save() -> None:
        sleep(0.3)
        (tmp_path / "new").write_text("x = 22")
        os.replace(tmp_path / "new", path)

    thread = Thread(target=save)
    thread.start()
    next(seen)
    assert path.read_text() == "x = 22"
    thread.join()


def test_a_removed_file_is_a_change_and_not_an_error(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("x = 1")
    seen = changes(path)
    next(seen)
    path.unlink()
    next(seen)


@pytest.mark.slow
def test_the_process_for_the_next_judgement_is_started_ahead_for_the_same_library() -> None:
    with closing(PrestartedProcess()) as prestarted:
        prestarted.prepare("numpy")
        waiting = prestarted._process
        assert waiting is not None
        assert prestarted("numpy", LIMITS_ONLY) is waiting
        prestarted.prepare("numpy")
        other = prestarted("torch", LIMITS_ONLY)
        assert other.library == "torch"
    for process in (waiting, other):
        assert process.end() == "SIGKILL"


@pytest.mark.slow
def test_a_process_that_is_not_needed_is_ended(tmp_path: Path, monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    prestarted = PrestartedProcess()
    prestarted.prepare("numpy")
    assert len(list(tmp_path.iterdir())) == 1
    prestarted.close()
    assert list(tmp_path.iterdir()) == []
