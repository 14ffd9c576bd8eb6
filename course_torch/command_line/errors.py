"""One-line error messages on stderr, and exit codes."""

import sys
import warnings
from collections.abc import Callable
from errno import EDQUOT, EFBIG, ENOSPC

from course_torch.command_line.messages import one_line
from course_torch.errors import InputError
from course_torch.text import shown, tolerate_every_character


def error_line(program: str, message: str) -> int:
    """Print the message as one line on stderr. Returns 2, the exit code of a usage error."""
    print(f"{program}: error: {shown(one_line(message))}", file=sys.stderr)
    return 2


def run(program: str, action: Callable[[], int]) -> int:
    """Run a program and return its exit code: 2 with a one-line message after a user mistake, 130 after Ctrl-C."""
    # No installed font may have the script of a class name. Figures then show boxes; the tables show the name.
    warnings.filterwarnings("ignore", message="Glyph .* missing from font")
    tolerate_every_character()
    try:
        return action()
    except InputError as error:
        return error_line(program, str(error))
    except KeyboardInterrupt as interrupt:
        print(f"{program}: {interrupt or 'interrupted'}", file=sys.stderr)
        return 130
    except OSError as error:
        if error.errno not in (ENOSPC, EDQUOT, EFBIG):
            raise
        return error_line(program, f"{error.filename or 'a file'}: cannot be written ({error.strerror})")
    except UnicodeDecodeError as error:
        return error_line(program, f"a file cannot be read as text ({error.reason} at byte {error.start})")
    except ValueError as error:
        if "Does not validate" not in str(error):  # the parser accepted the value but its class rejected it
            raise
        return error_line(program, str(error))
    except RuntimeError as error:
        if not any(words in str(error) for words in ("allocate", "Storage size")):
            raise
        return error_line(program, f"not enough memory: {error}")
