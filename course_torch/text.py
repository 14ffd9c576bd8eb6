"""Text of the user: decoded from files, made safe for a terminal and for HTML, and shown by every output stream."""

import codecs
import io
import os
import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from html import escape
from shlex import quote

SPELLED = {
    **{"≤": "<=", "≈": "~", "‖": "||", "·": "*", "×": "x", "→": "->", "…": "...", "µ": "u", "°": "o", "²": "^2"},
    **{"α": "alpha", "β": "beta", "Σ": "sum", "ŷ": "yhat", "ᵀ": "^T", "∂": "d"},
}
"""How symbols of this project are spelled on a console whose encoding lacks them. Other characters become "?"."""


def decoded(data: bytes, *declared: str) -> str:
    """Decode a file of the user: UTF-16 if it begins with its mark, otherwise UTF-8, an encoding that it declares, or
    GB18030.

    Windows PowerShell writes UTF-16 into a file behind `>`, and programs in China write GB18030. Raises UnicodeError.
    """
    marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    for encoding in ("utf-16",) if data.startswith(marks) else ("utf-8-sig", *declared, "gb18030"):
        with suppress(UnicodeError, LookupError):
            return data.decode(encoding)
    raise UnicodeError("neither UTF-8 nor GB18030")


def shown(text: object) -> str:
    """Escape characters that a terminal would act on or cannot show: control characters, line ends, broken bytes.

    The names of files and classes come from other people: an escape sequence in a name could rewrite the screen.
    """
    return "".join(each if each.isprintable() else repr(each)[1:-1].replace("\\udc", "\\x") for each in str(text))


def quoted(word: str) -> str:
    """Quote a word of a command that the reader is told to type. The shell cmd of Windows knows double quotes alone."""
    if os.name != "nt":
        return quote(word)
    return word if re.fullmatch(r"[\w.:\\/=+-]+", word) else f'"{word}"'


def html_table(text: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A sentence and a table. Without colours of its own, the table is readable on a light and on a dark page."""
    head = "".join(f"<th>{cell_text(column)}</th>" for column in columns)
    body = "\n".join(f"<tr>{''.join(f'<td>{cell_text(cell)}</td>' for cell in row)}</tr>" for row in rows)
    table = f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>"
    return f'<p>{cell_text(text)}</p>\n<table style="white-space: nowrap">{table}</table>'


def cell_text(value: object) -> str:
    """Escape a text: the names of classes come from other people."""
    return escape(shown(value))


def counted(number: int, noun: str) -> str:
    """ "1 update", "10 updates" """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def dtype_name(dtype: object) -> str:
    """The name of a dtype of torch, such as "float64"."""
    return str(dtype).removeprefix("torch.")


def spelled(error: UnicodeError) -> tuple[str, int]:
    """Replace characters that an encoding lacks (an error handler of `codecs`)."""
    assert isinstance(error, UnicodeEncodeError)
    text = "".join(SPELLED.get(character, "?") for character in error.object[error.start : error.end])
    return text.encode(error.encoding, "replace").decode(error.encoding), error.end


def tolerate_every_character() -> None:
    """Let stdout and stderr replace the characters that their encoding lacks, instead of raising UnicodeEncodeError.

    A redirected console of Windows has cp1252, cp437 or gbk. Even UTF-8 has no code for a broken byte of a file name.
    """
    codecs.register_error("spelled", spelled)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="spelled")
