"""Time `course-torch check --watch`: from a save of the learner's file to the answer."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from course_torch.atomic import replacing
from course_torch.benchmarks.goal import Goal
from course_torch.mistakes.solution import solution

SAVES = 5
EDITING = 4.0
"""Seconds between an answer and the next save. Nobody reads and edits faster, and the next process starts meanwhile."""
ANSWERED = "watching "
"""The beginning of the line that follows each answer."""
WATCH = "course-torch check --watch"
WATCH_GOAL = Goal("seconds from a save to the answer", 1.0, "s")


def whole_chapter(folder: Path) -> Path:
    """Write the finished file of a learner: the chapter `deep` with torch."""
    file = folder / "deep.py"
    file.write_text(solution("deep", "torch", "rows"), encoding="utf-8")
    return file


def seconds_from_save_to_answer() -> float:
    """Return the median over SAVES saves, each with a change. The watcher has answered before the first save."""
    with TemporaryDirectory() as folder:
        file = whole_chapter(Path(folder))
        command = [sys.executable, "-m", "course_torch", "check", str(file), "--watch"]
        times = []
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as watcher:
            try:
                assert watcher.stdout is not None
                wait_for_answer(watcher.stdout)
                for save in range(SAVES):
                    sleep(EDITING)
                    changed = file.read_bytes() + f"# save {save}\n".encode()
                    start = perf_counter()
                    with replacing(file) as saved:  # the watcher never sees a part of the change
                        saved.write(changed)
                    wait_for_answer(watcher.stdout)
                    times.append(perf_counter() - start)
            finally:
                watcher.terminate()
    return median(times)


def wait_for_answer(output: Iterable[str]) -> None:
    """Read until the end of an answer. Raises RuntimeError if the watcher ends before it."""
    if not any(line.startswith(ANSWERED) for line in output):
        raise RuntimeError(f"{WATCH}: ended without an answer")
