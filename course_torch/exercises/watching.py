"""Watch a file by its modification time: notifications of changes fail on network and container file systems."""

from collections.abc import Iterator
from pathlib import Path
from time import sleep

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
