"""Watches a function of the package line by line while it runs, for widgets that show its loops."""

import sys
from collections.abc import Callable
from copy import deepcopy
from inspect import getsource, unwrap
from itertools import groupby
from types import FrameType
from typing import Any

Moment = tuple[int, dict[str, Any]]
"""The number of a line within the function's source, and the variables before the line runs."""


def run(function: Callable[..., Any], *arguments: Any) -> list[Moment]:
    """Call the function, and return a moment for each line that runs, and one for its end."""
    code, seen = unwrap(function).__code__, []

    def watch(frame: FrameType, event: str, _argument: object) -> Any:
        if frame.f_code is not code:
            return None
        if event != "call":
            seen.append((frame.f_lineno - code.co_firstlineno, deepcopy(frame.f_locals)))
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    return seen


def lines_run(function: Callable[..., Any], *arguments: Any) -> int:
    """How many lines run in a call. A line counts once, also if Python reports it for each item of a comprehension."""
    return sum(1 for _ in groupby(line for line, _ in run(function, *arguments)))


def lines_of(function: Callable[..., Any]) -> list[str]:
    """The source of the function, line by line."""
    return getsource(unwrap(function)).splitlines()
