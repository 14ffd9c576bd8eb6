"""What the commands share: files to write, progress bars, wide tables."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import track

from course_torch.errors import InputError

Case = TypeVar("Case")


def check_file(option: str, path: str | None, endings: tuple[str, ...] = ()) -> None:
    """Refuse what cannot be a new file, or a name without one of the endings. Raises InputError."""
    if path is None:
        return
    if Path(path).is_dir() or not Path(path).absolute().parent.is_dir():
        raise InputError(f"{option}: found '{path}', expected a file in a folder that exists")
    if endings and Path(path).suffix not in endings:
        raise InputError(f"{option}: found '{path}', expected a name that ends in one of {', '.join(endings)}")


@contextmanager
def writing_files() -> Iterator[None]:
    """Turns what the file system refuses into an InputError."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{error.filename or 'file'}: cannot be written ({error.strerror or error})") from error


def as_json(record: object) -> str:
    """JSON of numbers, strings, lists and dicts; nan and infinities, which JSON lacks, become null."""
    return json.dumps(finite(record), indent=1, allow_nan=False)


def finite(value: object) -> object:
    """The value with None for numbers that are not finite."""
    if isinstance(value, float) and not isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    return value


def track_on_terminal(cases: list[Case], description: str) -> Iterable[Case]:
    """A progress bar on stderr where that is a terminal."""
    console = Console(stderr=True)
    return track(cases, description, console=console, transient=True, disable=not console.is_terminal)


def wide_console(width: int) -> Console:
    """The terminal as it is; where there is none, as wide as a table wants it."""
    console = Console()
    if not console.is_terminal:
        console.width = width
    return console
