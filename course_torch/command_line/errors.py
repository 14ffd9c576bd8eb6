"""One-line error messages on stderr, and exit codes."""

import os
import re
import sys
import warnings
from collections.abc import Callable
from errno import EACCES, EDQUOT, EFBIG, EIO, ELOOP, EMFILE, ENAMETOOLONG, ENFILE, ENOSPC, EPERM, EROFS

from course_torch.command_line.messages import one_line, shortened
from course_torch.errors import InputError
from course_torch.text import shown, tolerate_every_character

REFUSALS = {
    **dict.fromkeys((ENOSPC, EDQUOT, EFBIG, EROFS), "cannot be written"),
    **dict.fromkeys((EACCES, EPERM), "not permitted"),
    **dict.fromkeys((ELOOP, ENAMETOOLONG), "no usable path"),
    **dict.fromkeys((EMFILE, ENFILE), "cannot be opened"),
    EIO: "cannot be read",
}
"""Answers of the operating system that are no bug of the program."""
BROKEN_PIPE = 141
"""Exit code of a program whose reader has ended, as of programs that SIGPIPE ends."""
LONGEST_WORD = 400
"""Characters of a value or a path that a message shows in full."""


def error_line(program: str, message: str) -> int:
    """Print the message as one line on stderr. Returns 2, the exit code of a usage error."""
    line = re.sub(rf"\S{{{LONGEST_WORD},}}", lambda word: shortened(word[0]), shown(one_line(message)))
    print(f"{program}: error: {line}", file=sys.stderr)
    return 2


def run(program: str, action: Callable[[], int]) -> int:
    """Run a program and return its exit code: 2 with a one-line message after a user mistake, 1 with such a message if
    a formula raises, 130 after Ctrl-C, 141 if the reader of stdout has ended.
    """
    # No installed font may have the script of a class name. Figures then show boxes; the tables show the name.
    warnings.filterwarnings("ignore", message="Glyph .* missing from font")
    tolerate_every_character()
    try:
        return action()
    except InputError as error:
        return error_line(program, str(error))
    except KeyboardInterrupt as interrupt:
        print(f"{program}: {str(interrupt) or 'interrupted'}", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `course-torch … | head`: nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes stdout once more at its end
        return BROKEN_PIPE
    except Exception as error:
        if (line := line_of(error)) is not None:
            return error_line(program, line)
        from course_torch.verification.pass_failure import (
            raised_by_formula,  # imports torch, which the help does not need
        )

        if (line := raised_by_formula(error)) is None:
            raise
        print(f"{program}: {shown(line)}; course-torch compare judges the formulas of a network", file=sys.stderr)
        return 1


def line_of(error: Exception) -> str | None:
    """Return the line for an exception whose cause is the machine or the user, or None for a bug of the program."""
    message = str(error)
    if isinstance(error, OSError) and error.errno in REFUSALS:
        return f"{error.filename or 'a file'}: {REFUSALS[error.errno]} ({error.strerror})"
    if isinstance(error, UnicodeDecodeError):
        return f"a file cannot be read as text ({error.reason} at byte {error.start})"
    if isinstance(error, ValueError) and "Does not validate" in message:
        return message  # the parser accepted the value but its class rejected it
    if isinstance(error, MemoryError) or any(words in message for words in ("allocate", "Storage size")):
        return f"not enough memory: {message}"
    if "DataLoader worker" in message and "killed" in message:
        return f"data.workers: {message.partition('.')[0]}, perhaps because the machine has not enough memory"
    if "Too many open files" in message:
        return f"{message}; data.workers 0 needs the fewest files"
    return None
