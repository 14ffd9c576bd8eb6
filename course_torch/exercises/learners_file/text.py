"""The text of a learner's file, whatever its encoding, and what is said of a file of another kind."""

import codecs
import re
from contextlib import suppress
from pathlib import Path

from course_torch.errors import InputError, check_regular
from course_torch.language import Text

LARGEST = 4 * 1024**2
"""Largest size of a learner's file in bytes."""
NO_SUCH_FILE = Text(
    "{path}: no such file, expected Python or a notebook", "{path}：没有这个文件，应当是 Python 文件或笔记本"
)
A_FOLDER = Text(
    "{path}: a folder, expected a file. For the files in a folder: course-torch grade {path}",
    "{path}：这是文件夹，应当是文件。检查文件夹里的文件：course-torch grade {path}",
)
OTHER_FORMAT = Text(
    "{path}: found {ending}, expected a notebook (.ipynb) or Python (.py): in Jupyter choose File, Download",
    "{path}：得到 {ending}，应当是笔记本（.ipynb）或 Python 文件（.py）：在 Jupyter 里选择 File、Download",
)
OTHER_ENDINGS = (".html", ".htm", ".pdf", ".docx", ".doc", ".txt", ".md")
"""Endings of files that are neither a notebook nor Python."""
DECLARED = re.compile(rb"\A(?:.*\n)?.*coding[:=]\s*([-\w.]+)")
"""The encoding that one of the first two lines of a Python file names."""


def text_of(path: Path) -> str:
    """The text, with the line ends of Python, in UTF-8, UTF-16 with its mark, the encoding that it names, or GB18030.

    Raises InputError if it cannot be read, or is neither a notebook nor Python.
    """
    if path.is_dir():
        raise InputError(A_FOLDER.fill(path=path))
    check_regular(path, LARGEST)
    if path.suffix.lower() in OTHER_ENDINGS:
        raise InputError(OTHER_FORMAT.fill(path=path, ending=path.suffix))
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(NO_SUCH_FILE.fill(path=path)) from error
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read as text ({error.strerror}), expected Python or a notebook",
            f"{path}：无法作为文本读取（{error.strerror}），应为 Python 文件或笔记本",
        ) from error
    marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    declared = [match[1].decode(errors="replace")] if (match := DECLARED.match(data)) else []
    for encoding in ["utf-16"] if data.startswith(marks) else ["utf-8-sig", *declared, "gb18030"]:
        with suppress(UnicodeError, LookupError):
            return re.sub("\r\n?", "\n", data.decode(encoding))
    raise InputError(
        f"{path}: cannot be read as text, expected Python or a notebook in UTF-8",
        f"{path}：无法作为文本读取，应为 UTF-8 的 Python 文件或笔记本",
    )
