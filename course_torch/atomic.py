"""Atomic file writes, and writes into a device or a pipe.

A power cut, a kill or a full disk leaves the previous file intact.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from course_torch.errors import unwritable

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
