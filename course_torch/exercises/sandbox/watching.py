"""Watch a file by its modification time: notifications of changes fail on network and container file systems.

The process for the next judgement is started ahead.
"""

from collections.abc import Iterator
from pathlib import Path
from time import sleep

from course_torch.exercises.sandbox.child_process import ChildProcess, start_process
from course_torch.exercises.sandbox.guards import LIMITS_ONLY, Guard

SECONDS = 0.2
"""Time between two looks at the file."""


def changes(path: Path) -> Iterator[None]:
    """Yield at once, and again after each save. Ends only when the caller stops."""
    seen: object = ()
    while True:
        now = stamp(path)
        if now != seen:
            seen = now
            yield
        else:
            sleep(SECONDS)


def stamp(path: Path) -> tuple[int, int] | None:
    """What changes with each save, or None while an editor replaces the file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


class PrestartedProcess:
    """Starts a process before it is needed, because the import of torch takes longer than the judgement.

    Call it to take the process out, or to start one if the file has another library now.
    """

    def __init__(self) -> None:
        self._process: ChildProcess | None = None

    def prepare(self, library: str) -> None:
        """Start a process for the next call."""
        self.close()
        self._process = start_process(library, LIMITS_ONLY)

    def __call__(self, library: str, guard: Guard) -> ChildProcess:
        process, self._process = self._process, None
        if process is not None and (process.library, process.guard) == (library, guard):
            return process
        if process is not None:
            process.end()
        return start_process(library, guard)

    def close(self) -> None:
        """End the process if it was not needed."""
        if self._process is not None:
            self._process.end()
            self._process = None
