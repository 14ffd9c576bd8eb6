"""Errors of one line on stderr, and the exit codes that go with them."""

import re
import sys
import warnings
from collections.abc import Callable
from errno import EDQUOT, EFBIG, ENOSPC

from course_torch.errors import InputError


def error_line(program: str, message: str) -> int:
    """Print the message as one line on stderr. Returns the exit code of a usage error, 2."""
    print(f"{program}: error: {one_line(message)}", file=sys.stderr)
    return 2


def one_line(message: str) -> str:
    """A message as one line; jsonargparse's page of attempts at a value as: thing, value, what is allowed.

    Of an InputError in a worker, which a DataLoader gives with the worker's traceback, its own message is left.
    """
    text = re.sub(r"\s+", " ", message).strip()
    text = re.sub(r"^Caught InputError in DataLoader worker .* course_torch\.errors\.InputError: ", "", text)
    attempts = re.match(
        r'Parser key "(\S+)": Does not validate .* Subtypes: \[(.*)\] Errors: .* Given value: (.*)', text
    )
    expected = re.match(r'Parser key "(\S+)": Expected an? (.*)\. Got value: (.*)', text)
    refused = re.match(r"Does not validate .*? Errors: - (.*?) - .* Given value: (.*)", text)
    if refused:
        text = f"found {refused[2]}: {refused[1]}"
    if found := attempts or expected:
        key, types, value = found.groups()
        text = f"{key}: found '{value}', expected {plain_types(types)}"
    return text


def plain_types(types: str) -> str:
    """Python's names of types as words: "<class 'int'>, <class 'NoneType'>" -> "int, null"."""
    words = re.sub(r"<class '(?:\w+\.)*(\w+)'>", r"\1", types)
    return words.replace("NoneType", "null").replace("typing.Literal", "").replace("Sequence", "a list")


def run(program: str, action: Callable[[], int]) -> int:
    """The action's exit code, or 2 and one line where the user gave something wrong, 130 after Ctrl-C."""
    # A class name in a script that no installed font has is drawn as boxes; the tables say it.
    warnings.filterwarnings("ignore", message="Glyph .* missing from font")
    try:
        return action()
    except InputError as error:
        return error_line(program, str(error))
    except KeyboardInterrupt:
        print(f"{program}: interrupted", file=sys.stderr)
        return 130
    except OSError as error:
        if error.errno not in (ENOSPC, EDQUOT, EFBIG):
            raise
        return error_line(program, f"{error.filename or 'a file'}: cannot be written ({error.strerror})")
    except ValueError as error:
        if "Does not validate" not in str(error):  # a value that the parser takes and its class does not
            raise
        return error_line(program, str(error))
    except RuntimeError as error:
        if not any(words in str(error) for words in ("allocate", "Storage size")):
            raise
        return error_line(program, f"more memory is needed than there is: {error}")
