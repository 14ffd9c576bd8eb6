"""Where outputs go: atomic file writes, and writes into stdout, a device or a pipe.

A power cut, a kill or a full disk leaves the previous file intact.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import ENXIO
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from course_torch.errors import InputError, unwritable
from course_torch.language import Text

NO_READER = Text("{path}: found a pipe that nobody reads, expected a file", "{path}：是没有人读的管道，应为文件")
PARTIAL = ".partial"
"""End of the name of a file that is not complete. A killed process leaves such a file behind."""


@contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """Open a new file that atomically replaces `path` when the block ends and the data are on the disk.

    A link stays, and the file that it names is replaced. stdout, a device or a pipe is written directly.

    The new file is written beside `path`, because a rename is atomic only within a file system. Its name is unique, so
    that two processes can write the same path; the last rename wins. Raises InputError if the file cannot be written;
    `path` is then unchanged.
    """
    if (stream := direct(path)) is not None:
        with stream:
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
        to_disk(path.parent)
    except (OSError, RuntimeError) as error:
        # torch.save wraps the OSError of a full disk.
        cause = error if isinstance(error, OSError) else error.__context__
        if not isinstance(cause, OSError):
            raise
        raise unwritable(path, cause) from error
    finally:
        with suppress(OSError):  # a read-only file system has already raised above
            partial.unlink(missing_ok=True)


def direct(path: str | Path) -> BinaryIO | None:
    """Open stdout, stderr, a device or a pipe; return None for a file. Raises InputError if nobody reads the pipe."""
    if not os.path.exists(path):
        return None
    if (number := next((each for each in (1, 2) if is_open_as(path, each)), None)) is not None:
        print(end="", flush=True)
        return os.fdopen(os.dup(number), "wb")
    if os.path.isfile(path):
        return None
    try:
        # The opening of a pipe would wait until somebody reads it, perhaps forever.
        number = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        if error.errno == ENXIO:
            raise InputError(NO_READER.fill(path=path)) from error
        raise unwritable(path, error) from error
    os.set_blocking(number, True)
    return os.fdopen(number, "wb")


def is_open_as(path: str | Path, number: int) -> bool:
    """Whether stdout (1) or stderr (2) is this file: as /dev/stdout a file would be emptied by a second opening."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(number))
    except OSError:  # it is closed
        return False


def to_disk(path: Path) -> None:
    """Wait until the contents of a file, or the entries of a folder, are on the disk."""
    if path.is_dir() and os.name == "nt":  # Windows cannot open folders
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
