"""The exception for user mistakes, and checks that several packages share."""

import os
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from numbers import Integral, Real
from pathlib import Path

from course_torch.language import NOTHING, Text, same


class InputError(ValueError):
    """A mistake of the user. The message is one line that names the thing, its value and what is allowed.

    The commands print the message on stderr and exit with code 2. An exception of a formula ends in one line too, with
    code 1. Any other exception is a bug of the program and keeps its traceback.

    text   the message in both languages, given as a Text or as two strings
    """

    def __init__(self, message: str | Text, chinese: str | None = None) -> None:
        self.text = message if isinstance(message, Text) else Text(message, chinese or message)
        super().__init__(self.text.en)


FOUND = Text("{name}: found {found}, expected {expected}", "{name}：得到 {found}，应为 {expected}")
UNKNOWN = Text(
    "{argument}: found '{name}', expected {choices}{hint}", "{argument}：得到 '{name}'，应为 {choices}{hint}"
)
LARGER = Text("{path}: found {size} bytes, expected at most {most}", "{path}：有 {size} 字节，至多为 {most} 字节")
ONE_OF = Text("one of {names}", "{names} 之一")
MEANT = Text("; did you mean {near}?", "；你要的是 {near} 吗？")


def unexpected(name: object, found: object, expected: Text) -> InputError:
    """The error about a value that is not allowed: the name of the thing, the value, and what is allowed."""
    return InputError(FOUND.fill(name=name, found=found, expected=expected))


def check_name(argument: str | Text, name: str, table: Collection[str]) -> None:
    """Reject a name that is not in `table`. Raises InputError."""
    if name not in table:
        hint = meant(str(name), table) if len(table) > 1 else NOTHING
        raise InputError(UNKNOWN.fill(argument=argument, name=name, choices=one_of(table), hint=hint))


def check_regular(path: str | Path, most: int) -> None:
    """Reject a pipe or a device, of which a read may wait forever, and a file of more than `most` bytes.

    A missing file passes. Raises InputError.
    """
    if not os.path.exists(path) or os.path.isdir(path):
        return
    if not os.path.isfile(path):
        raise InputError(f"{path}: found a pipe or a device, expected a file", f"{path}：是管道或设备，应为文件")
    if (size := os.path.getsize(path)) > most:
        raise InputError(LARGER.fill(path=path, size=f"{size:,}", most=f"{most:,}"))


def one_of(names: Iterable[str]) -> Text:
    """ "one of a, b, c", or "a" if there is no choice."""
    choices = [*names]
    return ONE_OF.fill(names=", ".join(choices)) if len(choices) > 1 else same(", ".join(choices))


def unreadable(path: str | Path, error: OSError) -> InputError:
    return InputError(f"{path}: cannot be read ({error.strerror})", f"{path}：无法读取（{error.strerror}）")


def unwritable(path: str | Path, error: OSError) -> InputError:
    return InputError(
        f"{path}: cannot be written ({error.strerror or error})", f"{path}：无法写入（{error.strerror or error}）"
    )


def meant(name: str, names: Iterable[str]) -> Text:
    """Suggest the name that is spelled most like an unknown name, or return an empty text."""
    near = get_close_matches(name, list(names), n=1)
    return MEANT.fill(near=near[0]) if near else NOTHING


def check_learning_rate(learning_rate: float) -> None:
    """Reject a learning rate outside (0, 1e6], nan, and what is no number, such as "1". Raises InputError."""
    if not isinstance(learning_rate, Real) or not 0 < learning_rate <= 1e6:
        raise unexpected(
            "learning_rate", repr(learning_rate), Text("a number above 0, at most 1e6", "大于 0、至多 1e6 的数")
        )


def check_count(argument: str, count: int, least: int) -> None:
    """Reject a count below `least`, and what is no whole number, such as 2.5. Raises InputError."""
    if not isinstance(count, Integral):
        raise unexpected(argument, repr(count), Text("a whole number", "整数"))
    if count < least:
        raise InputError(
            f"{argument}: found {count}, expected at least {least}", f"{argument}：得到 {count}，应至少为 {least}"
        )


def check_seed(argument: str, seed: int) -> None:
    """Reject a seed outside 0 … 2³¹ - 1, the range that every generator accepts. Raises InputError."""
    if not 0 <= seed < 2**31:
        raise unexpected(argument, seed, Text(f"0 to {2**31 - 1}", f"0 到 {2**31 - 1}"))
