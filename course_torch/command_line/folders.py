"""Folders that several processes may write into: locks, and the removal of new folders that stay empty."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from errno import ENOLCK, ENOSYS, EOPNOTSUPP
from pathlib import Path

from filelock import FileLock, Timeout

from course_torch.errors import InputError


@contextmanager
def locked(folder: Path, seconds: float, busy: str) -> Iterator[None]:
    """Lock a folder until the block or the process ends, after waiting at most `seconds` for another process.

    Prints a warning if the file system has no locks. Raises InputError with the reason `busy` if another process keeps
    the lock, and InputError if the folder cannot be written.
    """
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=seconds)
    except Timeout as error:
        raise InputError(f"{folder}: {busy}") from error
    except (OSError, NotImplementedError) as error:
        if isinstance(error, OSError) and error.errno not in (ENOSYS, ENOLCK, EOPNOTSUPP):
            raise InputError(f"{folder}: cannot be written ({error.strerror})") from error
        print(f"warning: {folder}: the file system has no locks: let no other process write here", file=sys.stderr)
    try:
        yield
    finally:
        lock.release()


def remove_if_empty(undo: ExitStack, folder: Path) -> None:
    """Let `undo` remove the folder and its parents if they do not exist now and are empty then."""
    for each in reversed([folder, *folder.parents]):
        if not each.exists():
            undo.callback(remove_empty, each)


def remove_empty(folder: Path) -> None:
    with suppress(OSError):  # the folder was never created, or another process has put its own files there
        folder.rmdir()
