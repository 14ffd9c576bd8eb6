"""Files that a command writes: their names checked, their numbers as JSON."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path

from course_torch.errors import InputError


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
