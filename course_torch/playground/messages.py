"""Checks of what a page sends."""

import json
from math import isfinite
from typing import Any

from course_torch.data.csv_file import Table, data_set_of, parse_table
from course_torch.errors import InputError

MOST_ROWS = 2000
LARGEST_COORDINATE = 1e9


def parsed(text: str) -> dict[str, Any]:
    """The object of a message. Raises InputError if it is none."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        message = None
    if not (isinstance(message, dict) and isinstance(message.get("type"), str)):
        raise InputError("message: found no JSON object with a type")
    return message


def whole(message: dict[str, Any], name: str, most: int) -> int:
    """A number from 1 to `most`. Raises InputError."""
    value = message.get(name)
    if type(value) is not int or not 1 <= value <= most:
        raise InputError(f"{name}: found {str(value)[:60]}, expected 1 to {most}")
    return value


def flag(message: dict[str, Any], name: str) -> bool:
    """true or false. Raises InputError."""
    value = message.get(name)
    if not isinstance(value, bool):
        raise InputError(f"{name}: found {str(value)[:60]}, expected true or false")
    return value


def coordinates(value: object) -> list[float] | None:
    """Two finite numbers, or None. Raises InputError."""
    if value is None:
        return None
    if isinstance(value, list) and len(value) == 2 and all(type(each) in (int, float) for each in value):
        x1, x2 = map(float, value)
        if all(isfinite(each) and abs(each) <= LARGEST_COORDINATE for each in (x1, x2)):
            return [x1, x2]
    raise InputError(f"point: found {str(value)[:60]}, expected two numbers or null")


def own_points(content: bytes) -> Table:
    """The points of a CSV file: two features and one of two classes a row. Raises InputError."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"points: not a CSV file in UTF-8 ({error.reason} at byte {error.start})") from error
    if text.count("\n") > MOST_ROWS + 1:
        raise InputError(f"points: found {text.count(chr(10))} lines, expected at most {MOST_ROWS}")
    table = parse_table(text, "points")
    data = data_set_of(table, 1, "points")
    if data.train.shape[1] != 2 or len(data.class_names) != 2:
        found = f"{data.train.shape[1]} features and {len(data.class_names)} classes"
        raise InputError(f"points: found {found}, expected 2 features and 2 classes")
    if table.X.abs().max() > LARGEST_COORDINATE:
        raise InputError(f"points: found {table.X.abs().max():g}, expected numbers up to {LARGEST_COORDINATE:g}")
    return table
