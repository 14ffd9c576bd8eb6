"""How a program runs: every error ends in one line on stderr, and every end has its exit code."""

import os
import sys
import warnings
from collections.abc import Callable
from errno import EINVAL

from course_torch.command_line.sentences import in_one_line
from course_torch.errors import InputError
from course_torch.language import Language, Text, same
from course_torch.text import shown, tolerate_every_character

BROKEN_PIPE = 141  # exit code of a program whose reader has ended, as of programs that SIGPIPE ends
ERROR = Text("{program}: error: {line}", "{program}：错误：{line}")
INTERRUPTED = Text("interrupted", "已中断")
BROKEN = Text(
    "{program}: {line}; course-torch compare judges the formulas of a network",
    "{program}：{line}；course-torch compare 检查一个网络的公式",
)
REFUSED = Text("{name}: cannot be read or written ({reason})", "{name}：无法读写（{reason}）")
SCARCE = Text("not enough memory: {message}", "内存不够：{message}")


def error_line(program: str, message: str, language: Language = "en") -> int:
    """Print the message as one line on stderr. Returns 2, the exit code of a usage error."""
    print(ERROR.fill(program=program, line=shown(message)).say(language), file=sys.stderr)
    return 2


def run(program: str, action: Callable[[], int], language: Language = "en") -> int:
    """Run a program and return its exit code: 2 with a one-line message after a user mistake, 1 with such a message if
    a formula raises, 130 after Ctrl-C, 141 if the reader of stdout has ended. `language` is that of the messages.

    stdout is flushed before the program ends: what Python keeps in its buffer may find a closed pipe.
    """
    # Figures are files. Matplotlib cannot even be imported if this variable names a backend that does not exist.
    os.environ["MPLBACKEND"] = "agg"
    # If no installed font has the script of a class name, a figure shows boxes and the table shows the name.
    warnings.filterwarnings("ignore", message="Glyph .* missing from font")
    tolerate_every_character()
    try:
        try:
            return action()
        finally:
            print(end="", flush=True)  # without a stdout (`>&-`) it does nothing
    except InputError as error:
        return error_line(program, in_one_line(error.text.say(language), language), language)
    except KeyboardInterrupt as interrupt:
        print(f"{program}: {str(interrupt) or INTERRUPTED.say(language)}", file=sys.stderr)
        return 130
    except (Exception, SystemExit) as error:
        drop_unwritable_output()
        if nobody_reads(error):
            return BROKEN_PIPE
        if isinstance(error, SystemExit):
            raise
        if (text := expected_failure(error)) is not None:
            return error_line(program, in_one_line(text.say(language), language), language)
        # It imports torch, which the help does not need.
        from course_torch.verification.exceptions import raised_by_formula

        if (line := raised_by_formula(error)) is None:
            raise
        print(BROKEN.fill(program=program, line=shown(line)).say(language), file=sys.stderr)
        return 1


def drop_unwritable_output() -> None:
    """Send what stdout cannot write to the null device. Python flushes stdout once more at its end."""
    try:
        print(end="", flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def nobody_reads(error: BaseException) -> bool:
    """Whether the reader of a pipe has ended, as in `course-torch … | head`."""
    cause = error.__context__ if isinstance(error, SystemExit) else error  # rich turns a broken pipe into an exit
    on_windows = os.name == "nt" and isinstance(cause, OSError) and (cause.errno, cause.filename) == (EINVAL, None)
    return isinstance(cause, BrokenPipeError) or on_windows


FEW = ("allocate", "Storage size")
"""Words of the exceptions of torch on a machine at its limits."""


def expected_failure(error: Exception) -> Text | None:
    """Return the line for an exception whose cause is the machine or the user, or None for a bug of the program."""
    message = str(error)
    if isinstance(error, OSError) and error.strerror:
        return REFUSED.fill(name=error.filename or Text("an output", "输出"), reason=error.strerror)
    if isinstance(error, ValueError) and "Does not validate" in message:
        return same(message)  # the parser accepted the value but its class rejected it
    if isinstance(error, MemoryError) or any(words in message for words in FEW):
        return SCARCE.fill(message=message)
    return None
