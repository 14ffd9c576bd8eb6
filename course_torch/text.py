"""Text of the user that is safe to show, and output streams that can show every text."""

import codecs
import io
import sys

SPELLED = {
    **{"≤": "<=", "≈": "~", "‖": "||", "·": "*", "×": "x", "→": "->", "…": "...", "µ": "u", "°": "o", "²": "^2"},
    **{"α": "alpha", "β": "beta", "Σ": "sum", "ŷ": "yhat", "ᵀ": "^T", "∂": "d"},
}
"""How symbols of this project are spelled on a console whose encoding lacks them. Other characters become "?"."""


def shown(text: object) -> str:
    """Escape characters that a terminal would act on or cannot show: control characters, line ends, broken bytes.

    The names of files and classes come from other people: an escape sequence in a name could rewrite the screen.
    """
    return "".join(each if each.isprintable() else repr(each)[1:-1].replace("\\udc", "\\x") for each in str(text))


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
