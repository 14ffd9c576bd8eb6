"""What formulas raise: caught, and in one line."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from typing import TypeVar

import torch

from course_torch.errors import InputError
from course_torch.language import Text

T = TypeVar("T")
PACKAGE = Path(__file__).parents[1]
FOLDERS = [PACKAGE / name for name in ("formulas", "network")]
"""The folders of the formulas and of their calls."""
RAISES = Text("raises {error}", "抛出 {error}")


@dataclass(frozen=True)
class Raised:
    """What formulas raise instead of a result."""

    error: Exception

    @property
    def text(self) -> Text:
        return RAISES.fill(error=one_line(self.error))


def tried(run: Callable[[], T], *passing: type[Exception]) -> T | Raised:
    """The result of formulas, or what they raise. Too little memory is no mistake of a formula: its exception passes.

    Exceptions of the types `passing` pass too.
    """
    try:
        return run()
    except torch.OutOfMemoryError:
        raise
    except Exception as error:
        if isinstance(error, passing):
            raise
        return Raised(error)


def one_line(error: Exception) -> str:
    """The exception in one line, with the file and the line of the formula that raises it."""
    message = " ".join(str(error).split())
    frames = [each for each in extract_tb(error.__traceback__) if any(map(Path(each.filename).is_relative_to, FOLDERS))]
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {message}{place}" if message else f"{type(error).__name__}{place}"


def raised_by_formula(error: Exception) -> str | None:
    """Which formula raises the exception, in one line; None if the package raises it elsewhere or rejects its input."""
    if isinstance(error, InputError):
        return None
    frames = [each for each in extract_tb(error.__traceback__) if Path(each.filename).is_relative_to(PACKAGE)]
    if not frames or not any(map(Path(frames[-1].filename).is_relative_to, FOLDERS)):
        return None
    return f"{frames[-1].name} raises {one_line(error)}"
