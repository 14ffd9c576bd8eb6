"""A set of output files in one folder: all files are replaced together, or none is."""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from course_torch.atomic import to_disk
from course_torch.command_line.files import output_folder
from course_torch.command_line.folders import locked, remove_if_empty
from course_torch.errors import InputError

PATIENCE = 60
"""Seconds to wait until another process has moved its files."""


@contextmanager
def staged(option: str, path: str, obsolete: Iterable[str] = ()) -> Iterator[Path]:
    """Yield an empty folder. When the block ends, its files move into the folder `path`, which is created if missing.

    Earlier files with the names in `obsolete` are removed then. If the block fails, earlier files stay, and folders
    that did not exist are removed. Two processes with the same folder take turns to move their files, so that all files
    come from one of them. Raises InputError if the folder cannot be written.
    """
    folder = Path(path)
    with ExitStack() as undo:
        remove_if_empty(undo, folder)
        output_folder(option, path)
        try:
            staging = undo.enter_context(TemporaryDirectory(prefix=".staging.", dir=folder, ignore_cleanup_errors=True))
        except OSError as error:
            raise InputError(f"{option}: found '{path}', expected a writable folder ({error.strerror})") from error
        yield Path(staging)
        move(Path(staging), folder, obsolete)


def move(staging: Path, folder: Path, obsolete: Iterable[str]) -> None:
    """Move all files of `staging` into `folder` and remove the obsolete files, under a lock. Raises InputError."""
    with locked(folder, PATIENCE, "another process is writing into this folder"):
        try:
            for file in sorted(staging.iterdir()):
                os.replace(file, folder / file.name)
            for name in obsolete:
                (folder / name).unlink(missing_ok=True)
            to_disk(folder)
        except OSError as error:
            raise InputError(f"{error.filename2 or folder}: cannot be written ({error.strerror})") from error
