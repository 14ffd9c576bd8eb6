"""Progress bars, a console for wide tables, and warnings that fit the terminal."""

from collections.abc import Iterable
from typing import TypeVar

from rich.console import Console
from rich.progress import track

Item = TypeVar("Item")


def with_progress(items: Iterable[Item], description: str) -> Iterable[Item]:
    """Iterate over the items; show a progress bar on stderr if stderr is a terminal."""
    console = Console(stderr=True)
    return track(items, description, console=console, transient=True, disable=not console.is_terminal)


def wide_console(width: int) -> Console:
    """Return a console for stdout. If stdout is not a terminal, the console has the given width."""
    console = Console()
    if not console.is_terminal:
        console.width = width
    return console


def print_line(line: str, console: Console) -> None:
    """Print a line of text as it is. A terminal gets it folded at words, unless it has a command, which people copy."""
    whole = not console.is_terminal or "course-torch " in line
    console.print(line, markup=False, highlight=False, emoji=False, soft_wrap=whole)


def warn(line: str) -> None:
    """Print a warning on stderr."""
    print_line(f"warning: {line}", Console(stderr=True))
