"""Where the code of the package stands, as in `exercises/judge/causes.py:114`. The trail of a verdict shows it."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent


def place_of(function: Callable[..., Any]) -> str:
    """The file and the line of a function, or of the function that is the first argument of a partial."""
    while isinstance(function, partial):
        function = function.args[0]
    return place_in(function.__code__.co_filename, function.__code__.co_firstlineno)


def place_of_call(depth: int = 1) -> str:
    """The file and the line that called the function which asks, or the `depth`th function around it."""
    frame = sys._getframe(depth + 1)
    return place_in(frame.f_code.co_filename, frame.f_lineno)


def place_in(file: str, line: int) -> str:
    path = Path(file)
    return f"{path.relative_to(PACKAGE).as_posix() if path.is_relative_to(PACKAGE) else path.name}:{line}"
