"""Files that are written, as bytes, text or JSON: atomically, or into a device or a pipe; and locks on them.

A power cut, a kill or a full disk leaves the previous file intact.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from math import isfinite
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO

from filelock import FileLock, Timeout

from course_torch.errors import InputError, unwritable
from course_torch.language import Text

PARTIAL = ".partial"
"""End of the name of a file that is not complete. A killed process leaves such a file behind."""


@contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """Open a new file that atomically replaces `path` when the block ends and the data are on the disk.

    A link stays, and the file that it names is replaced. A device or a pipe is written directly.

    The new file is written beside `path`, because a rename is atomic only within a file system. Its name is unique, so
    that two processes can write the same path; the last rename wins. Raises InputError if the file cannot be written;
    `path` is then unchanged.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        print(end="", flush=True)  # what was printed before stands before it in /dev/stdout
        with open(path, "wb") as stream:
            yield stream
        return
    path = Path(os.path.realpath(path))
    partial = path.with_name(f".{path.name}.{token_hex(4)}{PARTIAL}")
    try:
        with partial.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
        if os.name != "nt":  # Windows cannot open folders
            descriptor = os.open(path.parent, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with suppress(OSError):  # a read-only file system has already raised above
            partial.unlink(missing_ok=True)


@contextmanager
def locked(path: Path, occupied: Text) -> Iterator[None]:
    """Hold the lock of a file while the block runs. Raises InputError, which says `occupied`, if a process holds it."""
    lock = FileLock(path)
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise InputError(occupied) from error
    except (OSError, NotImplementedError):
        print(f"warning: {path.parent}: the file system has no locks: let no other process write here", file=sys.stderr)
    try:
        yield
    finally:
        lock.release()


def write_text(path: str | Path, text: str) -> None:
    """Write a text file in UTF-8, atomically (`replacing`)."""
    with replacing(path) as file:
        file.write(text.encode())


def as_json(record: object) -> str:
    """Convert numbers, strings, lists and dicts to JSON. nan and infinity become null, because JSON lacks them."""
    return json.dumps(finite(record), indent=1, allow_nan=False)


def finite(value: Any, digits: int = 17) -> Any:
    """The value with None for every number that is not finite, and so many significant digits: 17 change no number."""
    if isinstance(value, float):
        return float(f"{value:.{digits}g}") if isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(each, digits) for key, each in value.items()}
    return [finite(each, digits) for each in value] if isinstance(value, list | tuple) else value
