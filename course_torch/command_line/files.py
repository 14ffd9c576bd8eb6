"""Output files of a command: checks of their paths, and JSON."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path

from course_torch.errors import InputError


def check_file(option: str, path: str | None, endings: tuple[str, ...] = ()) -> None:
    """Reject a path that cannot be a file in an existing folder, or has none of the endings. Raises InputError."""
    if path is None:
        return
    if Path(path).is_dir() or not Path(path).absolute().parent.is_dir():
        raise InputError(f"{option}: found '{path}', expected a file in a folder that exists")
    if endings and Path(path).suffix not in endings:
        raise InputError(f"{option}: found '{path}', expected a name that ends in one of {', '.join(endings)}")


@contextmanager
def writing_files() -> Iterator[None]:
    """Convert an OSError from writing a file into an InputError."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{error.filename or 'file'}: cannot be written ({error.strerror or error})") from error


def as_json(record: object) -> str:
    """Convert numbers, strings, lists and dicts to JSON. nan and infinity become null, because JSON lacks them."""
    return json.dumps(finite(record), indent=1, allow_nan=False)


def finite(value: object) -> object:
    """Replace every nan and infinity in the value by None."""
    if isinstance(value, float) and not isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    return value
