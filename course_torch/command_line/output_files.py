"""Output files: text and JSON, written atomically, and a folder that is filled as a whole, under a lock."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from errno import ENOLCK, ENOSYS, EOPNOTSUPP
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from filelock import FileLock, Timeout

from course_torch.atomic import replacing, to_disk
from course_torch.errors import InputError, unwritable
from course_torch.language import Text

NOT_WRITABLE = Text(
    "{option}: found '{path}', expected a writable folder ({reason})",
    "{option}：得到 '{path}'，应为可以写入的文件夹（{reason}）",
)
OCCUPIED = Text("another process is writing into this folder", "另一个进程正在写入这个文件夹")


def output_folder(option: str, path: str) -> Path:
    """Create a folder if it does not exist. Raises InputError."""
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(NOT_WRITABLE.fill(option=option, path=path, reason=error.strerror)) from error
    return Path(path)


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


@contextmanager
def locked(folder: Path, seconds: float, busy: Text) -> Iterator[None]:
    """Lock a folder for the block, or warn if the system has no locks. Raises InputError: `busy` after `seconds`."""
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=seconds)
    except Timeout as error:
        raise InputError(f"{folder}: {busy.en}", f"{folder}：{busy.zh}") from error
    except (OSError, NotImplementedError) as error:
        if isinstance(error, OSError) and error.errno not in (ENOSYS, ENOLCK, EOPNOTSUPP):
            raise unwritable(folder, error) from error
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


PATIENCE = 60  # seconds to wait until another process has moved its files


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
            raise InputError(NOT_WRITABLE.fill(option=option, path=path, reason=error.strerror)) from error
        yield Path(staging)
        move(Path(staging), folder, obsolete)


def move(staging: Path, folder: Path, obsolete: Iterable[str]) -> None:
    """Move all files of `staging` into `folder` and remove the obsolete files, under a lock. Raises InputError."""
    with locked(folder, PATIENCE, OCCUPIED):
        try:
            for file in sorted(staging.iterdir()):
                os.replace(file, folder / file.name)
            for name in obsolete:
                (folder / name).unlink(missing_ok=True)
            to_disk(folder)
        except OSError as error:
            raise unwritable(error.filename2 or folder, error) from error
