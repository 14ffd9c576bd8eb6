"""Progress bars, and tables as wide as they need to be."""

from collections.abc import Iterable
from typing import TypeVar

from rich.console import Console
from rich.progress import track

Case = TypeVar("Case")


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
