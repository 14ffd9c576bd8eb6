"""What the commands share: files to write, progress bars, wide tables."""

from collections.abc import Iterable
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
