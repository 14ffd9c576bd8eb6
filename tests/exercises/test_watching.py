"""A watched file is judged at once and after each save, also while an editor replaces it."""

import os
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

from course_torch.exercises.watching import changes


def test_a_save_is_seen_within_a_second(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("x = 1")
    seen = changes(path)
    next(seen)

    def save() -> None:
        sleep(0.3)
        (tmp_path / "new").write_text("x = 22")
        os.replace(tmp_path / "new", path)

    began = monotonic()
    thread = Thread(target=save)
    thread.start()
    next(seen)
    assert 0.2 < monotonic() - began < 1.3
    thread.join()


def test_a_removed_file_is_a_change_and_not_an_error(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("x = 1")
    seen = changes(path)
    next(seen)
    path.unlink()
    next(seen)
