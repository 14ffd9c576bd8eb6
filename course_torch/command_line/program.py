"""How a program runs: every error ends in one line on stderr, and every end has its exit code."""

import os
import re
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from course_torch.command_line.sentences import one_line, shortened
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
SCARCE = Text(
    "not enough memory or open files: {message}; data.workers 0 needs the fewest",
    "内存或可以打开的文件不够：{message}；data.workers 0 需要的最少",
)
LONGEST_WORD = 400  # characters of a value or a path that a message shows in full


def error_line(program: str, message: str, language: Language = "en") -> int:
    """Print the message as one line on stderr. Returns 2, the exit code of a usage error."""
    line = re.sub(rf"\S{{{LONGEST_WORD},}}", lambda word: shortened(word[0]), shown(message))
    tell(ERROR.fill(program=program, line=line).say(language))
    return 2


def tell(*lines: str) -> None:
    """Print lines on stderr, unless stderr itself cannot be written, as after `> log 2>&1` on a full disk."""
    with suppress(OSError), to_nowhere_after_failure(sys.stderr):
        print("".join(f"{line}\n" for line in lines), end="", file=sys.stderr, flush=True)


@contextmanager
def to_nowhere_after_failure(stream: Any) -> Iterator[None]:
    """Let the stream, or None, write to nowhere if the block raises OSError: Python flushes it once more at its end."""
    try:
        yield
    except OSError:
        if stream is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        raise


def run(program: str, action: Callable[[], int], language: Language = "en") -> int:
    """Run a program and return its exit code: 2 with a one-line message after a user mistake, 1 with such a message if
    a formula raises, 130 after Ctrl-C, 141 if the reader of stdout has ended. `language` is that of the messages.

    stdout is flushed before the program ends: what Python keeps in its buffer may find a full disk or a closed pipe.
    """
    # No installed font may have the script of a class name. Figures then show boxes; the tables show the name.
    warnings.filterwarnings("ignore", message="Glyph .* missing from font")
    tolerate_every_character()
    threading.excepthook = tell_bugs_of_threads
    open_stdin()
    try:
        try:
            check_working_folder()
            return action()
        finally:
            tell()  # flushes what a warning could not write
            with to_nowhere_after_failure(sys.stdout):
                print(end="", flush=True)  # without a stdout (`>&-`) it does nothing
    except InputError as error:
        return error_line(program, one_line(error.text.say(language), language), language)
    except KeyboardInterrupt as interrupt:
        tell(f"{program}: {str(interrupt) or INTERRUPTED.say(language)}")
        return 130
    except BrokenPipeError:  # `course-torch … | head`: nobody reads on
        return BROKEN_PIPE
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # rich turns it into an exit with the code 1
            return BROKEN_PIPE
        raise
    except Exception as error:
        if (text := line_of(error)) is not None:
            return error_line(program, one_line(text.say(language), language), language)
        # It imports torch, which the help does not need.
        from course_torch.verification.calls.exceptions import raised_by_formula

        if (line := raised_by_formula(error)) is None:
            raise
        tell(BROKEN.fill(program=program, line=shown(line)).say(language))
        return 1


def tell_bugs_of_threads(failed: threading.ExceptHookArgs) -> None:
    """Print the traceback of a thread, but not of a full disk: TensorBoard raises that in the main thread too."""
    if not isinstance(failed.exc_value, OSError):
        threading.__excepthook__(failed)


def open_stdin() -> None:
    """Open a closed stdin. Otherwise the next pipe gets its number, and the child loses the pipe to its own stdin."""
    try:
        os.fstat(0)
    except OSError:
        os.open(os.devnull, os.O_RDONLY)  # the lowest free number


def check_working_folder() -> None:
    """Reject a working folder that was deleted: torch's own libraries cannot be loaded there. Raises InputError."""
    try:
        os.getcwd()
    except FileNotFoundError as error:
        raise InputError(
            "the working folder: it does not exist any more, expected another: cd to it first",
            "当前文件夹已经不存在，请先用 cd 换到别的文件夹",
        ) from error


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the block as an exception, so that it removes its processes and temporary files.

    A signal that is ignored, as SIGHUP under nohup, stays ignored.
    """
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    ending = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    for number in ending:
        signal.signal(number, lambda received, frame: sys.exit(128 + received))
    try:
        yield
    finally:
        for number in ending:
            signal.signal(number, signal.SIG_DFL)


FEW = ("allocate", "Storage size", "Too many open files", "is killed by signal", "exited unexpectedly")
"""Words of the exceptions of torch on a machine at its limits."""


def line_of(error: Exception) -> Text | None:
    """Return the line for an exception whose cause is the machine or the user, or None for a bug of the program."""
    message = str(error)
    if isinstance(error, OSError) and error.strerror:
        return REFUSED.fill(name=error.filename or Text("an output", "输出"), reason=error.strerror)
    if isinstance(error, UnicodeDecodeError):
        return Text(
            f"a file cannot be read as text ({error.reason} at byte {error.start})",
            f"有一个文件无法作为文本读取（第 {error.start} 字节：{error.reason}）",
        )
    if isinstance(error, ValueError) and "Does not validate" in message:
        return same(message)  # the parser accepted the value but its class rejected it
    if isinstance(error, MemoryError) or any(words in message for words in FEW):
        return SCARCE.fill(message=message)
    return None
