"""One-line error messages on stderr, and exit codes."""

import re
import sys
import warnings
from collections.abc import Callable
from errno import EDQUOT, EFBIG, ENOSPC

from course_torch.errors import InputError


def error_line(program: str, message: str) -> int:
    """Print the message as one line on stderr. Returns 2, the exit code of a usage error."""
    print(f"{program}: error: {one_line(message)}", file=sys.stderr)
    return 2


def one_line(message: str) -> str:
    """Shorten a message to one line.

    A validation error of jsonargparse becomes "key: found 'value', expected types". A DataLoader adds a worker's
    traceback to an InputError; only the message of the InputError is kept.
    """
    text = re.sub(r"\s+", " ", message).strip()
    text = re.sub(r"^Caught InputError in DataLoader worker .* course_torch\.errors\.InputError: ", "", text)
    attempts = re.match(
        r'Parser key "(\S+)": Does not validate .* Subtypes: \[(.*)\] Errors: .* Given value: (.*)', text
    )
    expected = re.match(r'Parser key "(\S+)": Expected an? (.*)\. Got value: (.*)', text)
    rejected = re.match(r"Does not validate .*? Errors: - (.*?) - .* Given value: (.*)", text)
    if rejected:
        text = f"found {rejected[2]}: {rejected[1]}"
    if found := attempts or expected:
        key, types, value = found.groups()
        text = f"{key}: found '{value}', expected {plain_types(types)}"
    return text


def plain_types(types: str) -> str:
    """Write Python types as words: "<class 'int'>, <class 'NoneType'>" -> "int, null"."""
    words = re.sub(r"<class '(?:\w+\.)*(\w+)'>", r"\1", types)
    return words.replace("NoneType", "null").replace("typing.Literal", "").replace("Sequence", "a list")


def run(program: str, action: Callable[[], int]) -> int:
    """Run a program and return its exit code: 2 with a one-line message after a user mistake, 130 after Ctrl-C."""
    # No installed font may have the script of a class name. Figures then show boxes; the tables show the name.
    warnings.filterwarnings("ignore", message="Glyph .* missing from font")
    try:
        return action()
    except InputError as error:
        return error_line(program, str(error))
    except KeyboardInterrupt as interrupt:
        print(f"{program}: {str(interrupt) or 'interrupted'}", file=sys.stderr)
        return 130
    except OSError as error:
        if error.errno not in (ENOSPC, EDQUOT, EFBIG):
            raise
        return error_line(program, f"{error.filename or 'a file'}: cannot be written ({error.strerror})")
    except ValueError as error:
        if "Does not validate" not in str(error):  # the parser accepted the value but its class rejected it
            raise
        return error_line(program, str(error))
    except RuntimeError as error:
        if not any(words in str(error) for words in ("allocate", "Storage size")):
            raise
        return error_line(program, f"not enough memory: {error}")
