"""One-line error messages on stderr, and exit codes; what jsonargparse says in a page becomes one line."""

import json
import os
import re
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from errno import EACCES, EDQUOT, EFBIG, EIO, ELOOP, EMFILE, ENAMETOOLONG, ENFILE, ENOSPC, EPERM, EROFS

from course_torch.errors import InputError
from course_torch.text import shown, tolerate_every_character

REFUSALS = {  # answers of the operating system that are no bug of the program
    **dict.fromkeys((ENOSPC, EDQUOT, EFBIG, EROFS), "cannot be written"),
    **dict.fromkeys((EACCES, EPERM), "not permitted"),
    **dict.fromkeys((ELOOP, ENAMETOOLONG), "no usable path"),
    **dict.fromkeys((EMFILE, ENFILE), "cannot be opened"),
    EIO: "cannot be read",
}
BROKEN_PIPE = 141  # exit code of a program whose reader has ended, as of programs that SIGPIPE ends
LONGEST_WORD = 400  # characters of a value or a path that a message shows in full


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
    threading.excepthook = tell_bugs_of_threads
    open_stdin()
    try:
        check_working_folder()
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
        # It imports torch, which the help does not need.
        from course_torch.verification.pass_failure import raised_by_formula

        if (line := raised_by_formula(error)) is None:
            raise
        print(f"{program}: {shown(line)}; course-torch compare judges the formulas of a network", file=sys.stderr)
        return 1


def tell_bugs_of_threads(failed: threading.ExceptHookArgs) -> None:
    """Print the traceback of a thread, but not of a full disk: TensorBoard raises that in the main thread too."""
    if getattr(failed.exc_value, "errno", None) not in REFUSALS:
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
        raise InputError("the working folder: it does not exist any more, expected another: cd to it first") from error


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


def line_of(error: Exception) -> str | None:
    """Return the line for an exception whose cause is the machine or the user, or None for a bug of the program."""
    message = str(error)
    if isinstance(error, OSError) and error.errno in REFUSALS:
        unnamed = "an input" if error.errno == EIO else "an output"
        return f"{error.filename or unnamed}: {REFUSALS[error.errno]} ({error.strerror})"
    if isinstance(error, UnicodeDecodeError):
        return f"a file cannot be read as text ({error.reason} at byte {error.start})"
    if isinstance(error, ValueError) and "Does not validate" in message:
        return message  # the parser accepted the value but its class rejected it
    if isinstance(error, MemoryError) or any(words in message for words in ("allocate", "Storage size")):
        return f"not enough memory: {message}"
    if "DataLoader worker" in message and "killed" in message:
        return f"data.workers: {message.partition('.')[0]}, perhaps because the machine has not enough memory"
    if isinstance(error, ValueError) and "embedded null" in message:
        return "found a text with the character \\0, which no name of a file contains"
    if "Too many open files" in message:
        return f"{message}; data.workers 0 needs the fewest files"
    return None


COMMAND_LINE_ONLY = ("help", "config", "print_config", "print_shtab", "resume", "allow_code")
LONGEST = 80  # characters of a value in a message


