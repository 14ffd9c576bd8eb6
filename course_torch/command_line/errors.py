"""One-line error messages on stderr, and exit codes; what jsonargparse says in a page becomes one line."""

import json
import os
import re
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from errno import EACCES, EDQUOT, EFBIG, EIO, ELOOP, EMFILE, ENAMETOOLONG, ENFILE, ENOSPC, EPERM, EROFS
from typing import Any

from course_torch.errors import ONE_OF, InputError
from course_torch.language import COLON, NOTHING, Language, Text, same
from course_torch.text import shown, tolerate_every_character

REFUSALS = {  # answers of the operating system that are no bug of the program
    **dict.fromkeys((ENOSPC, EDQUOT, EFBIG, EROFS), Text("cannot be written", "无法写入")),
    **dict.fromkeys((EACCES, EPERM), Text("not permitted", "没有权限")),
    **dict.fromkeys((ELOOP, ENAMETOOLONG), Text("no usable path", "不是可用的路径")),
    **dict.fromkeys((EMFILE, ENFILE), Text("cannot be opened", "无法打开")),
    EIO: Text("cannot be read", "无法读取"),
}
BROKEN_PIPE = 141  # exit code of a program whose reader has ended, as of programs that SIGPIPE ends
ERROR = Text("{program}: error: {line}", "{program}：错误：{line}")
INTERRUPTED = Text("interrupted", "已中断")
BROKEN = Text(
    "{program}: {line}; course-torch compare judges the formulas of a network",
    "{program}：{line}；course-torch compare 检查一个网络的公式",
)
NO_MEMORY = Text("not enough memory: {message}", "内存不足：{message}")
LONGEST_WORD = 400  # characters of a value or a path that a message shows in full


def error_line(program: str, message: str, language: Language = "en") -> int:
    """Print the message as one line on stderr. Returns 2, the exit code of a usage error."""
    line = re.sub(rf"\S{{{LONGEST_WORD},}}", lambda word: shortened(word[0]), shown(one_line(message, language)))
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
        return error_line(program, error.text.say(language), language)
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
            return error_line(program, text.say(language), language)
        # It imports torch, which the help does not need.
        from course_torch.verification.pass_failure import raised_by_formula

        if (line := raised_by_formula(error)) is None:
            raise
        tell(BROKEN.fill(program=program, line=shown(line)).say(language))
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


def line_of(error: Exception) -> Text | None:
    """Return the line for an exception whose cause is the machine or the user, or None for a bug of the program."""
    message = str(error)
    if isinstance(error, OSError) and error.errno in REFUSALS:
        unnamed, refusal = Text("an input", "输入") if error.errno == EIO else OUTPUT, REFUSALS[error.errno]
        return Text(
            f"{error.filename or unnamed.en}: {refusal.en} ({error.strerror})",
            f"{error.filename or unnamed.zh}：{refusal.zh}（{error.strerror}）",
        )
    if isinstance(error, FileNotFoundError) and "No usable temporary directory" in message:
        return Text(
            "no folder for temporary files can be written, expected one in TMPDIR",
            "没有可以写入的临时文件夹，请用 TMPDIR 给出一个",
        )
    if isinstance(error, UnicodeDecodeError):
        return Text(
            f"a file cannot be read as text ({error.reason} at byte {error.start})",
            f"有一个文件无法作为文本读取（第 {error.start} 字节：{error.reason}）",
        )
    if isinstance(error, ValueError) and "Does not validate" in message:
        return same(message)  # the parser accepted the value but its class rejected it
    if isinstance(error, MemoryError) or any(words in message for words in ("allocate", "Storage size")):
        return NO_MEMORY.fill(message=message)
    if "DataLoader worker" in message and "killed" in message:
        reason = message.partition(".")[0]
        return Text(
            f"data.workers: {reason}, perhaps because the machine has not enough memory",
            f"data.workers：{reason}，可能是因为内存不足",
        )
    if isinstance(error, ValueError) and "embedded null" in message:
        return Text(
            "found a text with the character \\0, which no name of a file contains",
            "文本里有字符 \\0，文件名里没有这个字符",
        )
    if "Too many open files" in message:
        return Text(f"{message}; data.workers 0 needs the fewest files", f"{message}；data.workers 0 需要的文件最少")
    return None


OUTPUT = Text("an output", "输出")
FOUND = Text("{key}found {found}, expected {expected}", "{key}得到 {found}，应为 {expected}")
DIGITS = Text("found a number of {n} digits", "得到一个 {n} 位的数")
DENIED = Text(
    "CompareGradients or a class of Lightning that runs no code of others; --allow-code permits all names",
    "CompareGradients 或不运行别人的代码的 Lightning 类；--allow-code 允许所有名称",
)
INIT_ARGS = Text("found a {kind} as init_args, expected options", "init_args 得到 {kind}，应为选项")
FOREIGN = {  # message of argparse or jsonargparse -> the same in other words
    r"the following arguments are required: (.*)": Text("the following arguments are required: {0}", "缺少：{0}"),
    r"argument (\S+): expected one argument": Text("argument {0}: expected one argument", "{0}：后面应有一个值"),
}
COMMAND_LINE_ONLY = ("help", "help_all", "config", "print_config", "print_shtab", "resume", "allow_code")
LONGEST = 80  # characters of a value in a message


