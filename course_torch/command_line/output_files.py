"""Output files: text and JSON, written atomically, and their folder."""

import json
from math import isfinite
from pathlib import Path
from typing import Any

from course_torch.atomic import replacing
from course_torch.errors import InputError
from course_torch.language import Text

NOT_WRITABLE = Text(
    "{option}: found '{path}', expected a writable folder ({reason})",
    "{option}：得到 '{path}'，应为可以写入的文件夹（{reason}）",
)


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