def one_line(message: str) -> str:
    """Shorten a message of jsonargparse, or of a DataLoader that adds a worker's traceback to an InputError."""
    text = re.sub(r"\s+", " ", message).strip()
    text = re.sub(r"Exceeds the limit .* value has (\d+) digits.*", r"found a number of \1 digits", text)
    key = f"{match[1]}: " if (match := re.match(r'Parser key "(\S+?)":', text)) else ""
    if denied := re.search(r"Importing '(\S+)' is not allowed", text):
        return (
            f"{key}found '{denied[1]}', expected CompareGradients or a class of Lightning that runs no code of others; "
            "--allow-code permits all names"
        )
    # What is wrong with an argument of a class stands indented under the name of the class.
    if nested := re.search(r"^( *)(?:- )?Problem with given class_path '(\S+)':\n((?:\1 {2,}.*\n?)+)", message, re.M):
        return f"{key}{nested[2].rpartition('.')[2]}: {one_line(nested[3])}"
    if made := re.search(r"^Does not validate .*? Errors: - (.*?) - .*?class_path='(?:\w+\.)*(\w+)'", text):
        return f"{made[2]}: {made[1]}"
    if other := re.search(r"Import path (\S+) does not correspond to a subclass of (\w+)", text):
        return f"{key}found '{other[1]}', expected a {other[2]}"
    if attempts := re.search(r"Subtypes: \[(.*?)\] Errors: (.*) Given value: ?(.*)", text):
        types, errors, value = attempts.groups()
        unknown = re.search(r"Expected a dot import path string: (\w+)", errors)
        return f"{key}found {quoted(unknown[1] if unknown else value, types)}, expected {plain_types(types)}"
    if expected := re.search(r"Expected an? (.*)\. Got value: ?(.*)", text):
        return f"{key}found {quoted(expected[2], expected[1])}, expected {plain_types(expected[1])}"
    if group := re.search(r"Unable to load config '(.*?)' - (?:Parser key|(.*))", text):
        return (
            f"{key}{group[1]}: {group[2]}" if group[2] else f"{key}found {quoted(group[1])}, expected options or a file"
        )
    text = re.sub(r"^Caught InputError in DataLoader worker .* course_torch\.errors\.InputError: ", "", text)
    text = re.sub(r"'(\w+)' object has no attribute 'keys'", r"found a \1 as init_args, expected options", text)
    return re.sub(r'^Parser key "(\S+?)":', r"\1:", text).removeprefix("Problems parsing config: ")


def unknown_option(option: str, options: Iterable[str]) -> str:
    """Name an unknown option such as `model.layers`, and the options that its group has."""
    group, names = "", group_names("", options)
    *groups, _ = option.split(".")
    for part in groups:
        if part not in names or not (inside := group_names(f"{group}{part}.", options)):
            break
        group, names = f"{group}{part}.", inside
    name = option.removeprefix(group)
    likely = names if len(names) <= 12 else get_close_matches(name, names)
    expected = f"expected one of {', '.join(likely)}" if likely else "--help lists the options"
    return f"{group.rstrip('.')}{': ' if group else ''}found the option '{name}', {expected}"


def did_you_mean(option: str, options: Iterable[str]) -> str:
    """Suggest the option of any group whose name ends like an unknown option, or an empty text."""
    by_end: dict[str, str] = {}
    for each in options:
        by_end.setdefault(each.rpartition(".")[2], each)
    near = get_close_matches(option.rpartition(".")[2], by_end, n=1, cutoff=0.8)
    return f"; did you mean --{by_end[near[0]]}?" if near else ""


def group_names(group: str, options: Iterable[str]) -> list[str]:
    names = [option.removeprefix(group).split(".")[0] for option in options if option.startswith(group)]
    return [name for name in dict.fromkeys(names) if name not in COMMAND_LINE_ONLY]


def plain_types(types: str) -> str:
    """Write types as words: "<class 'int'>, list[a.Logger], <class 'NoneType'>" -> "int, a list of Logger, null"."""
    words = re.sub(r"<class '([\w.]+)'>", r"\1", types)
    words = re.sub(r"(?:\w+\.)+(\w+)", r"\1", words)
    words = re.sub(r"Literal\[(.*?)\]", r"\1", words)
    words = re.sub(r"Union\[(.*?)\]", lambda union: union[1].replace(", ", " or "), words)
    words = re.sub(r"\b(?:list|Iterable|Sequence)\[(.*?)\]", r"a list of \1", words)
    words = re.sub(r"\b(?:list|Iterable|Sequence)\b", "a list", words).replace("a a list", "a list")
    return ", ".join(dict.fromkeys(words.replace("NoneType", "null").replace("'", "").split(", ")))


def quoted(value: str, types: str = "") -> str:
    """A value in a message. Where null is allowed, a value that reads None is the text "None"."""
    return "null" if value == "None" and "NoneType" not in types else f"'{shortened(value)}'"


def as_yaml(value: object) -> str:
    return shortened(json.dumps(value, ensure_ascii=False, default=str))


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 10]}… ({len(text)} characters)"