def one_line(message: str, language: Language = "en") -> str:
    """Shorten a message of jsonargparse, or of a DataLoader that adds a worker's traceback to an InputError."""
    text = re.sub(r"\s+", " ", message).strip()
    for pattern, words in FOREIGN.items():
        if found := re.fullmatch(pattern, text):
            return words.say(language).format(*found.groups())
    digits = DIGITS.say(language).format(n=r"\1")
    text = re.sub(r"Exceeds the limit .* value has (\d+) digits.*", digits, text)
    colon = COLON.say(language)
    key = f"{match[1]}{colon}" if (match := re.match(r'Parser key "(\S+?)":', text)) else ""

    def line(found: str, expected: str) -> str:
        return FOUND.fill(key=key, found=found, expected=same(expected)).say(language)

    if denied := re.search(r"Importing '(\S+)' is not allowed", text):
        return line(f"'{denied[1]}'", DENIED.say(language))
    # What is wrong with an argument of a class stands indented under the name of the class.
    if nested := re.search(r"^( *)(?:- )?Problem with given class_path '(\S+)':\n((?:\1 {2,}.*\n?)+)", message, re.M):
        return f"{key}{nested[2].rpartition('.')[2]}{colon}{one_line(nested[3], language)}"
    if made := re.search(r"^Does not validate .*? Errors: - (.*?) - .*?class_path='(?:\w+\.)*(\w+)'", text):
        return f"{made[2]}{colon}{made[1]}"
    if other := re.search(r"Import path (\S+) does not correspond to a subclass of (\w+)", text):
        return line(f"'{other[1]}'", Text("a {0}", "{0}").say(language).format(other[2]))
    if attempts := re.search(r"Subtypes: \[(.*?)\] Errors: (.*) Given value: ?(.*)", text):
        types, errors, value = attempts.groups()
        unknown = re.search(r"Expected a dot import path string: (\w+)", errors)
        return line(quoted(unknown[1] if unknown else value, types), plain_types(types, language))
    if expected := re.search(r"Expected an? (.*)\. Got value: ?(.*)", text):
        return line(quoted(expected[2], expected[1]), plain_types(expected[1], language))
    if group := re.search(r"Unable to load config '(.*?)' - (?:Parser key|(.*))", text):
        options = Text("options or a file", "选项或文件").say(language)
        return f"{key}{group[1]}{colon}{group[2]}" if group[2] else line(quoted(group[1]), options)
    text = re.sub(r"^Caught InputError in DataLoader worker .* course_torch\.errors\.InputError: ", "", text)
    if arguments := re.search(r"'(\w+)' object has no attribute 'keys'", text):
        text = text.replace(arguments[0], INIT_ARGS.fill(kind=arguments[1]).say(language))
    return re.sub(r'^Parser key "(\S+?)": ?', rf"\1{colon}", text).removeprefix("Problems parsing config: ")


NO_OPTION = Text("{group}found the option '{name}', {expected}", "{group}得到选项 '{name}'，{expected}")
EXPECTED = Text("expected {choices}", "应为 {choices}")
LISTED = Text("--help lists the options", "--help 列出所有选项")
MEANT = Text("; did you mean --{near}?", "；你要的是 --{near} 吗？")


def unknown_option(option: str, options: Iterable[str]) -> Text:
    """Name an unknown option such as `model.layers`, and the options that its group has."""
    group, names = "", group_names("", options)
    *groups, _ = option.split(".")
    for part in groups:
        if part not in names or not (inside := group_names(f"{group}{part}.", options)):
            break
        group, names = f"{group}{part}.", inside
    name = option.removeprefix(group)
    likely = names if len(names) <= 12 else get_close_matches(name, names)
    expected = EXPECTED.fill(choices=ONE_OF.fill(names=", ".join(likely))) if likely else LISTED
    prefix = Text(*(f"{group.rstrip('.')}{colon}" for colon in COLON)) if group else NOTHING
    return NO_OPTION.fill(group=prefix, name=name, expected=expected)


def did_you_mean(option: str, options: Iterable[str]) -> Text:
    """Suggest the option of any group whose name ends like an unknown option, or an empty text."""
    by_end: dict[str, str] = {}
    for each in options:
        by_end.setdefault(each.rpartition(".")[2], each)
    near = get_close_matches(option.rpartition(".")[2], by_end, n=1, cutoff=0.8)
    return MEANT.fill(near=by_end[near[0]]) if near else NOTHING


def group_names(group: str, options: Iterable[str]) -> list[str]:
    names = [option.removeprefix(group).split(".")[0] for option in options if option.startswith(group)]
    return [name for name in dict.fromkeys(names) if name not in COMMAND_LINE_ONLY]


OR, LIST_OF, A_LIST = Text(" or ", " 或 "), Text(r"a list of \1", r"\1 的列表"), Text("a list", "列表")


def plain_types(types: str, language: Language = "en") -> str:
    """Write types as words: "<class 'int'>, list[a.Logger], <class 'NoneType'>" -> "int, a list of Logger, null"."""
    words = re.sub(r"<class '([\w.]+)'>", r"\1", types)
    words = re.sub(r"(?:\w+\.)+(\w+)", r"\1", words)
    words = re.sub(r"Literal\[(.*?)\]", r"\1", words)
    words = re.sub(r"Union\[(.*?)\]", lambda union: union[1].replace(", ", OR.say(language)), words)
    words = re.sub(r"\b(?:list|Iterable|Sequence)\[(.*?)\]", LIST_OF.say(language), words)
    words = re.sub(r"\b(?:list|Iterable|Sequence)\b", A_LIST.say(language), words).replace("a a list", "a list")
    return ", ".join(dict.fromkeys(words.replace("NoneType", "null").replace("'", "").split(", ")))


def quoted(value: str, types: str = "") -> str:
    """A value in a message. Where null is allowed, a value that reads None is the text "None"."""
    return "null" if value == "None" and "NoneType" not in types else f"'{shortened(value)}'"


def as_yaml(value: object) -> str:
    return shortened(json.dumps(value, ensure_ascii=False, default=str))


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 10]}… ({len(text)} characters)"
